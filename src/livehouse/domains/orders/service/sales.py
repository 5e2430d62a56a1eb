"""What runs have sold, by the orders themselves: what counting facts must come to."""

from collections import Counter
from collections.abc import Mapping

from livehouse.domains.orders.model import Back
from livehouse.domains.orders.model.invoices import credited_by
from livehouse.domains.orders.store import checking
from livehouse.domains.orders.store.deals import deals_by_id
from livehouse.domains.orders.store.sales import paid_by_run
from livehouse.foundation.ids import DealId, RunId
from livehouse.storage.database import Transaction

AT_ONCE = 500


async def sold_by_run(tx: Transaction) -> Mapping[tuple[RunId, str], tuple[int, int, int]]:
    """Of each run and currency, on what `tx` sees: paid and given back in minor units, and pieces.

    Looks at every order there is, so it is for commands and tests.
    """
    paid: Counter[tuple[RunId, str]] = Counter()
    back: Counter[tuple[RunId, str]] = Counter()
    units: Counter[tuple[RunId, str]] = Counter()
    for run_id, currency, minor, pieces in await paid_by_run(tx):
        paid[run_id, currency] += minor
        units[run_id, currency] += pieces
    group: list[tuple[DealId, Back]] = []
    async for _, deal_id, backs in checking.orders_with_backs(tx):
        group += [(deal_id, one) for one in backs]
        if len(group) >= AT_ONCE:
            await _count(tx, group, back, units)
            group = []
    await _count(tx, group, back, units)
    return {key: (paid[key], back[key], units[key]) for key in paid.keys() | back.keys()}


async def _count(
    tx: Transaction,
    group: list[tuple[DealId, Back]],
    back: Counter[tuple[RunId, str]],
    units: Counter[tuple[RunId, str]],
) -> None:
    deals = await deals_by_id(tx, [deal_id for deal_id, _ in group])
    for deal_id, one in group:
        deal = deals[deal_id]
        for part in credited_by(deal, one):
            key = deal.items[part.position].run_id, deal.price.total.currency
            back[key] += part.pays_minor
            units[key] -= part.quantity
