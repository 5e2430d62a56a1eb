"""Pictures of a publisher: H.264 as it came, VP8 encoded anew in a thread."""

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import suppress

import av
from av.video.codeccontext import VideoCodecContext
from msgspec import Struct

from livehouse.media.errors import VideoTooLarge
from livehouse.media.h264 import (
    BITS_8,
    CHROMA_420,
    PICTURE_PARAMETERS,
    SEQUENCE_PARAMETERS,
    MalformedStream,
    ParameterSets,
    for_container,
    is_keyframe,
    picture_shape,
    split_annex_b,
    unit_type,
)
from livehouse.media.limits import PICTURE_SIDE_MAX
from livehouse.media.packets import VideoFormat
from livehouse.media.sources.encoding import VideoEncoder
from livehouse.media.webrtc.limits import (
    DECODE_QUEUE_PICTURES,
    ENCODED_KBPS,
    ENCODED_LONG_SIDE,
    PICTURE_SIDE_MIN,
)

PRESET = "veryfast"
FPS = 30
VP8_KEYFRAME_HEADER = 10


class Taken(Struct, frozen=True):
    """One picture as it lies in containers; `format` where it differs from the one before."""

    timestamp: int
    key: bool
    data: bytes
    format: VideoFormat | None = None


class PassThrough:
    """Follows a stream of H.264 and lets through only what can be decoded."""

    def __init__(self) -> None:
        self._sequence: bytes | None = None
        self._picture: bytes | None = None
        self._format: VideoFormat | None = None
        self._awaits_key = True

    def lost(self) -> None:
        """What refers to the lost picture is worth nothing: wait for the next keyframe."""
        self._awaits_key = True

    def take(self, data: bytes, timestamp: int) -> Taken | None:
        """A picture with start codes. `MalformedStream` and `VideoTooLarge` where it is hostile."""
        for unit in split_annex_b(data):
            if unit_type(unit) == SEQUENCE_PARAMETERS:
                self._sequence = unit
            elif unit_type(unit) == PICTURE_PARAMETERS:
                self._picture = unit
        stored = for_container(data, None)
        if not stored:
            return None
        key = is_keyframe(stored)
        if self._awaits_key and not key:
            return None
        changed = self._changed() if key else None
        if self._format is None:
            return None
        self._awaits_key = False
        return Taken(timestamp, key, stored, changed)

    def _changed(self) -> VideoFormat | None:
        if self._sequence is None or self._picture is None:
            return None
        sets = ParameterSets(sequence=self._sequence, picture=self._picture)
        if self._format is not None and self._format.parameters == sets:
            return None
        shape = picture_shape(sets.sequence)
        if max(shape.width, shape.height) > PICTURE_SIDE_MAX:
            raise VideoTooLarge(side=PICTURE_SIDE_MAX)
        if min(shape.width, shape.height) < PICTURE_SIDE_MIN or not (
            shape.progressive and shape.depth == BITS_8 and shape.chroma == CHROMA_420
        ):
            message = "pictures that players do not show"
            raise MalformedStream(message)
        self._format = VideoFormat(sets, shape.width, shape.height)
        return self._format


class Transcoder:
    """VP8 to H.264 in a thread of its own. The size is fixed by the first picture's shape:
    browsers send smaller ones while their network is slow, and players would see each change."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        deliver: Callable[[Taken], None],
        ask_keyframe: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._deliver = deliver
        self._ask_keyframe = ask_keyframe
        self._waiting: queue.Queue[tuple[bytes, int] | None] = queue.Queue(DECODE_QUEUE_PICTURES)
        self._wants_key = threading.Event()
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._work, name="vp8", daemon=True)
        self._thread.start()
        self.dropped = 0

    def take(self, data: bytes, timestamp: int) -> None:
        """Never blocks; a machine that cannot follow loses pictures and starts at a keyframe."""
        try:
            self._waiting.put_nowait((data, timestamp))
        except queue.Full:
            self.dropped += 1
            self._ask_keyframe()

    def force_keyframe(self) -> None:
        """The next picture that goes out is a keyframe."""
        self._wants_key.set()

    def close(self) -> None:
        self._leaving.set()
        with suppress(queue.Full):
            self._waiting.put_nowait(None)

    def _work(self) -> None:
        decoder = av.CodecContext.create("vp8", "r")
        assert isinstance(decoder, VideoCodecContext)
        decoder.thread_count = 1
        encoding = _Encoding()
        while not self._leaving.is_set() and (waiting := self._waiting.get()) is not None:
            data, timestamp = waiting
            try:
                frames = [] if is_oversized(data) else decoder.decode(av.Packet(data))
            except av.error.FFmpegError:
                self._tell(self._ask_keyframe)
                continue
            for frame in frames:
                key = self._wants_key.is_set()
                self._wants_key.clear()
                for taken in encoding.encode(frame, timestamp, key=key):
                    self._tell(self._deliver, taken)

    def _tell(self, what: Callable[..., None], *said: object) -> None:
        with suppress(RuntimeError):  # the loop is gone, and with it who would listen
            self._loop.call_soon_threadsafe(what, *said)


class _Encoding:
    """x264 at one size, made with the first picture."""

    def __init__(self) -> None:
        self._encoder: VideoEncoder | None = None
        self._said = False

    def encode(self, frame: av.VideoFrame, timestamp: int, *, key: bool) -> list[Taken]:
        if self._encoder is None:
            width, height = encoded_size(frame.width, frame.height)
            self._encoder = VideoEncoder(
                width=width, height=height, fps=FPS, kbps=ENCODED_KBPS, preset=PRESET
            )
            key = True
        form = self._encoder.format
        fitted = frame.reformat(form.width, form.height, "yuv420p")
        taken = []
        for picture in self._encoder.encode(fitted, pts=timestamp, key=key):
            changed = None if self._said else form
            self._said = True
            taken.append(Taken(picture.pts, picture.key, picture.data, changed))
        return taken


def is_oversized(data: bytes) -> bool:
    """Whether a VP8 keyframe (RFC 6386, 9.1) asks for more memory than a picture may take."""
    if len(data) < VP8_KEYFRAME_HEADER or data[0] & 1:
        return False
    width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    return max(width, height) > PICTURE_SIDE_MAX


def encoded_size(width: int, height: int) -> tuple[int, int]:
    """The size that goes out for pictures that come in: of their shape, even, and not tiny."""
    scale = ENCODED_LONG_SIDE / max(width, height)
    return _even(width * scale), _even(height * scale)


def _even(side: float) -> int:
    return max(PICTURE_SIDE_MIN, round(side / 2) * 2)
