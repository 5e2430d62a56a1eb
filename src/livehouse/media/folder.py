"""A run's folder on disk: segments, their journal, and the playlist made from it."""

import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec

from livehouse.media.packager import Position
from livehouse.media.playlist import SegmentLine, init_name, recorded_playlist, segment_name

JOURNAL = "journal.jsonl"
RECORDED = "vod.m3u8"
DVR = "dvr.m3u8"
POSTER = "poster.jpg"
# For whom a run is recorded.
OWNER = "owner"
LIVE = "index.m3u8"
MULTIVARIANT = "main.m3u8"
PLAIN = "plain.m3u8"
# What the names of files begin with that are made of a recording.
MADE = "made-"


def video_folder(data: Path, run_id: str) -> Path:
    return data / "live" / run_id / "video"


class RunFolder:
    """Blocking calls: give them to a thread. One writer at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def beside(self, size: str) -> "RunFolder":
        """Where another size of the same run is kept."""
        return RunFolder(self.path / size)

    def exists(self) -> bool:
        return (self.path / JOURNAL).exists()

    def own(self, owner: str) -> None:
        """Note for whom it is recorded."""
        self.path.mkdir(parents=True, exist_ok=True)
        self._replace(OWNER, owner.encode())

    def owner(self) -> str:
        """Empty where nobody has noted it."""
        try:
            return (self.path / OWNER).read_bytes().decode(errors="replace")
        except OSError:
            return ""

    def lines(self) -> list[SegmentLine]:
        """The segments that are really there, in order.

        A crash leaves at most a torn last line; a power cut may leave files shorter than the
        journal says. Neither is listed.
        """
        try:
            journal = (self.path / JOURNAL).read_bytes()
        except OSError:
            return []
        found: dict[int, SegmentLine] = {}
        for raw in journal.splitlines():
            try:
                line = msgspec.json.decode(raw, type=SegmentLine)
            except msgspec.MsgspecError:
                continue
            if self._holds(line):
                found[line.number] = line
        return [found[number] for number in sorted(found)]

    def position(self, lines: list[SegmentLine], *, next_number: int = 0) -> Position:
        """Where to go on after `lines`, on the same timeline, with a number of its own.

        Of the segment that a crash left unwritten viewers have seen parts, so its number is not
        used again. Nor is what another node made before, which is not here.
        """
        inits = [int(path.stem.removeprefix("init-")) for path in self.path.glob("init-*.mp4")]
        # Numbers of deleted or torn files are not used again: caches may still hold them.
        numbers = [int(path.stem) for path in self.path.glob("*.m4s") if path.stem.isdigit()]
        last = max([*numbers, *(line.number for line in lines), next_number - 1], default=-1)
        return Position(
            next_number=last + (2 if inits else 1),
            next_init=max(inits, default=next_number - 1) + 1,
            series=lines[-1].series if lines else next_number,
            anchor_at=lines[0].at if lines else None,
        )

    def write_init(self, init: int, data: bytes) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        self._replace(init_name(init), data)

    def write_segment(self, line: SegmentLine, data: bytes) -> None:
        """The journal names a segment only once the whole of it is there."""
        self.path.mkdir(parents=True, exist_ok=True)
        self._replace(segment_name(line.number), data)
        journal = self.path / JOURNAL
        with journal.open("ab") as file:
            file.write(self._after_torn_line(journal) + msgspec.json.encode(line) + b"\n")

    def write_poster(self, data: bytes) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        self._replace(POSTER, data)

    def remove(self, line: SegmentLine) -> None:
        (self.path / segment_name(line.number)).unlink(missing_ok=True)

    def finish(self) -> None:
        """Write the recording's playlist from what the journal and the files say."""
        if lines := self.lines():
            self._replace(RECORDED, recorded_playlist(lines, ended=True).encode())

    def reopen(self) -> None:
        """A run that goes on is not complete."""
        (self.path / RECORDED).unlink(missing_ok=True)

    def finished(self) -> bool:
        return (self.path / RECORDED).exists()

    def size(self) -> int:
        """What the recording in all its sizes and all that was made of it take."""
        return _bytes_of(self.path.rglob("*.m4s")) + made_bytes(self.path)

    def _holds(self, line: SegmentLine) -> bool:
        try:
            size = (self.path / segment_name(line.number)).stat().st_size
        except FileNotFoundError:
            return False
        return size == line.bytes and (self.path / init_name(line.init)).exists()

    def _after_torn_line(self, journal: Path) -> bytes:
        with journal.open("rb") as file:
            size = file.seek(0, 2)
            if size == 0:
                return b""
            file.seek(size - 1)
            return b"" if file.read(1) == b"\n" else b"\n"

    def _replace(self, name: str, data: bytes) -> None:
        waiting = self.path / (name + ".tmp")
        waiting.write_bytes(data)
        waiting.replace(self.path / name)


def recorded_bytes(data: Path) -> Counter[str]:
    """What all recordings take on this disk, by their owner."""
    found: Counter[str] = Counter()
    for path in (data / "live").glob("*/video"):
        folder = RunFolder(path)
        found[folder.owner()] += folder.size()
    return found


def made_bytes(folder: Path) -> int:
    """What was made of a recording: files, clips, sheets of small pictures."""
    return _bytes_of(folder.glob(f"{MADE}*.mp4")) + _bytes_of(folder.glob("thumbs-*.jpg"))


def _bytes_of(paths: Iterable[Path]) -> int:
    total = 0
    for path in paths:
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total


def free_bytes(data: Path) -> int:
    return shutil.disk_usage(data).free
