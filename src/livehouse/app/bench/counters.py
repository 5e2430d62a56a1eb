"""Whether a counter with a bound told the truth, judged from when each was asked and answered.

A counter of `capacity` units is taken from, given back to, and refuses whoever it has too little
for. Each of these took effect at one unknown moment between its question and its answer. A history
is right if such moments exist (it is linearisable: Herlihy and Wing, 1990).

Looking for them is hard in general (Gibbons and Korach, "Testing Shared Memories", 1997), but for a
counter sums will do, as in Jepsen's `checker/counter`: at any moment no fewer units were in use
than if every taking had come as late as its answer and every giving back as early as its question,
and no more than the other way round. Sold beyond is what exceeds the capacity even so; unfounded is
a refusal in whose whole span enough was free even so. The upper sum is tightened by the capacity
itself: from any moment s on, at which no more than all of it was in use, only those takings add
that may have come after s, and those givings back take away that surely did; and likewise from
any moment after it backwards, and from the end, when what is in use is known.

So nothing right is ever condemned. Not every wrong history is found: each refusal is judged by
itself, and two may each be possible and yet exclude one another.
"""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

NEVER = 2**62  # an answer that was not heard: it may have come about at any time since
_BEGINNING = -NEVER - 1


class Span(Struct, frozen=True, gc=False):
    """`amount` units that moved, or were refused, at one moment between these two (ns)."""

    earliest: int
    latest: int
    amount: int = 1


def exceeded_at(capacity: int, takes: Sequence[Span], gives: Sequence[Span]) -> int | None:
    """The first moment at which more than `capacity` must have been in use, if there is one."""
    moves = [(give.earliest, -give.amount) for give in gives]
    moves += [(take.latest, take.amount) for take in takes if take.latest < NEVER]
    used = 0
    for moment, change in sorted(moves):  # at one moment what comes back comes first
        used += change
        if used > capacity:
            return moment
    return None


def unfounded(
    capacity: int, takes: Sequence[Span], gives: Sequence[Span], refusals: Sequence[Span]
) -> list[int]:
    """Which refusals, by their position, came although enough was free all the time."""
    if not refusals:
        return []
    moments, most = _most_in_use(capacity, takes, gives)
    flat = (number for one in refusals for number in (one.earliest, one.latest, one.amount))
    wanted = np.fromiter(flat, np.int64, 3 * len(refusals)).reshape(-1, 3).T
    first = np.searchsorted(moments, wanted[0], "right") - 1
    last = np.searchsorted(moments, wanted[1], "right") - 1
    wrong = _highest(most, first, last) + wanted[2] <= capacity
    return [int(position) for position in np.flatnonzero(wrong)]


def _most_in_use(
    capacity: int, takes: Sequence[Span], gives: Sequence[Span]
) -> tuple[np.ndarray, np.ndarray]:
    """Moments, and how much can at most have been in use from each to the next.

    Seen from the end, time runs the other way and takings are givings back.
    """
    left = sum(take.amount for take in takes) - sum(give.amount for give in gives)
    begun, bounds = _bound(capacity, takes, gives, in_use=0)
    ended, others = _bound(capacity, _mirrored(gives), _mirrored(takes), in_use=left)
    moments = np.union1d(begun, 1 - ended)
    forwards = bounds[np.searchsorted(begun, moments, "right") - 1]
    backwards = others[np.searchsorted(ended, -moments, "right") - 1]
    return moments, np.minimum(forwards, backwards)


def _bound(
    capacity: int, takes: Sequence[Span], gives: Sequence[Span], *, in_use: int
) -> tuple[np.ndarray, np.ndarray]:
    """The same, by what came before alone; `in_use` is at the beginning."""
    since = sorted({take.latest for take in takes})
    tree = _LeastSuffix(len(since))
    moves = [(take.earliest, take.latest, take.amount) for take in takes]
    moves += [(give.latest + 1, give.earliest, -give.amount) for give in gives]
    moments, most = [_BEGINNING], [in_use]
    for moment, until, amount in sorted(moves):
        in_use += amount
        # It counts from every moment before `until` on.
        tree.add(bisect_left(since, until) - 1, amount)
        moments.append(moment)
        most.append(min(in_use, capacity + tree.least))
    return np.array(moments, np.int64), np.array(most, np.int64)


def _mirrored(spans: Sequence[Span]) -> list[Span]:
    return [Span(-span.latest, -span.earliest, span.amount) for span in spans]


class _LeastSuffix:
    """The least of all sums from some place to the end, kept while single places change."""

    def __init__(self, places: int) -> None:
        self._size = 1 << max(0, places - 1).bit_length()
        self._sum = [0] * (2 * self._size)
        self._least = [0] * (2 * self._size)

    @property
    def least(self) -> int:
        return self._least[1]

    def add(self, place: int, amount: int) -> None:
        """Add to one place; a negative one is before all of them."""
        if place < 0:
            return
        node = place + self._size
        self._sum[node] += amount
        self._least[node] = min(0, self._sum[node])
        node //= 2
        while node:
            left, right = 2 * node, 2 * node + 1
            self._sum[node] = self._sum[left] + self._sum[right]
            self._least[node] = min(self._least[right], self._sum[right] + self._least[left])
            node //= 2


def _highest(values: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """The highest value in each of many ranges, by the highest of every power of two's length."""
    levels = [values]
    while 2 * (length := 1 << (len(levels) - 1)) <= len(values):
        levels.append(np.maximum(levels[-1][:-length], levels[-1][length:]))
    found = np.empty(len(first), np.int64)
    level = np.frexp(last - first + 1)[1] - 1  # of its length, rounded down to a power of two
    for number, highest in enumerate(levels):
        here = level == number
        found[here] = np.maximum(highest[first[here]], highest[last[here] - (1 << number) + 1])
    return found
