"""A room followed from Python heals itself: over a real socket, with its log in memory."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from livehouse.client import Refused, Room
from livehouse.domains.play.wire import CastVote, JoinDraw
from livehouse.engine.canonical import State
from livehouse.engine.protocol import Frame
from livehouse.foundation.ids import BattleId, RoundId
from tests.support.live_house import RUN, LiveHouse, open_live_house

WAIT = 30.0
ME = "g1"
ROUND = RoundId(UUID(int=7))
BATTLE = BattleId(UUID(int=8))


@pytest.fixture
async def house() -> AsyncIterator[LiveHouse]:
    async with open_live_house() as opened:
        yield opened


async def until(room: Room, key: str) -> State:
    """Follow until something of this name stands in the room's notes."""
    async with asyncio.timeout(WAIT):
        while key not in room.state.get("notes", {}):  # type: ignore[operator]  # notes are a map
            await anext(room)
    return room.state


async def to_the_end(room: Room) -> list[Frame]:
    async with asyncio.timeout(WAIT):
        return [frame async for frame in room]


async def test_a_room_opens_with_its_state_and_follows(house: LiveHouse) -> None:
    async with Room.follow(house.http, RUN) as room:
        assert room.state["show"] == {"title": str(RUN), "state": "live"}
        assert room.you.id == ME
        house.facts.happen(RUN, "note", b"hello")
        assert (await until(room, "hello"))["folded"] == 1


async def test_frames_come_in_order_and_without_a_gap(house: LiveHouse) -> None:
    async with Room.follow(house.http, RUN) as room, asyncio.timeout(WAIT):
        numbers = [(await anext(room)).n for _ in range(4)]

    assert numbers == list(range(numbers[0], numbers[0] + 4))


async def test_who_says_something_hears_that_it_was_shown(house: LiveHouse) -> None:
    async with Room.follow(house.http, RUN) as room, asyncio.timeout(WAIT):
        said = await room.say("is it warm?")
        assert said.shown
        while not (says := (await anext(room)).says):
            pass
    assert says == ((f"c{said.id}", ME, "is it warm?"),)


async def test_likes_are_summed(house: LiveHouse) -> None:
    async with Room.follow(house.http, RUN) as room, asyncio.timeout(WAIT):
        room.like(3)
        room.like(2)
        counts = room.state.get("counts")
        while not isinstance(counts, dict) or counts.get("likes") != 5:
            await anext(room)
            counts = room.state.get("counts")


async def test_who_joins_a_draw_brings_a_number_of_their_own(house: LiveHouse) -> None:
    async with Room.follow(house.http, RUN) as room, asyncio.timeout(WAIT):
        first = await room.join(ROUND)
        await room.join(str(ROUND))
        room.vote(BATTLE, 2, 7)
        await room.say("that was all")  # what was sent before it has been heard by then

    assert (first.round_id, first.name, first.friends) == (ROUND, ME, 1)
    (one, other, vote) = house.played
    assert isinstance(one, JoinDraw)
    assert isinstance(other, JoinDraw)
    assert len(bytes.fromhex(one.nonce)) == len(bytes.fromhex(other.nonce)) == 32
    assert one.nonce != other.nonce
    assert vote == CastVote(BATTLE, 2, 7)


async def test_a_lost_connection_is_resumed_with_what_was_missed(house: LiveHouse) -> None:
    async with Room.follow(house.http, RUN) as room, asyncio.timeout(WAIT):
        first = (await anext(room)).n
        house.drop_everybody()
        house.facts.happen(RUN, "note", b"meanwhile")
        frames = []
        while "meanwhile" not in str(room.state):
            frames.append(await anext(room))
        frames.append(await anext(room))

    assert [frame.n for frame in frames] == list(range(first + 1, first + 1 + len(frames)))


async def test_a_slow_program_starts_over_at_a_keyframe(
    house: LiveHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livehouse.client.limits.FRAMES_WAITING_MAX", 2)
    async with Room.follow(house.http, RUN) as room:
        for number in range(12):
            house.facts.happen(RUN, "note", str(number).encode())
        async with asyncio.timeout(WAIT):
            while room.n < 5:
                await room.say("tick")  # the room goes on, and nobody takes its frames
            frames = [await anext(room)]
            while frames[-1].n < room.n:
                frames.append(await anext(room))

    assert frames[0].n > 1
    assert "state" in str(frames[0])


async def test_an_ended_show_ends_the_iteration_and_what_was_asked(house: LiveHouse) -> None:
    async with Room.follow(house.http, RUN) as room:
        house.facts.happen(RUN, "end")
        frames = await to_the_end(room)
        assert "ended" in str(frames[-1])
        with pytest.raises(Refused, match="run_ended"):
            await room.say("anyone?")
        assert [frame async for frame in room] == []


async def test_who_is_banned_is_told_so(house: LiveHouse) -> None:
    async with Room.follow(house.http, RUN) as room:
        await house.gateway.dismiss(RUN, ME)
        with pytest.raises(Refused, match="banned"):
            await to_the_end(room)


async def test_a_program_that_fails_in_a_room_fails_as_it_would_elsewhere(
    house: LiveHouse,
) -> None:
    with pytest.raises(ZeroDivisionError):
        async with Room.follow(house.http, RUN):
            raise ZeroDivisionError
