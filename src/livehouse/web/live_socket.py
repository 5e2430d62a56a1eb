"""The WebSocket at `/live/{run}`: uvicorn's upgrade handed to picows, and that to the engine.

It comes before the web framework, so it does for itself what the framework does elsewhere: path
and origin, the client's address, its place among the server's connections, and the end.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Protocol, cast

import structlog
from picows import WSMsgType
from picows.picows import WSProtocol  # type: ignore[attr-defined]  # its stub leaves it out
from uvicorn.config import Config
from uvicorn.server import ServerState

from livehouse.engine import limits
from livehouse.engine.gateway import Gateway
from livehouse.web.addresses import TrustedProxies

log = structlog.get_logger()

PATH_START = "/live/"
REASON_BYTES_MAX = 123  # what a close frame holds
_TEXT = cast(WSMsgType, int(WSMsgType.TEXT.value))  # a plain number spares a lookup per send
_STATUS = {403: "Forbidden", 404: "Not Found", 503: "Service Unavailable"}
_KEPT = (b"sec-websocket-key", b"sec-websocket-version")


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSockets:
    """What all live sockets of this process share.

    `origins` are other sites that may embed the room (`https://shop.example`), beside our own
    host; a client without an Origin is no browser and needs none. `retry_ms` tells each client
    how long to wait before it comes back after a restart, each a different time.
    """

    gateway: Gateway
    retry_ms: Callable[[], int]
    origins: Collection[str] = ()
    trusted: TrustedProxies = TrustedProxies(())  # noqa: RUF009 - it never changes

    def protocol(self) -> type[asyncio.Protocol]:
        """The class for uvicorn's setting `ws`."""
        # uvicorn only calls it with config, server_state and app_state: a partial does.
        return cast(type[asyncio.Protocol], partial(_Upgrade, self))


class _Request(Protocol):
    path: str
    headers: Iterable[tuple[bytes, bytes]]


class _Refused(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _Upgrade(WSProtocol):  # type: ignore[misc]  # picows has no type for it
    """One connection: picows' protocol with a head that uvicorn has read already."""

    __slots__ = ("_listener", "_shared", "_state")

    def __init__(
        self,
        shared: LiveSockets,
        config: Config,  # noqa: ARG002 - uvicorn names it
        server_state: ServerState,
        app_state: dict[str, object],  # noqa: ARG002 - uvicorn names it
    ) -> None:
        self._shared = shared
        self._state = server_state
        self._listener = _Viewer(self, shared.retry_ms)
        super().__init__(
            None,  # host and path are a client's
            None,
            False,  # noqa: FBT003 - picows takes them by position: the server's side
            lambda _request: self._listener,
            _QUIET,
            True,  # noqa: FBT003 - disconnect on our exceptions
            None,  # the head is here already: nothing to wait for
            False,  # noqa: FBT003 - the gateway pings; a task per connection would cost memory
            0,
            0,
            None,
            True,  # noqa: FBT003 - answer pings
            limits.MESSAGE_BYTES_MAX,
            None,
            limits.SOCKET_READ_BUFFER_BYTES,
        )
