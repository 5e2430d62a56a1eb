"""Other platforms in a store's console: add, start, stop, see how each is doing."""

from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.channels.model import (
    KEY_CHARACTERS_MAX,
    NAME_CHARACTERS_MAX,
    SERVER_CHARACTERS_MAX,
    Channel,
)
from livehouse.domains.channels.service import Channels
from livehouse.domains.shows import RUNNING_ROLES, Room, Shows
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError, InvalidInput, NotFound
from livehouse.foundation.text import N_
from livehouse.web.connections import is_fragment_request
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import own_store, require_store
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

PROBLEMS = {
    "unreachable": N_("Nobody answers at this address."),
    "not_allowed": N_("The platform refuses the key."),
    "refused": N_("The platform closes the connection: is the key right, is the broadcast open?"),
    "lost": N_("The connection was lost."),
    "too_slow": N_("The connection is too slow."),
    "wrong_address": N_("There is no WHIP server at this address, or it is not secure (https)."),
    "busy": N_("The platform cannot take it now."),
    "no_path": N_("The platform answers, but no picture gets through: is UDP blocked?"),
    "out_of_order": N_("WHIP does not take B-frames: switch them off in the encoder."),
    "lossy": N_("Much is lost on the way: is the connection fast enough?"),
    "private_address": N_("Addresses of our own network are not allowed."),
    "key_lost": N_("The key of this channel can no longer be read. Delete it and add it again."),
}


class ChannelForm(Struct):
    room: Annotated[str, Meta(min_length=1, max_length=64)]
    name: Annotated[str, Meta(min_length=1, max_length=NAME_CHARACTERS_MAX)]
    server: Annotated[str, Meta(min_length=1, max_length=SERVER_CHARACTERS_MAX)]
    # Some addresses of WHIP are secret enough by themselves.
    key: Annotated[str, Meta(max_length=KEY_CHARACTERS_MAX, extra={"secret": True})] = ""
    confirmed: bool = False


class ChannelRow(Struct, frozen=True):
    """A channel without its key; `problem` in the reader's words."""

    id: UUID
    name: str
    server: str
    protocol: str
    room: str
    is_on: bool
    state: str
    problem: str
    kbps: int
    restarts: int


class ChannelsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "channels/channels.html"

    store: Store
    section: str = "channels"
    rows: list[ChannelRow]
    rooms: list[Room]
    form: Form[ChannelForm]


class ChannelsFragment(ChannelsPage, frozen=True, kw_only=True):
    template: ClassVar[str] = "channels/list.html"


@get("/console/{store_slug:str}/channels")
async def channels_page(
    *,
    request: AnyRequest,
    store_slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    shows: Service[Shows],
    channels: Service[Channels],
) -> Html:
    store = await own_store(viewer, stores, store_slug, *RUNNING_ROLES)
    kind = ChannelsFragment if is_fragment_request(request) else ChannelsPage
    return render(await _page(kind, render, store, shows, channels, Form.blank()))


@post("/console/{store_slug:str}/channels")
async def add_channel(
    *,
    request: AnyRequest,
    store_slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    shows: Service[Shows],
    channels: Service[Channels],
) -> Html:
    store = await stores.by_slug(store_slug)
    person = require_store(viewer, store.id, *RUNNING_ROLES)
    form = await read_form(request, ChannelForm)
    typed = form.value
    if typed is not None:
        try:
            await channels.add(
                _room(typed.room, await shows.rooms_of(store.id)).id, name=typed.name,
                server=typed.server, key=typed.key, confirmed=typed.confirmed, by=person,
            )  # fmt: skip
        except DomainError as refusal:
            form = form.refuse(refusal)
        else:
            return render.see_other(_home(store), N_("The channel is there."))
    return render(await _page(ChannelsPage, render, store, shows, channels, form), status_code=422)


@post("/console/{store_slug:str}/channels/{channel_id:uuid}/{action:str}")
async def press(  # noqa: PLR0913 - each is found by its name
    *,
    store_slug: FromPath[str],
    channel_id: FromPath[UUID],
    action: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    shows: Service[Shows],
    channels: Service[Channels],
) -> Html:
    store = await own_store(viewer, stores, store_slug, *RUNNING_ROLES)
    channel = await channels.one(channel_id)
    if channel.room_id not in {room.id for room in await shows.rooms_of(store.id)}:
        raise NotFound
    verbs = {"start": channels.start, "stop": channels.stop, "remove": channels.remove}
    if action not in verbs:
        raise NotFound
    await verbs[action](channel_id)
    return render.see_other(_home(store))


async def _page(  # noqa: PLR0917 - what a handler was given
    kind: type[ChannelsPage], render: CurrentRender, store: Store, shows: Shows,
    channels: Channels, form: Form[ChannelForm],
) -> ChannelsPage:  # fmt: skip
    rooms = await shows.rooms_of(store.id)
    titles = {room.id: room.title for room in rooms}
    found = await channels.of_rooms(list(titles))
    rows = [_row(one, titles[one.room_id], render) for one in found]
    return kind(store=store, rows=rows, rooms=rooms, form=form)


def _row(channel: Channel, room: str, render: CurrentRender) -> ChannelRow:
    problem = PROBLEMS.get(channel.problem, channel.problem)
    return ChannelRow(
        channel.id, channel.name, channel.server, channel.protocol, room, channel.is_on,
        channel.state,
        render.translator.text(problem) if problem else "", channel.kbps, channel.restarts,
    )  # fmt: skip


def _room(slug: str, rooms: list[Room]) -> Room:
    found = next((room for room in rooms if room.slug == slug), None)
    if found is None:
        raise InvalidInput(field="room", problem=N_("choose one of your rooms"))
    return found


def _home(store: Store) -> str:
    return f"/console/{store.slug}/channels"


routes = [pages(channels_page, add_channel, press)]
