"""AAC as transport streams carry it: each frame behind a header (ISO/IEC 13818-7, 6.2)."""

from collections.abc import Iterator

from msgspec import Struct

from livehouse.media.h264 import MalformedStream
from livehouse.media.ingest.rtmp.errors import Garbage, UnsupportedCodec
from livehouse.media.ingest.rtmp.tags import audio_format
from livehouse.media.packets import AUDIO_FRAME_SAMPLES, AudioFormat

SYNC = 0xFFF
HEADER_BYTES, CHECK_BYTES = 7, 2


class AdtsFrame(Struct, frozen=True):
    """A frame without its header."""

    format: AudioFormat
    data: bytes
    samples: int = AUDIO_FRAME_SAMPLES


def is_adts(data: bytes) -> bool:
    """The first bits of a bare frame name a kind of element, and none is written like this."""
    return len(data) >= HEADER_BYTES and int.from_bytes(data[:2], "big") >> 4 == SYNC


def frames_of(data: bytes) -> Iterator[AdtsFrame]:
    """All frames of a packet; `MalformedStream` where its headers do not hold."""
    while data:
        if not is_adts(data):
            raise MalformedStream("sound without its header")
        head = int.from_bytes(data[:HEADER_BYTES], "big")
        length = head >> 13 & 0x1FFF
        begins = HEADER_BYTES + (0 if head >> 40 & 1 else CHECK_BYTES)
        if not begins < length <= len(data) or head & 3:
            raise MalformedStream("a frame of sound that is cut off")
        kind, rate, channels = (head >> 38 & 3) + 1, head >> 34 & 15, head >> 30 & 7
        config = (kind << 11 | rate << 7 | channels << 3).to_bytes(2, "big")
        try:
            form = audio_format(config)
        except (Garbage, UnsupportedCodec) as error:
            raise MalformedStream(str(error)) from error
        yield AdtsFrame(form, data[begins:length])
        data = data[length:]
