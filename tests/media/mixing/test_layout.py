"""Where everybody on the stage is seen."""

from collections.abc import Sequence
from itertools import combinations

import pytest

from livehouse.media.mixing.layout import Box, boxes, on_stage
from livehouse.media.specs import Layout, StagePlan, StageSeat

HOST, ANN, BO = "room", "guest.ann", "guest.bo"
LAYOUTS: Sequence[Layout] = ("solo", "corner", "grid")


def a_plan(layout: Layout = "grid", main: str = "") -> StagePlan:
    return StagePlan(guests=(StageSeat(ANN), StageSeat(BO)), layout=layout, main=main)


def test_who_is_on_stage_is_seen_as_long_as_there_is_a_picture() -> None:
    assert on_stage(a_plan(), HOST, {HOST, ANN, BO}) == [HOST, ANN, BO]
    assert on_stage(a_plan(), HOST, {HOST, BO}) == [HOST, BO]
    assert on_stage(a_plan(), HOST, {ANN}) == [ANN]
    assert on_stage(a_plan(), HOST, set()) == []


def test_the_host_chooses_who_is_largest() -> None:
    assert on_stage(a_plan(main=BO), HOST, {HOST, ANN, BO}) == [BO, HOST, ANN]
    assert on_stage(a_plan("solo", main=BO), HOST, {HOST, ANN, BO}) == [BO]


def test_who_was_to_be_largest_and_has_left_leaves_the_place_to_the_host() -> None:
    assert on_stage(a_plan("solo", main=BO), HOST, {HOST, ANN}) == [HOST]


def test_nobody_is_seen_whom_the_host_did_not_let_on_stage() -> None:
    assert on_stage(StagePlan(main=ANN), HOST, {HOST, ANN}) == [HOST]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4])
def test_every_box_is_within_the_picture_and_even(layout: Layout, count: int) -> None:
    found = boxes(layout, count, 1280, 720)

    assert len(found) == (min(count, 1) if layout == "solo" else count)
    for box in found:
        sides = (box.left, box.top, box.width, box.height)
        assert all(side % 2 == 0 and side >= 0 for side in sides)
        assert box.left + box.width <= 1280
        assert box.top + box.height <= 720


@pytest.mark.parametrize("count", [2, 3, 4])
def test_beside_each_other_nobody_covers_anybody(count: int) -> None:
    assert not any(
        overlap(one, other) for one, other in combinations(boxes("grid", count, 1280, 720), 2)
    )


@pytest.mark.parametrize("count", [2, 3, 4])
def test_in_the_corner_the_small_ones_cover_only_the_large_one(count: int) -> None:
    large, *small = boxes("corner", count, 1280, 720)

    assert (large.width, large.height, large.fitted) == (1280, 720, True)
    assert not any(overlap(one, other) for one, other in combinations(small, 2))


def overlap(one: Box, other: Box) -> bool:
    return (
        one.left < other.left + other.width
        and other.left < one.left + one.width
        and one.top < other.top + other.height
        and other.top < one.top + one.height
    )
