"""The lowest layer of the client over a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from typing_extensions import override

from livehouse.client.errors import NotJoined
from livehouse.client.wire import ABNORMAL, Wire, connect, number_of, socket_address
from livehouse.engine.protocol import CloseCode
from tests.support.live_house import RUN, LiveHouse, open_live_house

WAIT = 30.0
HEARD_MAX = 100


class Listening(Wire):
    """Keeps what it hears, for a test to take in order."""

    def __init__(self, ticket: str = "u1", since: int | None = None) -> None:
        super().__init__(ticket, since)
        self.frames: asyncio.Queue[bytes] = asyncio.Queue(HEARD_MAX)
        self.answers: asyncio.Queue[bytes] = asyncio.Queue(HEARD_MAX)
        self.ends: asyncio.Queue[tuple[int, str]] = asyncio.Queue(HEARD_MAX)

    @override
    def frame(self, payload: bytes) -> None:
        self.frames.put_nowait(payload)

    @override
    def answer(self, payload: bytes) -> None:
        self.answers.put_nowait(payload)

    @override
    def lost(self, code: int, reason: str) -> None:
        self.ends.put_nowait((code, reason))


@pytest.fixture
async def house() -> AsyncIterator[LiveHouse]:
    async with open_live_house() as opened:
        yield opened


async def test_a_wire_hands_on_frames_in_order_and_answers_apart(house: LiveHouse) -> None:
    wire = await connect(house.http, RUN, Listening())
    wire.send(b'{"type":"ping"}')
    async with asyncio.timeout(WAIT):
        frames = [await wire.frames.get() for _ in range(3)]
        answer = json.loads(await wire.answers.get())

    first = number_of(frames[0])
    assert [number_of(frame) for frame in frames] == [first, first + 1, first + 2]
    assert "state" in json.loads(frames[0])
    assert answer["type"] == "pong"
    wire.close()


async def test_a_returning_wire_asks_for_what_it_missed(house: LiveHouse) -> None:
    wire = await connect(house.http, RUN, Listening())
    async with asyncio.timeout(WAIT):
        seen = number_of(await wire.frames.get())
    wire.close()

    wire = await connect(house.http, RUN, Listening(since=seen))

    async with asyncio.timeout(WAIT):
        assert number_of(await wire.frames.get()) == seen + 1
    wire.close()


async def test_who_is_not_let_in_is_told_the_close_code(house: LiveHouse) -> None:
    with pytest.raises(NotJoined) as refused:
        await connect(house.http, RUN, Listening("forged"))

    assert refused.value.code == CloseCode.BAD_TICKET


async def test_a_house_that_is_not_there_is_no_room_either() -> None:
    with pytest.raises(NotJoined) as refused:
        await connect("http://127.0.0.1:1", RUN, Listening())

    assert refused.value.code == ABNORMAL


async def test_a_lost_wire_tells_code_and_reason(house: LiveHouse) -> None:
    wire = await connect(house.http, RUN, Listening())

    house.server.should_exit = True

    async with asyncio.timeout(WAIT):
        assert await wire.ends.get() == (CloseCode.RESTART, '{"retry_ms":1234}')


def test_an_address_keeps_its_safety_and_its_path() -> None:
    assert socket_address("https://shop.example/live-house/", RUN) == (
        f"wss://shop.example/live-house/live/{RUN}"
    )
