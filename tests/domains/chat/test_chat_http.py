"""What the staff does about a chat, over HTTP."""

from uuid import UUID

import msgspec
import pytest

from livehouse.domains.chat import PaceSet
from livehouse.domains.chat.api import routes as api
from livehouse.domains.chat.live import _paced
from livehouse.domains.chat.model import ChatLine
from livehouse.domains.shows import Show
from livehouse.foundation.ids import ChatLineId, PersonId
from livehouse.foundation.roles import Role
from tests.support.orders_world import a_buyer
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import a_store_id

TALKER = PersonId(UUID(int=0x7A))
BODIES: dict[str, dict[str, object]] = {
    "delete": {"id": str(UUID(int=5))},
    "ban": {"person_id": str(TALKER)},
    "pace": {"slow_seconds": 10},
    "unban": {"person_id": str(TALKER)},
}


async def a_show_with_a_line(world: ShowsWorld) -> tuple[Show, ChatLine]:
    await world.a_show()
    show = await world.shows.go_live("tea-time")
    assert show.run is not None
    line = ChatLine(
        ChatLineId(world.ids.new()), show.run.id, TALKER, "buy at my shop", world.clock.now()
    )
    await world.chat.write([line])
    return show, line


@pytest.mark.parametrize("letter", ["", "c"])
async def test_a_moderator_deletes_a_line(world: ShowsWorld, letter: str) -> None:
    show, line = await a_show_with_a_line(world)
    body = {"id": f"{letter}{line.id}"}
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.MODERATOR))
        deleted = await web.post_json("/api/shows/tea-time/chat/delete", body)
        again = await web.post_json("/api/shows/tea-time/chat/delete", body)

    assert (deleted.status_code, again.status_code) == (200, 404)
    assert len(await world.facts("chat.lines_taken_back")) == 1


async def test_a_moderator_slows_the_chat_and_everybody_sees_it(world: ShowsWorld) -> None:
    show, _ = await a_show_with_a_line(world)
    path = "/api/shows/tea-time/chat/pace"
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.MODERATOR))
        slowed = await web.post_json(path, {"slow_seconds": 10})
        wrong = [await web.post_json(path, {"slow_seconds": n}) for n in (-1, 601, 1.5, "x")]

    assert (slowed.status_code, slowed.json()) == (200, {"slow_seconds": 10})
    assert [answer.status_code for answer in wrong] == [400] * 4
    (fact,) = await world.facts("chat.pace_set")
    change = _paced({}, msgspec.json.decode(fact.payload, type=PaceSet), 0)
    assert change.patch == {"chat": {"slow_seconds": 10}}


@pytest.mark.parametrize("letter", ["", "u"])
async def test_a_host_bans_and_lets_back(world: ShowsWorld, letter: str) -> None:
    show, _ = await a_show_with_a_line(world)
    body = {"person_id": f"{letter}{TALKER}"}
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        banned = await web.post_json("/api/shows/tea-time/chat/ban", body)
        listed = await web.get_json("/api/shows/tea-time/chat/bans")
        back = await web.post_json("/api/shows/tea-time/chat/unban", body)

    assert banned.json() == listed.json() == {"banned": [f"u{TALKER}"]}
    assert back.json() == {"banned": []}


async def test_the_stores_own_people_are_not_banned(world: ShowsWorld) -> None:
    show, _ = await a_show_with_a_line(world)
    host = await a_buyer(world, "Hugo")
    await world.people.memberships.grant(host.person_id, Role.HOST, show.room.store_id)
    path = "/api/shows/tea-time/chat/ban"
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.MODERATOR))
        colleague = await web.post_json(path, {"person_id": f"u{host.person_id}"})
        oneself = await web.post_json(path, {"person_id": str(UUID(int=1))})

    assert [one.json()["code"] for one in (colleague, oneself)] == ["staff_stays"] * 2


@pytest.mark.parametrize("verb", BODIES)
async def test_a_chat_is_kept_by_its_staff_alone(world: ShowsWorld, verb: str) -> None:
    await a_show_with_a_line(world)
    path = f"/api/shows/tea-time/chat/{verb}"
    async with world.web(*api) as web:
        guest = await web.post_json(path, BODIES[verb])
        codes = []
        for role in (Role.OWNER, Role.EDITOR, Role.HOST, Role.MODERATOR):
            web.sign_in_as(member_of(a_store_id(77), role))
            codes.append((await web.post_json(path, BODIES[verb])).status_code)
        bans = await web.get_json("/api/shows/tea-time/chat/bans")

    assert guest.status_code == 401
    assert codes == [404] * 4
    assert bans.status_code == 404
    assert not await world.facts("chat.")


@pytest.mark.parametrize("verb", ["delete", "ban", "unban"])
@pytest.mark.parametrize("wrong", ["nonsense", "", "c", "x" * 64, "\x00", "x" * 100, 5, None])
async def test_an_id_that_is_none_is_refused(world: ShowsWorld, verb: str, wrong: object) -> None:
    show, _ = await a_show_with_a_line(world)
    body = dict.fromkeys(BODIES[verb], wrong)
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.OWNER))
        answer = await web.post_json(f"/api/shows/tea-time/chat/{verb}", body)

    assert answer.status_code in {400, 404}, answer.text
