"""Background work of settling: statements of periods that are over."""

from datetime import timedelta

from livehouse.domains.ledger.service import Settlement

STATEMENTS_EVERY = timedelta(minutes=10)


async def make_statements(settlement: Settlement) -> int:
    """Make what is missing; tells how many."""
    return await settlement.make_statements()
