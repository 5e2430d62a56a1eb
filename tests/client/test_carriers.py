"""A room changes between its carriers by itself, and nobody who follows it notices."""

import asyncio
from datetime import timedelta
from uuid import UUID

import aiohttp

from livehouse.client.carriers import End, Listener
from livehouse.client.door import Door
from livehouse.client.following import Replica
from livehouse.client.room import By, Room
from livehouse.engine.protocol import CloseCode, Frame
from livehouse.foundation.clock import SystemClock
from tests.support.engine_tasks import running

RUN = UUID(int=7)
WAIT = 30.0
FULL: End = (CloseCode.TOO_MANY, '{"carrier":"http","retry_ms":300}')


class OpenDoor(Door):
    async def ticket(self, run: UUID) -> str:  # type: ignore[explicit-override]  # noqa: ARG002
        return "g1"


class Scripted:
    """A carrier that brings a frame each 50 ms from where it is asked to go on, or ends at once."""

    def __init__(self, log: list[Frame], *ends: End) -> None:
        self._log = log
        self._ends = [*ends]
        self.asked_since: list[int] = []
        self.sent: list[bytes] = []

    async def carry(self, ticket: str, since: Replica | None, listener: Listener) -> End:  # noqa: ARG002
        self.asked_since.append(since.n if since else 0)
        if self._ends:
            return self._ends.pop(0)
        listener.welcomed({"type": "welcome", "you": {"id": "g1"}})
        for frame in self._log[self.asked_since[-1] :]:
            if (end := listener.framed(frame)) is not None:
                return end
            await SystemClock().sleep(timedelta(milliseconds=50))
        return CloseCode.RUN_ENDED, ""

    def send(self, command: bytes) -> None:
        self.sent.append(command)


def a_log(frames: int) -> list[Frame]:
    first = Frame(n=1, epoch=1, at=0, state={"sum": 1})
    return [first, *(Frame(n=n, epoch=1, at=n, patch={"sum": n}) for n in range(2, frames + 1))]


async def follow(socket: Scripted, segments: Scripted, by: By) -> tuple[Room, list[int]]:
    async with aiohttp.ClientSession() as http:
        room = Room(OpenDoor("http://127.0.0.1:1", http), RUN, SystemClock(), by)
        room._socket, room._segments = socket, segments  # type: ignore[assignment]  # as scripted
        room._carrier = segments if by is By.HTTP else socket
        async with running(room._keep()), asyncio.timeout(WAIT):
            return room, [frame.n async for frame in room]


async def test_a_full_house_is_followed_over_http_until_there_is_room_for_a_socket() -> None:
    log = a_log(20)
    socket, segments = Scripted(log, FULL), Scripted(log)

    room, numbers = await follow(socket, segments, By.EITHER)

    assert numbers == list(range(1, 21))
    assert segments.asked_since == [0]
    assert socket.asked_since[0] == 0
    assert 1 < socket.asked_since[1] < 20  # it went on where HTTP had come to
    assert room.resyncs == 0


async def test_who_wants_the_socket_alone_waits_for_it() -> None:
    log = a_log(3)
    socket, segments = Scripted(log, FULL), Scripted(log)

    _, numbers = await follow(socket, segments, By.SOCKET)

    assert numbers == [1, 2, 3]
    assert segments.asked_since == []


async def test_who_wants_http_alone_opens_no_socket() -> None:
    log = a_log(3)
    socket, segments = Scripted(log), Scripted(log)

    _, numbers = await follow(socket, segments, By.HTTP)

    assert numbers == [1, 2, 3]
    assert socket.asked_since == []
