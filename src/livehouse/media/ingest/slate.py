"""The still that stands in while no camera is there: the show's title, encoded once."""

from collections.abc import Iterator
from itertools import count

import av
import numpy as np
from msgspec import Struct
from PIL import Image, ImageDraw

from livehouse.media.packets import (
    AUDIO_FRAME_SAMPLES,
    TICKS_PER_MS,
    VIDEO_RATE,
    Formats,
    Kind,
    Packet,
    SourceItem,
)
from livehouse.media.sources.encoding import AUDIO_CHANNELS, AUDIO_RATE, VideoEncoder, silence
from livehouse.media.sources.scene.lettering import fitted

WIDTH, HEIGHT = 1280, 720
# Often enough for parts of a third of a second, seldom enough to cost nothing.
FPS, GROUP = 10, 20
KBPS = 2_000
TOP, BOTTOM, INK, FAINT = (26, 11, 35), (69, 26, 69), (255, 233, 196), (168, 120, 130)
SAMPLES_PER_MS = AUDIO_RATE // 1000


class Slate(Struct, frozen=True):
    """Two seconds of it, to be repeated: after the keyframe nothing changes any more."""

    formats: Formats
    pictures: tuple[bytes, ...]
    quiet: bytes

    def items(self, begin_at: int) -> Iterator[SourceItem]:
        """Without end, each picture followed by its sound; `at` tells when it is due (ms)."""
        yield self.formats
        sound = 0
        for number in count():
            ticks = number * VIDEO_RATE // FPS
            data = self.pictures[number % GROUP]
            at = begin_at + ticks // TICKS_PER_MS
            key = number % GROUP == 0
            yield Packet(Kind.VIDEO, ticks, ticks, VIDEO_RATE // FPS, key, data, at)
            until = (ticks + VIDEO_RATE // FPS) * AUDIO_RATE // VIDEO_RATE
            while sound < until:
                moment = begin_at + sound // SAMPLES_PER_MS
                yield Packet(
                    kind=Kind.AUDIO,
                    dts=sound,
                    pts=sound,
                    duration=AUDIO_FRAME_SAMPLES,
                    key=True,
                    data=self.quiet,
                    at=moment,
                )
                sound += AUDIO_FRAME_SAMPLES


def make_slate(title: str, width: int, height: int) -> Slate:
    """Draw and encode: some 100 ms of one core."""
    encoder = VideoEncoder(width=width, height=height, fps=FPS, kbps=KBPS, preset="superfast")
    still = _picture(title, width, height)
    pictures = []
    for number in range(GROUP):
        frame = av.VideoFrame.from_ndarray(still, format="rgb24").reformat(
            format="yuv420p", dst_colorspace="ITU709"
        )
        ticks = number * VIDEO_RATE // FPS
        pictures += [one.data for one in encoder.encode(frame, pts=ticks, key=number == 0)]
    audio, quiet = silence(rate=AUDIO_RATE, channels=AUDIO_CHANNELS)
    return Slate(Formats(encoder.format, audio), tuple(pictures), quiet)


def _picture(
    title: str, width: int, height: int
) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    down = np.linspace(0, 1, height)[:, None, None]
    shade = np.array(TOP) * (1 - down) + np.array(BOTTOM) * down
    image = Image.fromarray(np.repeat(shade, width, axis=1).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    shown, font = fitted(title, size=height // 11, width=width * 0.8)
    pen.text((width / 2, height * 0.47), shown, fill=INK, font=font, anchor="mm")
    radius, step = height * 0.011, height * 0.05
    for number in (-1, 0, 1):
        x, y = width / 2 + number * step, height * 0.62
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=FAINT)
    return np.asarray(image)
