"""How frames reach one viewer: what a transport must do, and what follows when it cannot keep up.

The queue is the transport's own write buffer, so that nothing is kept twice. Over the first bound
the transport pauses: frames stop, and when it has drained the viewer gets what it missed, or a
fresh keyframe. Over the second bound, or after too long, the viewer is closed with a code.
"""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from livehouse.engine.protocol import CloseCode

# Queues a parcel, which others share, from the given offset on. It never waits.
Hand: TypeAlias = Callable[[bytearray, int], None]


class Transport(Protocol):
    """One viewer's connection. It calls `Session.pause` and `resume` by its write buffer."""

    @property
    def hand(self) -> Hand: ...
    def send(self, payload: bytes) -> None: ...
    def waiting_bytes(self) -> int: ...
    def ping(self) -> None: ...
    def close(self, code: CloseCode, reason: str = "") -> None:
        """Say why and hang up, within seconds even when the other side does not answer."""
        ...
