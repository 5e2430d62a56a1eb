"""Deals as they are stored: written once under the id of their content, read for their orders."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, select

from livehouse.domains.offers import Line, Price, offer_terms
from livehouse.domains.orders.model import Deal, Item
from livehouse.domains.orders.tables import deal_items, deals
from livehouse.domains.quotas import Share, Take
from livehouse.foundation.ids import DealId, OfferId, RunId, StoreId
from livehouse.foundation.money import Money
from livehouse.storage.database import RawConnection, Transaction

_DEALS = """
insert into deals (id, store_id, currency, total_minor, lines, takes, shares)
select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::text[]::jsonb[],
                     $6::text[]::jsonb[], $7::text[]::jsonb[])
on conflict (id) do nothing
"""
_ITEMS = """
insert into deal_items (deal_id, position, offer_id, run_id, quantity, goods_minor, pays_minor)
select * from unnest($1::uuid[], $2::int[], $3::uuid[], $4::uuid[], $5::int[], $6::bigint[],
                     $7::bigint[])
on conflict (deal_id, position) do nothing
"""

_encode = msgspec.json.Encoder().encode


async def write_deals(connection: RawConnection, made: Sequence[Deal]) -> None:
    """Write deals that may be there already, in the order of their ids, as everybody does."""
    found = sorted(made, key=lambda deal: deal.id)
    await connection.execute(
        _DEALS,
        [deal.id for deal in found],
        [deal.store_id for deal in found],
        [deal.price.total.currency for deal in found],
        [deal.price.total.minor for deal in found],
        [_encode(deal.price.lines).decode() for deal in found],
        [_encode(deal.takes).decode() for deal in found],
        [_encode(deal.shares).decode() for deal in found],
    )
    items = [(deal.id, *one) for deal in found for one in enumerate(deal.items)]
    await connection.execute(
        _ITEMS,
        [deal_id for deal_id, _, _ in items],
        [position for _, position, _ in items],
        [item.offer.id for _, _, item in items],
        [item.run_id for _, _, item in items],
        [item.quantity for _, _, item in items],
        [item.goods_minor for _, _, item in items],
        [item.pays_minor for _, _, item in items],
    )


async def deals_by_id(tx: Transaction, ids: Iterable[DealId]) -> dict[DealId, Deal]:
    wanted = list(set(ids))
    rows = (await tx.execute(select(deals).where(deals.c.id.in_(wanted)))).all()
    parts = (
        await tx.execute(
            select(deal_items)
            .where(deal_items.c.deal_id.in_(wanted))
            .order_by(deal_items.c.deal_id, deal_items.c.position)
        )
    ).all()
    offers = await offer_terms.by_ids(tx, list({OfferId(part.offer_id) for part in parts}))
    items: dict[DealId, list[Item]] = {}
    for part in parts:
        item = Item(
            offers[OfferId(part.offer_id)], RunId(part.run_id), part.quantity,
            part.goods_minor, part.pays_minor,
        )  # fmt: skip
        items.setdefault(DealId(part.deal_id), []).append(item)
    return {DealId(row.id): _deal(row, items[DealId(row.id)]) for row in rows}


def _deal(row: Row[Any], items: Sequence[Item]) -> Deal:
    return Deal(
        id=DealId(row.id),
        store_id=StoreId(row.store_id),
        items=tuple(items),
        price=Price(
            Money(row.currency, row.total_minor), msgspec.convert(row.lines, tuple[Line, ...])
        ),
        takes=msgspec.convert(row.takes, tuple[Take, ...]),
        shares=msgspec.convert(row.shares, tuple[Share, ...]),
    )
