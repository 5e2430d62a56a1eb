"""Serves a house until it is told to stop: HTTP and the live connection on one port."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import TypeAlias

import structlog
import uvicorn
from typing_extensions import override

from livehouse.app.lifespan import opened, working
from livehouse.app.platform import Platform
from livehouse.app.routes import application
from livehouse.app.settings import Settings
from livehouse.web.application import WebApplication
from livehouse.web.http_socket import BoundedHttp

log = structlog.get_logger()

# What goes on in the house while its doors are open: told the platform and the address.
Company: TypeAlias = Callable[[Platform, str], AbstractAsyncContextManager[None]]

GRACE_SECONDS = 5
KEEP_ALIVE_SECONDS = 30
_LOOK_AGAIN = timedelta(milliseconds=20)
BACKLOG = 4_096
GARBAGE_OBJECTS = 100_000


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: it would end the process before the database."""

    @contextlib.contextmanager
    @override
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    settings: Settings,
    *,
    company: Company,
    prepare: Callable[[Platform], Awaitable[None]] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> None:
    """Run everything until SIGINT or SIGTERM; `prepare` goes before the doors open, `company`
    lasts while they are open."""
    _collect_seldom()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wish in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(wish, stop.set)
    async with opened(settings, alone=True, progress=progress) as platform:
        # While the pages are made nothing else runs: rooms and pictures begin after that.
        with _listening(settings) as listening:
            pages = application(platform)
            async with working(platform):
                if prepare is not None:
                    await prepare(platform)
                async with (
                    _doors(platform, pages, listening) as address,
                    company(platform, address),
                ):
                    log.info("open", address=address)
                    gc.collect()
                    gc.freeze()
                    await stop.wait()
        log.info("closed")


def _collect_seldom() -> None:
    """Look for cyclic garbage less often (and never through what is there when the doors open).

    Thousands of orders on their way are no garbage, and looking through them again and again took
    two fifths of the time of a sale (decision 0041); so it is with the parts of a house that is
    being built.
    """
    gc.set_threshold(GARBAGE_OBJECTS, 20, 50)


@asynccontextmanager
async def _doors(
    platform: Platform, pages: WebApplication, listening: socket.socket
) -> AsyncIterator[str]:
    config = uvicorn.Config(
        pages,
        loop="none",
        http=BoundedHttp,
        ws=platform.sockets.protocol(),
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # addresses come from our own function, for both protocols
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        backlog=BACKLOG,
    )
    server = _Server(config)
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(server.serve(sockets=[listening]))
        while not server.started and not task.done():
            await platform.clock.sleep(_LOOK_AGAIN)
        platform.media.app_url = f"http://{shown}:{port}"
        try:
            yield f"http://{shown}:{port}"
        finally:
            platform.screens.watching.close()
            server.should_exit = True


@contextlib.contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    """Bind before anything begins, so that a taken port is said at once and plainly; who comes
    early waits."""
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        listening = socket.create_server(
            (settings.host, settings.port), family=family, backlog=BACKLOG
        )
    except OSError as error:
        raise PortTaken(
            f"cannot listen on {settings.host}:{settings.port}: {error.strerror}; choose --port"
        ) from None
    with listening:
        yield listening


class PortTaken(Exception):
    """Somebody else listens there, or we may not."""
