"""The room over plain HTTP: segments that any cache may hold, and what one does by post."""

import asyncio
import random
from collections import deque
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

import aiohttp
import msgspec
from msgspec import Struct, structs

from livehouse.client import limits
from livehouse.client.carriers import Answer, End, Listener
from livehouse.client.following import Replica
from livehouse.client.returning import backoff
from livehouse.client.wire import ABNORMAL
from livehouse.engine.limits import POST_AGAIN_MS, POST_COMMANDS_MAX, SEGMENT_MS
from livehouse.engine.protocol import CloseCode, Frame, Say, decode_frame
from livehouse.foundation.clock import Clock, to_ms

_CHAT, _NAME_AT = "c", 2  # a line of chat is (id, author, name, text, …)
_TIMEOUT = aiohttp.ClientTimeout(total=limits.ANSWER_SECONDS_MAX)
_MISPLACED = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class _Segment(Struct):
    frames: tuple[Frame, ...] = ()
    names: dict[str, str] = {}


class _Index(Struct):
    last: int
    ended: bool
    revisions: dict[str, int] = {}


class _Place(Struct, frozen=True):
    """Where to read next; without a segment it is a keyframe of now."""

    segment: int | None = None
    revision: int = 0

    @property
    def name(self) -> str:
        if self.segment is None:
            return "latest.json"
        return f"{self.segment}.{self.revision}.json" if self.revision else f"{self.segment}.json"


class _Answers(Struct):
    answers: tuple[dict[str, Any], ...] = ()
    again_ms: int = POST_AGAIN_MS


class _NotGiven(Exception):
    """An address without what we want; `status` is `ABNORMAL` where nobody answered."""

    def __init__(self, status: int, code: str = "") -> None:
        super().__init__(status, code)
        self.status = status
        self.code = code


class HttpCarrier:
    """Some seconds behind the socket, and it needs no connection that lasts."""

    def __init__(self, address: str, run: UUID, http: aiohttp.ClientSession, clock: Clock) -> None:
        self._base = f"{address}/live/{run}"
        self._http = http
        self._clock = clock
        self._waiting: deque[bytes] = deque(maxlen=limits.REQUESTS_WAITING_MAX)
        self._something = asyncio.Event()

    async def carry(self, ticket: str, since: Replica | None, listener: Listener) -> End:
        self._waiting.clear()
        async with asyncio.TaskGroup() as tasks:
            ways = {
                tasks.create_task(self._follow(since, listener)),
                tasks.create_task(self._post(ticket, listener)),
            }
            done, others = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for other in others:
                other.cancel()
        return done.pop().result()

    def send(self, command: bytes) -> None:
        self._waiting.append(command)
        self._something.set()

    # Frames.

    async def _follow(self, since: Replica | None, listener: Listener) -> End:
        """Segment after segment, each of which begins with a keyframe, until the visit ends."""
        place = self._beginning(since)
        failures = 0
        while True:
            try:
                frames, following = await self._read(place)
            except _NotGiven as lack:
                failures += 1
                if failures > limits.FAILURES_MAX:
                    return lack.status, lack.code
                await self._pause(backoff(failures, random.random()))  # noqa: S311 - jitter
                found = await self._elsewhere(place, lack)
                if found is None:
                    return CloseCode.RUN_ENDED, ""
                place = found
                continue
            place, failures = following, 0
            for frame in frames:
                if (end := listener.framed(frame)) is not None:
                    return end

    def _beginning(self, since: Replica | None) -> _Place:
        """After what is known already, unless that is so old that now is better."""
        if since is None or to_ms(self._clock.now()) - since.at > limits.RECENT_MS:
            return _Place()
        return _Place(since.at // SEGMENT_MS)

    async def _read(self, place: _Place) -> tuple[tuple[Frame, ...], _Place]:
        """The frames at a place, and the place that follows."""
        payload = await self._get(place.name)
        if place.segment is not None:
            return _named(payload), _Place(place.segment + 1)
        frame = decode_frame(payload)
        return (frame,), _Place(frame.at // SEGMENT_MS)

    async def _elsewhere(self, place: _Place, lack: _NotGiven) -> _Place | None:
        """Where to look for what is not where it was looked for; None when the show is over."""
        if lack.status not in _MISPLACED or lack.code == "too_early":
            return place
        try:
            index = msgspec.json.decode(await self._get("index.json"), type=_Index)
        except _NotGiven:
            return _Place()
        if index.ended and (place.segment is None or place.segment > index.last):
            return None
        revision = index.revisions.get(str(place.segment), 0)
        return _Place(place.segment, revision) if revision > place.revision else _Place()

    async def _get(self, name: str) -> bytes:
        return await self._ask("GET", f"/frames/{name}")

    # Signals.

    async def _post(self, ticket: str, listener: Listener) -> End:
        """Say what waits, and that we are here, until the house wants us no more."""
        failures = 0
        while True:
            batch = [
                self._waiting.popleft() for _ in range(min(len(self._waiting), POST_COMMANDS_MAX))
            ]
            head = msgspec.json.encode(ticket)
            body = b'{"ticket":%s,"commands":[%s]}' % (head, b",".join(batch))
            try:
                said = await self._ask("POST", "/signals", body)
            except _NotGiven as lack:
                if lack.status == HTTPStatus.UNAUTHORIZED:
                    return CloseCode.BAD_TICKET, ""
                if lack.status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
                    return lack.status, lack.code
                failures += 1
                self._waiting.extendleft(reversed(batch))
                await self._pause(backoff(failures, random.random()))  # noqa: S311 - jitter
                continue
            failures = 0
            answers = msgspec.json.decode(said, type=_Answers)
            ticket = self._tell(answers, listener) or ticket
            await self._until_something(answers.again_ms / 1_000)

    def _tell(self, answers: _Answers, listener: Listener) -> str:
        """Hand the answers on; the ticket to post with from now on, if there is a new one."""
        resume = ""
        for answer in answers.answers:
            if answer.get("type") in ("welcome", "resume"):
                resume = answer.get("resume", "")
            _hand_on(answer, listener)
        return resume

    async def _until_something(self, seconds: float) -> None:
        """Until there is something to say, with what comes right after it; or for so long."""
        if not self._waiting:
            self._something.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._something.wait()
            except TimeoutError:
                return
        await self._pause(limits.TOGETHER_SECONDS)

    async def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        try:
            url = self._base + path
            async with self._http.request(method, url, data=body, timeout=_TIMEOUT) as answer:
                said = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _NotGiven(ABNORMAL, str(error)) from None
        if answer.status != HTTPStatus.OK:
            raise _NotGiven(answer.status, _code_of(said))
        return said

    async def _pause(self, seconds: float) -> None:
        await self._clock.sleep(timedelta(seconds=seconds))


def _hand_on(answer: Answer, listener: Listener) -> None:
    if answer.get("type") == "welcome":
        listener.welcomed(answer)
    else:
        listener.answered(answer)


def _named(payload: bytes) -> tuple[Frame, ...]:
    """Frames as the socket says them: segments keep the names of those who speak apart."""
    segment = msgspec.json.decode(payload, type=_Segment)
    return tuple(
        structs.replace(frame, says=tuple(_with_name(say, segment.names) for say in frame.says))
        for frame in segment.frames
    )


def _with_name(say: Say, names: dict[str, str]) -> Say:
    if not str(say[0]).startswith(_CHAT) or len(say) <= _NAME_AT or say[_NAME_AT]:
        return say
    return (*say[:_NAME_AT], names.get(str(say[1]), ""), *say[_NAME_AT + 1 :])


def _code_of(body: bytes) -> str:
    try:
        told = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return ""
    return str(told.get("code", "")) if isinstance(told, dict) else ""
