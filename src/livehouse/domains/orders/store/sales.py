"""What was paid, per run: the whole of all orders, for who proves figures that were counted."""

from sqlalchemy import func, select

from livehouse.domains.orders.tables import deal_items, deals, orders
from livehouse.foundation.ids import RunId
from livehouse.storage.database import Transaction

NEVER_PAID = ("placed", "cancelled", "expired")


async def paid_by_run(tx: Transaction) -> list[tuple[RunId, str, int, int]]:
    """Run, currency, what was paid for its offers in minor units, and how many pieces."""
    rows = await tx.execute(
        select(
            deal_items.c.run_id,
            deals.c.currency,
            func.sum(deal_items.c.pays_minor).label("paid"),
            func.sum(deal_items.c.quantity).label("units"),
        )
        .join(deals, deals.c.id == deal_items.c.deal_id)
        .join(orders, orders.c.deal_id == deals.c.id)
        .where(orders.c.state.not_in(NEVER_PAID))
        .group_by(deal_items.c.run_id, deals.c.currency)
    )
    return [(RunId(row.run_id), row.currency, int(row.paid), int(row.units)) for row in rows]
