"""The till's own SQL: a whole group is one statement, on a raw connection (decision 0080)."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

import msgspec
from asyncpg import CheckViolationError, DeadlockDetectedError, Record, UniqueViolationError

from livehouse.domains.offers import LeftChanged, Open, offer_terms
from livehouse.domains.orders.events import OrdersPlaced
from livehouse.domains.orders.model import Deal, Known, NewOrder, sold
from livehouse.domains.quotas import Tally, quotas
from livehouse.foundation.ids import DealId, OrderId
from livehouse.storage.database import RawConnection

_KNOWN = """
select o.id, i.offer_id, o.buyer_id, o.state, d.total_minor, d.currency, o.hold_until, o.address_id
from orders o
join deals d on d.id = o.deal_id
join deal_items i on i.deal_id = o.deal_id and i.position = 0
where o.id = any($1::uuid[])
"""
# Quotas, shares and ids are taken in this order and each in that of its key, so that groups never
# wait for each other in a circle. What is the same for a whole deal travels once, under the
# deal's number in the group.
_PLACE = f"""
with {
    quotas.HOLD.format(
        ids="$9",
        amounts="$10",
        shared="$11",
        holders="$12",
        shares="$13",
        limited="$14",
        limits="$15",
    )
}, placed as (
  insert into orders (id, deal_id, store_id, buyer_id, address_id, state, placed_at, hold_until)
  select o.id, d.id, d.store_id, o.buyer_id, o.address_id, 'placed', $7, $8
  from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[]) as o(id, buyer_id, address_id, deal)
  join unnest($5::uuid[], $6::uuid[]) with ordinality as d(id, store_id, deal) on d.deal = o.deal
  where (select quotas from shared) > 0
  order by o.id
)
insert into facts (kind, run_id, payload)
select * from unnest($16::text[], $17::uuid[], $18::bytea[])
union all {
    offer_terms.LEFT_CHANGED.format(
        kinds="$19", runs="$20", heads="$21", allotments="$22", shelves="$23"
    )
}
"""  # noqa: S608 - put together from constants alone

_PLACED, _LEFT = (fact.__struct_config__.tag for fact in (OrdersPlaced, LeftChanged))

_encode = msgspec.json.Encoder().encode


class DoesNotFit(Exception):
    """Others took something or an id of the group meanwhile: nothing of it was written."""


@contextmanager
def fitting() -> Iterator[None]:
    """What PostgreSQL refuses because of others is `DoesNotFit`: it may be tried again."""
    try:
        yield
    except (CheckViolationError, UniqueViolationError, DeadlockDetectedError) as problem:
        raise DoesNotFit from problem


async def known(connection: RawConnection, ids: Sequence[OrderId]) -> dict[OrderId, Known]:
    rows: list[Record] = await connection.fetch(_KNOWN, ids)
    return {row["id"]: Known(*row.values()) for row in rows}


async def place(connection: RawConnection, orders: Collection[NewOrder], tally: Tally) -> None:
    """Write a group, what it takes, and its facts; all of it is durable or nothing is.

    Its deals are written already. Raises `DoesNotFit` if that would sell more than there is, or an
    id a second time.
    """
    deals: dict[DealId, Deal] = {order.deal.id: order.deal for order in orders}
    numbers = {deal_id: number for number, deal_id in enumerate(deals, start=1)}
    first = next(iter(orders))
    limits = {share.quota_id: share.limit for deal in deals.values() for share in deal.shares}
    arguments = (
        [order.buy.id for order in orders],
        [order.buy.buyer_id for order in orders],
        [order.buy.address_id for order in orders],
        [numbers[order.deal.id] for order in orders],
        list(deals),
        [deal.store_id for deal in deals.values()],
        first.placed_at,
        first.hold_until,
        list(tally.taken),
        list(tally.taken.values()),
        [quota_id for quota_id, _ in tally.added_shares],
        [holder_id for _, holder_id in tally.added_shares],
        list(tally.added_shares.values()),
        list(limits),
        list(limits.values()),
        *_facts(orders),
    )
    with fitting():
        await connection.execute(_PLACE, *arguments)


def _facts(orders: Collection[NewOrder]) -> tuple[Sequence[object], ...]:
    """One fact per offer for the orders, one for what is left of it while it is open."""
    parts = sold(orders)
    items = {item.offer.id: item for one in orders for item in one.deal.items}
    selling = [item for item in items.values() if isinstance(item.offer.state, Open)]
    return (
        [_PLACED] * len(parts),
        [part.run_id for part in parts],
        [
            _encode(OrdersPlaced(part.offer_id, part.orders, part.quantity, part.shown))
            for part in parts
        ],
        [_LEFT] * len(selling),
        [item.run_id for item in selling],
        [offer_terms.left_changed_head(item.offer.id) for item in selling],
        [item.offer.quota_id for item in selling],
        [item.offer.stock_quota_id for item in selling],
    )
