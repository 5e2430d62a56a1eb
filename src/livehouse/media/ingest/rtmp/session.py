"""One publisher over RTMP, from its first byte to its last."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress

import structlog
from msgspec import Struct

from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.errors import DomainError, Refusal
from livehouse.media.ingest.feed import Feed
from livehouse.media.ingest.inputs import Inputs, Publication
from livehouse.media.ingest.limits import (
    ACKNOWLEDGE_BYTES,
    COMMANDS_MAX,
    FAREWELL_SECONDS_MAX,
    HANDSHAKE_SECONDS_MAX,
    IDLE_SECONDS_MAX,
    KBPS_MAX,
    MESSAGE_BYTES_MAX,
    PING_SECONDS,
    PUBLISH_SECONDS_MAX,
    RATE_SPAN_SECONDS,
    READ_BYTES,
    STRANGER_MESSAGE_BYTES_MAX,
    WRITE_BYTES_MAX,
)
from livehouse.media.ingest.rtmp import amf, chunks
from livehouse.media.ingest.rtmp.chunks import ChunkReader, Message, chunked
from livehouse.media.ingest.rtmp.errors import Garbage, PublisherIdle, PublisherTooFast
from livehouse.media.ingest.rtmp.tags import Tags

log = structlog.get_logger()

VERSION = 3
HANDSHAKE_BYTES = 1536
STREAM_BEGIN, PING, PONG = 0, 6, 7
BY_THE_PEER = 2
STREAM = 1
WORDS = {
    "taken_over": "Another camera has taken this place.",
    "key_rotated": "The stream key has been replaced.",
}
TROUBLE = (ConnectionError, TimeoutError, asyncio.IncompleteReadError)


class Patience(Struct, frozen=True):
    """How many seconds a publisher has for what."""

    handshake: float = HANDSHAKE_SECONDS_MAX
    publish: float = PUBLISH_SECONDS_MAX
    idle: float = IDLE_SECONDS_MAX


class Session:
    """`run` returns when the publisher is gone, whatever the reason."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        inputs: Inputs,
        clock: Clock,
        *,
        protocol: str,
        address: str,
        patience: Patience,
    ) -> None:
        self._patience = patience
        self._reader = reader
        self._writer = writer
        self._inputs = inputs
        self._clock = clock
        self._protocol = protocol
        self._address = address
        self._chunks = ChunkReader(STRANGER_MESSAGE_BYTES_MAX)
        self._now = asyncio.get_running_loop().time
        self._deadline = self._now() + patience.publish
        self._meter = _Meter(self._now)
        self._commands = 0
        self._publication: Publication | None = None
        self._tags: Tags | None = None
        self._feed: Feed | None = None
        self._dropped = 0
        self._has_published = asyncio.Event()
        self._is_over = False

    async def run(self) -> None:
        try:
            await self._shake_hands()
            async with asyncio.TaskGroup() as tasks:
                listening = tasks.create_task(self._listen())
                leaving = tasks.create_task(self._leave_when_kicked(listening))
                listening.add_done_callback(lambda _: leaving.cancel())
        except* Garbage as trouble:
            log.info("rtmp_garbage", address=self._address, problem=str(trouble.exceptions[0]))
        except* DomainError as trouble:
            self._refuse(trouble.exceptions[0])
        except* TROUBLE:
            pass
        finally:
            if self._publication is not None:
                self._publication.close()
        await self._hang_up()

    async def _shake_hands(self) -> None:
        """The simple handshake (5.2): version, a random block each, and each other's block."""
        async with asyncio.timeout(self._patience.handshake):
            first = await self._reader.readexactly(1 + HANDSHAKE_BYTES)
            if first[0] != VERSION:
                raise Garbage("this is not RTMP")
            ours = bytes(8) + secrets.token_bytes(HANDSHAKE_BYTES - 8)
            self._writer.write(bytes((VERSION,)) + ours + first[1:])
            await self._reader.readexactly(HANDSHAKE_BYTES)
        self._tell(chunks.SET_CHUNK_SIZE, chunks.CHUNK_BYTES_OURS.to_bytes(4, "big"))

    async def _listen(self) -> None:
        while not self._is_over:
            try:
                async with asyncio.timeout(max(0.0, self._deadline - self._now())):
                    data = await self._reader.read(READ_BYTES)
            except TimeoutError:
                patience = self._patience
                seconds = patience.idle if self._publication else patience.publish
                raise PublisherIdle(seconds=round(seconds)) from None
            if not data:
                return
            self._meter.count(len(data))
            for message in self._chunks.feed(data):
                await self._hear(message)
            self._keep_company()

    def _keep_company(self) -> None:
        """Acknowledge and ping; who does not read what we say is not listening."""
        if self._meter.owes_acknowledgement:
            self._tell(chunks.ACKNOWLEDGEMENT, self._meter.acknowledged())
        if self._publication is not None and self._meter.owes_ping:
            stamp = self._meter.pinged()
            self._tell(chunks.USER_CONTROL, PING.to_bytes(2, "big") + stamp)
        if self._writer.transport.get_write_buffer_size() > WRITE_BYTES_MAX:
            raise Garbage("the other side does not read")

    async def _hear(self, message: Message) -> None:
        match message.type:
            case chunks.VIDEO if self._tags is not None:
                self._deadline = self._now() + self._patience.idle
                now_ms = to_ms(self._clock.now())
                self._tags.video(message.time, message.data, now_ms=now_ms)
                self._note_drops()
            case chunks.AUDIO if self._tags is not None:
                self._tags.sound(message.time, message.data)
            case chunks.COMMAND:
                await self._obey(amf.read_all(message.data))
            case chunks.COMMAND_AMF3:
                await self._obey(amf.read_all(message.data[1:]))
            case chunks.USER_CONTROL:
                self._hear_control(message.data)
            case _:
                pass  # acknowledgements, metadata, window sizes: nothing depends on them

    def _hear_control(self, data: bytes) -> None:
        event, value = int.from_bytes(data[:2], "big"), data[2:6]
        if event == PING:
            self._tell(chunks.USER_CONTROL, PONG.to_bytes(2, "big") + value)
        elif event == PONG and self._publication is not None:
            self._publication.note(rtt_ms=self._meter.rtt_ms(value))

    async def _obey(self, values: list[amf.Value]) -> None:
        self._commands += 1
        if self._commands > COMMANDS_MAX:
            raise Garbage("too many commands")
        name, number = [*values, None, None][:2]
        transaction = number if isinstance(number, float) else 0.0
        match name:
            case "connect":
                self._welcome(transaction)
            case "createStream":
                self._answer(transaction, None, float(STREAM))
            case "releaseStream" | "FCPublish":
                self._answer(transaction, None, None)
            case "publish":
                await self._publish(values)
            case "FCUnpublish" | "deleteStream" | "closeStream":
                self._is_over = self._publication is not None
            case _:
                pass  # "_checkbw" and what others invent: nobody waits for an answer

    def _welcome(self, transaction: float) -> None:
        self._tell(chunks.WINDOW_SIZE, (2 * ACKNOWLEDGE_BYTES).to_bytes(4, "big"))
        limit = (2 * ACKNOWLEDGE_BYTES).to_bytes(4, "big") + bytes((BY_THE_PEER,))
        self._tell(chunks.PEER_BANDWIDTH, limit)
        said: dict[str, amf.Written] = {
            "level": "status", "code": "NetConnection.Connect.Success",
            "description": "Welcome.", "objectEncoding": 0.0,
        }  # fmt: skip
        self._answer(transaction, {"fmsVer": "FMS/3,0,1,123", "capabilities": 31.0}, said)

    async def _publish(self, values: list[amf.Value]) -> None:
        if self._publication is not None:
            raise Garbage("publishes twice")
        name = values[3] if len(values) > 3 else None  # noqa: PLR2004 - where the name stands
        key = name.partition("?")[0] if isinstance(name, str) else ""
        self._publication = await self._inputs.publish(
            key, protocol=self._protocol, address=self._address
        )
        self._has_published.set()
        self._feed = Feed(self._publication.put)
        self._tags = Tags(self._feed)
        self._chunks.message_bytes_max = MESSAGE_BYTES_MAX
        self._deadline = self._now() + self._patience.idle
        self._tell(chunks.USER_CONTROL, STREAM_BEGIN.to_bytes(2, "big") + STREAM.to_bytes(4, "big"))
        self._status("status", "NetStream.Publish.Start", "You are connected.")

    def _note_drops(self) -> None:
        assert self._feed is not None
        assert self._publication is not None
        if self._feed.dropped != self._dropped:
            self._publication.note(dropped=self._feed.dropped - self._dropped)
            self._dropped = self._feed.dropped

    async def _leave_when_kicked(self, listening: asyncio.Task[None]) -> None:
        await self._has_published.wait()
        assert self._publication is not None
        reason = await self._publication.kicked()
        listening.cancel()
        self._status("error", "NetStream.Publish.BadName", WORDS.get(reason, "Please leave."))

    def _refuse(self, refusal: BaseException) -> None:
        assert isinstance(refusal, DomainError)
        log.info("rtmp_refused", address=self._address, code=refusal.code)
        unavailable = refusal.kind in {Refusal.UNAVAILABLE, Refusal.EXHAUSTED}
        code = "NetStream.Publish.Failed" if unavailable else "NetStream.Publish.BadName"
        self._status("error", code, f"{refusal} ({refusal.code})")

    async def _hang_up(self) -> None:
        """Close our half and read on for a moment: closing at once would overtake our last words,
        where the publisher is still sending."""
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(FAREWELL_SECONDS_MAX):
                if self._writer.can_write_eof():
                    self._writer.write_eof()
                while await self._reader.read(READ_BYTES):
                    pass

    def _answer(self, transaction: float, properties: amf.Written, said: amf.Written) -> None:
        self._send(chunks.COMMAND, amf.written("_result", transaction, properties, said))

    def _status(self, level: str, code: str, description: str) -> None:
        said: dict[str, amf.Written] = {
            "level": level, "code": code, "description": description,
        }  # fmt: skip
        self._send(chunks.COMMAND, amf.written("onStatus", 0.0, None, said), stream=STREAM)

    def _tell(self, kind: int, data: bytes) -> None:
        self._writer.write(chunked(Message(kind, 0, 0, data), chunks.CONTROL_STREAM))

    def _send(self, kind: int, data: bytes, *, stream: int = 0) -> None:
        self._writer.write(chunked(Message(kind, 0, stream, data), chunks.COMMAND_STREAM))


class _Meter:
    """What has come, what is to be acknowledged, and how long a word takes there and back."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._seen = 0
        self._acknowledged = 0
        self._span_began = now()
        self._span_bytes = 0
        self._pinged_at = 0.0

    def count(self, size: int) -> None:
        self._seen += size
        self._span_bytes += size
        if self._span_bytes * 8 > KBPS_MAX * 1000 * RATE_SPAN_SECONDS:
            raise PublisherTooFast(kbps=KBPS_MAX)
        if self._now() - self._span_began > RATE_SPAN_SECONDS:
            self._span_began, self._span_bytes = self._now(), 0

    @property
    def owes_acknowledgement(self) -> bool:
        return self._seen - self._acknowledged >= ACKNOWLEDGE_BYTES

    def acknowledged(self) -> bytes:
        self._acknowledged = self._seen
        return (self._seen & 0xFFFFFFFF).to_bytes(4, "big")

    @property
    def owes_ping(self) -> bool:
        return self._now() - self._pinged_at > PING_SECONDS

    def pinged(self) -> bytes:
        self._pinged_at = self._now()
        return self._stamp().to_bytes(4, "big")

    def rtt_ms(self, stamp: bytes) -> float:
        return float((self._stamp() - int.from_bytes(stamp, "big")) & 0xFFFFFFFF)

    def _stamp(self) -> int:
        return round(self._now() * 1000) & 0xFFFFFFFF
