"""One camera on the stage, as the mixing thread sees and hears it."""

from collections import deque
from contextlib import suppress
from fractions import Fraction

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.resampler import AudioResampler
from av.video.codeccontext import VideoCodecContext

from livehouse.media.mixing.limits import (
    AHEAD_MS,
    MAILBOX_ITEMS_MAX,
    PICTURES_WAITING_MAX,
    STALE_MS,
)
from livehouse.media.mixing.sound import Voice
from livehouse.media.packets import (
    TICKS_PER_MS,
    VIDEO_RATE,
    AudioFormat,
    Formats,
    Kind,
    Packet,
    SourceItem,
    VideoFormat,
)
from livehouse.media.sources.encoding import AUDIO_RATE


class Mailbox:
    """From the loop, which puts, to the mixing thread, which takes: neither waits.

    An ear of an input. When it is full the rest of a group of pictures is dropped, so that what is
    taken can be decoded.
    """

    def __init__(self) -> None:
        self._items: deque[SourceItem] = deque()
        self._formats: Formats | None = None
        self._awaits_key = True
        self.dropped = 0

    def begin(self, formats: Formats) -> None:
        self._formats = formats
        self._awaits_key = True

    def put(self, packet: Packet) -> None:
        is_full = len(self._items) >= MAILBOX_ITEMS_MAX
        if is_full:
            self._awaits_key = True
        elif self._awaits_key and packet.kind is Kind.VIDEO and packet.key:
            self._awaits_key = False
            if self._formats is not None:
                self._items.append(self._formats)
                self._formats = None
        if self._awaits_key:
            self.dropped += is_full
            return
        self._items.append(packet)

    def take(self, until: int) -> SourceItem | None:
        """The next item, unless it belongs after `until` (ms)."""
        if not self._items:
            return None
        first = self._items[0]
        if isinstance(first, Packet) and first.at > until:
            return None
        return self._items.popleft()


class Seat:
    """Decodes what a mailbox brings. `until` and `at` are moments in ms since 1970."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.voice = Voice()
        self._formats: Formats | None = None
        self._picture: VideoCodecContext | None = None
        self._sound: AudioCodecContext | None = None
        self._resampler: AudioResampler | None = None
        self._waiting: deque[tuple[int, av.VideoFrame]] = deque(maxlen=PICTURES_WAITING_MAX)
        self._shown: tuple[int, av.VideoFrame] | None = None

    def listen(self, until: int) -> None:
        """Decode all that belongs before `until`, and a little more."""
        while (item := self.mailbox.take(until + AHEAD_MS)) is not None:
            if isinstance(item, Formats):
                self._begin(item)
            elif item.kind is Kind.VIDEO:
                self._see(item)
            else:
                self._hear(item)

    def picture(self, at: int) -> av.VideoFrame | None:
        """What is seen at a moment; None where nothing has come for too long."""
        while self._waiting and self._waiting[0][0] <= at:
            self._shown = self._waiting.popleft()
        if self._shown is None or at - self._shown[0] > STALE_MS:
            return None
        return self._shown[1]

    @property
    def has_pictures(self) -> bool:
        return self._shown is not None or bool(self._waiting)

    def _begin(self, formats: Formats) -> None:
        before, self._formats = self._formats, formats
        if before is None or before.video != formats.video:
            self._picture = _picture_decoder(formats.video)
        if before is None or before.audio != formats.audio:
            self._sound = _sound_decoder(formats.audio)
            self._resampler = AudioResampler("fltp", "stereo", AUDIO_RATE)

    def _see(self, packet: Packet) -> None:
        if self._picture is None:
            return
        given = av.Packet(packet.data)
        given.pts, given.dts = packet.pts, packet.dts
        given.time_base = Fraction(1, VIDEO_RATE)
        zero_at = packet.at - packet.pts / TICKS_PER_MS
        with suppress(av.error.FFmpegError):
            for frame in self._picture.decode(given):
                if frame.pts is not None:
                    self._waiting.append((round(zero_at + frame.pts / TICKS_PER_MS), frame))

    def _hear(self, packet: Packet) -> None:
        if self._sound is None or self._resampler is None or self._formats is None:
            return
        at = float(packet.at)
        with suppress(av.error.FFmpegError, ValueError):
            for frame in self._sound.decode(av.Packet(packet.data)):
                frame.pts = None
                for piece in self._resampler.resample(frame):
                    samples = np.asarray(piece.to_ndarray(), np.float32)
                    self.voice.write(at, samples)
                    at += samples.shape[1] * 1000 / AUDIO_RATE


def _picture_decoder(form: VideoFormat) -> VideoCodecContext:
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.extradata = form.parameters.record()
    decoder.thread_count = 1
    return decoder


def _sound_decoder(form: AudioFormat) -> AudioCodecContext:
    decoder = av.CodecContext.create("aac", "r")
    assert isinstance(decoder, AudioCodecContext)
    decoder.extradata = form.config
    decoder.sample_rate = form.rate
    decoder.layout = "stereo" if form.channels > 1 else "mono"
    return decoder
