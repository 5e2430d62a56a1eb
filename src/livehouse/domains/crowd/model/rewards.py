"""What somebody gets: points of a store, a coupon, or both; and who gets it where not all can."""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from uuid import UUID

from msgspec import Struct

from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import CouponId, PersonId, StoreId
from livehouse.foundation.text import N_

POINTS_MAX = 1_000_000
REWARDED_MAX = 100_000


class Reward(Struct, frozen=True, kw_only=True):
    """For each person. Nothing at all is a reward, too: then it is for the honour."""

    points: int = 0
    coupon_id: CouponId | None = None

    @property
    def is_something(self) -> bool:
        return self.points > 0 or self.coupon_id is not None


class Source(Struct, frozen=True):
    """Why somebody gets something: a person gets it once for each source."""

    kind: str
    id: UUID


class Earned(Struct, frozen=True):
    """So many points of a store for somebody."""

    store_id: StoreId
    person_id: PersonId
    points: int


def checked(reward: Reward) -> Reward:
    if not 0 <= reward.points <= POINTS_MAX:
        raise InvalidInput(field="points", problem=N_("between 0 and 1,000,000 points"))
    return reward


def lot_of(seed: bytes, person_id: PersonId) -> bytes:
    """Where somebody stands in an order that nobody can choose without the seed."""
    return sha256(b"livehouse/lot\0" + seed + person_id.bytes).digest()


def by_lot(seed: bytes, people: Iterable[PersonId], most: int) -> list[PersonId]:
    """At most so many of them: all where they are fewer, else those that the lot takes."""
    return heapq.nsmallest(most, people, key=lambda person_id: lot_of(seed, person_id))


def balances(entries: Sequence[Earned]) -> Mapping[tuple[StoreId, PersonId], int]:
    """What each person has at each store, from all that was ever booked."""
    found: dict[tuple[StoreId, PersonId], int] = {}
    for entry in entries:
        key = (entry.store_id, entry.person_id)
        found[key] = found.get(key, 0) + entry.points
    return found
