"""Run-sheets while they are written, and while a run follows them: one method, one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from livehouse.domains.programmes import model
from livehouse.domains.programmes.errors import CueDone, CueIncomplete, SheetChanged, StepTaken
from livehouse.domains.programmes.events import (
    ActBegun,
    ProgrammeAct,
    ProgrammeChanged,
    ProgrammeFinished,
)
from livehouse.domains.programmes.model import (
    NEEDS_TARGET,
    Act,
    Board,
    Cue,
    CueKind,
    Progress,
    Sheet,
    SlotState,
    Step,
    StepKind,
    Within,
)
from livehouse.domains.programmes.ports import CueHandler, CueHome, Marks
from livehouse.domains.programmes.service.reach import Reach
from livehouse.domains.programmes.store import cues, sheets
from livehouse.domains.programmes.store.cues import Due
from livehouse.domains.shows import Cancelled, Ended, Run, RunKind, Show, ShowOver, Shows
from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import ActId, CueId, IdSource, PersonId, ShowId
from livehouse.storage.database import Database, Transaction

log = structlog.get_logger()

CUES_PER_LOOK_MAX = 50


@dataclass(slots=True)
class Programmes:
    """`handlers` carry out the kinds of cues, and `homes` know whose a thing is that they name; the
    domains above bring theirs along."""

    database: Database
    clock: Clock
    ids: IdSource
    shows: Shows
    handlers: Mapping[CueKind, CueHandler] = field(default_factory=dict)
    marks: Sequence[Marks] = ()
    homes: Mapping[CueKind, CueHome] = field(default_factory=dict)

    async def board(self, slug: str) -> Board:
        """The programme with its times, as it stands now."""
        async with self.database.transaction() as tx:
            show = await self.shows.in_transaction(tx, slug)
            return await self._board(tx, show, await sheets.sheet(tx, show.id))

    async def sheets_of(self, shows: Sequence[Show]) -> Mapping[ShowId, Sheet]:
        """The run-sheets of these shows; none of those for whom nobody has written any."""
        async with self.database.transaction() as tx:
            return await sheets.sheets(tx, [show.id for show in shows])

    async def within_reach(self, slug: str) -> list[Within]:
        """The show and the rooms beside it, with what the cues of its sheet can name there."""
        async with self.database.transaction() as tx:
            return await self._reach.within(tx, await self.shows.in_transaction(tx, slug))

    # Writing the sheet.

    async def save(self, slug: str, acts: Sequence[Act], *, version: int) -> Sheet:
        """Put these acts in the place of the sheet that has `version`."""
        return await self._save(slug, lambda _: model.checked_acts(acts), version)

    async def copy(self, slug: str, *, source: Show, version: int) -> Sheet:
        """Add the acts of an earlier show behind those that are there."""
        async with self.database.transaction() as tx:
            found = await sheets.sheet(tx, source.id)
        more = model.copied(found.acts, self.ids.new)
        # Whom they call over to is looked at when they are given: it may be linked until then.
        return await self._save(
            slug, lambda acts: model.checked_acts([*acts, *more]), version, trusted=more
        )

    async def _save(
        self,
        slug: str,
        change: Callable[[Sequence[Act]], tuple[Act, ...]],
        version: int,
        trusted: Sequence[Act] = (),
    ) -> Sheet:
        async with self.database.transaction() as tx:
            show = await self.shows.locked(tx, slug)
            if isinstance(show.state, Ended | Cancelled):
                raise ShowOver
            before = await sheets.sheet(tx, show.id)
            if before.version != version:
                raise SheetChanged
            board = await self._board(tx, show, before)
            sheet = Sheet(version + 1, change(before.acts))
            await self._reach.check(tx, show, [*before.acts, *trusted], sheet.acts)
            if _is_on(show):
                model.check_begun(before.acts, sheet.acts, board.progress.last)
            await sheets.save(tx, show.id, before, sheet, self.clock.now())
            if show.run is not None and show.run.on:
                await self._tell(tx, await self._board(tx, show, sheet), show.run)
        return sheet

    # The run.

    async def go_on(self, slug: str, *, after: int, by: PersonId) -> Board:
        """Begin the next act, or end the last; `after` is how many steps the asker has seen."""
        return await self._step(slug, after, by, model.step_on)

    async def delay(self, slug: str, seconds: int, *, after: int, by: PersonId) -> Board:
        """Let what is on take longer, or with seconds below zero shorter."""
        return await self._step(
            slug, after, by, lambda acts, seen, at: model.step_delayed(acts, seen, seconds, at)
        )

    async def skip(self, slug: str, act_id: ActId, *, after: int, by: PersonId) -> Board:
        """Leave out an act that is to come."""
        return await self._step(
            slug, after, by, lambda acts, seen, at: model.step_skipping(acts, seen, act_id, at)
        )

    async def _step(
        self,
        slug: str,
        after: int,
        by: PersonId,
        rule: Callable[[Sequence[Act], Progress, datetime], Step],
    ) -> Board:
        async with self.database.transaction() as tx:
            show, run = await self.shows.running(tx, slug)
            sheet = await sheets.sheet(tx, show.id)
            progress = model.follow(await sheets.steps(tx, run.id))
            if progress.steps != after:
                raise StepTaken
            step = rule(sheet.acts, progress, self.clock.now())
            await sheets.add_step(tx, run.id, step, by)
            return await self._take(tx, show, run, sheet, step)

    async def _take(self, tx: Transaction, show: Show, run: Run, sheet: Sheet, step: Step) -> Board:
        if step.kind in {StepKind.BEGIN, StepKind.FINISH}:
            await cues.drop_waiting(tx, run.id)
        if step.kind is StepKind.FINISH:
            tx.record(ProgrammeFinished(run.id, show.id, to_ms(step.at)), run_id=run.id)
        if step.kind is StepKind.BEGIN:
            act = next(act for act in sheet.acts if act.id == step.act_id)
            moments = [
                (cue.id, step.at + timedelta(seconds=cue.at_seconds))
                for cue in act.cues
                if cue.at_seconds is not None
            ]
            await cues.await_moments(tx, run.id, moments)
            begun = ActBegun(run.id, show.id, act.id, act.title, to_ms(step.at))
            tx.record(begun, run_id=run.id)
            for mark in self.marks:
                await mark.mark(tx, run.id, act.title)
        board = await self._board(tx, show, sheet)
        await self._tell(tx, board, run)
        return board

    # Cues.

    async def give(self, slug: str, cue_id: CueId, *, by: PersonId) -> None:
        """Give a cue by hand, also one that would come by itself later."""
        async with self.database.transaction() as tx:
            staged = await self._staged(tx, slug, cue_id)
            if staged is None:
                raise NotFound
            if not await cues.give_by_hand(tx, staged.run.id, cue_id, self.clock.now(), by):
                raise CueDone
            await self._carry_out(tx, staged)

    async def give_due(self) -> int:
        """Give the cues whose moment has come, each in a transaction of its own; tells how many.

        Whichever node locks the show first gives a cue; the others find it given.
        """
        async with self.database.transaction() as tx:
            waiting = await cues.due(tx, self.clock.now(), CUES_PER_LOOK_MAX)
        for one in waiting:
            show = await self.shows.of_run(one.run_id)
            try:
                await self._give_due(show.slug, one)
            except SheetChanged:
                continue  # somebody saved it this very moment: the next look finds it
            except DomainError as refusal:
                log.warning("cue_refused", show=show.slug, code=refusal.code)
                async with self.database.transaction() as tx:
                    await cues.refuse_waiting(tx, one, refusal.code, self.clock.now())
        return len(waiting)

    async def _give_due(self, slug: str, due: Due) -> None:
        async with self.database.transaction() as tx:
            staged = await self._staged(tx, slug, due.cue_id)
            run = staged.run if staged else (await self.shows.running(tx, slug))[1]
            if run.id != due.run_id or not await cues.give_waiting(tx, due, self.clock.now()):
                return
            if staged is not None:  # it may have been taken out of the sheet meanwhile
                await self._carry_out(tx, staged)

    async def _staged(self, tx: Transaction, slug: str, cue_id: CueId) -> "_Staged | None":
        """A cue with its run and the show whose thing it names, both of which nobody changes until
        the commit. They are locked in one order, so that no two shows wait for each other."""
        seen = await self.shows.in_transaction(tx, slug)
        found = (await sheets.sheet(tx, seen.id)).cue(cue_id)
        if found is None:
            return None
        home = await self._reach.home(tx, seen, *found)
        locked = {one: await self.shows.locked(tx, one) for one in sorted({slug, home.slug})}
        show, run = await self.shows.running(tx, slug)
        if (await sheets.sheet(tx, show.id)).cue(cue_id) != found:
            raise SheetChanged
        return _Staged(show, run, locked[home.slug], found[1])

    async def _carry_out(self, tx: Transaction, staged: "_Staged") -> None:
        cue = staged.cue
        handler = self.handlers.get(cue.kind)
        if handler is None or (cue.kind in NEEDS_TARGET and not cue.target):
            raise CueIncomplete
        show, run = Reach.entered(staged.show, staged.run, staged.home, cue.kind)
        await handler.carry_out(tx, show, run, cue)

    @property
    def _reach(self) -> Reach:
        return Reach(self.shows, self.homes)

    # What the show's own life means for the programme (a `RunHook`).

    async def run_started(self, tx: Transaction, show: Show, run: Run) -> None:
        """Tell the room that opens what is planned."""
        sheet = await sheets.sheet(tx, show.id)
        if sheet.acts:
            await self._tell(tx, await self._board(tx, show, sheet), run)

    async def run_ended(self, tx: Transaction, show: Show, run: Run) -> None:
        """What is on stage ends with the run, and no cue comes any more."""
        progress = model.follow(await sheets.steps(tx, run.id))
        if progress.on is not None:
            step = Step(progress.steps + 1, StepKind.FINISH, self.clock.now())
            await sheets.add_step(tx, run.id, step, None)
            tx.record(ProgrammeFinished(run.id, show.id, to_ms(step.at)), run_id=run.id)
        await cues.drop_waiting(tx, run.id)

    async def _board(self, tx: Transaction, show: Show, sheet: Sheet) -> Board:
        """As the run tells it that is on, or that was the show's; a rehearsal that is over tells
        nothing of the show to come."""
        run = show.run if show.run and (show.run.on or show.run.kind is RunKind.LIVE) else None
        progress = model.follow(await sheets.steps(tx, run.id)) if run else Progress()
        now = self.clock.now()
        opens_at = show.starts_at
        if run is not None:
            is_early = run.kind is RunKind.REHEARSAL
            opens_at = run.started_at if is_early else max(run.started_at, show.starts_at)
        placed = model.slots(
            sheet.acts,
            progress,
            planned_at=show.starts_at,
            opens_at=opens_at,
            now=now if run and run.on else opens_at,
        )
        given = await cues.of_run(tx, run.id) if run else []
        return Board(show, sheet, progress, placed, tuple(given))

    async def _tell(self, tx: Transaction, board: Board, run: Run) -> None:
        acts = tuple(
            ProgrammeAct(
                slot.act.id,
                slot.act.title,
                slot.act.people,
                to_ms(slot.starts_at),
                to_ms(slot.ends_at),
            )
            for slot in board.slots
            if slot.state is not SlotState.SKIPPED
        )
        tx.record(ProgrammeChanged(acts), run_id=run.id)


@dataclass(frozen=True, slots=True)
class _Staged:
    """A cue of a run that is on, and the show whose thing it names."""

    show: Show
    run: Run
    home: Show
    cue: Cue


def _is_on(show: Show) -> bool:
    return show.run is not None and show.run.on
