"""Films in a store's console: upload them, take them from recordings, delete them."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from livehouse.domains.films import errors
from livehouse.domains.films.model import MEGABYTE, PROGRESS_MAX, Film
from livehouse.domains.films.service import Films
from livehouse.domains.shows import RUNNING_ROLES
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import FilmId, RunId
from livehouse.foundation.text import N_
from livehouse.media.limits import PICTURE_SIDE_MAX
from livehouse.web.connections import is_fragment_request
from livehouse.web.guards import has_role, own_store
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    Html,
    Page,
    Service,
    get,
    pages,
    post,
)
from livehouse.web.rendering import Render


class FilmRow(Struct, frozen=True):
    """`percent` tells how far it has come, or been checked."""

    id: FilmId
    title: str
    state: str
    length: str
    megabytes: str
    percent: int
    problem: str


class RecordingChoice(Struct, frozen=True):
    run_id: RunId
    title: str
    at: datetime


class FilmsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "films/list.html"

    store: Store
    section: str = "films"
    rows: list[FilmRow]
    waits: bool
    recordings: list[RecordingChoice]
    taken: int
    megabytes_max: int
    minutes_max: int
    store_megabytes_max: int
    may_change: bool


class FilmRowsFragment(FilmsPage, frozen=True, kw_only=True):
    template: ClassVar[str] = "films/rows.html"


@get("/console/{store_slug:str}/films")
async def films_page(
    *,
    request: AnyRequest, store_slug: FromPath[str], viewer: CurrentViewer, render: CurrentRender,
    stores: Service[Stores], films: Service[Films],
) -> Html:  # fmt: skip
    store = await own_store(viewer, stores, store_slug)
    kind = FilmRowsFragment if is_fragment_request(request) else FilmsPage
    may_change = has_role(viewer, store.id, *RUNNING_ROLES)
    return render(await _page(kind, films, render, store, may_change=may_change))


@post("/console/{store_slug:str}/films/{film_id:uuid}/delete")
async def delete_film(
    *,
    store_slug: FromPath[str], film_id: FromPath[UUID], viewer: CurrentViewer,
    render: CurrentRender, stores: Service[Stores], films: Service[Films],
) -> Html:  # fmt: skip
    store = await own_store(viewer, stores, store_slug, *RUNNING_ROLES)
    here = f"/console/{store.slug}/films"
    try:
        await films.remove(store.id, FilmId(film_id))
    except DomainError as refusal:
        return render.refused(here, refusal)
    return render.see_other(here, N_("The film is deleted."))


@post("/console/{store_slug:str}/films/recordings/{run:uuid}")
async def adopt_recording(
    *,
    store_slug: FromPath[str], run: FromPath[UUID], viewer: CurrentViewer,
    render: CurrentRender, stores: Service[Stores], films: Service[Films],
) -> Html:  # fmt: skip
    store = await own_store(viewer, stores, store_slug, *RUNNING_ROLES)
    here = f"/console/{store.slug}/films"
    try:
        await films.adopt(store.id, RunId(run))
    except DomainError as refusal:
        return render.refused(here, refusal)
    return render.see_other(here, N_("The recording becomes a film."))


async def _page(
    kind: type[FilmsPage], films: Films, render: Render, store: Store, *, may_change: bool
) -> FilmsPage:
    found = await films.of_store(store.id)
    adopted = {film.run_id for film in found}
    return kind(
        store=store,
        rows=[_row(film, films, render) for film in found],
        waits=any(film.is_on_its_way for film in found),
        recordings=[
            RecordingChoice(recording.run_id, show.title, show.run.started_at)
            for show, recording in await films.recordings.of_store(store.id)
            if show.run and recording.state == "kept" and recording.run_id not in adopted
        ],
        taken=sum(film.bytes for film in found if film.state != "refused") // MEGABYTE,
        megabytes_max=films.allowance.megabytes,
        minutes_max=films.allowance.minutes,
        store_megabytes_max=films.allowance.store_megabytes,
        may_change=may_change,
    )


def _row(film: Film, films: Films, render: Render) -> FilmRow:
    done = film.received / film.bytes if film.state == "coming" else film.progress / PROGRESS_MAX
    return FilmRow(
        film.id, film.title, film.state, _length(film.ms), f"{film.bytes / MEGABYTE:.1f}",
        int(done * 100), render.translator.refusal(_why(film, films)) if film.problem else "",
    )  # fmt: skip


def _why(film: Film, films: Films) -> DomainError:
    """The refusal that a film's code names, for its sentence."""
    match film.problem:
        case errors.FilmTooLong.code:
            return errors.FilmTooLong(minutes=films.allowance.minutes)
        case errors.FilmPictureTooLarge.code:
            return errors.FilmPictureTooLarge(side=PICTURE_SIDE_MAX)
        case errors.RecordingGone.code:
            return errors.RecordingGone()
        case _:
            return errors.FilmNotPlayable()


def _length(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


routes = [pages(films_page, delete_film, adopt_recording)]
