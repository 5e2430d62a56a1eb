"""Channels over HTTP, for who runs a show: how they are doing, start, stop."""

from uuid import UUID

from livehouse.domains.channels.service import Channels
from livehouse.domains.channels.wire import ChannelList, channel_list
from livehouse.domains.shows import RUNNING_ROLES, Show, Shows
from livehouse.foundation.errors import NotFound
from livehouse.web.guards import own_show
from livehouse.web.handlers import CurrentViewer, FromPath, Service, get, post

SCOPE = {"scope": "shows:write"}


@get("/api/shows/{slug:str}/channels", opt=SCOPE)
async def read_channels(
    slug: FromPath[str], viewer: CurrentViewer, shows: Service[Shows], channels: Service[Channels]
) -> ChannelList:
    """The other platforms of the show's room, and how each of them is doing."""
    show = await _let_in(viewer, shows, slug)
    return channel_list(await channels.of_rooms([show.room.id]))


@post("/api/shows/{slug:str}/channels/{channel_id:uuid}/{action:str}", status_code=200, opt=SCOPE)
async def press_channel(
    *,
    slug: FromPath[str],
    channel_id: FromPath[UUID],
    action: FromPath[str],
    viewer: CurrentViewer,
    shows: Service[Shows],
    channels: Service[Channels],
) -> ChannelList:
    """`start` or `stop` one of them."""
    show = await _let_in(viewer, shows, slug)
    verbs = {"start": channels.start, "stop": channels.stop}
    channel = await channels.one(channel_id)
    if action not in verbs or channel.room_id != show.room.id:
        raise NotFound
    await verbs[action](channel_id)
    return channel_list(await channels.of_rooms([show.room.id]))


async def _let_in(viewer: CurrentViewer, shows: Shows, slug: str) -> Show:
    return await own_show(viewer, shows, slug, *RUNNING_ROLES)


routes = [read_channels, press_channel]
