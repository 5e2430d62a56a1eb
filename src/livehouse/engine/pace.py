"""How often a room speaks: slower where a node cannot hand a frame to its viewers in time."""

from msgspec import Struct

from livehouse.engine import limits


class Pace(Struct, frozen=True):
    """`tick_ms` is the time between two frames while something changes; `late` frames in a row
    took longer than that to go out, and none took long since `calm_ms`."""

    tick_ms: int = limits.TICK_MS
    late: int = 0
    calm_ms: int = 0


def paced(before: Pace, lag_ms: int, now_ms: int) -> Pace:
    """The pace after a frame that took `lag_ms` to go out; 0 where none went out.

    One late frame is a hiccup; several in a row mean that work piles up, and the room takes twice
    as long, up to a second. It is faster again only when three quarters of the faster pace's tick
    would have been enough for a while, so that it does not swing between the two.
    """
    late = before.late + 1 if lag_ms > before.tick_ms else 0 if lag_ms else before.late
    if late >= limits.PACE_LATE_FRAMES and before.tick_ms < limits.QUIET_TICK_MS:
        return Pace(before.tick_ms * 2, 0, now_ms)
    calm_ms = now_ms if lag_ms * 8 > before.tick_ms * 3 else before.calm_ms
    if before.tick_ms > limits.TICK_MS and now_ms - calm_ms >= limits.PACE_CALM_MS:
        return Pace(before.tick_ms // 2, 0, now_ms)
    return Pace(before.tick_ms, late, calm_ms)
