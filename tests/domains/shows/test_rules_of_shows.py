"""The life of a show, as values."""

from datetime import timedelta
from uuid import UUID

import pytest

from livehouse.domains.shows import (
    AlreadyLive,
    Cancelled,
    Ended,
    NotLive,
    RehearsalRunning,
    Room,
    Run,
    RunKind,
    Scheduled,
    Show,
    ShowOver,
    may_enter,
)
from livehouse.domains.shows.model import (
    ShowState,
    cancel,
    checked_slug,
    checked_start,
    checked_title,
    end,
    go_live,
    rehearse,
    shown_run,
    suggested_slug,
)
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import RoomId, RunId, ShowId
from tests.support.builders import SHOW, STORE
from tests.support.moments import NOON

LATER = NOON + timedelta(hours=1)


def a_show(state: ShowState | None = None, run: Run | None = None) -> Show:
    room = Room(RoomId(UUID(int=3)), "tea-room", STORE, "Tea room")
    return Show(
        id=SHOW, slug="tea-time", room=room, title="Tea time", description="",
        state=state or Scheduled(NOON), starts_at=NOON, run=run,
    )  # fmt: skip


def a_run(kind: RunKind = RunKind.LIVE) -> Run:
    return Run(RunId(UUID(int=9)), ShowId(SHOW), kind, NOON)


def test_a_show_goes_live_once_and_ends_for_good() -> None:
    live = go_live(a_show(), a_run())
    over = end(live, LATER)

    assert over.state == Ended(LATER)
    assert over.recorded
    for change in (rehearse, go_live):
        with pytest.raises(ShowOver):
            change(over, a_run())


def test_a_rehearsal_leaves_the_show_as_planned() -> None:
    rehearsed = end(rehearse(a_show(), a_run(RunKind.REHEARSAL)), LATER)

    assert rehearsed.state == Scheduled(NOON)
    assert not rehearsed.recorded
    assert isinstance(cancel(rehearsed, LATER).state, Cancelled)


def test_only_one_thing_is_on_at_a_time() -> None:
    rehearsing = rehearse(a_show(), a_run(RunKind.REHEARSAL))
    live = go_live(a_show(), a_run())

    with pytest.raises(RehearsalRunning):
        go_live(rehearsing, a_run())
    with pytest.raises(RehearsalRunning):
        cancel(rehearsing, NOON)
    with pytest.raises(AlreadyLive):
        rehearse(live, a_run(RunKind.REHEARSAL))
    with pytest.raises(AlreadyLive):
        go_live(live, a_run())
    with pytest.raises(AlreadyLive):
        cancel(live, NOON)
    with pytest.raises(NotLive):
        end(a_show(), NOON)


def test_a_rehearsal_is_there_for_the_staff_alone() -> None:
    rehearsing = rehearse(a_show(), a_run(RunKind.REHEARSAL))

    assert may_enter(rehearsing, staff=True)
    assert not may_enter(rehearsing, staff=False)
    assert shown_run(rehearsing, staff=False) is None
    assert shown_run(rehearsing, staff=True) is not None
    assert shown_run(end(rehearsing, LATER), staff=True) is None


def test_a_live_run_is_there_for_everybody_and_stays_as_a_recording() -> None:
    live = go_live(a_show(), a_run())

    assert may_enter(live, staff=False)
    assert shown_run(end(live, LATER), staff=False) is not None
    assert not may_enter(a_show(), staff=True)


def test_an_address_is_made_of_the_title() -> None:
    assert suggested_slug("Thé d'été: 2 bols!", "x") == "the-d-ete-2-bols"
    assert suggested_slug("夜间茶会", "show-2026-01-01") == "show-2026-01-01"
    assert suggested_slug("a" * 63 + " b", "x") == "a" * 63
    assert checked_slug(suggested_slug("-- Tea --", "x")) == "tea"


@pytest.mark.parametrize("slug", ["", "-a", "a-", "A", "a b", "ä", "a" * 65, "a\x00", "../a"])
def test_an_address_is_plain(slug: str) -> None:
    with pytest.raises(InvalidInput):
        checked_slug(slug)


def test_a_title_is_one_line_of_some_length() -> None:
    assert checked_title("  Tea \n time ") == "Tea time"
    for title in ("", "   ", "x" * 121):
        with pytest.raises(InvalidInput):
            checked_title(title)


def test_a_show_is_planned_for_a_time_that_makes_sense() -> None:
    assert checked_start(LATER, NOON) == LATER
    for away in (timedelta(days=-2), timedelta(days=800)):
        with pytest.raises(InvalidInput):
            checked_start(NOON + away, NOON)
