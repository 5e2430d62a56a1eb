"""What the staff does about a chat: delete a line, ban somebody, let them back."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.chat.errors import StaffStays
from livehouse.domains.chat.model import SLOW_SECONDS_MAX
from livehouse.domains.chat.service import Chat
from livehouse.domains.people import People
from livehouse.domains.shows import RUNNING_ROLES, Show, Shows
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import ChatLineId, PersonId
from livehouse.foundation.roles import Role
from livehouse.web.guards import own_show, require_signed_in
from livehouse.web.handlers import CurrentViewer, FromPath, JSONBody, Service, get, post
from livehouse.web.identity import Viewer

SCOPE = {"scope": "shows:write"}
CHAT_ROLES = (*RUNNING_ROLES, Role.MODERATOR)
ID_CHARACTERS_MAX = 64


class DeleteLine(Struct, frozen=True, forbid_unknown_fields=True):
    """The line's id, as the room shows it (with its leading “c”) or plain."""

    id: Annotated[str, Meta(max_length=ID_CHARACTERS_MAX)]


class Somebody(Struct, frozen=True, forbid_unknown_fields=True):
    """A person's id, as the room shows it (with its leading “u”) or plain."""

    person_id: Annotated[str, Meta(max_length=ID_CHARACTERS_MAX)]


class Pace(Struct, frozen=True, forbid_unknown_fields=True):
    """Everybody but the staff waits so many seconds between two lines; 0: nobody does."""

    slow_seconds: Annotated[int, Meta(ge=0, le=SLOW_SECONDS_MAX)]


class Bans(Struct, frozen=True):
    """Who may not write in the show's room; `banned` holds ids as the room shows them."""

    banned: list[str]


@post("/api/shows/{slug:str}/chat/delete", status_code=200, opt=SCOPE)
async def delete_line(
    slug: FromPath[str],
    data: JSONBody[DeleteLine],
    viewer: CurrentViewer,
    shows: Service[Shows],
    chat: Service[Chat],
) -> DeleteLine:
    """Take a line back, for everybody and also from what is shown already."""
    show, _ = await _let_in(viewer, shows, slug)
    await chat.take_back(show.slug, ChatLineId(_plain(data.id, "c")))
    return data


@post("/api/shows/{slug:str}/chat/pace", status_code=200, opt=SCOPE)
async def set_pace(
    slug: FromPath[str],
    data: JSONBody[Pace],
    viewer: CurrentViewer,
    shows: Service[Shows],
    chat: Service[Chat],
) -> Pace:
    """Slow the chat of the run that is on, or end that."""
    show, _ = await _let_in(viewer, shows, slug)
    await chat.set_pace(show.slug, data.slow_seconds)
    return data


@post("/api/shows/{slug:str}/chat/ban", status_code=200, opt=SCOPE)
async def ban(
    *,
    slug: FromPath[str],
    data: JSONBody[Somebody],
    viewer: CurrentViewer,
    shows: Service[Shows],
    chat: Service[Chat],
    people: Service[People],
) -> Bans:
    """Take somebody's right to write in this room, and their lines with it."""
    show, by = await _let_in(viewer, shows, slug)
    person_id = PersonId(_plain(data.person_id, "u"))
    grants = await people.memberships.of_person(person_id)
    if person_id == by or any(grant.store_id == show.room.store_id for grant in grants):
        raise StaffStays
    await chat.ban(show.slug, person_id, by=by)
    return await _bans(chat, show)


@post("/api/shows/{slug:str}/chat/unban", status_code=200, opt=SCOPE)
async def unban(
    slug: FromPath[str],
    data: JSONBody[Somebody],
    viewer: CurrentViewer,
    shows: Service[Shows],
    chat: Service[Chat],
) -> Bans:
    show, _ = await _let_in(viewer, shows, slug)
    await chat.unban(show.slug, PersonId(_plain(data.person_id, "u")))
    return await _bans(chat, show)


@get("/api/shows/{slug:str}/chat/bans", opt=SCOPE)
async def bans(
    slug: FromPath[str], viewer: CurrentViewer, shows: Service[Shows], chat: Service[Chat]
) -> Bans:
    show, _ = await _let_in(viewer, shows, slug)
    return await _bans(chat, show)


async def _let_in(viewer: Viewer, shows: Shows, slug: str) -> tuple[Show, PersonId]:
    return await own_show(viewer, shows, slug, *CHAT_ROLES), require_signed_in(viewer)


async def _bans(chat: Chat, show: Show) -> Bans:
    return Bans([f"u{person_id}" for person_id in await chat.banned(show.slug)])


def _plain(text: str, letter: str) -> UUID:
    """The id without the letter that tells its kind in the room."""
    try:
        return UUID(text.removeprefix(letter))
    except ValueError:
        raise NotFound from None


routes = [delete_line, set_pace, ban, unban, bans]
