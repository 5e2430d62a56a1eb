"""What the database of a tortured house says in the end, and whether its own sums agree."""

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from livehouse.app.bench.history import Broken, OrderRow, Sale
from livehouse.app.bench.leavings import order_rows, payment_rows, quota_rows
from livehouse.app.platform import Platform
from livehouse.domains.offers import Coupon, Offer


class InUse(Struct, frozen=True):
    """What orders hold and have spent of a quota."""

    held: int
    spent: int


class Books(Struct, frozen=True):
    """`coupons` are in the order of the sale's."""

    sale: Sale
    goods: InUse
    coupons: Sequence[InUse]
    ledger_sum_minor: int
    ledger_transfers: int
    wrong: list[Broken]


async def read_books(
    platform: Platform,
    offer: Offer,
    coupons: Sequence[Coupon],
    buyers: Sequence[UUID],
    planned: Sale,
) -> Books:
    """Everything that was sold; `buyers` are named by their place, `planned` has no rows yet."""
    pool = platform.database.pool
    places = {id_: number for number, id_ in enumerate(buyers)}
    orders = await order_rows(pool, places, [coupon.id for coupon in coupons])
    goods = _in_use(row for row in orders for _ in range(row.units))
    redeemed = [
        _in_use(row for row in orders if number in row.coupons) for number in range(len(coupons))
    ]
    expected = dict.fromkeys(offer.quota_ids, goods)
    expected |= {one.quota_id: used for one, used in zip(coupons, redeemed, strict=True)}
    quotas = await quota_rows(pool, list(expected))
    wrong = [
        Broken("quotas_differ", f"{quotas[quota_id]}, and the orders' are {used}")
        for quota_id, used in expected.items()
        if not quotas[quota_id].told or InUse(quotas[quota_id].held, quotas[quota_id].spent) != used
    ]
    wrong += [
        Broken("ledger", f"{check.what}: {check.wrong} of {check.looked_at} {check.first}")
        async for check in platform.audit.run()
        if check.wrong
    ]
    return Books(
        sale=replace(planned, orders=orders, payments=await payment_rows(pool)),
        goods=goods,
        coupons=redeemed,
        ledger_sum_minor=sum(one.minor for one in await platform.settlement.balances()),
        ledger_transfers=await pool.fetchval("select count(*) from transfers"),
        wrong=wrong,
    )


def _in_use(units: Iterable[OrderRow]) -> InUse:
    """Of a quota whose units these orders took, one after the other."""
    states = Counter(row.state for row in units)
    return InUse(states["placed"], states["paid"])
