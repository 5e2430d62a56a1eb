"""Keeps the pictures on the air that should be: what the database says, the media process does."""

import os
import sys
from collections.abc import Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from livehouse.app.forms import forms_of
from livehouse.app.guests import stage_plan
from livehouse.app.settings import Settings
from livehouse.domains.shows import (
    CAMERA,
    Elsewhere,
    FilmedBefore,
    NotLive,
    Run,
    Show,
    Shows,
)
from livehouse.foundation.clock import to_ms
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import RunId, ShowId
from livehouse.media.profile import PROFILES
from livehouse.media.specs import (
    PLAYED_OUT,
    Camera,
    FileList,
    LoopFile,
    Remote,
    SourceSpec,
    StagePlan,
    TestStage,
)
from livehouse.media.supervisor import UNHEARD_SEGMENTS
from livehouse.storage.sealing import Seal, SealBroken

if TYPE_CHECKING:
    from livehouse.app.platform import Platform

log = structlog.get_logger()

# Serving, the database and the sources of shows have so many before anything is encoded anew.
CORES_FOR_THE_REST = 2
NOBODY_ELSE = StagePlan()
BEGIN_EVERY = timedelta(seconds=2)
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
        await self._end_what_is_played_out(wanted)
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

    async def _end_what_is_played_out(self, wanted: Mapping[RunId, tuple[Show, Run]]) -> None:
        """A show that was filmed before ends with its last file."""
        for run_id in self._on:
            status = self.platform.media.status(run_id)
            if status is not None and status.problem == PLAYED_OUT:
                with suppress(NotLive):  # somebody else was first
                    await self.platform.shows.end(wanted[run_id][0].slug)

    def _next_number(self, run_id: RunId) -> int:
        status = self.platform.media.status(run_id)
        return status.next_number if status else 0

    def _source(self, show: Show) -> SourceSpec:
        plan = self._plans.get(show.id, NOBODY_ELSE)
        return source_of(show, self.platform.settings, self.platform.source_seal, plan)

    async def _stop(self, run_id: RunId) -> None:
        await self.platform.media.stop(run_id)
        self._on.pop(run_id, None)
        self._encoding.discard(run_id)

    async def _start(self, show: Show, run: Run, number: int = 0) -> None:
        """Also for a run that is on already and is to play something else."""
        keep = self.platform.settings.video_keep_seconds or None
        profile = self.platform.shows.forms.profile_of(show.form)
        source = self._source(show)
        encodes = show.form.sizes and self._encodes(run.id)
        try:
            await self.platform.media.start(
                run.id,
                source,
                keep_seconds=keep,
                next_number=number + UNHEARD_SEGMENTS if number else 0,
                profile=profile,
                encodes=encodes,
                keeps_sizes=encodes and self.platform.settings.video_keep_sizes,
                owner=str(show.room.store_id),
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


async def begin_what_is_due(shows: Shows) -> None:
    """Shows that were filmed before go live by themselves."""
    for show in await shows.due():
        with suppress(DomainError):  # somebody has pressed the button this moment
            await shows.go_live(show.slug)


def source_of(
    show: Show, settings: Settings, seal: Seal, plan: StagePlan = NOBODY_ELSE
) -> SourceSpec:
    """The camera with the guests on stage, files, a server elsewhere, or a stage that we draw."""
    match show.plays:
        case FilmedBefore(paths=paths, loops=loops, since=since):
            began = show.run.started_at if show.run is not None else since
            return FileList(paths, loops, to_ms(max(began, since)))
        case Elsewhere() as address:
            url = _opened(address, seal)
            return Remote(url, title=show.title, allow_private=settings.sources_private)
        case None:
            pass
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
        key_seconds=round(PROFILES[forms_of(settings).profile_of(show.form)].segment_seconds),
    )


def _opened(address: Elsewhere, seal: Seal) -> str:
    """The address with its password. Where the secret of the house was replaced, the one without
    is as good as any: the server refuses us, a slate stands in, and the host types it anew."""
    try:
        return seal.open(address.sealed.encode())
    except SealBroken:
        return address.shown
