"""Serves the lines of who waits, inside the transaction in which something comes back.

So what comes back is never free in between: nobody else can have it first.
"""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct

from livehouse.domains.orders import store
from livehouse.domains.orders.events import LineServed
from livehouse.domains.orders.model import OnSale, touched
from livehouse.domains.orders.model.waiting import (
    WAIT_MAX,
    Wait,
    buys_of,
    on_sale_for,
    serve_line,
)
from livehouse.domains.orders.store import waiting as waiting_store
from livehouse.domains.quotas import quotas
from livehouse.foundation.ids import IdSource, OfferId, OrderId, QuotaId
from livehouse.storage.database import Transaction

SERVED_AT_ONCE_MAX = 500


class Line(Struct, frozen=True):
    """Who may be next, and what they would be sold."""

    waits: list[Wait]
    on_sale: OnSale


NOBODY = Line([], OnSale({}))


async def look(
    tx: Transaction,
    offer_ids: Collection[OfferId],
    freed: Collection[QuotaId],
    now: datetime,
) -> Line:
    """Who waits for these offers, before anything of them is given back.

    Locks the quotas that come back and those that the line may take from, in the order of all:
    whoever gives back asks this first.
    """
    waits = await waiting_store.line(tx, offer_ids, now - WAIT_MAX, SERVED_AT_ONCE_MAX)
    if not waits:
        return NOBODY
    wanted = list({wait.offer_id for wait in waits})
    on_sale = on_sale_for(waits, await store.on_sale(await tx.raw(), wanted, (), now))
    asked, _ = touched([], on_sale)
    await quotas.lock(tx, {*freed, *asked})
    still = await waiting_store.still_waiting(tx, [wait.number for wait in waits])
    return Line([wait for wait in waits if wait.number in still], on_sale)


async def serve(tx: Transaction, line: Line, ids: IdSource, now: datetime) -> int:
    """Hold for the line what is free now; tells for how many. `look` has locked all of it."""
    if not line.waits:
        return 0
    connection = await tx.raw()
    buys = buys_of(line.waits, [OrderId(ids.new()) for _ in line.waits])
    quota_ids, limited = touched(buys, line.on_sale)
    tally = await quotas.tally(connection, quota_ids, limited, lock=True)
    served = serve_line(line.waits, buys, line.on_sale, tally, now)
    if served.passed:
        await waiting_store.let_pass(tx, [wait.number for wait in served.passed])
    if served.held:
        deals = {order.deal.id: order.deal for _, order in served.held}
        await store.write_deals(connection, list(deals.values()))
        await store.place(connection, served.draft.orders.values(), served.draft.tally)
        await waiting_store.hold(tx, {wait.number: order.buy.id for wait, order in served.held})
    for offer_id, wait in {wait.offer_id: wait for wait, _ in served.held}.items():
        run_id = line.on_sale.terms[offer_id].run_id
        tx.record(LineServed(offer_id, wait.number), run_id=run_id)
    return len(served.held)
