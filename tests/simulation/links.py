"""A viewer's connection: bytes wait, travel, may never arrive; either end may go unheard."""

from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Protocol, TypeAlias

from livehouse.engine import limits
from livehouse.engine.outbox import Hand
from livehouse.engine.protocol import CloseCode
from livehouse.engine.session import Session
from livehouse.foundation.ids import RunId
from tests.simulation.loop import loop_here
from tests.simulation.nodes import Node

PUSH_START = b'{"type"'
Wire: TypeAlias = deque[tuple[Callable[..., None], tuple[object, ...]]]


class Client(Protocol):
    """The viewer at the other end."""

    name: str
    run: RunId

    def arrived(self, payload: bytes) -> None: ...
    def heard(self, link: "Link", payload: bytes) -> None: ...
    def dropped(self, link: "Link", code: CloseCode | None) -> None: ...


class Link:
    """The engine's transport on one side, a client on the other, a slow wire between them."""

    def __init__(self, client: Client, node: Node, name: str) -> None:
        self.name = name
        self.node = node
        self.began = loop_here().time()
        self.stalled = False
        self._client = client
        self._shared = node.shared
        self._session: Session | None = None
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._paused = self._draining = self._ending = self._cut = False
        self._up: Wire = deque()
        self._down: Wire = deque()
        self._send_up(self._open)

    # What the client does.

    def say(self, payload: bytes) -> None:
        self._send_up(self._arrive, payload)

    def cut(self, seconds: float | None) -> None:
        """The client is gone. The server hears of it after so many seconds, or never."""
        self._cut = True
        self._waiting.clear()
        if seconds is not None:
            loop_here().call_later(seconds, self._server_hears_the_end, context=self._context)

    def stall(self, seconds: float) -> None:
        """The client reads nothing for a while; what is sent waits on the server's side."""
        self.stalled = True

        def go_on() -> None:
            self.stalled = False
            self._drain()

        loop_here().call_later(seconds, go_on)

    def snap(self, seconds: float) -> None:
        """The server is gone: nothing more arrives, and the client hears of it after a while."""
        self._waiting.clear()
        self._ending = True
        loop_here().call_later(seconds, self._client_hears_the_end, None)

    # What the engine calls.

    @property
    def hand(self) -> Hand:
        return self._hand

    def send(self, payload: bytes) -> None:
        if self._cut or self._ending:
            return
        self._waiting.append(payload)
        self._bytes += len(payload)
        if not self._paused and self._bytes > limits.OUTBOX_BYTES_SLOW:
            self._paused = True
            if self._session is not None:
                self._session.pause()
        self._drain()

    def waiting_bytes(self) -> int:
        return self._bytes

    def ping(self) -> None:
        if not self._cut and not self.stalled:
            self._send_up(self._pong)

    def close(self, code: CloseCode, reason: str = "") -> None:  # noqa: ARG002 - a transport's shape
        self._shared.history.note(self.node.name, "closes", f"{self.name}: {code.name}")
        self._ending = True
        self._waiting.clear()
        self._send_down(self._client_hears_the_end, code)

    # The wire.

    @property
    def _context(self) -> Context:
        return self.node.place.context

    def _open(self) -> None:
        gateway = self.node.gateway
        if self._cut or self._ending:
            return
        if gateway.is_closed_to(gateway.connections) or not self.node.is_up:
            self._ending = True
            self._send_down(self._client_hears_the_end, None)
            return
        self._session = gateway.accept(self, self._client.run, self.name)

    def _arrive(self, payload: bytes) -> None:
        if self._session is not None and not self._ending:
            self._client.arrived(payload)
            self._session.received(payload)

    def _pong(self) -> None:
        if self._session is not None:
            self._session.heard = True

    def _server_hears_the_end(self) -> None:
        self._ending = True
        if self._session is not None:
            self._session.lost()

    def _client_hears_the_end(self, code: CloseCode | None) -> None:
        if not self._cut:
            self._cut = True
            self._client.dropped(self, code)
            if code is None:
                loop_here().call_soon(self._server_hears_the_end, context=self._context)

    def _hand(self, parcel: bytearray, offset: int) -> None:
        payload = bytes(parcel[offset:])
        self._shared.laws.frame_handed(self._client.run, payload, self.name)
        self.send(payload)

    def _drain(self) -> None:
        if self._draining or self.stalled or not self._waiting:
            return
        self._draining = True
        seconds = len(self._waiting[0]) / self._shared.weather.bytes_per_second
        loop_here().call_later(seconds, self._sent, context=self._shared.outside)

    def _sent(self) -> None:
        self._draining = False
        if not self._waiting:
            self._bytes = 0
            return
        payload = self._waiting.popleft()
        self._bytes = sum(map(len, self._waiting))
        self._send_down(self._read, payload)
        if self._paused and self._bytes <= limits.OUTBOX_BYTES_RESUME:
            self._paused = False
            loop_here().call_soon(self._flows_again, context=self._context)
        self._drain()

    def _flows_again(self) -> None:
        if self._session is not None and not self._paused:
            self._session.resume()

    def _read(self, payload: bytes) -> None:
        if not self._cut:
            self._client.heard(self, payload)

    # Whichever of a wire's callbacks runs first, what was sent first arrives first.

    def _send_up(self, arrive: Callable[..., None], *arguments: object) -> None:
        self._up.append((arrive, arguments))
        at = loop_here().time() + self._shared.weather.link_s
        loop_here().call_at(at, _deliver, self._up, context=self._context)

    def _send_down(self, arrive: Callable[..., None], *arguments: object) -> None:
        self._down.append((arrive, arguments))
        at = loop_here().time() + self._shared.weather.link_s
        loop_here().call_at(at, _deliver, self._down, context=self._shared.outside)


def _deliver(wire: Wire) -> None:
    arrive, arguments = wire.popleft()
    arrive(*arguments)
