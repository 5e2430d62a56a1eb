"""Rules of sharing, and what sharers get by them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Row,
    Uuid,
    any_,
    func,
    insert,
    literal,
    select,
    text,
    update,
)

from livehouse.domains.crowd.model.rewards import Reward
from livehouse.domains.crowd.model.sharing import Brought, Deed, Rule, State, Terms
from livehouse.domains.crowd.tables import sharing_rewards, sharing_rules
from livehouse.foundation.ids import (
    CouponId,
    OrderId,
    PersonId,
    QuotaId,
    RuleId,
    ShowId,
    StoreId,
)
from livehouse.storage.database import Transaction
from livehouse.storage.outbox import Cursor

_TURN = text("""
insert into cursors (subscriber, xid, id) values (:name, :xid, :id)
on conflict (subscriber) do update set xid = excluded.xid, id = excluded.id
where (cursors.xid, cursors.id) = (:read_xid, :read_id)
""")


class Counts(Struct, frozen=True):
    """How many a rule has given, and holds."""

    given: int = 0
    held: int = 0


async def add(tx: Transaction, rule: Rule, now: datetime) -> None:
    terms = rule.terms
    await tx.execute(
        sharing_rules.insert().values(
            id=rule.id, store_id=rule.store_id, deed=terms.deed.value, minutes=terms.minutes,
            points=terms.reward.points, coupon_id=terms.reward.coupon_id, label=rule.label,
            friends_max=terms.friends_max, total=terms.total, hold_days=terms.hold_days,
            quota_id=rule.quota_id, made_at=now,
        )
    )  # fmt: skip


async def end(tx: Transaction, store_id: StoreId, rule_id: RuleId, now: datetime) -> None:
    await tx.execute(
        update(sharing_rules)
        .where(
            sharing_rules.c.id == rule_id,
            sharing_rules.c.store_id == store_id,
            sharing_rules.c.ended_at.is_(None),
        )
        .values(ended_at=now)
    )


async def of_store(tx: Transaction, store_id: StoreId, limit: int) -> list[Rule]:
    """All rules of a store, the newest first."""
    rows = await tx.execute(
        select(sharing_rules)
        .where(sharing_rules.c.store_id == store_id)
        .order_by(sharing_rules.c.id.desc())
        .limit(limit)
    )
    return [_rule(row) for row in rows]


async def in_force(
    tx: Transaction, deed: Deed | None = None, store_id: StoreId | None = None
) -> list[Rule]:
    """The rules by which friends count now."""
    asked = select(sharing_rules).where(sharing_rules.c.ended_at.is_(None))
    if deed is not None:
        asked = asked.where(sharing_rules.c.deed == deed.value)
    if store_id is not None:
        asked = asked.where(sharing_rules.c.store_id == store_id)
    return [_rule(row) for row in await tx.execute(asked.order_by(sharing_rules.c.id))]


async def by_ids(tx: Transaction, rule_ids: Collection[RuleId]) -> dict[RuleId, Rule]:
    rows = await tx.execute(select(sharing_rules).where(_among(sharing_rules.c.id, rule_ids)))
    return {RuleId(row.id): _rule(row) for row in rows}


async def counts(tx: Transaction, rule_ids: Collection[RuleId]) -> dict[RuleId, Counts]:
    state = sharing_rewards.c.state
    rows = await tx.execute(
        select(
            sharing_rewards.c.rule_id,
            func.count().filter(state == State.GIVEN.value).label("given"),
            func.count().filter(state == State.HELD.value).label("held"),
        )
        .where(_among(sharing_rewards.c.rule_id, rule_ids))
        .group_by(sharing_rewards.c.rule_id)
    )
    return {RuleId(row.rule_id): Counts(row.given, row.held) for row in rows}


async def already(tx: Transaction, rule_id: RuleId, friends: Collection[PersonId]) -> set[PersonId]:
    """Who of these has counted for the rule."""
    rows = await tx.execute(
        select(sharing_rewards.c.friend_id).where(
            sharing_rewards.c.rule_id == rule_id, _among(sharing_rewards.c.friend_id, friends)
        )
    )
    return {PersonId(row.friend_id) for row in rows}


async def friends_of(
    tx: Transaction, rule_id: RuleId, sharers: Collection[PersonId]
) -> Mapping[PersonId, int]:
    """How many friends count for each of these by a rule; what was withdrawn does not."""
    rows = await tx.execute(
        select(sharing_rewards.c.sharer_id, func.count().label("friends"))
        .where(
            sharing_rewards.c.rule_id == rule_id,
            sharing_rewards.c.state != State.WITHDRAWN.value,
            _among(sharing_rewards.c.sharer_id, sharers),
        )
        .group_by(sharing_rewards.c.sharer_id)
    )
    return {PersonId(row.sharer_id): row.friends for row in rows}


async def note(tx: Transaction, found: Sequence[Brought], now: datetime) -> None:
    if not found:
        return
    rows = [
        {name: getattr(one, name) for name in Brought.__struct_fields__}
        | {"state": one.state.value, "earned_at": now}
        for one in found
    ]
    await tx.execute(insert(sharing_rewards), rows)


async def take_due(tx: Transaction, now: datetime, limit: int) -> list[Brought]:
    """What has been held long enough, locked until the commit."""
    rows = await tx.execute(
        select(sharing_rewards)
        .where(sharing_rewards.c.state == State.HELD.value, sharing_rewards.c.due_at <= now)
        .order_by(sharing_rewards.c.due_at, sharing_rewards.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_brought(row) for row in rows]


async def held_for(tx: Transaction, order_ids: Collection[OrderId]) -> list[Brought]:
    """What is held until these orders have stood, locked until the commit."""
    rows = await tx.execute(
        select(sharing_rewards)
        .where(
            _among(sharing_rewards.c.order_id, order_ids),
            sharing_rewards.c.state == State.HELD.value,
        )
        .order_by(sharing_rewards.c.id)
        .with_for_update()
    )
    return [_brought(row) for row in rows]


async def set_state(tx: Transaction, one: Brought, state: State) -> None:
    await tx.execute(
        update(sharing_rewards).where(sharing_rewards.c.id == one.id).values(state=state.value)
    )


async def of_sharer(tx: Transaction, person_id: PersonId, limit: int) -> list[tuple[Brought, Rule]]:
    """What somebody has got for friends, or is to get, the newest first."""
    rows = await tx.execute(
        select(sharing_rewards)
        .where(sharing_rewards.c.sharer_id == person_id)
        .order_by(sharing_rewards.c.earned_at.desc(), sharing_rewards.c.id)
        .limit(limit)
    )
    found = [_brought(row) for row in rows]
    rules = await by_ids(tx, {one.rule_id for one in found})
    return [(one, rules[one.rule_id]) for one in found]


async def advance(tx: Transaction, name: str, read: Cursor, to: Cursor) -> bool:
    """Move a subscriber on from where it has read; False if another node has done so."""
    done = await tx.execute(
        _TURN.bindparams(name=name, xid=to.xid, id=to.id, read_xid=read.xid, read_id=read.id)
    )
    return done.rowcount == 1


def _among(column: Column[Any], ids: Collection[UUID]) -> ColumnElement[bool]:
    return column == any_(literal(list(ids), ARRAY(Uuid)))


def _rule(row: Row[Any]) -> Rule:
    coupon_id = CouponId(row.coupon_id) if row.coupon_id else None
    return Rule(
        id=RuleId(row.id),
        store_id=StoreId(row.store_id),
        terms=Terms(
            deed=Deed(row.deed),
            reward=Reward(points=row.points, coupon_id=coupon_id),
            friends_max=row.friends_max,
            total=row.total,
            minutes=row.minutes,
            hold_days=row.hold_days,
        ),
        quota_id=QuotaId(row.quota_id),
        label=row.label,
        ended_at=row.ended_at,
    )


def _brought(row: Row[Any]) -> Brought:
    return Brought(
        id=row.id,
        rule_id=RuleId(row.rule_id),
        friend_id=PersonId(row.friend_id),
        sharer_id=PersonId(row.sharer_id),
        show_id=ShowId(row.show_id),
        state=State(row.state),
        due_at=row.due_at,
        order_id=OrderId(row.order_id) if row.order_id else None,
    )
