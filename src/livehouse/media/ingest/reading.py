"""The thread in which FFmpeg fetches a picture from another server, packet by packet."""

import asyncio
import threading
from collections.abc import Iterable, Mapping
from fractions import Fraction

import av
from av.container.input import InputContainer

from livehouse.foundation.clock import Clock, to_ms
from livehouse.media.h264 import (
    MalformedStream,
    for_container,
    is_keyframe,
    length_bytes,
    parameter_sets,
)
from livehouse.media.ingest.adts import AdtsFrame, frames_of, is_adts
from livehouse.media.ingest.feed import Feed
from livehouse.media.ingest.limits import (
    PULL_AHEAD_SECONDS_MAX,
    PULL_LATE_SECONDS_MAX,
    PULL_OPEN_SECONDS_MAX,
    PULL_READ_SECONDS_MAX,
    PULL_STOP_SECONDS_MAX,
)
from livehouse.media.ingest.rtmp.errors import Garbage, UnsupportedCodec
from livehouse.media.ingest.rtmp.tags import audio_format, video_format
from livehouse.media.packets import VIDEO_RATE
from livehouse.media.sources.clip import in_ticks
from livehouse.media.sources.handover import Handover

OPTIONS = {"analyzeduration": "2000000"}


class Reading:
    """Begins with `start`; what is read comes out of `handover` on the loop."""

    def __init__(
        self, url: str, options: Mapping[str, str], clock: Clock, *, is_paced: bool = False
    ) -> None:
        self.handover = Handover(asyncio.get_running_loop())
        self._url = url
        self._options = {**OPTIONS, **options}
        self._clock = clock
        self._is_paced = is_paced
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="pull", daemon=True)

    def start(self) -> None:
        self._thread.start()

    async def stop(self) -> None:
        """FFmpeg looks up from its work once in a read's time at least."""
        self._stopping.set()
        await asyncio.to_thread(self._thread.join, PULL_STOP_SECONDS_MAX)

    def _work(self) -> None:
        failure: Exception | None = None
        try:
            self._read()
        except Exception as error:  # noqa: BLE001 - raised again on the loop
            failure = error
        self.handover.close(failure)

    def _read(self) -> None:
        timeout = PULL_OPEN_SECONDS_MAX, PULL_READ_SECONDS_MAX
        with av.open(self._url, options=self._options, timeout=timeout) as container:
            self._feed(container)

    def _feed(self, container: InputContainer) -> None:
        if not container.streams.video:
            raise UnsupportedCodec(found="no picture")
        picture = container.streams.video[0]
        feed = Feed(self.handover.put)
        unit_length = _tell_picture(feed, picture)
        sounds = [sound for sound in container.streams.audio[:1] if _tell_sound(feed, sound)]
        pace = _Pace(self._clock, self._stopping) if self._is_paced else None
        for packet in container.demux(picture, *sounds):
            if self._stopping.is_set():
                return
            if packet.pts is None or packet.dts is None or not packet.size:
                continue
            base: Fraction = packet.time_base
            if packet.stream is not picture:
                _hear(feed, bytes(packet), in_ticks(packet.pts, base))
                continue
            dts = in_ticks(packet.dts, base)
            if pace is not None:
                pace.wait(dts)
            data = for_container(bytes(packet), unit_length)
            now_ms = to_ms(self._clock.now())
            feed.picture(
                dts, in_ticks(packet.pts, base), data, key=is_keyframe(data), now_ms=now_ms
            )


class _Pace:
    """Segments of HLS come whole; their pictures go on one by one, as if they came so."""

    def __init__(self, clock: Clock, stopping: threading.Event) -> None:
        self._clock = clock
        self._stopping = stopping
        self._zero: float | None = None

    def wait(self, dts: int) -> None:
        seconds, now = dts / VIDEO_RATE, self._clock.now().timestamp()
        if self._zero is None:
            self._zero = now - seconds
        early = self._zero + seconds - now
        if not -PULL_LATE_SECONDS_MAX < early < PULL_AHEAD_SECONDS_MAX:
            self._zero = now - seconds
        elif early > 0:
            self._stopping.wait(early)


def _tell_picture(feed: Feed, stream: av.VideoStream) -> int | None:
    """Tell the feed what comes; how long the lengths of units are."""
    context = stream.codec_context
    if context.name != "h264":
        raise UnsupportedCodec(found=context.name)
    try:
        extra = bytes(context.extradata or b"")
        feed.video_format(video_format(parameter_sets(extra)))
    except (MalformedStream, Garbage) as error:
        raise UnsupportedCodec(found=str(error)) from error
    return length_bytes(extra)


def _tell_sound(feed: Feed, stream: av.AudioStream) -> bool:
    """Whether it is of use: other sound than AAC is left out, and there is silence."""
    context = stream.codec_context
    if context.name != "aac":
        return False
    config = bytes(context.extradata or b"")
    if config:
        try:
            feed.audio_format(audio_format(config))
        except (MalformedStream, Garbage) as error:
            raise UnsupportedCodec(found=str(error)) from error
    return True


def _hear(feed: Feed, data: bytes, ticks: int) -> None:
    """In a transport stream each frame says itself what it is."""
    if not is_adts(data):
        feed.sound(ticks, data)
        return
    for number, frame in enumerate(_frames(data)):
        feed.audio_format(frame.format)
        lasts = number * frame.samples * VIDEO_RATE // frame.format.rate
        feed.sound(ticks + lasts, frame.data)


def _frames(data: bytes) -> Iterable[AdtsFrame]:
    try:
        return list(frames_of(data))
    except MalformedStream:
        return []
