"""How far a run is in its sheet, as a fold of the steps that were taken, and what to expect.

Steps only ever come to the end of the log, and their numbers have no gaps: who presses a button
says how many they have seen, so of two who press at once one is told.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.programmes.errors import ActPlayed, ProgrammeOver
from livehouse.domains.programmes.model.sheets import Act
from livehouse.foundation.errors import InvalidInput, NotFound
from livehouse.foundation.ids import ActId
from livehouse.foundation.text import N_

DELAY_SECONDS_MAX = 3_600


class StepKind(Enum):
    BEGIN = "begin"
    DELAY = "delay"
    SKIP = "skip"
    FINISH = "finish"


class Step(Struct, frozen=True):
    """`seconds` is a delay's length, below zero to catch up."""

    n: int
    kind: StepKind
    at: datetime
    act_id: ActId | None = None
    seconds: int = 0


class Played(Struct, frozen=True):
    act_id: ActId
    began_at: datetime
    ended_at: datetime | None = None


class Progress(Struct, frozen=True):
    """`delay_seconds` lengthens the act that is on, or before the first one the wait for it."""

    steps: int = 0
    played: tuple[Played, ...] = ()
    skipped: frozenset[ActId] = frozenset()
    delay_seconds: int = 0

    @property
    def on(self) -> Played | None:
        return self.played[-1] if self.played and self.played[-1].ended_at is None else None

    @property
    def last(self) -> ActId | None:
        return self.played[-1].act_id if self.played else None


class SlotState(Enum):
    PLAYED = "played"
    ON = "on"
    COMING = "coming"
    SKIPPED = "skipped"


class Slot(Struct, frozen=True):
    """An act's place in time: as planned, and as it was or is expected to be."""

    act: Act
    state: SlotState
    planned_at: datetime
    starts_at: datetime
    ends_at: datetime


def follow(steps: Iterable[Step]) -> Progress:
    progress = Progress()
    for step in steps:
        progress = taken(progress, step)
    return progress


def taken(progress: Progress, step: Step) -> Progress:
    """The progress after one more step."""
    assert step.n == progress.steps + 1, "steps have no gaps"
    progress = replace(progress, steps=step.n)
    match step.kind:
        case StepKind.BEGIN:
            assert step.act_id is not None, "something begins"
            played = (*_ended(progress, step.at), Played(step.act_id, step.at))
            return replace(progress, played=played, delay_seconds=0)
        case StepKind.FINISH:
            return replace(progress, played=_ended(progress, step.at), delay_seconds=0)
        case StepKind.DELAY:
            return replace(progress, delay_seconds=progress.delay_seconds + step.seconds)
        case StepKind.SKIP:
            assert step.act_id is not None, "something is skipped"
            return replace(progress, skipped=progress.skipped | {step.act_id})


def next_act(acts: Sequence[Act], progress: Progress) -> Act | None:
    return next(iter(_coming(acts, progress)), None)


def step_on(acts: Sequence[Act], progress: Progress, at: datetime) -> Step:
    """Begin the next act, or end the last one."""
    following = next_act(acts, progress)
    if following is not None:
        return Step(progress.steps + 1, StepKind.BEGIN, at, following.id)
    if progress.on is None:
        raise ProgrammeOver
    return Step(progress.steps + 1, StepKind.FINISH, at)


def step_delayed(acts: Sequence[Act], progress: Progress, seconds: int, at: datetime) -> Step:
    """Let what is on take longer, or shorter; before the first act, begin later."""
    if progress.on is None and next_act(acts, progress) is None:
        raise ProgrammeOver
    if abs(progress.delay_seconds + seconds) > DELAY_SECONDS_MAX or not seconds:
        raise InvalidInput(field="seconds", problem=N_("an hour at most"))
    return Step(progress.steps + 1, StepKind.DELAY, at, seconds=seconds)


def step_skipping(acts: Sequence[Act], progress: Progress, act_id: ActId, at: datetime) -> Step:
    """Leave out an act that has not begun."""
    if act_id not in {act.id for act in acts}:
        raise NotFound
    if act_id not in {act.id for act in _coming(acts, progress)}:
        raise ActPlayed
    return Step(progress.steps + 1, StepKind.SKIP, at, act_id)


def slots(
    acts: Sequence[Act],
    progress: Progress,
    *,
    planned_at: datetime,
    opens_at: datetime,
    now: datetime,
) -> tuple[Slot, ...]:
    """Every act in order: what was, and then what follows without a gap.

    `planned_at` is when the show was to begin; `opens_at` when it can at the earliest.
    """
    planned, cursor = planned_at, opens_at + timedelta(seconds=progress.delay_seconds)
    found: list[Slot] = []
    for act in acts:
        slot = _slot(act, planned, cursor, progress, now)
        planned += timedelta(seconds=act.seconds)
        cursor = slot.ends_at
        found.append(slot)
    return tuple(found)


def _slot(
    act: Act,
    planned: datetime,
    cursor: datetime,
    progress: Progress,
    now: datetime,
) -> Slot:
    length = timedelta(seconds=act.seconds)
    played = next((one for one in progress.played if one.act_id == act.id), None)
    if played is not None and played.ended_at is not None:
        return Slot(act, SlotState.PLAYED, planned, played.began_at, played.ended_at)
    if played is not None:
        expected = played.began_at + length + timedelta(seconds=progress.delay_seconds)
        return Slot(act, SlotState.ON, planned, played.began_at, max(expected, now))
    if act.id in progress.skipped:
        return Slot(act, SlotState.SKIPPED, planned, cursor, cursor)
    starts = cursor if progress.on else max(cursor, now)
    return Slot(act, SlotState.COMING, planned, starts, starts + length)


def _coming(acts: Sequence[Act], progress: Progress) -> list[Act]:
    """What is still to be played: behind the last that was, without what is left out."""
    ids = [act.id for act in acts]
    begun = ids.index(progress.last) + 1 if progress.last in ids else 0
    return [act for act in acts[begun:] if act.id not in progress.skipped]


def _ended(progress: Progress, at: datetime) -> tuple[Played, ...]:
    if progress.on is None:
        return progress.played
    return (*progress.played[:-1], replace(progress.on, ended_at=at))
