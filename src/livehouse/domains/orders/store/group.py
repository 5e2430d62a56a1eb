"""The till's own SQL: a whole group is one statement, on a raw connection (decision 0080)."""

from collections.abc import Iterable, Sequence

import msgspec
from asyncpg import CheckViolationError, DeadlockDetectedError, Record, UniqueViolationError

from livehouse.domains.offers import LeftChanged, Offer, Open, offer_terms
from livehouse.domains.orders.events import OrdersPlaced
from livehouse.domains.orders.model import Known, NewOrder, sold
from livehouse.domains.quotas import Ledger, quotas
from livehouse.foundation.ids import OfferId, OrderId, RunId
from livehouse.storage.database import RawConnection

_KNOWN = """
select id, offer_id, buyer_id, state, total_minor, currency, hold_until, address_id
from orders where id = any($1::uuid[])
"""
# The columns that are the same for a whole offer and quantity travel once, as a term's number.
# Ids and quotas are taken in their order, so that groups never wait for each other in a circle;
# the quotas last, since everybody waits for them.
_PLACE = f"""
with terms as materialized (
  select offer_id, run_id, store_id, quantity, total_minor, currency, lines::jsonb as lines, term
  from unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::int[], $9::bigint[], $10::text[],
              $11::text[]) with ordinality
    as t(offer_id, run_id, store_id, quantity, total_minor, currency, lines, term)
), placed as (
  insert into orders (id, offer_id, run_id, store_id, buyer_id, address_id, quantity, currency,
                      total_minor, lines, state, placed_at, hold_until)
  select o.id, t.offer_id, t.run_id, t.store_id, o.buyer_id, o.address_id, t.quantity, t.currency,
         t.total_minor, t.lines, 'placed', $12, $13
  from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[]) as o(id, buyer_id, address_id, term)
  join terms t on t.term = o.term
  order by o.id
  returning 1
), {
    quotas.HOLD.format(
        after="(select count(*) from placed) > 0",
        ids="$14",
        amounts="$15",
        shared="$16",
        holders="$17",
        shares="$18",
        limited="$19",
        limits="$20",
    )
}
insert into facts (kind, run_id, payload)
select * from unnest($21::text[], $22::uuid[], $23::bytea[])
union all {
    offer_terms.LEFT_CHANGED.format(
        kinds="$24", runs="$25", heads="$26", allotments="$27", shelves="$28"
    )
}
"""  # noqa: S608 - put together from constants alone

_PLACED, _LEFT = (fact.__struct_config__.tag for fact in (OrdersPlaced, LeftChanged))

_encode = msgspec.json.Encoder().encode


class DoesNotFit(Exception):
    """Others took something or an id of the group meanwhile: nothing of it was written."""


async def known(connection: RawConnection, ids: Sequence[OrderId]) -> dict[OrderId, Known]:
    rows: list[Record] = await connection.fetch(_KNOWN, ids)
    return {row["id"]: Known(*row.values()) for row in rows}


async def place(connection: RawConnection, orders: Sequence[NewOrder], ledger: Ledger) -> None:
    """Write a group, what it takes, and its facts; all of it is durable or nothing is.

    Raises `DoesNotFit` if that would sell more than there is, or an id a second time.
    """
    offers = {order.offer.id: (order.offer, order.run_id) for order in orders}.values()
    arguments = (
        *_columns(orders),
        orders[0].placed_at,
        orders[0].hold_until,
        list(ledger.taken),
        list(ledger.taken.values()),
        [quota_id for quota_id, _ in ledger.added_shares],
        [holder_id for _, holder_id in ledger.added_shares],
        list(ledger.added_shares.values()),
        *_limits(offers),
        *_facts(orders, offers),
    )
    try:
        await connection.execute(_PLACE, *arguments)
    except (CheckViolationError, UniqueViolationError, DeadlockDetectedError) as problem:
        raise DoesNotFit from problem


def _columns(orders: Sequence[NewOrder]) -> tuple[Sequence[object], ...]:
    terms: dict[tuple[OfferId, int], int] = {}
    firsts: list[NewOrder] = []
    numbers = []
    for order in orders:
        key = (order.offer.id, order.buy.quantity)
        number = terms.get(key)
        if number is None:
            number = terms[key] = len(terms) + 1
            firsts.append(order)
        numbers.append(number)
    return (
        [order.buy.id for order in orders],
        [order.buy.buyer_id for order in orders],
        [order.buy.address_id for order in orders],
        numbers,
        [order.offer.id for order in firsts],
        [order.run_id for order in firsts],
        [order.offer.store_id for order in firsts],
        [order.buy.quantity for order in firsts],
        [order.price.total.minor for order in firsts],
        [order.price.total.currency for order in firsts],
        [_encode(order.price.lines).decode() for order in firsts],
    )


def _limits(offers: Iterable[tuple[Offer, RunId]]) -> tuple[Sequence[object], ...]:
    limited = [offer for offer, _ in offers if offer.limit]
    return [offer.quota_id for offer in limited], [offer.limit for offer in limited]


def _facts(
    orders: Sequence[NewOrder], offers: Iterable[tuple[Offer, RunId]]
) -> tuple[Sequence[object], ...]:
    """One fact per offer for the orders, one for what is left of it while it is open."""
    parts = sold(orders)
    selling = [(offer, run_id) for offer, run_id in offers if isinstance(offer.state, Open)]
    return (
        [_PLACED] * len(parts),
        [part.run_id for part in parts],
        [
            _encode(OrdersPlaced(part.offer_id, part.orders, part.quantity, part.shown))
            for part in parts
        ],
        [_LEFT] * len(selling),
        [run_id for _, run_id in selling],
        [offer_terms.left_changed_head(offer.id) for offer, _ in selling],
        [offer.quota_id for offer, _ in selling],
        [offer.stock_quota_id for offer, _ in selling],
    )
