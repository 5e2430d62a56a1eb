"""RTMP's chunk stream (Adobe's specification, 5.3): messages of several streams in one another.

No input and output here: bytes in, messages out, however the bytes were torn on the way.
"""

from collections.abc import Iterator

from msgspec import Struct

from livehouse.media.ingest.rtmp.errors import Garbage

# Message types (5.4 and 7.1 of the specification).
SET_CHUNK_SIZE, ABORT, ACKNOWLEDGEMENT, USER_CONTROL, WINDOW_SIZE, PEER_BANDWIDTH = range(1, 7)
AUDIO, VIDEO, DATA_AMF3, COMMAND_AMF3, DATA, COMMAND, AGGREGATE = 8, 9, 15, 17, 18, 20, 22

CHUNK_BYTES_FIRST = 128
CHUNK_BYTES_MIN = 128
CHUNK_BYTES_MAX = 0x7FFFFFFF
CHUNK_BYTES_OURS = 4096
CHUNK_STREAMS_MAX = 32
# What is still unfinished, over all chunk streams together.
UNFINISHED_BYTES_MAX = 12 * 1024 * 1024
EXTENDED = b"\xff\xff\xff"
HEADER_BYTES = (11, 7, 3, 0)
CONTINUES = 3
TIME_MASK = 0xFFFFFFFF
CONTROL_STREAM, COMMAND_STREAM = 2, 3


class Message(Struct, frozen=True):
    """`time` is in ms and wraps at 2**32."""

    type: int
    time: int
    stream: int
    data: bytes


class _ChunkStream(Struct):
    """What the last header said, and what has come of its message."""

    time: int = 0
    delta: int = 0
    length: int = 0
    type: int = 0
    stream: int = 0
    extended: bytes = b""
    pieces: list[bytes] = []
    missing: int = 0


class _Head(Struct, frozen=True):
    """The headers of one chunk; its data begins at `place`."""

    form: int
    chunk_stream: int
    header: bytes
    extended: bytes
    place: int


class ChunkReader:
    """`message_bytes_max` may be set anew: strangers get less than who has shown a key."""

    def __init__(self, message_bytes_max: int) -> None:
        self.message_bytes_max = message_bytes_max
        self._chunk_bytes = CHUNK_BYTES_FIRST
        self._buffer = bytearray()
        self._streams: dict[int, _ChunkStream] = {}

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that are whole now; `Garbage` when this cannot be RTMP."""
        self._buffer += data
        place = 0
        try:
            while True:
                following, message = self._chunk(place)
                if following == place:
                    break
                place = following
                if message is None:
                    continue
                if message.type in {SET_CHUNK_SIZE, ABORT}:
                    self._obey(message)
                else:
                    yield message
        finally:
            del self._buffer[:place]

    def _chunk(self, start: int) -> tuple[int, Message | None]:
        """Read one chunk; the place behind it, or `start` while it is not whole."""
        head = self._head(start)
        if head is None:
            return start, None
        known = self._streams[head.chunk_stream]
        is_new = not known.missing
        if head.form != CONTINUES and not is_new:
            raise Garbage("a message begins within another")
        length = known.length if head.form > 1 else int.from_bytes(head.header[3:6], "big")
        if length > self.message_bytes_max:
            raise Garbage(f"a message of {length} bytes")
        end = head.place + min(self._chunk_bytes, length if is_new else known.missing)
        if end > len(self._buffer):
            return start, None
        if is_new:
            _begin(known, head)
        return end, self._take(known, bytes(self._buffer[head.place : end]))

    def _head(self, start: int) -> "_Head | None":
        buffer = self._buffer
        place, chunk_stream = self._basic_header(start)
        if not place:
            return None
        form = buffer[start] >> 6
        header = bytes(buffer[place : place + HEADER_BYTES[form]])
        if len(header) < HEADER_BYTES[form]:
            return None
        known = self._stream(chunk_stream, form)
        place += len(header)
        extended = b""
        if header[:3] == EXTENDED or (form == CONTINUES and known.extended):
            extended = bytes(buffer[place : place + 4])
            if len(extended) < 4:  # noqa: PLR2004 - bytes of a timestamp
                return None
            # Some repeat it with every chunk of a message, some do not.
            place += 4 if form != CONTINUES or extended == known.extended else 0
        return _Head(form, chunk_stream, header, extended, place)

    def _basic_header(self, start: int) -> tuple[int, int]:
        """The place behind it and the chunk stream's number; place 0 while it is not whole."""
        buffer = self._buffer
        if start >= len(buffer):
            return 0, 0
        number = buffer[start] & 0x3F
        if number > 1:
            return start + 1, number
        place = start + 2 + number
        if place > len(buffer):
            return 0, 0
        return place, 64 + int.from_bytes(buffer[start + 1 : place], "little")

    def _stream(self, number: int, form: int) -> _ChunkStream:
        known = self._streams.get(number)
        if known is None:
            if form != 0:
                raise Garbage("a chunk stream begins without a header")
            if len(self._streams) >= CHUNK_STREAMS_MAX:
                raise Garbage("too many chunk streams")
            known = self._streams[number] = _ChunkStream()
        return known

    def _take(self, known: _ChunkStream, piece: bytes) -> Message | None:
        known.pieces.append(piece)
        known.missing -= len(piece)
        if known.missing:
            # Only a message in pieces takes memory: count what all of them together hold.
            held = sum(one.length - one.missing for one in self._streams.values() if one.missing)
            if held > UNFINISHED_BYTES_MAX:
                raise Garbage("too much is unfinished")
            return None
        data = b"".join(known.pieces)
        known.pieces = []
        return Message(known.type, known.time, known.stream, data)

    def _obey(self, message: Message) -> None:
        number = int.from_bytes(message.data[:4], "big")
        if message.type == SET_CHUNK_SIZE:
            if not CHUNK_BYTES_MIN <= number <= CHUNK_BYTES_MAX:
                raise Garbage(f"chunks of {number} bytes")
            self._chunk_bytes = number
        elif number in self._streams:
            self._streams[number].pieces = []
            self._streams[number].missing = 0


def _begin(known: _ChunkStream, head: _Head) -> None:
    """A message begins: its header says what differs from the one before it."""
    form, header = head.form, head.header
    if form != CONTINUES:
        known.extended = head.extended
        known.delta = int.from_bytes(head.extended or header[:3], "big")
    if form == 0:
        known.time = known.delta
        known.stream = int.from_bytes(header[7:11], "little")
    else:
        # Without a header the delta counts once more, also one given as a time (5.3.1.2.4).
        known.time = (known.time + known.delta) & TIME_MASK
    if form <= 1:
        known.length = int.from_bytes(header[3:6], "big")
        known.type = header[6]
    known.missing = known.length


def chunked(message: Message, chunk_stream: int) -> bytes:
    """A message as we send it, in chunks of `CHUNK_BYTES_OURS`."""
    out = bytearray((chunk_stream,))
    out += message.time.to_bytes(3, "big") + len(message.data).to_bytes(3, "big")
    out += bytes((message.type,)) + message.stream.to_bytes(4, "little")
    for start in range(0, max(1, len(message.data)), CHUNK_BYTES_OURS):
        if start:
            out.append(0xC0 | chunk_stream)
        out += message.data[start : start + CHUNK_BYTES_OURS]
    return bytes(out)
