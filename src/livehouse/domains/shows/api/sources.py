"""What a show plays, over HTTP: for whoever runs it, in the studio."""

from pathlib import PurePath
from typing import assert_never

from litestar.response import Response

from livehouse.domains.shows.model import (
    CAMERA,
    RUNNING_ROLES,
    TEST_STAGE,
    Elsewhere,
    FilmedBefore,
    PictureForm,
    Show,
    checked_url,
    films_text,
    shown_url,
    source_text,
)
from livehouse.domains.shows.ports import Cameras, Videos
from livehouse.domains.shows.service import Shows, StreamKeys
from livehouse.domains.shows.wire import (
    ChooseForm,
    ChooseSecond,
    ChooseSource,
    SourceInfo,
    form_info,
)
from livehouse.foundation.ids import StoreId
from livehouse.foundation.roles import Role
from livehouse.storage.sealing import Seal
from livehouse.web.guards import has_role, own_show
from livehouse.web.handlers import CurrentViewer, FromPath, JSONBody, Service, get, post
from livehouse.web.identity import Viewer

KEY_ROTATED, SENT_AWAY = "key_rotated", "sent_away"


class Sources:
    """The services that together know a show's source."""

    def __init__(
        self, shows: Shows, keys: StreamKeys, videos: Videos, cameras: Cameras, seal: Seal
    ) -> None:
        self.shows = shows
        self.keys = keys
        self.videos = videos
        self.cameras = cameras
        self.seal = seal

    async def show(self, slug: str, viewer: Viewer) -> Show:
        """The show, for who may run it."""
        return await own_show(viewer, self.shows, slug, *RUNNING_ROLES)

    async def text(self, store_id: StoreId, chosen: ChooseSource, *, to_owner: bool) -> str:
        """What the show is to say of its source; `InvalidInput` where there is no such thing."""
        match chosen.source:
            case "camera":
                return CAMERA
            case "stage":
                return TEST_STAGE
            case "file":
                return await self.videos.path(store_id, chosen.file, to_owner=to_owner)
            case "files":
                paths = [
                    await self.videos.path(store_id, name, to_owner=to_owner)
                    for name in chosen.playlist
                ]
                return films_text(paths, loops=chosen.loops, since=self.shows.clock.now())
            case "address":
                url = checked_url(chosen.address)
                sealed = self.seal.close(url).decode()
                return source_text(Elsewhere(shown_url(url), sealed))
            case _:
                assert_never(chosen.source)

    async def told(self, show: Show, viewer: Viewer) -> Response[SourceInfo]:
        key, access = await self.keys.of_room(show.room.id)
        is_owner = has_role(viewer, show.room.store_id, Role.OWNER)
        plays = show.plays
        is_file = plays is None and show.source not in {CAMERA, TEST_STAGE}
        filmed = plays if isinstance(plays, FilmedBefore) else None
        info = SourceInfo(
            source=_kind(show),
            file=PurePath(show.source).name if is_file else "",
            playlist=[PurePath(path).name for path in filmed.paths] if filmed else [],
            loops=filmed is not None and filmed.loops,
            address=plays.shown if isinstance(plays, Elsewhere) else "",
            problem=self.cameras.problem(show.run.id) if show.run and show.run.on else "",
            files=list(await self.videos.offered(show.room.store_id, to_owner=is_owner)),
            server=self.cameras.rtmp_address,
            key=key,
            second=access.second,
            camera=self.cameras.state(show.room.id),
            form=form_info(show, self.shows.forms),
        )
        return Response(info, headers={"Cache-Control": "no-store"})


def _kind(show: Show) -> str:
    match show.plays:
        case FilmedBefore():
            return "files"
        case Elsewhere():
            return "address"
        case None:
            return show.source or "stage" if show.source in {CAMERA, TEST_STAGE} else "file"


@get("/api/shows/{slug:str}/source")
async def read_source(
    slug: FromPath[str], viewer: CurrentViewer, sources: Service[Sources]
) -> Response[SourceInfo]:
    """What a show plays, the stream key of its room, and what arrives from its camera."""
    return await sources.told(await sources.show(slug, viewer), viewer)


@post("/api/shows/{slug:str}/source", status_code=200)
async def choose_source(
    slug: FromPath[str],
    data: JSONBody[ChooseSource],
    viewer: CurrentViewer,
    sources: Service[Sources],
) -> Response[SourceInfo]:
    """Play something else, also while the show is on. Only an owner chooses the installation's
    videos; the store's films may be chosen by whoever runs the show."""
    show = await sources.show(slug, viewer)
    store_id = show.room.store_id
    to_owner = has_role(viewer, store_id, Role.OWNER)
    source = await sources.text(store_id, data, to_owner=to_owner)
    return await sources.told(await sources.shows.choose_source(slug, source), viewer)


@post("/api/shows/{slug:str}/form", status_code=200)
async def choose_form(
    slug: FromPath[str],
    data: JSONBody[ChooseForm],
    viewer: CurrentViewer,
    sources: Service[Sources],
) -> Response[SourceInfo]:
    """How the picture goes out from the next time the show is on; frozen while it is."""
    await sources.show(slug, viewer)
    show = await sources.shows.choose_form(slug, PictureForm(data.profile, data.sizes))
    return await sources.told(show, viewer)


@post("/api/shows/{slug:str}/stream-key", status_code=200)
async def rotate_stream_key(
    slug: FromPath[str], viewer: CurrentViewer, sources: Service[Sources]
) -> Response[SourceInfo]:
    """Replace the stream key of the show's room; who uses the old one is disconnected."""
    show = await sources.show(slug, viewer)
    await sources.keys.rotate(show.room.id)
    await sources.cameras.kick(show.room.id, KEY_ROTATED)
    return await sources.told(show, viewer)


@post("/api/shows/{slug:str}/second-camera", status_code=200)
async def choose_second(
    slug: FromPath[str],
    data: JSONBody[ChooseSecond],
    viewer: CurrentViewer,
    sources: Service[Sources],
) -> Response[SourceInfo]:
    """What becomes of a second camera in the show's room."""
    show = await sources.show(slug, viewer)
    await sources.keys.set_second(show.room.id, data.second)
    return await sources.told(show, viewer)


@post("/api/shows/{slug:str}/disconnect-camera", status_code=200)
async def disconnect_camera(
    slug: FromPath[str], viewer: CurrentViewer, sources: Service[Sources]
) -> Response[SourceInfo]:
    """Make the camera of the show's room leave; it may come again."""
    show = await sources.show(slug, viewer)
    await sources.cameras.kick(show.room.id, SENT_AWAY)
    return await sources.told(show, viewer)


routes = [
    read_source,
    choose_source,
    choose_form,
    rotate_stream_key,
    choose_second,
    disconnect_camera,
]
