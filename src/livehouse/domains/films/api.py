"""Films over HTTP: announced, sent piece by piece, deleted."""

import asyncio
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from livehouse.domains.films.model import PIECE_BYTES_MAX, PIECE_SECONDS_MAX
from livehouse.domains.films.service import Films
from livehouse.domains.films.wire import BeginFilm, FilmInfo, FilmList, film_info, film_list
from livehouse.domains.shows import RUNNING_ROLES
from livehouse.domains.stores import Stores
from livehouse.foundation.errors import Busy
from livehouse.foundation.ids import FilmId, RunId, StoreId
from livehouse.web.guards import own_store
from livehouse.web.handlers import (
    AnyRequest,
    CurrentViewer,
    FromPath,
    FromQuery,
    JSONBody,
    Service,
    delete,
    get,
    post,
    put,
)

SCOPE = {"scope": "shows:write"}


@get("/api/stores/{slug:str}/films", opt=SCOPE)
async def list_films(
    slug: FromPath[str], viewer: CurrentViewer, stores: Service[Stores], films: Service[Films]
) -> FilmList:
    """Films that the store's shows may play, and what the house allows."""
    store_id = await _let_in(viewer, stores, slug)
    return film_list(await films.of_store(store_id), films.allowance)


@post("/api/stores/{slug:str}/films", opt=SCOPE)
async def begin_film(
    slug: FromPath[str], data: JSONBody[BeginFilm], viewer: CurrentViewer,
    stores: Service[Stores], films: Service[Films],
) -> FilmInfo:  # fmt: skip
    """Announce a file, or go on with the one of the same title and size that broke off."""
    store_id = await _let_in(viewer, stores, slug)
    return film_info(await films.begin(store_id, data.title, data.bytes))


@put("/api/stores/{slug:str}/films/{film_id:uuid}/content", opt=SCOPE,
     request_max_body_size=PIECE_BYTES_MAX)  # fmt: skip
async def take_piece(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    film_id: FromPath[UUID],
    offset: FromQuery[Annotated[int, Meta(ge=0)]],
    viewer: CurrentViewer,
    stores: Service[Stores],
    films: Service[Films],
) -> FilmInfo:
    """The bytes of a film from `offset` on, at most 4 MiB, as application/octet-stream."""
    store_id = await _let_in(viewer, stores, slug)
    try:
        async with asyncio.timeout(PIECE_SECONDS_MAX):
            film = await films.take(store_id, FilmId(film_id), offset, request.stream())
    except TimeoutError:
        raise Busy from None
    return film_info(film)


@post("/api/stores/{slug:str}/films/recordings/{run:uuid}", opt=SCOPE)
async def adopt_recording(
    slug: FromPath[str], run: FromPath[UUID], viewer: CurrentViewer,
    stores: Service[Stores], films: Service[Films],
) -> FilmInfo:  # fmt: skip
    """Let a recording of the store be a film."""
    return film_info(await films.adopt(await _let_in(viewer, stores, slug), RunId(run)))


@delete("/api/stores/{slug:str}/films/{film_id:uuid}", opt=SCOPE)
async def delete_film(
    slug: FromPath[str], film_id: FromPath[UUID], viewer: CurrentViewer,
    stores: Service[Stores], films: Service[Films],
) -> None:  # fmt: skip
    """For good; refused while a show is to play it."""
    await films.remove(await _let_in(viewer, stores, slug), FilmId(film_id))


async def _let_in(viewer: CurrentViewer, stores: Stores, slug: str) -> StoreId:
    store = await own_store(viewer, stores, slug, *RUNNING_ROLES)
    return store.id


routes = [list_films, begin_film, take_piece, adopt_recording, delete_film]
