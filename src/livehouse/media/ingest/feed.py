"""Brings what one camera sends into order: formats first, even times, unbroken sound.

Every receiver whose camera sends encoded pictures and sound hands them over here. No input and
output: the time is given.
"""

from collections.abc import Callable
from functools import cache

from livehouse.media.ingest.limits import (
    ENCODER_DELAY_MS,
    RESTART_SECONDS,
    SOUND_OFF_SAMPLES_MAX,
    SOUND_WAIT_SECONDS,
)
from livehouse.media.packets import (
    AUDIO_FRAME_SAMPLES,
    TICKS_PER_MS,
    VIDEO_RATE,
    AudioFormat,
    Formats,
    Kind,
    Packet,
    SourceItem,
    VideoFormat,
)
from livehouse.media.sources.encoding import silence

SILENT_RATE, SILENT_CHANNELS = 48_000, 2
PICTURE_TICKS_ASSUMED = VIDEO_RATE // 30
AAC_LC = 2
# How much silence one hole in the sound is filled with; what is longer stays a hole.
FILL_SECONDS_MAX = 10


class Feed:
    """Times are given in video ticks of the camera's own clock, which may start anywhere."""

    def __init__(self, put: Callable[[SourceItem], None]) -> None:
        self._put = put
        self._clock = _CameraClock()
        self._video: VideoFormat | None = None
        self._audio: AudioFormat | None = None
        self._formats: Formats | None = None
        self._waiting_since: int | None = None
        self._sound: _SoundTrack | None = None
        self._last_dts: int | None = None
        self._duration = PICTURE_TICKS_ASSUMED
        self.dropped = 0

    def video_format(self, form: VideoFormat) -> None:
        """Also for one that is sent again; only another one begins a new stretch."""
        if form != self._video:
            self._video = form
            self._formats = None

    def audio_format(self, form: AudioFormat) -> None:
        if form != self._audio:
            self._audio = form
            self._formats = None

    def picture(self, dts: int, pts: int, data: bytes, *, key: bool, now_ms: int) -> None:
        if self._last_dts is not None:
            if dts < self._last_dts - RESTART_SECONDS * VIDEO_RATE:
                self._restart()
            elif dts <= self._last_dts:
                self.dropped += 1
                return
        if not self._has_begun(dts):
            return
        if self._last_dts is not None:
            self._duration = dts - self._last_dts
        self._last_dts = dts
        at = self._clock.taken_at(dts, pts, key=key, now_ms=now_ms)
        self._put(Packet(Kind.VIDEO, dts, pts, min(self._duration, VIDEO_RATE), key, data, at))
        if self._audio is None:
            self._fill_until(dts)

    def sound(self, ticks: int, data: bytes) -> None:
        """One AAC frame that sounds at `ticks`."""
        if self._formats is None or self._audio is None or self._last_dts is None:
            return
        if ticks < self._last_dts - RESTART_SECONDS * VIDEO_RATE:
            self._restart()
            return
        assert self._sound is not None
        place = ticks * self._audio.rate // VIDEO_RATE
        if self._sound.is_late(place):
            self.dropped += 1
            return
        self._fill(place)
        self._put_sound(data)

    def _has_begun(self, dts: int) -> bool:
        """Whether the formats are said; they are as soon as both, or only pictures, have come."""
        if self._formats is not None:
            return True
        if self._video is None:
            return False
        if self._audio is None:
            self._waiting_since = dts if self._waiting_since is None else self._waiting_since
            if dts - self._waiting_since < SOUND_WAIT_SECONDS * VIDEO_RATE:
                return False
        audio = self._audio or _silence(SILENT_RATE, SILENT_CHANNELS)[0]
        self._formats = Formats(self._video, audio)
        self._sound = _SoundTrack(audio)
        self._put(self._formats)
        return True

    def _restart(self) -> None:
        """The camera's clock began anew: what follows stands apart."""
        self._formats = None
        self._last_dts = None
        self._waiting_since = None
        self._clock = _CameraClock()

    def _fill_until(self, dts: int) -> None:
        """Silence up to a picture, where the camera has no sound."""
        self._fill(dts * SILENT_RATE // VIDEO_RATE)

    def _fill(self, place: int) -> None:
        assert self._sound is not None
        for _ in range(self._sound.missing(place)):
            self._put_sound(self._sound.silent)

    def _put_sound(self, data: bytes) -> None:
        assert self._sound is not None
        start = self._sound.step()
        at = self._clock.at(start * VIDEO_RATE // self._sound.rate)
        packet = Packet(Kind.AUDIO, start, start, AUDIO_FRAME_SAMPLES, True, data, at)  # noqa: FBT003 - a Struct's own order
        self._put(packet)


class _SoundTrack:
    """Sound in whole AAC frames, one after the other: a hole is filled, what overlaps is left out.

    RTMP tells times in whole ms, so each frame is a little off; followed to the letter they would
    leave a click at every frame. They are believed only where they are far off.
    """

    def __init__(self, form: AudioFormat) -> None:
        self.rate = form.rate
        self.silent = b""
        if form.config[0] >> 3 == AAC_LC and 1 <= form.channels <= SILENT_CHANNELS:
            self.silent = _silence(form.rate, form.channels)[1]
        self._next: int | None = None

    def is_late(self, place: int) -> bool:
        return self._next is not None and place < self._next - SOUND_OFF_SAMPLES_MAX

    def missing(self, place: int) -> int:
        """How many silent frames stand between what there is and `place`."""
        if self._next is None:
            self._next = place
        hole = place - self._next
        if hole <= SOUND_OFF_SAMPLES_MAX:
            return 0
        if not self.silent or hole > FILL_SECONDS_MAX * self.rate:
            self._next = place
            return 0
        return hole // AUDIO_FRAME_SAMPLES

    def step(self) -> int:
        """The place of the frame that comes now."""
        assert self._next is not None
        start, self._next = self._next, self._next + AUDIO_FRAME_SAMPLES
        return start


class _CameraClock:
    """When a picture was taken, by our clock, from when it arrived.

    Of the last seconds the packet counts that was least delayed on its way: the others waited in
    some buffer. A lasting change is believed after five to ten seconds.
    """

    SPAN_MS = 5_000

    def __init__(self) -> None:
        self._least: float | None = None
        self._least_before: float | None = None
        self._since_ms = 0
        self._reorder_ms = 0.0

    def taken_at(self, dts: int, pts: int, *, key: bool, now_ms: int) -> int:
        if key:
            # Pictures wait until those before them are decoded; a keyframe shows for how long.
            self._reorder_ms = max(0, pts - dts) / TICKS_PER_MS
        behind = now_ms - dts / TICKS_PER_MS
        if self._least is None or now_ms - self._since_ms > self.SPAN_MS:
            self._least_before, self._least = self._least, behind
            self._since_ms = now_ms
        self._least = min(self._least, behind)
        return self.at(pts)

    def at(self, ticks: int) -> int:
        least = self._least or 0.0
        if self._least_before is not None:
            least = min(least, self._least_before)
        return round(least + ticks / TICKS_PER_MS - self._reorder_ms - ENCODER_DELAY_MS)


@cache
def _silence(rate: int, channels: int) -> tuple[AudioFormat, bytes]:
    return silence(rate=rate, channels=channels)
