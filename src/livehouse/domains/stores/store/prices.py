"""SQL that notes every public price of a variant, and asks what it was before a reduction.

A row says: from `at` on this source has the variant at this price, or at none any more. The source
is an offer, or the shelf. The order of rows is that of their numbers; a clock that runs behind
never puts a row before the one that it follows.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import select, text

from livehouse.domains.stores.model import PricePoint, PriceSource, Prior
from livehouse.domains.stores.tables import price_points
from livehouse.foundation.ids import ProductId, VariantId
from livehouse.storage.database import Transaction

_NOTE_SHELF = text("""
insert into price_points (variant_id, source_id, price_minor, at)
select v.id, null, case when p.published then v.price_minor end,
  greatest(:now, coalesce(last.at, :now))
from variants v
join products p on p.id = v.product_id
left join lateral (
  select x.price_minor, x.at from price_points x
  where x.variant_id = v.id and x.source_id is null order by x.number desc limit 1
) last on true
where v.product_id = any(cast(:products as uuid[]))
  and (case when p.published then v.price_minor end) is distinct from last.price_minor
order by v.id
""")
_NOTE_OFFERS = text("""
insert into price_points (variant_id, source_id, price_minor, at)
select t.variant_id, t.source_id, t.price_minor, greatest(:now, coalesce(last.at, :now))
from unnest(
  cast(:variants as uuid[]), cast(:sources as uuid[]), cast(:prices as bigint[])
) as t(variant_id, source_id, price_minor)
left join lateral (
  select x.price_minor, x.at from price_points x
  where x.variant_id = t.variant_id and x.source_id = t.source_id order by x.number desc limit 1
) last on true
where t.price_minor is distinct from last.price_minor
order by t.source_id
""")
_CURRENT = text("""
select t.variant_id, t.source_id, c.number, c.price_minor, c.at
from unnest(cast(:variants as uuid[]), cast(:sources as uuid[])) as t(variant_id, source_id)
cross join lateral (
  select x.number, x.price_minor, x.at from price_points x
  where x.variant_id = t.variant_id and x.source_id is not distinct from t.source_id
  order by x.number desc limit 1
) c
where c.price_minor is not null
""")
# Whatever was noted before the reduction and held at the start of the time or began in it.
_PRIOR = text("""
select t.number, l.lowest, l.covered
from unnest(
  cast(:variants as uuid[]), cast(:numbers as bigint[]), cast(:starts as timestamptz[])
) as t(variant_id, number, start)
cross join lateral (
  select min(x.price_minor) as lowest, coalesce(bool_or(x.at <= t.start), false) as covered
  from (
    select p.price_minor, p.at from price_points p
    where p.variant_id = t.variant_id and p.number < t.number and p.at > t.start
    union all (
      select distinct on (p.source_id) p.price_minor, p.at from price_points p
      where p.variant_id = t.variant_id and p.number < t.number and p.at <= t.start
      order by p.source_id, p.number desc
    )
  ) x
  where x.price_minor is not null
) l
""")


class CurrentPrice(Struct, frozen=True):
    """A public price that holds, and since when."""

    number: int
    price_minor: int
    since: datetime


async def note_shelf(tx: Transaction, products: Collection[ProductId], now: datetime) -> None:
    """Note the prices of products as they now stand, where they differ from what is known.

    What is not published has no price.
    """
    if products:
        await tx.execute(_NOTE_SHELF.bindparams(products=list(products), now=now))


async def note_offers(
    tx: Transaction, prices: Mapping[PriceSource, int | None], now: datetime
) -> None:
    """Note what offers cost now in public; None for those that cannot be bought any more."""
    if prices:
        variants, sources = zip(*prices, strict=True)
        await tx.execute(
            _NOTE_OFFERS.bindparams(
                variants=list(variants),
                sources=list(sources),
                prices=list(prices.values()),
                now=now,
            )
        )


async def current(
    tx: Transaction, wanted: Sequence[PriceSource]
) -> dict[PriceSource, CurrentPrice]:
    """The public prices of those that have one."""
    if not wanted:
        return {}
    variants, sources = zip(*wanted, strict=True)
    rows = await tx.execute(_CURRENT.bindparams(variants=list(variants), sources=list(sources)))
    return {
        (VariantId(row.variant_id), row.source_id): CurrentPrice(
            row.number, row.price_minor, row.at
        )
        for row in rows
    }


async def prior(
    tx: Transaction, wanted: Sequence[tuple[VariantId, CurrentPrice, datetime]]
) -> dict[int, Prior]:
    """What is known of the time from a moment until each current price began, by its number."""
    if not wanted:
        return {}
    rows = await tx.execute(
        _PRIOR.bindparams(
            variants=[variant_id for variant_id, _, _ in wanted],
            numbers=[current.number for _, current, _ in wanted],
            starts=[start for _, _, start in wanted],
        )
    )
    return {row.number: Prior(row.lowest, row.covered) for row in rows}


async def history(tx: Transaction, variant_id: VariantId, *, limit: int) -> list[PricePoint]:
    """The newest points of a variant, newest first."""
    rows = await tx.execute(
        select(price_points)
        .where(price_points.c.variant_id == variant_id)
        .order_by(price_points.c.number.desc())
        .limit(limit)
    )
    return [PricePoint(row.source_id, row.price_minor, row.at) for row in rows]
