"""Who is seen on the stage, and where. Rules only: values in, values out."""

from collections.abc import Collection, Sequence

from msgspec import Struct

from livehouse.media.specs import Layout, StagePlan

GAP = 8
MARGIN = 24
# The width of a small picture in the corner of a large one.
CORNER_SHARE = 0.25


class Box(Struct, frozen=True):
    """A place in the picture; all sides are even. A picture that must be seen whole is `fitted`
    into it, others fill it and lose what stands out."""

    left: int
    top: int
    width: int
    height: int
    fitted: bool = False


def on_stage(plan: StagePlan, host: str, present: Collection[str]) -> list[str]:
    """The inputs that are seen, the largest first: of who is there, as planned."""
    invited = [host, *(seat.input for seat in plan.guests)]
    there = [one for one in invited if one in present]
    if plan.main in there:
        there.remove(plan.main)
        there.insert(0, plan.main)
    return there[:1] if plan.layout == "solo" else there


def boxes(layout: Layout, count: int, width: int, height: int) -> Sequence[Box]:
    """A place for each of `count` pictures; a later one lies above those before it."""
    whole = Box(0, 0, width, height, fitted=True)
    if count <= 1 or layout == "solo":
        return [whole][:count]
    if layout == "corner":
        return [whole, *_corner(count - 1, width, height)]
    return _grid(count, width, height)


def _corner(count: int, width: int, height: int) -> Sequence[Box]:
    """Small pictures at the right edge, from the bottom up."""
    across = _even(width * CORNER_SHARE)
    down = _even(across * 9 / 16)
    left = width - MARGIN - across
    return [
        Box(left, height - (MARGIN + down) - number * (down + GAP), across, down)
        for number in range(count)
    ]


def _grid(count: int, width: int, height: int) -> Sequence[Box]:
    half, low = _even((width - GAP) / 2), _even((height - GAP) / 2)
    right, bottom = width - half, height - low
    if count == 2:  # noqa: PLR2004 - two halves
        return [Box(0, 0, half, height), Box(right, 0, half, height)]
    if count == 3:  # noqa: PLR2004 - a half and two quarters
        return [
            Box(0, 0, half, height), Box(right, 0, half, low), Box(right, bottom, half, low),
        ]  # fmt: skip
    return [Box(left, top, half, low) for top in (0, bottom) for left in (0, right)][:count]


def _even(side: float) -> int:
    return int(side) // 2 * 2
