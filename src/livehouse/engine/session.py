"""One connected client: who it is, what it may still do, and how to answer it."""

from collections.abc import Callable
from typing import Protocol

from msgspec import UNSET

from livehouse.engine import limits
from livehouse.engine.backplane import Line
from livehouse.engine.outbox import Hand, Transport
from livehouse.engine.ports import Visitor
from livehouse.engine.protocol import CloseCode, Keep, Push, Refused, encode
from livehouse.engine.rates import TokenBucket
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import RunId

GUEST = Visitor(id="")


class Keeper(Protocol):
    """The gateway, as its sessions see it."""

    def received(self, session: "Session", payload: bytes | memoryview) -> None: ...
    def may_ping(self, session: "Session") -> bool: ...
    def paused(self, session: "Session") -> None: ...
    def resumed(self, session: "Session") -> None: ...
    def lost(self, session: "Session") -> None: ...
    def words(self, refusal: DomainError, language: str) -> str: ...
    def keep(self, session: "Session") -> Keep: ...
    def say(self, run: RunId, line: Line, answer: Callable[[bool], None]) -> None: ...


class Session:
    """Small on purpose: a node holds thousands of them."""

    __slots__ = (
        "_keeper",
        "_likes",
        "_messages",
        "_strikes",
        "_transport",
        "address",
        "began_ms",
        "blocked",
        "closing",
        "hand",
        "heard",
        "joined",
        "kept_ms",
        "pinged",
        "run",
        "visitor",
    )

    def __init__(
        self,
        run: RunId,
        transport: Transport,
        keeper: Keeper,
        address: str,
        *,
        now_ms: int,
        messages: TokenBucket,
    ) -> None:
        self.run = run
        self.address = address
        self.began_ms = now_ms
        self.visitor = GUEST
        self.joined = False
        self.closing = False
        self.blocked = False
        self.heard = True
        self.pinged = False
        self.kept_ms = now_ms  # when it got its newest ticket to come back with
        self.hand: Hand = transport.hand
        self._transport = transport
        self._keeper = keeper
        self._messages = messages
        self._strikes: TokenBucket | None = None
        self._likes: TokenBucket | None = None

    # What handlers call.

    def push(self, message: Push) -> None:
        self.send(encode(message))

    def send(self, payload: bytes) -> None:
        """Queue a message for this client alone; close it when too much waits already."""
        if self.closing:
            return
        if self._transport.waiting_bytes() > limits.OUTBOX_BYTES_MAX:
            self.close(CloseCode.TOO_SLOW)
            return
        self._transport.send(payload)

    def say(self, line: Line, answer: Callable[[bool], None]) -> None:
        """Ask for a line to be shown in the room; `answer` hears whether it was."""
        self._keeper.say(self.run, line, answer)

    def keep(self) -> Keep:
        """How this client may come back, should it lose us."""
        return self._keeper.keep(self)

    def refuse(self, request_id: str, refusal: DomainError) -> None:
        """Say no to the request with this id, in the visitor's language."""
        message = self._keeper.words(refusal, self.visitor.language)
        seconds = refusal.params.get("retry_seconds")
        retry_ms = seconds * 1_000 if isinstance(seconds, int) else UNSET
        self.push(Refused(request_id, refusal.code, message, retry_ms))

    def close(self, code: CloseCode, reason: str = "") -> None:
        """Hang up with a reason; nothing is sent after it, and nothing more is heard."""
        if not self.closing:
            self.closing = True
            self._keeper.lost(self)
            self._transport.close(code, reason)

    # What the transport calls.

    def received(self, payload: bytes | memoryview) -> None:
        self.heard = True
        if not self.closing:
            self._keeper.received(self, payload)

    def may_ping(self) -> bool:
        """Whether to answer a ping on the transport's own level, which counts as a message."""
        self.heard = True
        return not self.closing and self._keeper.may_ping(self)

    def pause(self) -> None:
        """The write buffer is above `OUTBOX_BYTES_SLOW`."""
        self.blocked = True
        if not self.closing:
            self._keeper.paused(self)

    def resume(self) -> None:
        """The write buffer has drained."""
        self.blocked = False
        if not self.closing:
            self._keeper.resumed(self)

    def lost(self) -> None:
        """The other side is gone."""
        if not self.closing:
            self.closing = True
            self._keeper.lost(self)

    # What the gateway asks.

    def may_speak(self, now_ms: int) -> bool:
        return self._messages.take(1, now_ms)

    def likes_allowed(self, count: int, now_ms: int) -> int:
        if self._likes is None:
            self._likes = TokenBucket(limits.LIKES_PER_SECOND, limits.LIKES_BURST)
        return self._likes.take_up_to(count, now_ms)

    def strike(self, now_ms: int) -> None:
        """One more message that no honest client sends; too many end the session."""
        if self._strikes is None:
            self._strikes = TokenBucket(limits.STRIKES_PER_SECOND, limits.STRIKES_MAX)
        if not self._strikes.take(1, now_ms):
            self.close(CloseCode.PROTOCOL)

    def listen(self) -> bool:
        """Whether the client lives: heard since the last look, or asked now for the first time."""
        if self.heard:
            self.heard = self.pinged = False
        elif self.pinged:
            return False
        else:
            self.pinged = True
            self._transport.ping()
        return True
