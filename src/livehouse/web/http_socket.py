"""uvicorn's HTTP connection with bounds that it lacks: how long a head may take, and how large."""

import asyncio
from asyncio import TimerHandle
from typing import ClassVar

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from livehouse.web.limits import HEAD_BYTES_MAX, HEAD_SECONDS_MAX

_TOO_SLOW = "408 Request Timeout"
_TOO_LARGE = "431 Request Header Fields Too Large"


class BoundedHttp(HttpToolsProtocol):
    """Every request begins here, a WebSocket's too. Who sends a head byte by byte is cut off."""

    head_seconds_max: ClassVar[float] = HEAD_SECONDS_MAX
    _deadline: TimerHandle | None = None
    _head_bytes = 0

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._expect_head()

    @override
    def data_received(self, data: bytes) -> None:
        # There is no cycle before the first request, though uvicorn's types say so.
        if self._deadline is None and getattr(self.cycle, "response_complete", False):
            self._expect_head()  # the next request on a connection that is kept
        super().data_received(data)
        if self._deadline is not None:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES_MAX:
                self._refuse(_TOO_LARGE)

    @override
    def on_headers_complete(self) -> None:
        self._head_is_here()
        super().on_headers_complete()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_here()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        self._head_bytes = 0
        self._deadline = self.loop.call_later(self.head_seconds_max, self._refuse, _TOO_SLOW)

    def _head_is_here(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: str) -> None:
        self._head_is_here()
        if not self.transport.is_closing():
            head = f"HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            self.transport.write(head.encode())
            self.transport.close()
