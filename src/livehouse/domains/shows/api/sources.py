"""What a show plays, over HTTP: for whoever runs it, in the studio."""

from pathlib import PurePath

from litestar.response import Response

from livehouse.domains.shows.model import CAMERA, RUNNING_ROLES, TEST_STAGE, Show
from livehouse.domains.shows.ports import Cameras, Videos
from livehouse.domains.shows.service import Shows, StreamKeys
from livehouse.domains.shows.wire import ChooseSecond, ChooseSource, SourceInfo
from livehouse.foundation.roles import Role
from livehouse.web.guards import has_role, require_store
from livehouse.web.handlers import CurrentViewer, FromPath, JSONBody, Service, get, post
from livehouse.web.identity import Viewer

KEY_ROTATED, SENT_AWAY = "key_rotated", "sent_away"


class Sources:
    """The services that together know a show's source."""

    def __init__(self, shows: Shows, keys: StreamKeys, videos: Videos, cameras: Cameras) -> None:
        self.shows = shows
        self.keys = keys
        self.videos = videos
        self.cameras = cameras

    async def show(self, slug: str, viewer: Viewer) -> Show:
        """The show, for who may run it."""
        show = await self.shows.by_slug(slug)
        require_store(viewer, show.room.store_id, *RUNNING_ROLES)
        return show

    async def told(self, show: Show, viewer: Viewer) -> Response[SourceInfo]:
        key, access = await self.keys.of_room(show.room.id)
        may_choose_files = has_role(viewer, show.room.store_id, Role.OWNER)
        is_file = show.source not in {CAMERA, TEST_STAGE}
        info = SourceInfo(
            source="file" if is_file else show.source or "stage",
            file=PurePath(show.source).name if is_file else "",
            files=list(self.videos.names()) if may_choose_files else [],
            server=self.cameras.rtmp_address,
            key=key,
            second=access.second,
            camera=self.cameras.state(show.room.id),
        )
        return Response(info, headers={"Cache-Control": "no-store"})


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
    """Play something else, also while the show is on. Only an owner chooses a file."""
    show = await sources.show(slug, viewer)
    source = {"camera": CAMERA, "stage": TEST_STAGE}.get(data.source)
    if source is None:
        require_store(viewer, show.room.store_id, Role.OWNER)
        source = sources.videos.path(data.file)
    return await sources.told(await sources.shows.choose_source(slug, source), viewer)


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


routes = [read_source, choose_source, rotate_stream_key, choose_second, disconnect_camera]
