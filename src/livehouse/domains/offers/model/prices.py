"""What an order costs, line by line, in whole minor units. Pure.

Every discount is counted on the goods at the offers' prices and not on what another one left, so
that no discount makes another one smaller, and a buyer can check each by itself. What it takes is
split over its items by largest remainder, so that items add up to the total exactly.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import assert_never

from msgspec import Struct

from livehouse.domains.offers.errors import OrderTooLarge
from livehouse.domains.offers.model.discounts import (
    Amount,
    Coupon,
    Part,
    Percent,
    Subsidy,
    in_order,
)
from livehouse.domains.offers.model.offers import Offer
from livehouse.domains.quotas import Share, Take
from livehouse.foundation.ids import QuotaId
from livehouse.foundation.money import MINOR_MAX, Money

BASIS_POINTS = 10_000


class Line(Struct, frozen=True):
    """One line of an order's price; the lines that count add up to the total.

    `amount_minor` is below zero for coupons and subsidies. A tax that the price already includes
    is shown, but `counts` is false for it. `payer` bears a discount: the store, the platform or a
    partner's key. `ref` is the id of the coupon, subsidy or delivery method, `item` the position
    of the item that the line belongs to, -1 for the whole order.
    """

    kind: str
    amount_minor: int
    counts: bool = True
    basis_points: int = 0
    payer: str = ""
    label: str = ""
    ref: str = ""
    item: int = -1


class Price(Struct, frozen=True):
    total: Money
    lines: tuple[Line, ...]


class Wanted(Struct, frozen=True):
    offer: Offer
    quantity: int


class Delivery(Struct, frozen=True):
    """A delivery method's fee as the store states its prices: with its tax or without."""

    ref: str
    label: str
    fee_minor: int
    tax_basis_points: int = 0


class Quoted(Struct, frozen=True):
    """A price with what it means: `pays` is what the buyer pays for each item, its tax included,
    which leaves delivery with its tax; `takes` and `shares` are what the order holds, by quota."""

    price: Price
    pays: tuple[int, ...]
    takes: tuple[Take, ...]
    shares: tuple[Share, ...]


class _Cut(Struct, frozen=True):
    """A discount on an order: how much it would take off each item, who bears which part.

    Where an item is worth less than that, the rest comes off other items if it `spills`. `uses`
    is what it takes of its quota, 0 for as many minor units as it takes off.
    """

    kind: str
    nominal: list[int]
    parts: tuple[Part, ...]
    label: str
    ref: str
    quota_id: QuotaId
    uses: int = 0
    per_person: int = 0
    spills: bool = False


class _Taxed(Struct, frozen=True):
    """A tax and how much of it each item bears; the rest is delivery's."""

    line: Line
    of_items: list[int]


def quote(
    items: Sequence[Wanted],
    now: datetime,
    *,
    coupons: Sequence[Coupon] = (),
    subsidies: Iterable[Subsidy] = (),
    delivery: Delivery | None = None,
) -> Quoted:
    """Price an order of one store and currency, or refuse a coupon that does not fit it.

    Subsidies come first, then coupons in their fixed order; those that change nothing any more are
    left out and not used up. The total is never below zero.
    """
    goods = [item.offer.price.minor * item.quantity for item in items]
    first = items[0].offer
    value = Money(first.price.currency, sum(goods))
    usable = in_order(coupons, first.store_id, value, now)
    cuts = [
        *(_subsidy_cut(one, items, now) for one in sorted(subsidies, key=lambda one: one.id)),
        *(_coupon_cut(one, goods) for one in usable),
    ]
    return _itemised(items, cuts, delivery)


def price(offer: Offer, quantity: int) -> Price:
    """What `quantity` of an offer costs by itself."""
    return _itemised([Wanted(offer, quantity)], [], None).price


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Share `amount` out in proportion to `weights` by largest remainder; ties go to the first."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    shares = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: -(amount * weights[i] % whole))
    for i in by_remainder[: amount - sum(shares)]:
        shares[i] += 1
    return shares


def _subsidy_cut(subsidy: Subsidy, items: Sequence[Wanted], now: datetime) -> _Cut:
    covered = [item if subsidy.covers(item.offer, now) else None for item in items]
    match subsidy.discount:
        case Amount(minor=minor):
            nominal = [
                min(minor, item.offer.price.minor) * item.quantity if item else 0
                for item in covered
            ]
        case Percent(basis_points=rate):
            goods = [item.offer.price.minor * item.quantity if item else 0 for item in covered]
            nominal = split(_half_up(sum(goods) * rate, BASIS_POINTS), goods)
        case _:
            assert_never(subsidy.discount)
    if subsidy.cap_minor:
        nominal = split(min(subsidy.cap_minor, sum(nominal)), nominal)
    return _Cut(
        "subsidy", nominal, subsidy.parts, subsidy.label, str(subsidy.id), subsidy.budget_id
    )


def _coupon_cut(coupon: Coupon, goods: Sequence[int]) -> _Cut:
    value = sum(goods)
    match coupon.discount:
        case Amount(minor=minor):
            amount = min(minor, value)
        case Percent(basis_points=rate):
            amount = _half_up(value * rate, BASIS_POINTS)
        case _:
            assert_never(coupon.discount)
    return _Cut(
        "coupon",
        split(min(amount, coupon.cap_minor or amount), goods),
        (Part(coupon.payer, BASIS_POINTS),),
        coupon.label,
        str(coupon.id),
        coupon.quota_id,
        uses=1,
        per_person=coupon.per_person,
        spills=True,
    )


def _itemised(items: Sequence[Wanted], cuts: Sequence[_Cut], delivery: Delivery | None) -> Quoted:
    first = items[0].offer
    assert all(
        (item.offer.store_id, item.offer.price.currency) == (first.store_id, first.price.currency)
        for item in items
    ), "an order is of one store and currency"
    pays = [item.offer.price.minor * item.quantity for item in items]
    lines = [Line("goods", amount, item=position) for position, amount in enumerate(pays)]
    takes, shares = _held_goods(items)
    for cut in cuts:
        rest = _less(pays, cut)
        taken = sum(pays) - sum(rest)
        if taken:
            lines.extend(_cut_lines(cut, taken))
            takes.append(Take(cut.quota_id, cut.uses or taken))
            shares.append(Share(cut.quota_id, cut.uses, cut.per_person))
        pays = rest
    if delivery is not None:
        lines.append(Line("delivery", delivery.fee_minor, label=delivery.label, ref=delivery.ref))
    for taxed in _taxes(items, pays, delivery):
        lines.append(taxed.line)
        if taxed.line.counts:
            pays = [have + tax for have, tax in zip(pays, taxed.of_items, strict=True)]
    counting = [line.amount_minor for line in lines if line.counts]
    if sum(amount for amount in counting if amount > 0) > MINOR_MAX:
        raise OrderTooLarge
    return Quoted(
        Price(Money(first.price.currency, sum(counting)), tuple(lines)),
        tuple(pays),
        _sums_of_takes(takes),
        _sums_of_shares(shares),
    )


def _less(pays: Sequence[int], cut: _Cut) -> list[int]:
    """What is still to pay of each item.

    The first items bear what spills over. That an item never gets dearer because another discount
    came before this one is what keeps any coupon from raising a price, tax by rate included.
    """
    rest = [max(0, have - off) for have, off in zip(pays, cut.nominal, strict=True)]
    over = sum(cut.nominal) - (sum(pays) - sum(rest)) if cut.spills else 0
    for position, have in enumerate(rest):
        rest[position] -= min(have, over)
        over -= min(have, over)
    return rest


def _cut_lines(cut: _Cut, taken: int) -> Iterable[Line]:
    """One line per payer, so that each sees what it bears."""
    for part, amount in zip(
        cut.parts, split(taken, [part.basis_points for part in cut.parts]), strict=True
    ):
        if amount:
            yield Line(cut.kind, -amount, payer=part.payer, label=cut.label, ref=cut.ref)


def _taxes(items: Sequence[Wanted], pays: Sequence[int], delivery: Delivery | None) -> list[_Taxed]:
    """One line per rate, on what the buyer pays, rounded half up once and then split."""
    parts = [
        ((item.offer.tax_basis_points, item.offer.prices_include_tax), amount)
        for item, amount in zip(items, pays, strict=True)
    ]
    if delivery is not None:
        included = items[0].offer.prices_include_tax
        parts.append(((delivery.tax_basis_points, included), delivery.fee_minor))
    taxes = []
    for rate, included in sorted({key for key, _ in parts if key[0]}):
        bases = [amount if key == (rate, included) else 0 for key, amount in parts]
        whole = BASIS_POINTS + rate if included else BASIS_POINTS
        tax = _half_up(sum(bases) * rate, whole)
        line = Line("tax", tax, counts=not included, basis_points=rate)
        taxes.append(_Taxed(line, split(tax, bases)[: len(items)]))
    return taxes


def _held_goods(items: Sequence[Wanted]) -> tuple[list[Take], list[Share]]:
    takes = [Take(id_, item.quantity) for item in items for id_ in item.offer.quota_ids]
    shares = [Share(item.offer.quota_id, item.quantity, item.offer.limit) for item in items]
    return takes, shares


def _sums_of_takes(takes: Iterable[Take]) -> tuple[Take, ...]:
    """One for each quota, in the order in which quotas are locked."""
    sums: dict[QuotaId, int] = {}
    for take in takes:
        sums[take.quota_id] = sums.get(take.quota_id, 0) + take.amount
    return tuple(Take(*one) for one in sorted(sums.items()))


def _sums_of_shares(shares: Iterable[Share]) -> tuple[Share, ...]:
    sums: dict[QuotaId, Share] = {}
    for share in shares:
        if share.limit:
            had = sums.get(share.quota_id)
            amount = share.amount + (had.amount if had else 0)
            sums[share.quota_id] = Share(share.quota_id, amount, share.limit)
    return tuple(sums[quota_id] for quota_id in sorted(sums))


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
