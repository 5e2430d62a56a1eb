"""What prices were before, for whoever shows a price struck through; inside others' transactions.

The domains above note what their offers cost in public, and ask for the proven price before.
"""

from collections.abc import Mapping
from datetime import datetime

from livehouse.domains.stores import store
from livehouse.domains.stores.model import PriceSource, Store, counts_from, price_before
from livehouse.foundation.ids import StoreId
from livehouse.foundation.markets import market_of
from livehouse.storage.database import Transaction


async def note_offers(
    tx: Transaction, prices: Mapping[PriceSource, int | None], now: datetime
) -> None:
    """Note what offers cost in public from now on, None for no longer; the same again is nothing.

    Called in the transaction that opens or closes them, so that no public price goes unnoted.
    """
    await store.prices.note_offers(tx, prices, now)


async def prices_before(
    tx: Transaction, store_id: StoreId, wanted: Mapping[PriceSource, int | None]
) -> dict[PriceSource, int]:
    """What may be shown struck through beside each public price, in minor units; others are left
    out. `wanted` maps each source to what its merchant claims, None for no claim."""
    owner = await store.shops.read_store(tx, store_id)
    return await _before(tx, owner, wanted)


async def _before(
    tx: Transaction, owner: Store, wanted: Mapping[PriceSource, int | None]
) -> dict[PriceSource, int]:
    days = market_of(owner.market, owner.country).reduction_days
    held = await store.prices.current(tx, list(wanted))
    prior = await store.prices.prior(
        tx,
        [
            (source[0], price, counts_from(price.since, days, owner.time_zone))
            for source, price in held.items()
        ],
    )
    before = {
        source: price_before(price.price_minor, prior[price.number], wanted[source])
        for source, price in held.items()
    }
    return {source: minor for source, minor in before.items() if minor}
