"""Questions that compare orders with the books and with quotas; asked in a snapshot."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, select, text

from livehouse.domains.ledger import Check, ledger
from livehouse.domains.orders.model import Back
from livehouse.domains.orders.store.backs import back_from
from livehouse.domains.orders.tables import given_back, orders
from livehouse.foundation.ids import DealId, OrderId
from livehouse.storage.database import Transaction

# Orders of one deal that are booked alike are one row here: a flash sale is a handful of rows.
_BOOKED = text("""
select o.deal_id, p.provider, p.amount_minor, p.currency, made.transfers, count(*) as orders,
  min(o.id::text) as first
from payments p
join orders o on o.id = p.order_id
left join (
  select b.reference, string_agg(t.debit_id || '>' || t.credit_id || '=' || t.amount_minor || '@'
    || t.basis_points, ';' order by t.position) as transfers
  from bookings b join transfers t on t.booking_id = b.id
  where b.kind = 'paid' group by b.reference
) made on made.reference = o.id
where p.state = 'succeeded'
group by 1, 2, 3, 4, 5
""")
_CHECKS = (
    (
        "an order is paid when a payment for it succeeded, and only then",
        "orders",
        """
        select coalesce(o.id, p.order_id)::text as id
        from (select id from orders where state not in ('placed', 'cancelled', 'expired')) o
        full join (select order_id from payments where state = 'succeeded') p on p.order_id = o.id
        where o.id is null or p.order_id is null
        """,
    ),
    (
        "nothing is booked for an order that was not paid",
        "bookings",
        """
        select b.reference::text as id from bookings b
        where b.kind = 'paid' and not exists (
          select from payments p where p.order_id = b.reference and p.state = 'succeeded')
        union all
        select b.subject_id::text from bookings b
        where b.kind = 'refunded'
          and not exists (select from given_back g where g.order_id = b.subject_id)
        """,
    ),
    (
        "buyers get back what went back, no more and no less",
        "refunds",
        """
        select coalesce(g.order_id, r.order_id)::text as id from (
          select order_id, sum(total_minor) as minor from given_back group by order_id
        ) g full join (
          select p.order_id, sum(r.amount_minor) as minor from refunds r
          join payments p on p.id = r.payment_id where p.state = 'succeeded' group by p.order_id
        ) r using (order_id)
        where coalesce(g.minor, 0) <> coalesce(r.minor, 0)
        """,
    ),
    (
        "quotas are what their movements made of them",
        "quotas",
        """
        select q.id::text from quotas q left join (
          select quota_id, max(version) as version, count(*) as movements,
            sum(amount) filter (where kind = 'total') as total,
            sum(case kind when 'hold' then amount when 'spend' then -amount
              when 'give_back' then -amount else 0 end) as held,
            sum(case kind when 'spend' then amount when 'take' then amount
              when 'take_back' then -amount else 0 end) as spent
          from quota_movements group by quota_id
        ) m on m.quota_id = q.id
        where q.version is distinct from m.version or m.movements <> q.version + 1
          or q.total is distinct from m.total or q.held is distinct from m.held
          or q.spent is distinct from m.spent or q.held < 0 or q.spent < 0
          or q.held + q.spent > q.total
        """,
    ),
    (
        "quotas hold and have spent what orders take, by their state",
        "quotas",
        """
        with alike as (
          select deal_id, state = 'placed' as is_held, count(*) as orders from orders
          where state not in ('cancelled', 'expired') group by deal_id, state = 'placed'
        ), taken as (
          select t.quota_id,
            coalesce(sum(alike.orders * t.amount) filter (where is_held), 0) as held,
            coalesce(sum(alike.orders * t.amount) filter (where not is_held), 0) as spent
          from alike join deals d on d.id = alike.deal_id
          cross join lateral jsonb_to_recordset(d.takes) as t(quota_id uuid, amount bigint)
          group by t.quota_id
        ), returned as (
          select quota_id, sum(case kind when 'take' then -amount else amount end) as amount
          from quota_movements where kind in ('take', 'take_back') group by quota_id
        )
        select coalesce(q.id, t.quota_id)::text as id
        from quotas q full join taken t on t.quota_id = q.id
        left join returned r on r.quota_id = q.id
        where q.held is distinct from coalesce(t.held, 0)
          or q.spent is distinct from coalesce(t.spent, 0) - coalesce(r.amount, 0)
        """,
    ),
)


class Alike(Struct, frozen=True):
    """Paid orders of one deal whose bookings are the same: `transfers` as one text, or None."""

    deal_id: DealId
    provider: str
    amount_minor: int
    currency: str
    transfers: str | None
    orders: int
    first: str


async def alike(tx: Transaction) -> AsyncIterator[Alike]:
    async for row in tx.stream(_BOOKED):
        yield Alike(
            DealId(row.deal_id), row.provider, row.amount_minor, row.currency, row.transfers,
            row.orders, row.first,
        )  # fmt: skip


async def check_orders(tx: Transaction) -> AsyncIterator[Check]:
    """What can be asked of the database at once; in a snapshot."""
    for one in _CHECKS:
        yield await ledger.check(tx, *one)


async def orders_with_backs(
    tx: Transaction,
) -> AsyncIterator[tuple[OrderId, DealId, list[Back]]]:
    """Every order of which something went back, with all of that in its order."""
    wanted = (
        select(given_back, orders.c.deal_id)
        .join(orders, orders.c.id == given_back.c.order_id)
        .order_by(given_back.c.order_id, given_back.c.number)
    )
    rows: list[Row[Any]] = []
    async for row in tx.stream(wanted):
        if rows and rows[0].order_id != row.order_id:
            yield _with_backs(rows)
            rows = []
        rows.append(row)
    if rows:
        yield _with_backs(rows)


def _with_backs(rows: Sequence[Row[Any]]) -> tuple[OrderId, DealId, list[Back]]:
    return (
        OrderId(rows[0].order_id),
        DealId(rows[0].deal_id),
        [back_from(row.what) for row in rows],
    )
