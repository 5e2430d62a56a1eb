"""What is kept of each run, and what is made of it; all of it lies in the run's folder."""

import asyncio
import shutil
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from livehouse.media.after.dvr import dvr_playlist
from livehouse.media.after.film import make_clip, make_whole
from livehouse.media.after.mp4 import Progress, Shown
from livehouse.media.after.sizes import KeptSizes, Sizes, in_size, is_offered, variant
from livehouse.media.after.specs import ClipFile, RecordingInfo, WholeFile, Work, WorkStatus
from livehouse.media.after.thumbs import draw_sheet, sheet_name, tile_size, tiles, webvtt
from livehouse.media.after.timeline import RecordedTime
from livehouse.media.after.workshop import Workshop
from livehouse.media.errors import (
    ClipTooLong,
    NoRoomOnDisk,
    NoSuchVideo,
    NotInRecording,
    StillRecording,
)
from livehouse.media.folder import JOURNAL, MADE, RunFolder, made_bytes, video_folder
from livehouse.media.host import Host
from livehouse.media.packets import TICKS_PER_MS
from livehouse.media.playlist import SegmentLine, init_name, recorded_playlist
from livehouse.media.renditions.multivariant import multivariant_playlist
from livehouse.media.renditions.rungs import RenditionName

CLIP_MINUTES_MAX = 60
TIMES_REMEMBERED_MAX = 16


class Recordings:
    """Asked by whoever serves and commands; owns the workshop."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.workshop = Workshop()
        self._kept = KeptSizes()
        self._times: OrderedDict[str, tuple[tuple[int, int], RecordedTime]] = OrderedDict()

    async def time(self, run_id: str) -> RecordedTime:
        """The timeline of what is kept; `NoSuchVideo` where nothing is."""
        lines = await self._lines(run_id)
        if not lines:
            raise NoSuchVideo
        return lines if isinstance(lines, RecordedTime) else RecordedTime(lines)

    async def dvr(self, run_id: str, size: RenditionName | None = None) -> str:
        """The playlist of everything so far, which grows until the run is over; of a smaller size,
        or of the source's own."""
        run = self._host.live(run_id)
        if not self.is_on(run_id) or run is None or run.window is None:
            lines, prefix = await self._in_size(run_id, size)
            return dvr_playlist(lines, whole=True, ended=True, prefix=prefix)
        whole = run.wanted.keep_seconds is None
        if size is not None:
            lines, prefix = await self._in_size(run_id, size)
            return dvr_playlist(lines, whole=whole, ended=False, prefix=prefix)
        kept = list(run.recorder.lines) if run.recorder else []
        newest = kept[-1].number if kept else -1
        # What did not go to disk any more is still in memory for a while.
        kept += [line for line in run.window.lines() if line.number > newest]
        if not kept:
            raise NoSuchVideo
        return dvr_playlist(kept, whole=whole, ended=False)

    async def vod(self, run_id: str, size: RenditionName) -> str:
        """A smaller size of what was recorded, segment by segment beside `vod.m3u8`."""
        lines, prefix = await self._in_size(run_id, size)
        return recorded_playlist(lines, ended=not self.is_on(run_id), prefix=prefix)

    async def offered(self, run_id: str, playlist: str) -> str:
        """What there is to choose from: the source's `playlist`, then its smaller sizes."""
        time, sizes = await self.time(run_id), await self._sizes(run_id)
        source = self.folder(run_id)
        forms = [(playlist, source, time.lines)] + [
            (f"{name}-{playlist}", source.beside(name), _there(time.lines, own))
            for name, own in sizes.items()
            if is_offered(time.lines, own)
        ]
        return multivariant_playlist(
            await asyncio.to_thread(lambda: [variant(*form) for form in forms])
        )

    async def _in_size(
        self, run_id: str, size: RenditionName | None
    ) -> tuple[Sequence[SegmentLine], str]:
        """The segments of a size, and what the names of its files begin with."""
        time = await self.time(run_id)
        if size is None:
            return time.lines, ""
        own = (await self._sizes(run_id)).get(size)
        if not own or not (lines := in_size(time.lines, own, ended=not self.is_on(run_id))):
            raise NoSuchVideo
        return lines, f"{size}-"

    async def _sizes(self, run_id: str) -> Sizes:
        run = self._host.live(run_id)
        if self.is_on(run_id) and run is not None and run.renditions is not None:
            keeper = run.renditions.keeper
            return keeper.lines() if keeper is not None else {}
        return await self._kept.of(self.folder(run_id))

    async def thumbs(self, run_id: str) -> str:
        time = await self.time(run_id)
        folder = self.folder(run_id).path
        init = await asyncio.to_thread((folder / init_name(time.lines[0].init)).read_bytes)
        return webvtt(time, tiles(time, is_on=self.is_on(run_id)), tile_size(init))

    async def sheet(self, run_id: str, number: int) -> Path:
        """Where that sheet of small pictures lies; drawn now if nobody has asked before."""
        folder = self.folder(run_id).path
        path = folder / sheet_name(number)
        if await asyncio.to_thread(path.is_file):
            return path
        time = await self.time(run_id)
        shown = [tile for tile in tiles(time, is_on=self.is_on(run_id)) if tile.sheet == number]
        if not shown:
            raise NoSuchVideo

        def draw() -> None:
            if not path.is_file():
                self._write(path, draw_sheet(folder, shown))

        await self.workshop.do(draw)
        return path

    async def info(self, run_id: str) -> RecordingInfo:
        run = self._host.live(run_id)
        problem = run.recorder.problem if run is not None and run.recorder is not None else ""
        lines = await self._lines(run_id)
        if not lines and problem and self.is_on(run_id):
            return RecordingInfo(0, 0, 0, 0, [], is_on=True, problem=problem)
        time = await self.time(run_id)
        made = await asyncio.to_thread(made_bytes, self.folder(run_id).path)
        kept = (await self._sizes(run_id)).values()
        sizes = sum(line.bytes for own in kept for line in own.values())
        return RecordingInfo(
            first_at=time.lines[0].at,
            last_at=time.lines[-1].ends_at,
            ms=time.ticks // TICKS_PER_MS,
            bytes=sum(line.bytes for line in time.lines) + sizes + made,
            pieces=time.pieces(),
            is_on=self.is_on(run_id),
            problem=problem,
        )

    async def order(self, run_id: str, work_id: str, work: Work) -> WorkStatus:
        """Have a file made; the same order again tells how it is coming along."""
        path = self.path(run_id, work_id)
        found = await self.work(run_id, work_id)
        if found is not None and found.state != "failed":
            return found
        time = await self.time(run_id)
        shown = self._shown(run_id, work, time)
        name = f"{run_id}/{work_id}"
        folder = self.folder(run_id).path

        def make(progress: Progress) -> int:
            waiting, owner = path.with_suffix(".tmp"), self.folder(run_id).owner()
            try:
                if isinstance(work, WholeFile):
                    self._admit(sum(line.bytes for line in time.lines), owner)
                    size = make_whole(waiting, folder, time, progress)
                else:
                    assert shown is not None
                    self._admit(_bytes_between(time, shown), owner)
                    as_key = work.begins_with_key
                    size = make_clip(
                        waiting, folder, time, shown, begins_with_key=as_key, progress=progress
                    )
                waiting.replace(path)
            except BaseException:
                waiting.unlink(missing_ok=True)
                raise
            self._host.quota.count(size, owner)
            return size

        return self.workshop.order(name, make)

    async def work(self, run_id: str, work_id: str) -> WorkStatus | None:
        if known := self.workshop.status(f"{run_id}/{work_id}"):
            return known
        try:
            size = await asyncio.to_thread(lambda: self.path(run_id, work_id).stat().st_size)
        except FileNotFoundError:
            return None
        return WorkStatus("done", 1.0, size)

    async def discard(self, run_id: str, work_id: str) -> None:
        await self.workshop.forget(f"{run_id}/{work_id}")
        path = self.path(run_id, work_id)

        def remove() -> None:
            with suppress(FileNotFoundError):
                size = path.stat().st_size
                path.unlink()
                self._host.quota.count(-size, self.folder(run_id).owner())

        await asyncio.to_thread(remove)

    async def remove(self, run_id: str) -> None:
        """All of it, for good. Frames of the room lie elsewhere and stay."""
        if self.is_on(run_id):
            raise StillRecording
        await self.workshop.forget_all(f"{run_id}/")
        folder = self.folder(run_id)
        size, owner = await asyncio.to_thread(lambda: (folder.size(), folder.owner()))
        await asyncio.to_thread(shutil.rmtree, folder.path, ignore_errors=True)
        self._times.pop(run_id, None)
        self._host.forget(run_id)
        self._host.quota.count(-size, owner)

    def is_on(self, run_id: str) -> bool:
        return self._host.is_on(run_id)

    def folder(self, run_id: str) -> RunFolder:
        return RunFolder(video_folder(self._host.data, run_id))

    def path(self, run_id: str, work_id: str) -> Path:
        return self.folder(run_id).path / f"{MADE}{work_id}.mp4"

    async def _lines(self, run_id: str) -> list[SegmentLine] | RecordedTime:
        run = self._host.live(run_id)
        if self.is_on(run_id) and run is not None and run.recorder is not None:
            return list(run.recorder.lines)
        folder = self.folder(run_id)
        try:
            stat = await asyncio.to_thread((folder.path / JOURNAL).stat)
        except OSError:
            return []
        state = stat.st_mtime_ns, stat.st_size
        known = self._times.get(run_id)
        if known is None or known[0] != state:
            known = self._times[run_id] = state, RecordedTime(await asyncio.to_thread(folder.lines))
        self._times.move_to_end(run_id)
        while len(self._times) > TIMES_REMEMBERED_MAX:
            self._times.popitem(last=False)
        return known[1] if known[1].lines else []

    def _shown(self, run_id: str, work: Work, time: RecordedTime) -> Shown | None:
        if isinstance(work, WholeFile):
            if self.is_on(run_id):
                raise StillRecording
            return None
        return _shown(work, time)

    def _admit(self, size: int, owner: str) -> None:
        if self._host.quota.refusal(size, owner):
            raise NoRoomOnDisk

    def _write(self, path: Path, data: bytes) -> None:
        owner = RunFolder(path.parent).owner()
        self._admit(len(data), owner)
        waiting = path.with_suffix(".tmp")
        waiting.write_bytes(data)
        waiting.replace(path)
        self._host.quota.count(len(data), owner)


def _there(lines: Sequence[SegmentLine], own: Mapping[int, SegmentLine]) -> Sequence[SegmentLine]:
    return [own[line.number] for line in lines if line.number in own]


def _shown(work: ClipFile, time: RecordedTime) -> Shown:
    start, end = time.recorded(work.start_at), time.recorded(work.end_at)
    if end <= start:
        raise NotInRecording
    if end - start > CLIP_MINUTES_MAX * 60_000 * TICKS_PER_MS:
        raise ClipTooLong
    return Shown(start, end)


def _bytes_between(time: RecordedTime, shown: Shown) -> int:
    return sum(
        line.bytes
        for line, starts in zip(time.lines, time.starts, strict=True)
        if starts < shown.end and starts + line.ticks > shown.start
    )
