"""The media process: `python -m livehouse.media.process --data DIR --port 0`."""

import argparse
import asyncio
import ctypes
import logging
import os
import secrets
import signal
import sys
from pathlib import Path

import msgspec
import structlog
from aiohttp import web
from msgspec import Struct

from livehouse.foundation.clock import SystemClock
from livehouse.media.after.control import RecordingControl
from livehouse.media.after.pages import RecordingPages
from livehouse.media.after.recordings import Recordings
from livehouse.media.caption_pages import CaptionPages
from livehouse.media.control import Control
from livehouse.media.host import Host
from livehouse.media.ingest.http_gate import HttpGate
from livehouse.media.ingest.rtmp.receiver import rtmp_receivers
from livehouse.media.limits import CONTROL_BODY_BYTES_MAX
from livehouse.media.outgoing_control import OutgoingControl
from livehouse.media.problems import refusals_as_problems
from livehouse.media.serving import VideoPages
from livehouse.media.specs import Announcement, DiskRoom, Receivers
from livehouse.media.webrtc.links import WEBRTC_VARIABLE, WebRtcLinks, keep_to_ports
from livehouse.media.webrtc.whep import Whep
from livehouse.media.webrtc.whip import Whip

SET_PARENT_DEATH_SIGNAL = 1
TOKEN_BYTES = 32
SHUTDOWN_SECONDS = 2.0


class Options(Struct, frozen=True):
    data: Path
    port: int
    room: DiskRoom = DiskRoom()
    receivers: Receivers = Receivers()
    webrtc: WebRtcLinks = WebRtcLinks()


async def serve(options: Options) -> None:
    """Announce on standard output, then serve until a signal comes or standard input ends."""
    leaving = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, leaving.set)
    # Ctrl-C in a terminal reaches the whole group; the parent then tells us when to go.
    loop.add_signal_handler(signal.SIGINT, lambda: None)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    gate = HttpGate(token)
    host = Host(options.data, SystemClock(), gate=gate, room=options.room)
    recordings = Recordings(host)
    keep_to_ports(loop, options.webrtc.ports)
    whip = Whip(host.inputs, SystemClock(), options.webrtc)
    whep = Whep(host, SystemClock(), options.webrtc)
    control = Control(host, gate, token, whep.seats)
    pages = [
        *RecordingPages(recordings).routes(),
        *CaptionPages(host).routes(),
        *VideoPages(host).routes(),
        *whip.routes(),
        *whep.routes(),
        *control.routes(),
        *RecordingControl(recordings, control).routes(),
        *OutgoingControl(host, control, SystemClock()).routes(),
    ]
    runner = web.AppRunner(_application(pages), access_log=None,
                           shutdown_timeout=SHUTDOWN_SECONDS)  # fmt: skip
    await runner.setup()
    try:
        async with (
            gate.open(),
            host.carrying(),
            host.pulls.carrying(),
            recordings.workshop.open(),
            whip.carrying(),
            whep.carrying(),
            asyncio.TaskGroup() as tasks,
        ):
            lasting = [tasks.create_task(_until_parent_leaves(leaving))]
            lasting += [
                tasks.create_task(receiver.run())
                for receiver in rtmp_receivers(options.receivers, host.inputs, SystemClock())
            ]
            await web.TCPSite(runner, "127.0.0.1", options.port).start()
            _announce(Announcement(port=runner.addresses[0][1], token=token))
            await leaving.wait()
            for task in lasting:
                task.cancel()
    finally:
        await runner.cleanup()


def _application(pages: list[web.AbstractRouteDef]) -> web.Application:
    application = web.Application(
        middlewares=[refusals_as_problems], client_max_size=CONTROL_BODY_BYTES_MAX
    )
    application.add_routes(pages)
    return application


def _announce(announcement: Announcement) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(announcement) + b"\n")
    sys.stdout.buffer.flush()


async def _until_parent_leaves(leaving: asyncio.Event) -> None:
    """The parent holds the other end of standard input for as long as it lives."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while await reader.read(1024):
        pass
    leaving.set()


def die_with_parent() -> None:
    """Ask Linux for a signal when the parent dies; elsewhere the end of standard input must do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--room", default="{}", help="what recordings may take, as JSON")
    parser.add_argument("--receivers", default="{}", help="where cameras come in, as JSON")
    parser.add_argument("--parent", type=int, default=0, help="leave if this is not our parent")
    parser.add_argument("--quiet", action="store_true", help="log from warning up")
    given = parser.parse_args()
    die_with_parent()
    if given.parent and os.getppid() != given.parent:
        return  # it died before we could ask for the signal
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.WARNING if given.quiet else logging.INFO
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    given.data.mkdir(parents=True, exist_ok=True)
    receivers = msgspec.json.decode(given.receivers, type=Receivers)
    webrtc = msgspec.json.decode(os.environ.get(WEBRTC_VARIABLE, "{}"), type=WebRtcLinks)
    room = msgspec.json.decode(given.room, type=DiskRoom)
    options = Options(given.data, given.port, room, receivers, webrtc)
    asyncio.run(serve(options))


if __name__ == "__main__":
    main()
