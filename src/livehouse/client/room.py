"""A room that heals itself: its state, its frames in order, and what one can do in it."""

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from enum import Enum, auto
from typing import Self, TypeVar
from uuid import UUID

import aiohttp
import msgspec

from livehouse.client import limits
from livehouse.client.answers import Bought, Joined, Said, You
from livehouse.client.carriers import ASTRAY, Answer, Carrier, End, SocketCarrier
from livehouse.client.door import Door
from livehouse.client.errors import NotJoined, Refused
from livehouse.client.following import Astray, Replica, fold
from livehouse.client.http_carrier import HttpCarrier
from livehouse.client.requests import Requests
from livehouse.client.returning import Shut, Wait, after_end
from livehouse.engine.canonical import State, is_over
from livehouse.engine.limits import LIKES_PER_MESSAGE_MAX
from livehouse.engine.protocol import CloseCode, Frame, Like, encode
from livehouse.foundation.clock import Clock, SystemClock
from livehouse.foundation.ids import SystemIds

A = TypeVar("A")
# What a participant brings to a draw, so that nobody can have chosen its seed for them.
NONCE_BYTES = 32


class By(Enum):
    """Which carrier brings the room: the socket, with HTTP to help out, or one of them alone."""

    EITHER = auto()
    SOCKET = auto()
    HTTP = auto()


class Room:
    """Follow one run of a show.

    async with Room.follow("https://live.example", "tea-at-dusk", token="lh_…") as room:
        await room.say("is it warm?")
        async for frame in room:
            print(frame.n, room.state["counts"])

    The copy in `state` is checked against the room's hashes; a gap, a wrong copy or a lost
    connection is healed without the program's doing, from the last good frame where possible.
    """

    def __init__(self, door: Door, run: UUID, clock: Clock, by: By) -> None:
        self.run = run
        self.you = You()
        self.resyncs = 0  # how often the copy was wrong or had a gap
        self._door = door
        self._clock = clock
        self._ids = SystemIds(clock)
        self._socket = SocketCarrier(door.address, run)
        self._segments = HttpCarrier(door.address, run, door.http, clock)
        self._carrier: Carrier = self._segments if by is By.HTTP else self._socket
        self._by = by
        self._replica: Replica | None = None
        self._frames: asyncio.Queue[Frame | None] = asyncio.Queue(limits.FRAMES_WAITING_MAX)
        self._requests = Requests()
        self._opened = asyncio.Event()
        self._refusal: Refused | None = None
        self._joined = self._over = False
        self._hearts = 0
        self._resume = ""
        self._scatter_seconds = 0.0

    @classmethod
    @asynccontextmanager
    async def follow(
        cls,
        address: str,
        show_or_run: str | UUID,
        *,
        token: str = "",
        http: aiohttp.ClientSession | None = None,
        by: By = By.EITHER,
        clock: Clock | None = None,
    ) -> AsyncIterator[Self]:
        """The room of a show (its slug) or of one run, from its first keyframe on.

        `token` is an API token; without one we are a guest, or whoever `http`'s cookies say. It
        waits for a house that is down; `Refused` when nothing is on, or we may not enter.
        """
        async with AsyncExitStack() as stack:
            if http is None:
                http = await stack.enter_async_context(aiohttp.ClientSession())
            door = Door(address, http, token)
            run = show_or_run if isinstance(show_or_run, UUID) else await door.run_of(show_or_run)
            room = cls(door, run, clock or SystemClock(), by)
            # Not a group of tasks: it would wrap whatever the caller raises into another error.
            keeping = asyncio.create_task(room._keep())  # noqa: TID251 - awaited below
            try:
                await room._opened.wait()
                if room._replica is None:
                    raise room._refusal or Refused("run_ended")
                yield room
            finally:
                keeping.cancel()
                with suppress(asyncio.CancelledError):
                    await keeping

    @property
    def state(self) -> State:
        """The room's document after the newest frame; see `docs/reference/wire.md`."""
        assert self._replica is not None, "a room opens with its first keyframe"
        return self._replica.state

    @property
    def n(self) -> int:
        """The number of the newest frame."""
        return 0 if self._replica is None else self._replica.n

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Frame:
        """The next frame, until the show is over; `Refused` when we are shut out meanwhile.

        A program that takes frames more slowly than they come gets a keyframe of that moment, and
        what passed in between (`says`) is gone.
        """
        if self._over and self._frames.empty():
            self._frames.put_nowait(None)
        frame = await self._frames.get()
        if frame is not None:
            return frame
        if self._refusal is not None:
            raise self._refusal
        raise StopAsyncIteration

    async def say(self, text: str, *, id: UUID | None = None) -> Said:  # noqa: A002 - the wire's word
        """Say something; with the id of an earlier try it is the same line again."""
        return await self._ask({"type": "chat.say", "text": text}, id, Said)

    async def buy(
        self,
        offer_id: UUID | str,
        quantity: int = 1,
        *,
        id: UUID | None = None,  # noqa: A002 - the wire's word
    ) -> Bought:
        """Buy; with the id of an earlier try it is the same order again, never a second one."""
        wish = {"type": "orders.buy", "offer_id": str(offer_id), "quantity": quantity}
        return await self._ask(wish, id, Bought)

    async def join(
        self,
        round_id: UUID | str,
        *,
        id: UUID | None = None,  # noqa: A002 - the wire's word
    ) -> Joined:
        """Take part in a round of a draw; who is in already is told so again."""
        wish = {"type": "play.join", "round_id": str(round_id),
                "nonce": secrets.token_hex(NONCE_BYTES)}  # fmt: skip
        return await self._ask(wish, id, Joined)

    def vote(self, battle_id: UUID | str, contestant: int, given: int) -> None:
        """Vote: `given` is how many you have given this contestant today in all. It is not
        answered; what was lost on the way is made good by the next, since the largest counts."""
        if self._joined:
            wish = {"type": "play.vote", "battle_id": str(battle_id), "contestant": contestant,
                    "given": given}  # fmt: skip
            self._carrier.send(msgspec.json.encode(wish))

    def like(self, count: int = 1) -> None:
        """Send hearts. They are never answered; while nothing is joined so many wait as fit into
        one message."""
        self._hearts = min(self._hearts + count, LIKES_PER_MESSAGE_MAX)
        self._send_hearts()

    def _send_hearts(self) -> None:
        if self._joined and self._hearts > 0:
            self._carrier.send(encode(Like(count=self._hearts)))
            self._hearts = 0

    async def _ask(self, wish: Mapping[str, object], id_: UUID | None, kind: type[A]) -> A:
        """The answer, `Refused`, or `TimeoutError`; sent again after each reconnect until then."""
        if self._over:
            raise self._refusal or Refused("run_ended")
        name = str(id_ or self._ids.new())
        command = msgspec.json.encode({**wish, "id": name})
        with self._requests.waiting(name, command) as answer:
            if self._joined:
                self._carrier.send(command)
            async with asyncio.timeout(limits.ANSWER_SECONDS_MAX):
                return msgspec.convert(await answer, kind)

    async def _keep(self) -> None:
        """Visit again and again until the show is over or we are shut out."""
        refusal: Refused | None = Refused("left")
        attempt = 0
        loop = asyncio.get_running_loop()
        try:
            while True:
                began = loop.time()
                (code, reason), scatter = await self._visit()
                if loop.time() - began > limits.STEADY_SECONDS:
                    attempt = 0
                step = after_end(code, reason, attempt, random.random(), scatter)  # noqa: S311
                if not isinstance(step, Wait):
                    refusal = Refused(step.code) if isinstance(step, Shut) else None
                    return
                attempt += 1
                await self._until_next(step, attempt)
        finally:
            self._finish(refusal)

    async def _until_next(self, step: Wait, attempt: int) -> None:
        """Wait, or let the other carrier help out meanwhile."""
        if step.anew:
            self._replica = None
        seconds = step.seconds
        if self._by is By.EITHER and (step.over_http or attempt > limits.HELP_AFTER_ATTEMPTS):
            self._carrier = self._segments
            seconds = seconds if step.over_http else max(seconds, limits.HELP_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._visit()
                    await self._clock.sleep(timedelta(seconds=seconds))
            self._carrier = self._socket
            self._joined = False
        else:
            await self._clock.sleep(timedelta(seconds=seconds))

    async def _visit(self) -> tuple[End, float]:
        """One visit: how it ended, and over how long a crowd that is lost like this is spread."""
        try:
            ticket = self._resume or await self._door.ticket(self.run)
            end = await self._carrier.carry(ticket, self._replica, self)
        except NotJoined as error:
            end = error.code, error.reason
        scatter = self._scatter_seconds if self._joined else 0.0
        self._joined = False
        if end[0] == CloseCode.BAD_TICKET:
            self._resume = ""
        return end, scatter

    def _finish(self, refusal: Refused | None) -> None:
        self._over, self._refusal = True, refusal
        self._requests.fail_all(refusal or Refused("run_ended"))
        self._opened.set()
        if self._frames.empty():
            self._frames.put_nowait(None)

    # What a carrier calls.

    def welcomed(self, welcome: Answer) -> None:
        """We are in: what is not answered yet is asked again, which is harmless."""
        self._joined = True
        self._keep_for_return(welcome)
        self.you = msgspec.convert(welcome.get("you", {}), You)
        for command in self._requests.commands():
            self._carrier.send(command)
        self._send_hearts()

    def framed(self, frame: Frame) -> End | None:
        """Fold the frame; tells why the visit ends with it, if it does."""
        folded = fold(self._replica, frame)
        if folded is Astray.STALE:
            return None
        if isinstance(folded, Astray):
            self.resyncs += 1
            if folded is Astray.DIFFERS:
                self._replica = None
            return ASTRAY
        self._replica = folded
        self._opened.set()
        self._offer(frame, folded)
        return (CloseCode.RUN_ENDED, "") if is_over(folded.state) else None

    def answered(self, answer: Answer) -> None:
        if answer.get("type") == "resume":
            self._keep_for_return(answer)
        else:
            self._requests.hear(answer)

    def _keep_for_return(self, told: Answer) -> None:
        self._resume = told.get("resume", "")
        self._scatter_seconds = told.get("scatter_ms", 0) / 1_000

    def _offer(self, frame: Frame, replica: Replica) -> None:
        if self._frames.full():
            while not self._frames.empty():
                self._frames.get_nowait()
            frame = msgspec.structs.replace(frame, patch={}, state=replica.state)
        self._frames.put_nowait(frame)
