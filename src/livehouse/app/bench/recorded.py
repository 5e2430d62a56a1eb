"""Judges a recording by what others read of it: its playlist, Debian's ffprobe, picture and sound.

What a clock camera has sent tells its own time in every picture and sounds at each full second, so
the recording itself says how far the two are apart.
"""

import io
import re
import subprocess
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
from msgspec import Struct

from livehouse.app.bench.crews import CrewFailed
from livehouse.foundation.clock import to_ms
from livehouse.media import timecode
from livehouse.media.folder import RECORDED

FFPROBE = "/usr/bin/ffprobe"
PROBE_SECONDS_MAX = 120.0
# Times are printed in thousandths, and AAC at 44.1 kHz has no whole ones.
PRINT_SECONDS = 0.002
# The slate's pictures last a tenth of a second; one that stands for longer is a hole.
STILL_SECONDS_MAX = 0.3
# Where no gap is declared, the programme goes on with the picture, but for what is learnt of
# the camera's clock meanwhile.
STEP_MS_MAX = 50
# What the picture says must be near the time that the playlist says.
NEAR_MS = 20_000
LOUD = 0.1
# A tone that begins after so much of it: what is cut at a stretch's beginning is none.
SILENCE_SECONDS = 0.5

_TAG = re.compile(r"#(EXT-X-DISCONTINUITY$|EXT-X-MAP:URI=|EXT-X-PROGRAM-DATE-TIME:|EXTINF:)(.*)")


class Entry(Struct, frozen=True):
    """A segment as the playlist lists it; `at` is the programme time (ms) of its beginning."""

    name: str
    init: str
    at: int
    seconds: float
    is_apart: bool

    @property
    def ends_at(self) -> float:
        return self.at + self.seconds * 1_000


class Lip(Struct, frozen=True):
    """How much later the tone of a full second is heard than that second is seen (ms)."""

    at: int
    off_ms: float


class Recorded(Struct, frozen=True):
    """`holes` are what no gap of the playlist declares, `unrest` are pictures that stand for long
    and steps of the programme's time, as a machine without time to spare makes them. Each is a
    sentence."""

    seconds: float
    missing_seconds: float
    gaps: int
    pictures: int
    holes: list[str]
    unrest: list[str]
    lips: list[Lip]


def judged(folder: Path) -> Recorded:
    """Blocking: read the whole recording that lies there. Some 1 % of its length."""
    entries = list(listed((folder / RECORDED).read_text()))
    if not entries:
        raise CrewFailed("nothing was recorded")
    stretches = apart(entries)
    holes, unrest, lips, pictures = [], [], [], 0
    for stretch in stretches:
        data = b"".join((folder / name).read_bytes()
                        for name in [stretch[0].init, *(one.name for one in stretch)])  # fmt: skip
        found = probed(data)
        pictures += len(found.pictures)
        holes += [f"{stretch[0].name}: {hole}" for hole in found.holes()]
        restless = [*found.stills(), *_steps(stretch)]
        unrest += [f"{stretch[0].name}: {one}" for one in restless]
        try:
            lips += lips_of(data, stretch[0].at)
        except av.error.InvalidDataError:
            holes.append(f"{stretch[0].name}: it cannot be decoded")
    return Recorded(
        seconds=round(sum(entry.seconds for entry in entries), 3),
        missing_seconds=round(
            sum(max(0.0, after[0].at - before[-1].ends_at) for before, after in pairwise(stretches))
            / 1_000, 3,
        ),
        gaps=len(stretches) - 1,
        pictures=pictures,
        holes=holes,
        unrest=unrest,
        lips=lips,
    )  # fmt: skip


def listed(playlist: str) -> Iterator[Entry]:
    """The segments of a playlist, as a player reads them."""
    init, at, seconds, is_apart = "", 0, 0.0, False
    for line in playlist.splitlines():
        if tag := _TAG.match(line):
            name, value = tag[1], tag[2]
            if name.startswith("EXT-X-DISC"):
                is_apart = True
            elif name.startswith("EXT-X-MAP"):
                init = value.strip('"')
            elif name.startswith("EXT-X-PRO"):
                at = to_ms(datetime.fromisoformat(value))
            else:
                seconds = float(value.rstrip(","))
        elif line and not line.startswith("#"):
            yield Entry(line, init, at, seconds, is_apart)
            is_apart = False


def apart(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Cut where the playlist says that the timeline does not go on."""
    stretches: list[list[Entry]] = []
    for entry in entries:
        if entry.is_apart or not stretches:
            stretches.append([])
        stretches[-1].append(entry)
    return stretches


class Probe(Struct, frozen=True):
    """What ffprobe says: start and length (s) of each packet in their order, and its complaints."""

    pictures: list[tuple[float, float]]
    sounds: list[tuple[float, float]]
    complaints: str

    def holes(self) -> Iterator[str]:
        if self.complaints:
            yield f"ffprobe says {self.complaints}"
        for name, packets in (("picture", self.pictures), ("sound", self.sounds)):
            for (start, lasts), (after, _) in pairwise(packets):
                if abs(start + lasts - after) > PRINT_SECONDS:
                    yield f"{name} at {start} lasts {lasts}, the next is at {after}"

    def stills(self) -> Iterator[str]:
        for start, lasts in self.pictures:
            if lasts > STILL_SECONDS_MAX:
                yield f"the picture at {start} stands for {lasts} s"


def probed(data: bytes) -> Probe:
    command = [
        FFPROBE, "-v", "warning", "-f", "mp4", "-show_entries",
        "packet=stream_index,dts_time,duration_time", "-of", "csv=p=0", "pipe:0",
    ]  # fmt: skip
    done = subprocess.run(  # noqa: S603 - a fixed command, without a shell
        command, input=data, capture_output=True, timeout=PROBE_SECONDS_MAX, check=False
    )
    pictures: list[tuple[float, float]] = []
    sounds: list[tuple[float, float]] = []
    for line in done.stdout.decode().splitlines():
        stream, dts, duration = line.split(",")[:3]
        (sounds if int(stream) else pictures).append((float(dts), float(duration)))
    complaints = done.stderr.decode().strip()
    if done.returncode and not complaints:
        complaints = f"status {done.returncode}"
    return Probe(pictures, sounds, complaints)


def _steps(stretch: Sequence[Entry]) -> Iterator[str]:
    for before, after in pairwise(stretch):
        step = after.at - before.ends_at
        if abs(step) > STEP_MS_MAX:
            yield f"the programme steps by {step:.0f} ms before {after.name}"


def lips_of(data: bytes, at: int) -> list[Lip]:
    """Of each tone within; none where no clock is shown, as on a slate."""
    seen = list(_clocks(data, at))
    if not seen:
        return []
    times, clocks = zip(*seen, strict=True)
    lips = []
    for onset in _onsets(data):
        if times[0] <= onset <= times[-1]:
            shown = float(np.interp(onset, times, clocks))
            second = round(shown / 1_000) * 1_000
            lips.append(Lip(second, round(shown - second, 1)))
    return lips


def first_clock(data: bytes, at: int) -> int | None:
    """What the first picture of a stream tells, near `at`; None where it tells nothing."""
    return next((clock for _, clock in _clocks(data, at)), None)


def _clocks(data: bytes, at: int) -> Iterator[tuple[float, int]]:
    """Where each picture stands in the stream (s), and the time (ms) that it shows."""
    began: float | None = None
    with av.open(io.BytesIO(data), "r", format="mp4") as container:
        container.streams.video[0].thread_type = "NONE"
        for frame in container.decode(video=0):
            time = frame.time or 0.0
            began = time if began is None else began
            plane = frame.planes[0]
            rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
            clock = timecode.read(rows[:, : plane.width])
            if clock is not None and abs(clock - at - (time - began) * 1_000) < NEAR_MS:
                yield time, clock


def _onsets(data: bytes) -> Iterator[float]:
    """Where a tone begins after silence (s)."""
    quiet_since: float | None = None
    with av.open(io.BytesIO(data), "r", format="mp4") as container:
        for frame in container.decode(audio=0):
            loud = np.flatnonzero(np.abs(frame.to_ndarray()).max(axis=0) > LOUD)
            start, rate = frame.time or 0.0, frame.sample_rate
            if loud.size:
                onset = start + float(loud[0]) / rate
                if quiet_since is not None and onset - quiet_since > SILENCE_SECONDS:
                    yield onset
                quiet_since = start + float(loud[-1]) / rate
            elif quiet_since is None:
                quiet_since = start
