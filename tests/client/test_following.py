"""A copy of a room follows frame by frame, and knows when it has gone astray."""

from hypothesis import given
from hypothesis import strategies as st

from livehouse.client.following import Astray, Replica, fold
from livehouse.engine.canonical import hash_of
from livehouse.engine.protocol import Frame

KEY = Frame(n=5, epoch=2, at=1_000, state={"likes": 1})


def a_copy() -> Replica:
    copy = fold(None, KEY)
    assert isinstance(copy, Replica)
    return copy


def test_a_keyframe_begins_a_copy_and_patches_carry_it_on() -> None:
    copy = fold(a_copy(), Frame(n=6, epoch=2, at=1_250, patch={"likes": 2, "pin": "x"}))

    assert copy == Replica(n=6, epoch=2, at=1_250, state={"likes": 2, "pin": "x"})


def test_nothing_begins_with_a_patch() -> None:
    assert fold(None, Frame(n=6, epoch=2, at=1_250)) is Astray.GAP


def test_a_missing_frame_is_noticed() -> None:
    assert fold(a_copy(), Frame(n=7, epoch=2, at=1_500)) is Astray.GAP


def test_what_was_seen_and_what_an_old_conductor_says_is_let_pass() -> None:
    assert fold(a_copy(), Frame(n=5, epoch=2, at=1_000, state={})) is Astray.STALE
    assert fold(a_copy(), Frame(n=6, epoch=1, at=1_250, patch={"likes": 9})) is Astray.STALE


def test_a_keyframe_bridges_any_gap() -> None:
    copy = fold(a_copy(), Frame(n=90, epoch=3, at=9_000, state={"likes": 7}))

    assert isinstance(copy, Replica)
    assert copy.state == {"likes": 7}


def test_a_copy_that_differs_is_not_kept() -> None:
    right = Frame(n=6, epoch=2, at=1_250, patch={"likes": 2}, hash=hash_of({"likes": 2}))
    wrong = Frame(n=6, epoch=2, at=1_250, patch={"likes": 2}, hash=hash_of({"likes": 3}))

    assert isinstance(fold(a_copy(), right), Replica)
    assert fold(a_copy(), wrong) is Astray.DIFFERS


@given(st.lists(st.integers(1, 40), max_size=60))
def test_whatever_arrives_the_copy_is_that_of_its_number(numbers: list[int]) -> None:
    copy = fold(None, Frame(n=1, epoch=1, at=1, state={"sum": 1}))
    for n in numbers:
        folded = fold(
            copy if isinstance(copy, Replica) else None,
            Frame(n=n, epoch=1, at=n, patch={"sum": n * (n + 1) // 2}),
        )
        copy = folded if isinstance(folded, Replica) else copy
        assert isinstance(copy, Replica)
        assert copy.state == {"sum": copy.n * (copy.n + 1) // 2}
