"""What a store gives for friends who are brought: for what a friend does, never for a tap on a
button. Pure.

A friend counts once for a rule, for whoever brought them into the show or its room. What hangs on
an order is held until the order can hardly come back, and withdrawn when it does (decision 0151).
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from msgspec import Struct

from livehouse.domains.crowd.model.rewards import POINTS_MAX, Reward
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import OrderId, PersonId, QuotaId, RuleId, ShowId, StoreId
from livehouse.foundation.text import N_

MINUTES_MAX = 24 * 60
HOLD_DAYS_MAX = 90
FRIENDS_MAX = 1_000
TOTAL_MAX = 1_000_000


class Deed(Enum):
    """What the friend does: watches so many minutes of a run, or buys."""

    WATCH = "watch"
    BUY = "buy"


class State(Enum):
    HELD = "held"  # the friend's order may still come back
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class Terms(Struct, frozen=True, kw_only=True):
    """`friends_max` friends count for one sharer, `total` for all of them together. `minutes` is
    for who watches, `hold_days` for who buys."""

    deed: Deed
    reward: Reward
    friends_max: int
    total: int
    minutes: int = 0
    hold_days: int = 0


class Rule(Struct, frozen=True, kw_only=True):
    """From the start on nothing of it changes; it can only end. `quota_id` has what it may give."""

    id: RuleId
    store_id: StoreId
    terms: Terms
    quota_id: QuotaId
    label: str = ""
    ended_at: datetime | None = None


class Brought(Struct, frozen=True, kw_only=True):
    """What somebody gets for one friend by one rule."""

    id: UUID
    rule_id: RuleId
    friend_id: PersonId
    sharer_id: PersonId
    show_id: ShowId
    state: State
    due_at: datetime
    order_id: OrderId | None = None


def checked(terms: Terms) -> Terms:
    """The terms, or a refusal."""
    reward = terms.reward
    is_watch = terms.deed is Deed.WATCH
    wanted = (
        ("points", (reward.points > 0) != (reward.coupon_id is not None)
         and reward.points <= POINTS_MAX, N_("points, up to 1,000,000, or a coupon")),
        ("friends_max", 1 <= terms.friends_max <= FRIENDS_MAX, N_("between 1 and 1,000")),
        ("friends_max", reward.coupon_id is None or terms.friends_max == 1,
         N_("a coupon is had once: let one friend count")),
        ("total", 1 <= terms.total <= TOTAL_MAX, N_("between 1 and 1,000,000")),
        ("minutes", (1 if is_watch else 0) <= terms.minutes <= (MINUTES_MAX if is_watch else 0),
         N_("between a minute and a day")),
        ("hold_days", 0 <= terms.hold_days <= (0 if is_watch else HOLD_DAYS_MAX),
         N_("between 0 and 90 days")),
    )  # fmt: skip
    for field, holds, problem in wanted:
        if not holds:
            raise InvalidInput(field=field, problem=problem)
    return terms


def admitted(
    rule: Rule,
    friends: Mapping[PersonId, PersonId],
    known: Collection[PersonId],
    counts: Mapping[PersonId, int],
    left: int,
) -> list[tuple[PersonId, PersonId]]:
    """Which friends count, each with who brought them. `known` have counted already, `counts` is
    how many count for each sharer by now, `left` for how many more the rule may give."""
    had = dict(counts)
    found: list[tuple[PersonId, PersonId]] = []
    for friend_id, sharer_id in sorted(friends.items()):
        if len(found) >= left:
            break
        if friend_id in known or friend_id == sharer_id:
            continue
        if had.get(sharer_id, 0) >= rule.terms.friends_max:
            continue
        had[sharer_id] = had.get(sharer_id, 0) + 1
        found.append((friend_id, sharer_id))
    return found


def earned(
    rule: Rule,
    friend: tuple[PersonId, PersonId],
    show_id: ShowId,
    *,
    reward_id: UUID,
    now: datetime,
    order_id: OrderId | None = None,
) -> Brought:
    """What a friend's deed brings; `friend` is the friend and who brought them."""
    friend_id, sharer_id = friend
    due_at = now + timedelta(days=rule.terms.hold_days)
    return Brought(
        id=reward_id,
        rule_id=rule.id,
        friend_id=friend_id,
        sharer_id=sharer_id,
        show_id=show_id,
        state=State.HELD,
        due_at=due_at,
        order_id=order_id,
    )


def state_at(state: State, *, is_refunded: bool, due_at: datetime, now: datetime) -> State:
    """What becomes of what is held: a refund takes it, the end of the wait gives it."""
    if state is not State.HELD:
        return state
    if is_refunded:
        return State.WITHDRAWN
    return State.GIVEN if now >= due_at else State.HELD
