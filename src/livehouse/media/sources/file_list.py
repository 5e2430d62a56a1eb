"""Files one after the other, once or over and over: a show that was filmed before."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from pathlib import Path

from livehouse.foundation.clock import Clock
from livehouse.media.packets import SourceItem
from livehouse.media.sources.clip import Clip
from livehouse.media.sources.loop_file import LoopProducer
from livehouse.media.sources.pace import Pace
from livehouse.media.sources.prepare import prepared
from livehouse.media.sources.source import ThreadedSource
from livehouse.media.specs import PLAYED_OUT, FileList, SourceSpec

# Getting ready takes a while: who begins so little late begins with the first picture.
HEAD_START_MS = 60_000


class FileListSource:
    """Prepares all files, then plays them in a thread. Its problem says when all are over."""

    is_patient = False

    def __init__(self, spec: FileList, cache: Path, clock: Clock) -> None:
        self._spec = spec
        self._cache = cache
        self._clock = clock
        self._source: ThreadedSource | None = None
        self._ready = 0
        self.progress = 0.0
        self.problem = ""

    @property
    def dropped(self) -> int:
        return self._source.dropped if self._source else 0

    @property
    def load(self) -> float:
        return self._source.load if self._source else 0.0

    async def start(self) -> None:
        clips = []
        for path in self._spec.paths:
            clips.append(await prepared(Path(path), self._cache, self._advance))
            self._ready += 1
        self.progress = 1.0
        producer = ListProducer(clips, loops=self._spec.loops, begun_at=self._spec.begun_at)
        self._source = ThreadedSource(producer, self._clock, name="file-list")
        await self._source.start()

    async def packets(self) -> AsyncGenerator[SourceItem]:
        assert self._source is not None, "start first"
        async for item in self._source.packets():
            yield item
        self.problem = PLAYED_OUT

    def direct(self, _: SourceSpec) -> bool:
        return False

    async def stop(self) -> None:
        if self._source is not None:
            await self._source.stop()

    def _advance(self, progress: float) -> None:
        self.progress = (self._ready + progress) / len(self._spec.paths)


class ListProducer:
    """Blocking part: each file begins where the one before has ended."""

    def __init__(self, clips: Sequence[Clip], *, loops: bool, begun_at: int = 0) -> None:
        self._films = [LoopProducer(clip) for clip in clips]
        self._loops = loops
        self._begun_at = begun_at
        self.dropped = 0

    def items(self, pace: Pace) -> Iterator[SourceItem]:
        begins_at = self._first_at(pace.now_ms())
        while True:
            for film in self._films:
                if begins_at + film.lasts_ms > pace.now_ms():
                    goes_on = yield from film.once(pace, begins_at)
                    if not goes_on:
                        return
                begins_at += film.lasts_ms
            if not self._loops:
                return

    def _first_at(self, now_ms: int) -> int:
        """When the first file began, or would have begun in this turn."""
        late = now_ms - self._begun_at
        if not late > HEAD_START_MS or not self._begun_at:
            return now_ms
        turn = sum(film.lasts_ms for film in self._films)
        return now_ms - late % turn if self._loops else self._begun_at
