"""A publisher over RTMP that does exactly what a test says, good or bad."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import av
import numpy as np

from livehouse.media.ingest.rtmp import amf, chunks
from livehouse.media.ingest.rtmp.chunks import ChunkReader, Message, chunked
from livehouse.media.packets import AudioFormat, VideoFormat
from livehouse.media.sources.encoding import VideoEncoder, silence

ANSWER_SECONDS_MAX = 30.0
HANDSHAKE = bytes((3,)) + bytes(1536)


def an_avc_header(form: VideoFormat) -> bytes:
    return b"\x17\x00\x00\x00\x00" + form.parameters.record()


def an_avc_picture(data: bytes, *, key: bool, composition_ms: int = 0) -> bytes:
    frame = 0x17 if key else 0x27
    return bytes((frame, 1)) + composition_ms.to_bytes(3, "big", signed=True) + data


def an_aac_header(form: AudioFormat) -> bytes:
    return b"\xaf\x00" + form.config


def an_aac_frame(data: bytes) -> bytes:
    return b"\xaf\x01" + data


class RtmpClient:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self._chunks = ChunkReader(1 << 20)
        self._heard: list[Message] = []

    async def shake_hands(self) -> None:
        self.writer.write(HANDSHAKE)
        answer = await self._reader.readexactly(1 + 2 * 1536)
        self.writer.write(answer[1 : 1 + 1536])

    async def publish(self, key: str) -> str:
        """The whole conversation; the code of the answer to `publish`."""
        await self.shake_hands()
        self.command("connect", 1.0, {"app": "live", "tcUrl": "rtmp://127.0.0.1/live"})
        self.command("releaseStream", 2.0, None, key)
        self.command("FCPublish", 3.0, None, key)
        self.command("createStream", 4.0, None)
        self.command("publish", 5.0, None, key, "live", stream=1)
        return await self.status()

    def command(self, *values: amf.Written, stream: int = 0) -> None:
        message = Message(chunks.COMMAND, 0, stream, amf.written(*values))
        self.writer.write(chunked(message, chunks.COMMAND_STREAM))

    def video(self, time: int, data: bytes) -> None:
        self.writer.write(_in_own_chunks(Message(chunks.VIDEO, time, 1, data), 6))

    def sound(self, time: int, data: bytes) -> None:
        self.writer.write(_in_own_chunks(Message(chunks.AUDIO, time, 1, data), 4))

    async def status(self) -> str:
        """The code of the next onStatus; "" when the other side hung up instead."""
        while (message := await self._next()) is not None:
            if message.type == chunks.COMMAND:
                values = amf.read_all(message.data)
                if values[0] == "onStatus" and isinstance(values[3], dict):
                    self.last_words = str(values[3]["description"])
                    return str(values[3]["code"])
        return ""

    async def _next(self) -> Message | None:
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            while not self._heard:
                data = await self._reader.read(4096)
                if not data:
                    return None
                self._heard += self._chunks.feed(data)
        return self._heard.pop(0)

    async def ended(self) -> bool:
        """Wait until the other side hangs up."""
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            with suppress(ConnectionError):
                while await self._reader.read(4096):
                    pass
        return True


@asynccontextmanager
async def rtmp_client(port: int) -> AsyncIterator[RtmpClient]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield RtmpClient(reader, writer)
    finally:
        writer.transport.abort()


class Studio:
    """Encoded pictures of plain grey and silence: the least that is a film."""

    def __init__(self, width: int = 320, height: int = 180) -> None:
        encoder = VideoEncoder(width=width, height=height, fps=25, kbps=200, preset="ultrafast")
        self.video = encoder.format
        self.pictures = list(_grey(encoder, width, height))
        self.audio, self.quiet = silence(rate=48_000, channels=2)

    def begin(self, client: RtmpClient) -> None:
        client.video(0, an_avc_header(self.video))
        client.sound(0, an_aac_header(self.audio))

    def send(self, client: RtmpClient, *, since_ms: int = 0) -> None:
        """Two seconds of it, beginning with a keyframe."""
        for number, (data, key) in enumerate(self.pictures):
            time = since_ms + number * 40
            client.sound(time & 0xFFFFFFFF, an_aac_frame(self.quiet))
            client.video(time & 0xFFFFFFFF, an_avc_picture(data, key=key))


def _grey(encoder: VideoEncoder, width: int, height: int) -> "list[tuple[bytes, bool]]":
    found = []
    for number in range(50):
        planes = np.full((height * 3 // 2, width), 100 + number, np.uint8)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        found += [
            (picture.data, picture.key)
            for picture in encoder.encode(frame, pts=number * 3600, key=number == 0)
        ]
    return found


def _in_own_chunks(message: Message, chunk_stream: int) -> bytes:
    """In chunks of 128 bytes, as a client sends that has not said otherwise; times beyond 24 bits
    are extended, and repeated with every chunk."""
    extended = message.time.to_bytes(4, "big") if message.time >= 0xFFFFFF else b""
    out = bytearray((chunk_stream,))
    out += b"\xff\xff\xff" if extended else message.time.to_bytes(3, "big")
    out += len(message.data).to_bytes(3, "big")
    out += bytes((message.type,)) + message.stream.to_bytes(4, "little") + extended
    for start in range(0, len(message.data), 128):
        if start:
            out.append(0xC0 | chunk_stream)
            out += extended
        out += message.data[start : start + 128]
    return bytes(out)
