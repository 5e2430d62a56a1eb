"""Keeps the pictures on the air that should be: what the database says, the media process does."""

import os
import sys
from collections.abc import Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from livehouse.app.guests import stage_plan
from livehouse.domains.shows import CAMERA, Run, Show
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import RunId, ShowId
from livehouse.media.profile import PROFILES, ProfileName
from livehouse.media.specs import Camera, LoopFile, SourceSpec, StagePlan, TestStage
from livehouse.media.supervisor import UNHEARD_SEGMENTS

if TYPE_CHECKING:
    from livehouse.app.build import Platform

log = structlog.get_logger()

# Serving, the database and the sources of shows have so many before anything is encoded anew.
CORES_FOR_THE_REST = 2
# A quarter of 4K is enough for a drawn stage, and leaves a small machine its cores.
STAGE_WIDTH, STAGE_HEIGHT, STAGE_KBPS = 960, 540, 1_600


@dataclass(slots=True)
class Stage:
    """Compares what is on with what should be; what was missed is put right at the next look.

    Each run's video is made by the one node that holds its row. When that node dies another takes
    the run, and goes on beyond the last number that viewers can have seen.
    """

    platform: "Platform"
    _on: dict[RunId, SourceSpec] = field(default_factory=dict)
    _encoding: set[RunId] = field(default_factory=set)
    _plans: dict[ShowId, StagePlan] = field(default_factory=dict)
    _stale: bool = True
    _looks: int = 0

    def look(self) -> None:
        """Something has changed: look at once."""
        self._stale = True

    async def look_after(self) -> None:
        # Without news only every fourth look asks the database.
        self._looks += 1
        if not self._stale and self._looks % 4:
            return
        self._stale = False
        wanted = {show.run.id: (show, show.run) for show in await self.platform.shows.on_air()
                  if show.run is not None}  # fmt: skip
        stages = await self.platform.guests.of_shows([show.id for show, _ in wanted.values()])
        self._plans = {show_id: stage_plan(*stage) for show_id, stage in stages.items()}
        for run_id in self._on.keys() - wanted.keys():
            await self._stop(run_id)
        await self._keep(wanted.keys() & self._on.keys())
        for run_id, source in list(self._on.items()):
            if source != self._source(wanted[run_id][0]):
                await self._start(*wanted[run_id])
        owners, node = self.platform.membership.media_owners, self.platform.membership.node.id
        taken = await owners.take(node, list(wanted.keys() - self._on.keys()))
        for run_id, number in taken.items():
            await self._start(*wanted[run_id], number)

    async def _keep(self, runs: Set[RunId]) -> None:
        numbers = {run_id: self._next_number(run_id) for run_id in runs}
        membership = self.platform.membership
        ours = await membership.media_owners.hold(membership.node.id, numbers)
        for run_id in runs - ours:
            log.warning("video_left", run=str(run_id), why="another node makes it")
            await self._stop(run_id)

    def _next_number(self, run_id: RunId) -> int:
        status = self.platform.media.status(run_id)
        return status.next_number if status else 0

    def _source(self, show: Show) -> SourceSpec:
        plan = self._plans.get(show.id, StagePlan())
        return source_of(show, self.platform.settings.video_profile, plan)

    async def _stop(self, run_id: RunId) -> None:
        await self.platform.media.stop(run_id)
        self._on.pop(run_id, None)
        self._encoding.discard(run_id)

    async def _start(self, show: Show, run: Run, number: int = 0) -> None:
        """Also for a run that is on already and is to play something else."""
        keep = self.platform.settings.video_keep_seconds or None
        profile = self.platform.settings.video_profile
        source = self._source(show)
        try:
            await self.platform.media.start(
                run.id,
                source,
                keep_seconds=keep,
                next_number=number + UNHEARD_SEGMENTS if number else 0,
                profile=profile,
                encodes=self._encodes(run.id),
            )
        except DomainError as refusal:
            log.warning("source_refused", show=show.slug, code=refusal.code)
        self._on[run.id] = source

    def _encodes(self, run_id: RunId) -> bool:
        """Whether there is room to encode smaller pictures; a run that has them keeps them."""
        wish = self.platform.settings.video_renditions
        others = len(self._encoding - {run_id})
        encodes = wish == "on" or (wish == "auto" and others < cores() - CORES_FOR_THE_REST)
        if encodes:
            self._encoding.add(run_id)
        return encodes


def cores() -> int:
    """Those that this process may use, where the system tells."""
    if sys.platform != "linux":
        return os.cpu_count() or 1
    return len(os.sched_getaffinity(0))


def source_of(show: Show, profile: ProfileName, plan: StagePlan) -> SourceSpec:
    """The room's camera with the guests on stage, the show's file, or the stage that we draw."""
    if show.source == CAMERA:
        return Camera(input=str(show.room.id), title=show.title, stage=plan)
    if show.source:
        return LoopFile(show.source)
    return TestStage(
        title=show.title,
        subtitle=show.room.title,
        width=STAGE_WIDTH,
        height=STAGE_HEIGHT,
        kbps=STAGE_KBPS,
        key_seconds=round(PROFILES[profile].segment_seconds),
    )
