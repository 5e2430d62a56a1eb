"""Keeps the pictures on the air that should be: what the database says, the media process does."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from livehouse.domains.shows import Run, Show
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import RunId
from livehouse.media.specs import LoopFile, SourceSpec, TestStage

if TYPE_CHECKING:
    from livehouse.app.build import Platform

log = structlog.get_logger()

# A quarter of 4K is enough for a drawn stage, and leaves a small machine its cores.
STAGE_WIDTH, STAGE_HEIGHT, STAGE_KBPS = 960, 540, 1_600


@dataclass(slots=True)
class Stage:
    """Compares what is on with what should be; what was missed is put right at the next look."""

    platform: "Platform"
    _on: set[RunId] = field(default_factory=set)
    _stale: bool = True
    _looks: int = 0

    def look(self) -> None:
        """Something has changed: look at once."""
        self._stale = True

    async def look_after(self) -> None:
        # Without news only every eighth look asks the database.
        self._looks += 1
        if not self._stale and self._looks % 8:
            return
        self._stale = False
        wanted = {show.run.id: (show, show.run) for show in await self.platform.shows.on_air()
                  if show.run is not None}  # fmt: skip
        for run_id in self._on - wanted.keys():
            await self.platform.media.stop(run_id)
            self._on.discard(run_id)
        for run_id in wanted.keys() - self._on:
            await self._start(*wanted[run_id])

    async def _start(self, show: Show, run: Run) -> None:
        keep = self.platform.settings.video_keep_seconds or None
        try:
            await self.platform.media.start(run.id, source_of(show), keep_seconds=keep)
        except DomainError as refusal:
            log.warning("source_refused", show=show.slug, code=refusal.code)
        self._on.add(run.id)


def source_of(show: Show) -> SourceSpec:
    """The show's file, or the stage that we draw."""
    if show.source:
        return LoopFile(show.source)
    return TestStage(
        title=show.title,
        subtitle=show.room.title,
        width=STAGE_WIDTH,
        height=STAGE_HEIGHT,
        kbps=STAGE_KBPS,
    )
