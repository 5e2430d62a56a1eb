"""What holds of every run, whatever is pressed when."""

from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.programmes.errors import ActPlayed, ProgrammeOver
from livehouse.domains.programmes.model import (
    Act,
    Progress,
    Slot,
    SlotState,
    Step,
    follow,
    slots,
    step_delayed,
    step_on,
    step_skipping,
    taken,
)
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import ActId
from tests.support.moments import NOON

SECOND = timedelta(seconds=1)

lengths = st.lists(st.integers(1, 900), max_size=6)
# What is pressed, what it is about, and how many seconds after the last press.
presses = st.lists(
    st.tuples(st.sampled_from(["next", "skip", "delay"]), st.integers(-120, 120),
              st.integers(0, 900)),
    max_size=14,
)  # fmt: skip


def some_acts(seconds: list[int]) -> tuple[Act, ...]:
    return tuple(
        Act(ActId(UUID(int=n)), f"Act {n}", length) for n, length in enumerate(seconds, start=1)
    )


def pressed(acts: tuple[Act, ...], pressed: list[tuple[str, int, int]]) -> list[Step]:
    """The log that comes of it; what is refused leaves nothing."""
    steps: list[Step] = []
    progress, now = Progress(), NOON
    for kind, value, later in pressed:
        now += later * SECOND
        with suppress(ProgrammeOver, ActPlayed, InvalidInput):
            if kind == "next":
                step = step_on(acts, progress, now)
            elif kind == "delay":
                step = step_delayed(acts, progress, value, now)
            elif acts:
                step = step_skipping(acts, progress, acts[value % len(acts)].id, now)
            else:
                continue
            steps.append(step)
            progress = taken(progress, step)
    return steps


def placed(acts: tuple[Act, ...], steps: list[Step], at: int) -> tuple[Slot, ...]:
    return slots(acts, follow(steps), planned_at=NOON, opens_at=NOON, now=NOON + at * SECOND)


@given(lengths, presses, st.integers(0, 900))
def test_the_order_is_kept_and_one_act_follows_the_other(
    seconds: list[int], pressing: list[tuple[str, int, int]], later: int
) -> None:
    acts = some_acts(seconds)
    steps = pressed(acts, pressing)
    found = placed(acts, steps, sum(one[2] for one in pressing) + later)

    assert [slot.act for slot in found] == list(acts)
    assert all(slot.starts_at <= slot.ends_at for slot in found)
    shown = [slot for slot in found if slot.state is not SlotState.SKIPPED]
    assert all(a.ends_at <= b.starts_at for a, b in pairwise(shown))
    coming = [slot for slot in found if slot.state is SlotState.COMING]
    assert all(slot.ends_at - slot.starts_at == slot.act.seconds * SECOND for slot in coming)
    assert all(a.ends_at == b.starts_at for a, b in pairwise(coming))
    states = [slot.state for slot in shown]
    order = [SlotState.PLAYED, SlotState.ON, SlotState.COMING]
    assert states == sorted(states, key=order.index)
    assert states.count(SlotState.ON) <= 1


@given(lengths, presses, st.integers(1, 600))
def test_a_delay_moves_what_comes_by_its_length_and_nothing_else(
    seconds: list[int], pressing: list[tuple[str, int, int]], delay: int
) -> None:
    acts = some_acts(seconds)
    steps = pressed(acts, pressing)
    progress, now = follow(steps), sum(one[2] for one in pressing)
    before = placed(acts, steps, now)
    with suppress(ProgrammeOver, InvalidInput):
        later = [*steps, step_delayed(acts, progress, delay, NOON + now * SECOND)]
        after = placed(acts, later, now)

        on_time = all(slot.ends_at > NOON + now * SECOND for slot in before
                      if slot.state is SlotState.ON)  # fmt: skip
        for old, new in zip(before, after, strict=True):
            if old.state is SlotState.PLAYED:
                assert new == old
            elif old.state is SlotState.ON:
                assert new.starts_at == old.starts_at
                assert not on_time or new.ends_at - old.ends_at == delay * SECOND
            else:
                assert timedelta() <= new.starts_at - old.starts_at <= delay * SECOND
                if old.state is SlotState.COMING and progress.on and on_time:
                    assert new.starts_at - old.starts_at == delay * SECOND


@given(lengths, presses)
def test_every_act_is_played_once_at_most_and_what_was_stays(
    seconds: list[int], pressing: list[tuple[str, int, int]]
) -> None:
    acts = some_acts(seconds)
    steps = pressed(acts, pressing)

    assert [step.n for step in steps] == list(range(1, len(steps) + 1))
    for n in range(len(steps)):
        before, after = follow(steps[:n]), follow(steps[: n + 1])
        over = [one for one in before.played if one.ended_at is not None]
        assert list(after.played[: len(over)]) == over
    played = [one.act_id for one in follow(steps).played]
    assert len(set(played)) == len(played)
    assert not set(played) & follow(steps).skipped
