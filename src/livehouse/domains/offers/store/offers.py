"""SQL about offers and pins."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from asyncpg import Record
from sqlalchemy import RowMapping, and_, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.offers.errors import UnknownOffer
from livehouse.domains.offers.events import LeftChanged
from livehouse.domains.offers.model import Closed, Offer, OfferState, Open, Planned, Terms
from livehouse.domains.offers.tables import offers, pins
from livehouse.foundation.ids import OfferId, QuotaId, RunId, ShowId, StoreId, VariantId
from livehouse.foundation.money import Money
from livehouse.storage.database import RawConnection, Transaction

# The run that is on comes along, so that a group needs one look instead of two.
_TERMS = """
select o.*, r.id as run_id, r.kind as run_kind from offers o
left join runs r on r.show_id = o.show_id and r.ended_at is null
where o.id = any($1::uuid[])
"""

# What is left of offers, as facts: a part of a statement that has `quotas.HOLD`, and so the rows
# that it has just changed.
LEFT_CHANGED = """
select n.kind, n.run_id, n.head || convert_to(format('"left":%s,"version":%s}}',
  greatest(0, least(allotment.units, shelf.units)), allotment.version + shelf.version), 'UTF8')
from unnest({kinds}::text[], {runs}::uuid[], {heads}::bytea[], {allotments}::uuid[],
            {shelves}::uuid[]) as n(kind, run_id, head, allotment, shelf)
join held allotment on allotment.id = n.allotment
join held shelf on shelf.id = n.shelf
"""
_encode = msgspec.json.Encoder().encode


def left_changed_head(offer_id: OfferId) -> bytes:
    """The beginning of a `LeftChanged` as facts are stored, for `LEFT_CHANGED`."""
    return _encode(LeftChanged(offer_id, 0, 0)).partition(b'"left":')[0]


_DUE_TO_OPEN = text("""
select o.* from offers o
join runs r on r.show_id = o.show_id and r.ended_at is null and r.kind = 'live'
where o.state = 'planned' and o.opens_at <= :now
order by o.opens_at limit :most
for no key update of o skip locked
""")

# While places are drawn for, time does not close an offer.
_SELLS = or_(offers.c.fair_window_ms == 0, offers.c.drawn)


async def add(tx: Transaction, offer: Offer) -> None:
    duration = int(offer.duration.total_seconds()) if offer.duration else 0
    await tx.execute(
        offers.insert().values(
            id=offer.id,
            show_id=offer.show_id,
            store_id=offer.store_id,
            variant_id=offer.variant_id,
            title=offer.title,
            variant_title=offer.variant_title,
            image=offer.image,
            currency=offer.price.currency,
            price_minor=offer.price.minor,
            quota_id=offer.quota_id,
            stock_quota_id=offer.stock_quota_id,
            limit_per_buyer=offer.limit,
            duration_seconds=duration,
            rank=offer.rank,
            tax_basis_points=offer.tax_basis_points,
            prices_include_tax=offer.prices_include_tax,
            grace_ms=offer.grace_ms,
            no_return=offer.no_return,
            fair_window_ms=offer.fair_window_ms,
            **_state_columns(offer.state),
        )
    )


async def lock(tx: Transaction, offer_id: OfferId) -> Offer:
    """Read the offer and keep others from changing it until the commit."""
    found = await tx.execute(
        select(offers).where(offers.c.id == offer_id).with_for_update(key_share=True)
    )
    row = found.mappings().first()
    if row is None:
        raise UnknownOffer
    return _offer(row)


async def of_show(tx: Transaction, show_id: ShowId) -> list[Offer]:
    rows = await tx.execute(
        select(offers).where(offers.c.show_id == show_id).order_by(offers.c.rank, offers.c.id)
    )
    return [_offer(row) for row in rows.mappings()]


async def lock_all(tx: Transaction, show_id: ShowId) -> list[Offer]:
    """A show's offers in their order, none of which opens or closes until the commit."""
    rows = await tx.execute(
        select(offers)
        .where(offers.c.show_id == show_id)
        .order_by(offers.c.id)
        .with_for_update(key_share=True)
    )
    return sorted(map(_offer, rows.mappings()), key=lambda offer: (offer.rank, offer.id))


async def by_ids(tx: Transaction, offer_ids: Sequence[OfferId]) -> dict[OfferId, Offer]:
    rows = await tx.execute(select(offers).where(offers.c.id.in_(offer_ids)))
    return {OfferId(row["id"]): _offer(row) for row in rows.mappings()}


async def due_to_close(tx: Transaction, now: datetime, limit: int) -> list[Offer]:
    rows = await tx.execute(
        select(offers)
        .where(and_(offers.c.state == "open", offers.c.closes_at <= now, _SELLS))
        .limit(limit)
        .with_for_update(key_share=True, skip_locked=True)
    )
    return [_offer(row) for row in rows.mappings()]


async def due_to_open(tx: Transaction, now: datetime, limit: int) -> list[Offer]:
    """Planned ones whose moment has come, of shows that are live; their rows are locked."""
    rows = await tx.execute(_DUE_TO_OPEN.bindparams(now=now, most=limit))
    return [_offer(row) for row in rows.mappings()]


async def save_state(tx: Transaction, offer: Offer) -> None:
    await tx.execute(
        update(offers).where(offers.c.id == offer.id).values(**_state_columns(offer.state))
    )


async def set_drawn(tx: Transaction, offer_id: OfferId) -> None:
    """The draw is over: what is left sells as usual."""
    await tx.execute(update(offers).where(offers.c.id == offer_id).values(drawn=True))


async def pin(tx: Transaction, run_id: RunId, offer_id: OfferId | None) -> None:
    statement = insert(pins).values(run_id=run_id, offer_id=offer_id)
    await tx.execute(
        statement.on_conflict_do_update(index_elements=["run_id"], set_={"offer_id": offer_id})
    )


async def terms(connection: RawConnection, offer_ids: Sequence[OfferId]) -> dict[OfferId, Terms]:
    """What the till needs of the offers in a group, on its own connection."""
    rows: list[Record] = await connection.fetch(_TERMS, offer_ids)
    return {
        row["id"]: Terms(_offer(row), row["run_id"], row["run_kind"] == "rehearsal") for row in rows
    }


def _state_columns(state: OfferState) -> dict[str, Any]:
    match state:
        case Open(opened_at=opened_at, closes_at=closes_at):
            return {
                "state": "open", "opened_at": opened_at, "closes_at": closes_at, "closed_at": None,
            }  # fmt: skip
        case Closed(closed_at=closed_at):
            return {"state": "closed", "closed_at": closed_at}
        case Planned():
            return {"state": "planned", "opens_at": state.opens_at}


def _state(row: RowMapping | Record) -> OfferState:
    if row["state"] == "open":
        return Open(row["opened_at"], row["closes_at"])
    if row["state"] == "closed":
        return Closed(row["closed_at"])
    return Planned(row["opens_at"])


def _offer(row: RowMapping | Record) -> Offer:
    seconds = row["duration_seconds"]
    return Offer(
        id=OfferId(row["id"]),
        show_id=ShowId(row["show_id"]),
        store_id=StoreId(row["store_id"]),
        variant_id=VariantId(row["variant_id"]),
        title=row["title"],
        variant_title=row["variant_title"],
        image=row["image"],
        price=Money(row["currency"], row["price_minor"]),
        quota_id=QuotaId(row["quota_id"]),
        stock_quota_id=QuotaId(row["stock_quota_id"]),
        state=_state(row),
        limit=row["limit_per_buyer"],
        duration=timedelta(seconds=seconds) if seconds else None,
        rank=row["rank"],
        tax_basis_points=row["tax_basis_points"],
        prices_include_tax=row["prices_include_tax"],
        grace_ms=row["grace_ms"],
        no_return=row["no_return"],
        fair_window_ms=row["fair_window_ms"],
        drawn=row["drawn"],
    )
