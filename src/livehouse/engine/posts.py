"""Viewers without a socket: what they send comes in posts, and what we answer goes back with them.

Each has a session like a socket's, kept between posts, so that the same commands, rates and
counts hold for both. Who posts nothing for a while has left.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Protocol, TypeAlias

from msgspec import Meta, Raw, Struct

from livehouse.engine import limits
from livehouse.engine.backplane import Line
from livehouse.engine.gateway import DEFAULT_ALLOWANCES, Allowances
from livehouse.engine.outbox import Hand
from livehouse.engine.ports import Tickets, Visitor
from livehouse.engine.protocol import CloseCode, Keep, ServerMs
from livehouse.engine.rates import TokenBucket
from livehouse.engine.session import Session
from livehouse.engine.vocabulary import request_id
from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.errors import Busy, DomainError, NotAllowed, NotFound, TooManyRequests
from livehouse.foundation.ids import RunId

_Name: TypeAlias = tuple[RunId, str]


class Signals(Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /live/{run}/signals`: what a viewer without a socket does, and that they are there.

    `ticket` is as for `join`; `commands` are as over the WebSocket, without `join` itself.
    """

    ticket: Annotated[str, Meta(max_length=2_048, description="As for `join`.")]
    commands: Annotated[
        tuple[Raw, ...],
        Meta(max_length=limits.POST_COMMANDS_MAX, description="As on the socket, without `join`."),
    ] = ()


class Answers(Struct, frozen=True):
    """What a socket would have pushed, also what came too late for the post before.

    The first holds `welcome`, whose `resume` is the ticket for the posts that follow. Who posts
    again within `again_ms` is counted without a break.
    """

    answers: Annotated[
        tuple[Raw, ...],
        Meta(
            description="What the socket would say to you alone; the first time also `welcome`,"
            " whose `resume` is the ticket for the posts that follow."
        ),
    ]
    server_ms: ServerMs
    again_ms: Annotated[int, Meta(description="Post again within so long, to be counted.")] = (
        limits.POST_AGAIN_MS
    )


class Room(Protocol):
    """The gateway, as posts see it."""

    def received(self, session: Session, payload: bytes | memoryview) -> None: ...
    def attend(self, session: Session) -> None: ...
    def leave(self, session: Session) -> None: ...
    def words(self, refusal: DomainError, language: str) -> str: ...
    def keep(self, session: Session) -> Keep: ...
    def say(self, run: RunId, line: Line, answer: Callable[[bool], None]) -> None: ...


class _Post:
    """One request: the answers that it waits for by their ids, and those it has got."""

    def __init__(self, ids: Sequence[str]) -> None:
        self.missing = Counter(ids)
        self.answers: list[bytes] = []
        self.answered = asyncio.Event()

    def take(self, name: str, payload: bytes) -> None:
        self.answers.append(payload)
        self.missing -= Counter([name])
        if not self.missing:
            self.answered.set()


class _Mailbox:
    """A transport whose other side comes and fetches."""

    def __init__(self) -> None:
        self.waiting: deque[bytes] = deque(maxlen=limits.POST_ANSWERS_KEPT)
        self.posts: list[_Post] = []
        self.current: _Post | None = None  # whose commands are being done just now
        self.closed: CloseCode | None = None

    @property
    def hand(self) -> Hand:
        return self._no_frames

    def send(self, payload: bytes) -> None:
        name = request_id(payload)
        for post in self.posts:
            if post.missing[name] > 0:
                post.take(name, payload)
                return
        if self.current is not None:
            self.current.answers.append(payload)
        else:
            self.waiting.append(payload)

    def waiting_bytes(self) -> int:
        return 0  # the mailbox forgets by number; no buffer fills

    def ping(self) -> None: ...

    def close(self, code: CloseCode, reason: str = "") -> None:  # noqa: ARG002 - nobody reads it
        self.closed = code

    def _no_frames(self, _shared: bytearray, _offset: int) -> None:
        raise AssertionError("who posts gets frames by segments")


class _Keeper:
    """The gateway, without what concerns connections."""

    def __init__(self, room: Room) -> None:
        self.received = room.received
        self.lost = room.leave
        self.words = room.words
        self.keep = room.keep
        self.say = room.say

    def may_ping(self, session: Session) -> bool:  # noqa: ARG002 - nobody pings by post
        return False

    def paused(self, session: Session) -> None: ...
    def resumed(self, session: Session) -> None: ...


class _Poster(Struct):
    session: Session
    mailbox: _Mailbox
    seen_ms: int


class Posts:
    """All viewers of this node that post."""

    def __init__(
        self,
        room: Room,
        tickets: Tickets,
        clock: Clock,
        allowances: Allowances = DEFAULT_ALLOWANCES,
        *,
        seconds_max: float = limits.POST_SECONDS_MAX,
    ) -> None:
        self._keeper = _Keeper(room)
        self._room = room
        self._tickets = tickets
        self._clock = clock
        self._messages = partial(
            TokenBucket,
            allowances.messages_per_second,
            max(allowances.messages_burst, limits.POST_COMMANDS_MAX + 1),
        )
        self._per_address = allowances.connections_per_address
        self._seconds_max = seconds_max
        self._posters: OrderedDict[_Name, _Poster] = OrderedDict()  # the last to post is last
        self._addresses: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._posters)

    async def post(self, run: RunId, signals: Signals, address: str) -> Answers:
        """Do what the viewer asks and wait for the answers, but not for long."""
        visitor = self._tickets.verify(signals.ticket, run)
        poster = self._poster(run, visitor, address)
        session, mailbox = poster.session, poster.mailbox
        if not session.may_speak(poster.seen_ms):
            raise TooManyRequests(retry_seconds=1)
        payloads = [bytes(command) for command in signals.commands]
        post = _Post([name for name in map(request_id, payloads) if name])
        mailbox.posts.append(post)
        try:
            mailbox.current = post
            for payload in payloads:
                session.received(payload)
            mailbox.current = None
            if post.missing and not session.closing:
                async with asyncio.timeout(self._seconds_max):
                    await post.answered.wait()
        except TimeoutError:
            pass  # what comes later is in the mailbox, and fetched by the next post
        finally:
            mailbox.posts.remove(post)
        other, mailbox.waiting = mailbox.waiting, deque(maxlen=limits.POST_ANSWERS_KEPT)
        return Answers(tuple(map(Raw, (*other, *post.answers))), self._now_ms())

    def sweep(self) -> None:
        """Those who have not posted for long have left."""
        too_old = self._now_ms() - limits.POST_SILENCE_MS_MAX
        while self._posters:
            name, poster = next(iter(self._posters.items()))
            if poster.seen_ms > too_old:
                return
            del self._posters[name]
            self._addresses[poster.session.address] -= 1
            if self._addresses[poster.session.address] <= 0:
                del self._addresses[poster.session.address]
            poster.session.lost()

    def _poster(self, run: RunId, visitor: Visitor, address: str) -> _Poster:
        self.sweep()
        now_ms = self._now_ms()
        # Guests without an id are known by their address, lest all of them share one allowance.
        name = run, visitor.id or address
        poster = self._posters.get(name)
        if poster is None:
            poster = self._posters[name] = self._newcomer(run, visitor, address)
        if poster.mailbox.closed is not None:
            raise _refusal(poster.mailbox.closed)
        poster.seen_ms = now_ms
        self._posters.move_to_end(name)
        session = poster.session
        session.visitor = visitor
        if now_ms - session.kept_ms >= limits.RESUME_EVERY_MS:
            session.kept_ms = now_ms
            session.push(session.keep())
        return poster

    def _newcomer(self, run: RunId, visitor: Visitor, address: str) -> _Poster:
        if len(self._posters) >= limits.POSTERS_MAX:
            raise Busy(retry_seconds=limits.POST_AGAIN_MS // 1_000)
        if self._addresses[address] >= self._per_address:
            raise TooManyRequests(retry_seconds=limits.POST_AGAIN_MS // 1_000)
        now_ms, mailbox = self._now_ms(), _Mailbox()
        session = Session(
            run, mailbox, self._keeper, address, now_ms=now_ms, messages=self._messages()
        )
        session.visitor, session.joined = visitor, True
        self._room.attend(session)
        self._addresses[address] += 1
        return _Poster(session, mailbox, now_ms)

    def _now_ms(self) -> int:
        return to_ms(self._clock.now())


def _refusal(code: CloseCode) -> DomainError:
    """Why a viewer whose session we ended may not post on, until they have been silent."""
    if code is CloseCode.BANNED:
        return NotAllowed()
    if code is CloseCode.RUN_ENDED:
        return NotFound()
    return TooManyRequests(retry_seconds=limits.POST_SILENCE_MS_MAX // 1_000)
