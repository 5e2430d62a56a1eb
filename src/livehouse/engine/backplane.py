"""How gateways and conductors talk across nodes, and the way they do within one process.

What it carries may be lost: frames are in the log, viewers are counted again every two seconds,
an author who hears nothing of a line is told that it was not shown, and the database refuses
whoever was banned, even where their session stayed open.
"""

from collections.abc import Callable
from typing import Protocol, TypeAlias, TypeVar

from msgspec import Struct

from livehouse.engine.protocol import Say
from livehouse.foundation.ids import RunId

R = TypeVar("R")


class Line(Struct, frozen=True):
    """A line of chat that asks to be shown; it is stored already, by whoever sends it."""

    id: str
    author: str
    say: Say
    always: bool = False  # the host's, the staff's: never left out


class Signals(Struct, frozen=True):
    """What one gateway's viewers did since it spoke last; `viewers` is how many it has now, and
    `lag_ms` how long a frame took to go out to all of them (0: none went out).

    `number` grows with each message of a node, so that one that comes twice counts once; 0 is
    never compared.
    """

    node: str
    viewers: int
    likes: int = 0
    lines: tuple[Line, ...] = ()
    lag_ms: int = 0
    number: int = 0
    claps: int = 0


class Spread(Struct, frozen=True):
    """What a run's gateways hear: a frame that is durable, what became of the lines that asked,
    and which visitors must leave. Without a payload there is no frame."""

    payload: bytes = b""
    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    dismissed: tuple[str, ...] = ()


Stop: TypeAlias = Callable[[], None]
"""Ends a subscription; calling it again is harmless."""


class Backplane(Protocol):
    """Each run is a channel of its own, so a node hears only what its viewers watch."""

    async def watch(self, run: RunId, receive: Callable[[Spread], None]) -> Stop: ...
    async def spread(self, run: RunId, spread: Spread) -> None: ...
    async def conduct(self, run: RunId, receive: Callable[[Signals], None]) -> Stop: ...
    async def signal(self, run: RunId, signals: Signals) -> None: ...


class LocalBackplane:
    """For one node, and for tests: a message is a call."""

    def __init__(self) -> None:
        self._watchers: dict[RunId, list[Callable[[Spread], None]]] = {}
        self._conductors: dict[RunId, list[Callable[[Signals], None]]] = {}

    async def watch(self, run: RunId, receive: Callable[[Spread], None]) -> Stop:
        return _subscribe(self._watchers, run, receive)

    async def spread(self, run: RunId, spread: Spread) -> None:
        for receive in tuple(self._watchers.get(run, ())):
            receive(spread)

    async def conduct(self, run: RunId, receive: Callable[[Signals], None]) -> Stop:
        return _subscribe(self._conductors, run, receive)

    async def signal(self, run: RunId, signals: Signals) -> None:
        for receive in tuple(self._conductors.get(run, ())):
            receive(signals)


def _subscribe(channels: dict[RunId, list[R]], run: RunId, receive: R) -> Stop:
    channels.setdefault(run, []).append(receive)

    def stop() -> None:
        receivers = channels.get(run, [])
        if receive in receivers:
            receivers.remove(receive)
        if not receivers:
            channels.pop(run, None)

    return stop
