"""Encodes a file once into the form that goes out: H.264 with a keyframe every 2 s, and AAC."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.container.input import InputContainer
from av.container.output import OutputContainer
from av.video.frame import PictureType
from av.video.stream import VideoStream

from livehouse.media.errors import BrokenVideo
from livehouse.media.limits import RECORDED_HEIGHT_MAX, RECORDED_WIDTH_MAX, SEGMENT_SECONDS
from livehouse.media.packets import AUDIO_FRAME_SAMPLES, VIDEO_RATE
from livehouse.media.sources.clip import opened, picture_stream, sound_stream
from livehouse.media.sources.encoding import AUDIO_CHANNELS, AUDIO_KBPS, AUDIO_RATE

Progress = Callable[[float], None]

CLOCK = Fraction(1, VIDEO_RATE)
SEGMENT_TICKS = round(SEGMENT_SECONDS * VIDEO_RATE)
# Sixty pictures a second are enough; a screen recording may have hundreds.
PICTURE_TICKS_MIN = VIDEO_RATE // 61
RATE_ASSUMED = 30
THREADS = 2
ERRORS_SHARE_MAX = 0.05
ERRORS_FREE = 3
SOUND_GAP_SAMPLES = AUDIO_RATE // 20
TURNS = {90: "transpose=cclock", -90: "transpose=clock", 180: "hflip,vflip", -180: "hflip,vflip"}
X264 = {
    "preset": "veryfast",
    "crf": "21",
    "maxrate": "4000k",
    "bufsize": "4000k",
    "profile": "high",
    "g": "100000",
    "forced-idr": "1",
    "sc_threshold": "0",
    "x264-params": "colorprim=bt709:transfer=bt709:colormatrix=bt709",
}


def transcode(source: Path, target: Path, progress: Progress) -> None:
    """Write `target` anew, through a file beside it, so that a crash leaves nothing half done."""
    waiting = target.with_suffix(".part")
    try:
        with opened(source) as incoming, av.open(str(waiting), "w", format="mp4") as outgoing:
            _Transcoder(incoming, outgoing, progress).run()
        waiting.replace(target)
    except (av.error.FFmpegError, ValueError, IndexError) as error:
        raise BrokenVideo(reason=f"{type(error).__name__}: {error}") from error
    finally:
        waiting.unlink(missing_ok=True)


class _Transcoder:
    def __init__(
        self, incoming: InputContainer, outgoing: OutputContainer, progress: Progress
    ) -> None:
        self._incoming = incoming
        self._progress = progress
        self._pictures_from = picture_stream(incoming)
        self._sound_from = sound_stream(incoming)
        self._seconds = (incoming.duration or 0) / av.time_base
        self._pictures = _Pictures(outgoing, self._pictures_from)
        self._sound = _Sound(outgoing)
        self._start: Fraction | None = None

    def run(self) -> None:
        streams = [self._pictures_from, *([self._sound_from] if self._sound_from else [])]
        packets = errors = 0
        for packet in self._incoming.demux(*streams):
            packets += 1
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                errors += 1
                continue
            for frame in frames:
                self._take(frame)
        if errors > ERRORS_FREE + packets * ERRORS_SHARE_MAX or not self._pictures.end:
            raise BrokenVideo(reason=f"{errors} of {packets} packets cannot be decoded")
        self._pictures.finish()
        self._sound.finish(self._pictures.end)

    def _take(self, frame: object) -> None:
        if isinstance(frame, av.VideoFrame) and frame.pts is not None:
            time = frame.pts * (frame.time_base or CLOCK)
            if self._start is None:
                self._start = time
            self._pictures.add(frame, round((time - self._start) * VIDEO_RATE))
            if self._seconds:
                self._progress(min(self._pictures.end / VIDEO_RATE / self._seconds, 0.99))
        elif isinstance(frame, av.AudioFrame) and frame.pts is not None:
            time = frame.pts * (frame.time_base or Fraction(1, frame.sample_rate))
            self._sound.add(frame, time - (self._start or Fraction(0)))


class _Pictures:
    """Turned upright, made to fit, encoded with its own times."""

    def __init__(self, outgoing: OutputContainer, template: VideoStream) -> None:
        self._outgoing = outgoing
        self._template = template
        rate = template.average_rate or template.guessed_rate or Fraction(RATE_ASSUMED)
        self._usual_ticks = round(VIDEO_RATE / min(max(rate, Fraction(1)), Fraction(60)))
        self._stream: VideoStream = outgoing.add_stream(
            "libx264", rate=round(VIDEO_RATE / self._usual_ticks), options=dict(X264)
        )
        self._graph: av.filter.Graph | None = None
        self._last: int | None = None
        self._key_due = 0
        self.end = 0

    def add(self, frame: av.VideoFrame, ticks: int) -> None:
        if self._last is not None and ticks < self._last + PICTURE_TICKS_MIN:
            return
        self._last = ticks
        self.end = ticks + self._usual_ticks
        for upright in self._upright(frame):
            upright.pts, upright.time_base = ticks, CLOCK
            upright.pict_type = PictureType.NONE
            if ticks >= self._key_due:
                upright.pict_type = PictureType.I
                self._key_due = (ticks // SEGMENT_TICKS + 1) * SEGMENT_TICKS
            self._outgoing.mux(self._stream.encode(upright))

    def finish(self) -> None:
        self._outgoing.mux(self._stream.encode(None))

    def _upright(self, frame: av.VideoFrame) -> Iterator[av.VideoFrame]:
        if self._graph is None:
            self._graph = self._prepare(frame)
        self._graph.push(frame)
        while True:
            try:
                ready = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            assert isinstance(ready, av.VideoFrame)
            yield ready

    def _prepare(self, frame: av.VideoFrame) -> av.filter.Graph:
        turn = TURNS.get(round(frame.rotation))
        ratio = self._template.sample_aspect_ratio or Fraction(1)
        width, height = frame.width * (ratio or Fraction(1)), Fraction(frame.height)
        if turn and turn.startswith("transpose"):
            width, height = height, width
        shrink = min(
            Fraction(1),
            Fraction(RECORDED_WIDTH_MAX) / width,
            Fraction(RECORDED_HEIGHT_MAX) / height,
        )
        size = [max(2, round(side * shrink / 2) * 2) for side in (width, height)]
        context = self._stream.codec_context
        context.width, context.height = size
        context.pix_fmt = "yuv420p"
        context.time_base = CLOCK
        context.thread_count = THREADS
        steps = [*([turn] if turn else []), f"scale={size[0]}:{size[1]}", "setsar=1"]
        return _chain(frame, [part for step in steps for part in step.split(",")])


def _chain(frame: av.VideoFrame, steps: list[str]) -> av.filter.Graph:
    graph = av.filter.Graph()
    last = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=CLOCK
    )
    for step in [*steps, "format=yuv420p", "buffersink"]:
        name, _, arguments = step.partition("=")
        added = graph.add(name, arguments or None)
        last.link_to(added)
        last = added
    graph.configure()
    return graph


class _Sound:
    """One unbroken track from the first picture to the last: gaps become silence."""

    def __init__(self, outgoing: OutputContainer) -> None:
        self._outgoing = outgoing
        self._stream = outgoing.add_stream("aac", rate=AUDIO_RATE, layout="stereo")
        self._stream.bit_rate = AUDIO_KBPS * 1000
        self._resampler = AudioResampler(format="fltp", layout="stereo", rate=AUDIO_RATE)
        self._waiting = np.zeros((AUDIO_CHANNELS, 0), np.float32)
        self._encoded = 0

    def add(self, frame: av.AudioFrame, start: Fraction) -> None:
        place = round(start * AUDIO_RATE)
        written = self._encoded + self._waiting.shape[1]
        if place > written + SOUND_GAP_SAMPLES:
            self._append(np.zeros((AUDIO_CHANNELS, place - written), np.float32))
        skip = max(0, -place)
        for ready in self._resampler.resample(frame):
            samples = ready.to_ndarray().astype(np.float32, copy=False)
            self._append(samples[:, skip:])
            skip = max(0, skip - samples.shape[1])

    def finish(self, end_ticks: int) -> None:
        """Fill up or cut off where the pictures end."""
        wanted = -(-end_ticks * AUDIO_RATE // VIDEO_RATE // AUDIO_FRAME_SAMPLES)
        missing = wanted * AUDIO_FRAME_SAMPLES - self._encoded - self._waiting.shape[1]
        if missing > 0:
            self._append(np.zeros((AUDIO_CHANNELS, missing), np.float32))
        self._outgoing.mux(self._stream.encode(None))

    def _append(self, samples: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]") -> None:
        self._waiting = np.concatenate([self._waiting, samples], axis=1)
        while self._waiting.shape[1] >= AUDIO_FRAME_SAMPLES:
            piece = np.ascontiguousarray(self._waiting[:, :AUDIO_FRAME_SAMPLES])
            self._waiting = self._waiting[:, AUDIO_FRAME_SAMPLES:]
            frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="stereo")
            frame.sample_rate = AUDIO_RATE
            frame.pts, frame.time_base = self._encoded, Fraction(1, AUDIO_RATE)
            self._encoded += AUDIO_FRAME_SAMPLES
            self._outgoing.mux(self._stream.encode(frame))
