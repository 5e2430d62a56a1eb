"""The rules of drops: coupons fall into a room, and whoever taps first takes one. Pure.

A drop has a coupon of its own, with as many uses as it lets fall: who has taken one can use it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from msgspec import Struct

from livehouse.domains.offers.errors import CouponNotValid, DropGone, DropOver, UnknownDrop
from livehouse.domains.offers.model.publishing import USES_MAX, CouponPlan, Published
from livehouse.domains.quotas import Take, Tally, admit
from livehouse.foundation.errors import DomainError, InvalidInput
from livehouse.foundation.ids import CouponId, DropId, PersonId, QuotaId, RunId
from livehouse.foundation.text import N_

DROP_SECONDS_MIN = 10
DROP_SECONDS_MAX = 30 * 60
DROPS_PER_RUN_MAX = 200


class Drop(Struct, frozen=True, kw_only=True):
    """Coupons to take until before `ends_at`; `quota_id` counts those that were taken. In a
    `rehearsal` who takes one has nothing, and none of them is gone."""

    id: DropId
    run_id: RunId
    coupon_id: CouponId
    quota_id: QuotaId
    ends_at: datetime
    rehearsal: bool = False


class DropPlan(Struct, frozen=True):
    """So many coupons with the terms of one that the store has published, before they fall."""

    coupon_id: CouponId
    count: int
    seconds: int


class Taking(Struct, frozen=True):
    """Somebody taps."""

    drop_id: DropId
    person_id: PersonId


class Taken(Struct, frozen=True):
    """They have it; `is_new` is false for who had it already."""

    drop: Drop
    person_id: PersonId
    is_new: bool


Claimed: TypeAlias = Collection[tuple[CouponId, PersonId]]


def checked_drop(plan: DropPlan) -> timedelta:
    """How long it lasts; refuses what nobody could take, or nobody could bear."""
    if not 1 <= plan.count <= USES_MAX:
        raise InvalidInput(field="count", problem=N_("from 1 to 10,000,000"))
    if not DROP_SECONDS_MIN <= plan.seconds <= DROP_SECONDS_MAX:
        raise InvalidInput(field="seconds", problem=N_("from 10 seconds to 30 minutes"))
    return timedelta(seconds=plan.seconds)


def plan_like(pattern: Published, count: int, now: datetime) -> CouponPlan:
    """The plan of a drop's own coupon, with the terms of one that the store has published."""
    coupon = pattern.coupon
    if not coupon.starts_at <= now < coupon.ends_at:
        raise CouponNotValid
    return CouponPlan(
        label=coupon.label,
        currency=coupon.currency,
        discount=coupon.discount,
        total=count,
        starts_at=now,
        ends_at=coupon.ends_at,
        from_minor=coupon.from_minor,
        cap_minor=coupon.cap_minor,
        per_person=1,
        alone=coupon.alone,
        dropped=True,
    )


def decide_takings(
    takings: Sequence[Taking],
    drops: Mapping[DropId, Drop],
    claimed: Claimed,
    left: Mapping[QuotaId, int],
    now: datetime,
) -> list[Taken | DomainError]:
    """Decide a group of taps in the order of their arrival: one for each person, none too many."""
    tally = Tally(left=dict(left), shares={})
    have = set(claimed)
    return [_decide(taking, drops.get(taking.drop_id), have, tally, now) for taking in takings]


def _decide(
    taking: Taking,
    drop: Drop | None,
    have: set[tuple[CouponId, PersonId]],
    tally: Tally,
    now: datetime,
) -> Taken | DomainError:
    if drop is None:
        return UnknownDrop()
    key = (drop.coupon_id, taking.person_id)
    if key in have:
        return Taken(drop, taking.person_id, is_new=False)
    if now >= drop.ends_at:
        return DropOver()
    if drop.rehearsal:
        return Taken(drop, taking.person_id, is_new=False)
    if admit(tally, taking.person_id, [Take(drop.quota_id, 1)], []) is not None:
        return DropGone()
    have.add(key)
    return Taken(drop, taking.person_id, is_new=True)


def new_ones(decisions: Iterable[Taken | DomainError]) -> list[Taken]:
    return [one for one in decisions if isinstance(one, Taken) and one.is_new]
