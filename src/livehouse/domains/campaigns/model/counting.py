"""Clean sales: what was paid and not given back, of shows that take part and are not withheld.

Sales of a show are a sum of changes, so that they can be counted as they come, in any order and
grouping, and be taken out of the totals and put back when an operator decides so.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from livehouse.foundation.ids import RunId, ShowId


class Change(Struct, frozen=True):
    """Something that was paid (`units` above zero) or went back, of one run, in minor units."""

    run_id: RunId
    currency: str
    paid_minor: int = 0
    back_minor: int = 0
    units: int = 0


class Sold(Struct, frozen=True):
    """What a show has sold. Goodwill gives money back and no units."""

    show_id: ShowId
    currency: str
    paid_minor: int = 0
    back_minor: int = 0
    units: int = 0

    @property
    def clean_minor(self) -> int:
        return self.paid_minor - self.back_minor

    def taken_out(self) -> "Sold":
        """The change that takes all of it out of a sum."""
        minor = -self.paid_minor, -self.back_minor
        return Sold(self.show_id, self.currency, *minor, -self.units)


class Standing(Struct, frozen=True):
    """How far a room has come: the highest threshold that it has passed, 0 for none."""

    sold_minor: int
    passed_minor: int


def add_up(changes: Iterable[tuple[ShowId, Change]]) -> list[Sold]:
    """One sum for each show, in the order of their ids, which is that of locking."""
    sums: dict[tuple[ShowId, str], Sold] = {}
    for show_id, one in changes:
        key = show_id, one.currency
        before = sums.get(key) or Sold(*key)
        sums[key] = Sold(
            *key,
            before.paid_minor + one.paid_minor,
            before.back_minor + one.back_minor,
            before.units + one.units,
        )
    return sorted(sums.values(), key=lambda sold: (sold.show_id, sold.currency))


def standing(sold_minor: int, thresholds: Sequence[int]) -> Standing:
    return Standing(sold_minor, max((t for t in thresholds if t <= sold_minor), default=0))
