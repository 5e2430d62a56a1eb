"""A network camera: RTSP (RFC 2326) over one TCP connection, with the film that FFmpeg sends."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.support.encoders import FFMPEG, stopped

PACKET_BYTES = 1200
REQUEST = re.compile(r"([A-Z_]+) rtsp://[^ ]+ RTSP/1.0")
PAIRS_TRIED_MAX = 100
LEAVE_SECONDS_MAX = 15.0


class RtspCamera:
    """Answers the four requests that a player has, then hands on what FFmpeg sends by RTP."""

    def __init__(self, film: Path, *, elsewhere: str = "") -> None:
        self._film = film
        # Where it sends everybody instead, if anywhere.
        self._elsewhere = elsewhere
        self.asked: list[str] = []
        self._playing: list[asyncio.Task[None]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ports = [*_udp_pair(), *_udp_pair()]
        try:
            async with asyncio.TaskGroup() as tasks:
                await self._talk(reader, writer, ports, tasks)
                for task in self._playing:
                    task.cancel()
        except* OSError:
            pass
        finally:
            for port in ports:
                port.close()
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _talk(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        ports: list[socket.socket],
        tasks: asyncio.TaskGroup,
    ) -> None:
        description = await self._described(ports)
        with suppress(asyncio.IncompleteReadError, OSError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode(errors="replace")
                # Before a request there may be reports of what was received.
                found = REQUEST.search(head)
                if found is None:
                    continue
                head, method = head[found.start() :], found[1]
                self.asked.append(method)
                writer.write(self._answer(head, method, description))
                if method == "PLAY":
                    self._playing.append(tasks.create_task(self._play(ports, writer)))

    def _answer(self, head: str, method: str, description: bytes) -> bytes:
        fields = dict(line.split(": ", 1) for line in head.splitlines()[1:] if ": " in line)
        lines = [f"CSeq: {fields['CSeq']}", "Session: 1"]
        if self._elsewhere:
            lines += [f"Location: {self._elsewhere}"]
            return _message("RTSP/1.0 302 Found", lines)
        if method == "DESCRIBE":
            lines += ["Content-Type: application/sdp", f"Content-Length: {len(description)}"]
            return _message("RTSP/1.0 200 OK", lines) + description
        if method == "SETUP":
            lines.append(f"Transport: {fields['Transport']}")
        if method == "OPTIONS":
            lines.append("Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")
        return _message("RTSP/1.0 200 OK", lines)

    async def _described(self, ports: list[socket.socket]) -> bytes:
        """FFmpeg writes the SDP itself; the tracks get names for SETUP."""
        process = await self._ffmpeg(ports, "-t", "0.1", said=asyncio.subprocess.PIPE)
        async with stopped(process):
            said, _ = await process.communicate()
        text = said.decode().partition("v=0")[2]
        tracks = text.split("m=")
        named = [f"{track.rstrip()}\r\na=control:track{number}\r\n"
                 for number, track in enumerate(tracks[1:])]  # fmt: skip
        sdp = "v=0" + tracks[0] + "".join(f"m={one}" for one in named)
        return "\r\n".join(sdp.splitlines()).encode() + b"\r\n"

    async def _play(self, ports: list[socket.socket], writer: asyncio.StreamWriter) -> None:
        process = await self._ffmpeg(ports, before=("-re", "-stream_loop", "-1"))
        loop = asyncio.get_running_loop()
        async with stopped(process), asyncio.TaskGroup() as tasks:
            for number, port in enumerate(ports):
                tasks.create_task(_hand_on(loop, port, writer, number))

    async def _ffmpeg(
        self,
        ports: list[socket.socket],
        *after: str,
        before: tuple[str, ...] = (),
        said: int = asyncio.subprocess.DEVNULL,
    ) -> asyncio.subprocess.Process:
        places = [f"rtp://127.0.0.1:{port.getsockname()[1]}?pkt_size={PACKET_BYTES}"
                  for port in ports[::2]]  # fmt: skip
        return await asyncio.create_subprocess_exec(
            FFMPEG, "-hide_banner", "-loglevel", "error", *before, "-i", str(self._film), *after,
            "-map", "0:v", "-c", "copy", "-f", "rtp", places[0],
            *after, "-map", "0:a", "-c", "copy", "-f", "rtp", places[1],
            stdin=asyncio.subprocess.DEVNULL, stdout=said,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip


@asynccontextmanager
async def rtsp_camera(film: Path, *, elsewhere: str = "") -> AsyncIterator[str]:
    """Its address, for as long as the block lasts."""
    camera = RtspCamera(film, elsewhere=elsewhere)
    async with asyncio.TaskGroup() as tasks:
        inside: set[asyncio.Task[None]] = set()

        def enter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            inside.add(tasks.create_task(camera.serve(reader, writer)))

        server = await asyncio.start_server(enter, "127.0.0.1", 0)
        try:
            yield f"rtsp://127.0.0.1:{server.sockets[0].getsockname()[1]}/camera"
        finally:
            server.close()
            if inside:
                # Whoever watched has gone: each connection ends by itself, its FFmpeg first.
                await asyncio.wait(inside, timeout=LEAVE_SECONDS_MAX)
            for task in inside:
                task.cancel()


async def _hand_on(
    loop: asyncio.AbstractEventLoop, port: socket.socket, writer: asyncio.StreamWriter, channel: int
) -> None:
    """Each packet behind a dollar, its channel and its length (RFC 2326, 10.12)."""
    while True:
        data = await loop.sock_recv(port, 65_536)
        writer.write(b"$" + bytes((channel,)) + len(data).to_bytes(2, "big") + data)
        await writer.drain()


def _message(first: str, lines: list[str]) -> bytes:
    return "\r\n".join([first, *lines, "", ""]).encode()


def _udp_pair() -> tuple[socket.socket, socket.socket]:
    """For packets, and at the next port for the sender's reports, which keep tracks in step."""
    for _ in range(PAIRS_TRIED_MAX):
        made, beside = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        made.setblocking(False)  # noqa: FBT003 - the library's own form
        beside.setblocking(False)  # noqa: FBT003
        made.bind(("127.0.0.1", 0))
        try:
            beside.bind(("127.0.0.1", made.getsockname()[1] + 1))
        except OSError:
            made.close()
            beside.close()
            continue
        return made, beside
    raise OSError("no two ports beside each other")
