"""What an order books when it is paid, and when some or all of it goes back. Pure.

A refund books the difference between what has gone back before it and after it, and each is
reckoned from the whole order. So refunds never book more than the order did, and when all is back
no account has a cent of it left, in whatever parts it came.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID, uuid5

from msgspec import Struct

from livehouse.domains.ledger import COMMISSION, PROVIDER, STORE, SUBSIDY, Account, Transfer
from livehouse.domains.offers import BASIS_POINTS, Line, split
from livehouse.domains.orders.errors import ReturnedTooMuch
from livehouse.domains.orders.model.deals import Deal, Item
from livehouse.foundation.ids import OrderId

# Who bears a discount without anything being booked: the store simply gets less.
_BORNE_BY_THE_STORE = ("", "store")


class Back(Struct, frozen=True, kw_only=True):
    """Something of a paid order that goes back, in minor units of what the buyer paid.

    `key` names it among those of its order. `units` are pieces per position, `amounts` the money
    for them. With goodwill the buyer keeps the goods. `ends_order` says that nothing is left;
    `restocks`, that the pieces can be sold again.
    """

    key: str
    units: Mapping[int, int] = {}
    amounts: Mapping[int, int] = {}
    delivery_minor: int = 0
    goodwill_minor: int = 0
    restocks: bool = False
    ends_order: bool = False

    @property
    def total_minor(self) -> int:
        return sum(self.amounts.values()) + self.delivery_minor + self.goodwill_minor


class Borne(Struct, frozen=True):
    """What `payer` put in by the coupon or subsidy `ref`."""

    payer: str
    ref: str
    minor: int


class Sums(Struct, frozen=True):
    """What an order, or what goes back of it, comes to for each: in minor units."""

    buyer_minor: int
    borne: tuple[Borne, ...]
    commission_minor: int


class Parties(Struct, frozen=True):
    """Whose accounts an order's money moves between."""

    store_id: UUID
    provider: str
    currency: str
    commission_basis_points: int


class Sale(Struct, frozen=True):
    """A deal as it is booked: what others bear of each item, last of the rest; the commission."""

    deal: Deal
    borne: tuple[tuple[Borne, ...], ...]
    commission_minor: int

    @property
    def sums(self) -> Sums:
        return Sums(
            self.deal.price.total.minor,
            _add_up(one for part in self.borne for one in part),
            self.commission_minor,
        )

    @property
    def goods_minor(self) -> int:
        """What the store receives for the goods: from the buyer and from who bears discounts."""
        others = sum(one.minor for part in self.borne[:-1] for one in part)
        return sum(item.pays_minor for item in self.deal.items) + others


def sale_of(deal: Deal, commission_basis_points: int) -> Sale:
    """The commission is a rate on what the store receives for the goods, tax included and with
    what others bear; nothing is taken of delivery."""
    sale = Sale(deal, _borne(deal), 0)
    doubled = 2 * sale.goods_minor * commission_basis_points
    return Sale(deal, sale.borne, (doubled + BASIS_POINTS) // (2 * BASIS_POINTS))


def as_booked(deal: Deal, paid: Sequence[Transfer]) -> tuple[Sale, Parties]:
    """A sale with the provider, the rate and the commission of its booking, whatever holds now."""
    provider, rate, commission = "", 0, 0
    for one in paid:
        if one.debit.kind == PROVIDER:
            provider = one.debit.owner
        if one.credit.kind == COMMISSION:
            rate, commission = one.basis_points, one.amount_minor
    parties = Parties(deal.store_id, provider, deal.price.total.currency, rate)
    return Sale(deal, _borne(deal), commission), parties


def gone(sale: Sale, backs: Sequence[Back]) -> Sums:
    """What all of `backs` together come to; refuses more than was bought or paid.

    What others bore of an item goes back with its pieces, and with the end of the order; goodwill
    is the store's own. The commission goes back with the money that the store gives away.
    """
    units = Counter({place: 0 for place, _ in enumerate(sale.deal.items)})
    for back in backs:
        if not back.units.keys() <= units.keys() or any(n < 1 for n in back.units.values()):
            raise ReturnedTooMuch
        units.update(back.units)
    buyer = sum(back.total_minor for back in backs)
    items = sale.deal.items
    if buyer > sale.deal.price.total.minor or any(units[i] > items[i].quantity for i in units):
        raise ReturnedTooMuch
    if any(back.ends_order for back in backs):
        borne = sale.sums.borne
    else:
        borne = _add_up(
            Borne(one.payer, one.ref, one.minor * units[place] // items[place].quantity)
            for place, part in enumerate(sale.borne[:-1])
            for one in part
        )
    goods = buyer - sum(back.delivery_minor for back in backs) + sum(one.minor for one in borne)
    whole = sale.goods_minor
    commission = sale.commission_minor * min(goods, whole) // whole if whole else 0
    return Sums(buyer, borne, commission)


def goes_back(sale: Sale, earlier: Sequence[Back], back: Back) -> Sums:
    """What `back` comes to after those before it."""
    before, after = gone(sale, earlier), gone(sale, [*earlier, back])
    had = {(one.payer, one.ref): one.minor for one in before.borne}
    return Sums(
        after.buyer_minor - before.buyer_minor,
        _add_up(
            Borne(one.payer, one.ref, one.minor - had.get((one.payer, one.ref), 0))
            for one in after.borne
        ),
        after.commission_minor - before.commission_minor,
    )


def paid_transfers(sums: Sums, parties: Parties) -> tuple[Transfer, ...]:
    """The buyer's money and what others bear go to the store, the commission to the platform."""
    store = Account(STORE, str(parties.store_id), parties.currency)
    provider = Account(PROVIDER, parties.provider, parties.currency)
    platform = Account(COMMISSION, "", parties.currency)
    by_payer: Counter[str] = Counter()
    for one in sums.borne:
        by_payer[one.payer] += one.minor
    moves = [
        (provider, store, sums.buyer_minor, 0),
        *(
            (Account(SUBSIDY, payer, parties.currency), store, minor, 0)
            for payer, minor in sorted(by_payer.items())
        ),
        (store, platform, sums.commission_minor, parties.commission_basis_points),
    ]
    return tuple(Transfer(*move) for move in moves if move[2])


def refund_transfers(sums: Sums, parties: Parties) -> tuple[Transfer, ...]:
    """The mirror image of what is booked when the same is paid."""
    return tuple(
        Transfer(one.credit, one.debit, one.amount_minor, one.basis_points)
        for one in paid_transfers(sums, parties)
    )


def reference_of(order_id: OrderId, back: Back) -> UUID:
    """The name of a refund's booking: the same key again is the same booking."""
    return uuid5(order_id, back.key)


def _add_up(many: Iterable[Borne]) -> tuple[Borne, ...]:
    """One per payer and coupon or subsidy, so that budgets get back what is theirs."""
    sums: Counter[tuple[str, str]] = Counter()
    for one in many:
        sums[one.payer, one.ref] += one.minor
    return tuple(Borne(*key, minor) for key, minor in sorted(sums.items()) if minor)


def _borne(deal: Deal) -> tuple[tuple[Borne, ...], ...]:
    """A line that names no item is split over them in proportion to what such lines took off."""
    shares: list[list[Borne]] = [[] for _ in range(len(deal.items) + 1)]
    discounts = [line for line in deal.price.lines if line.amount_minor < 0]
    weights = _discounted(deal.items, discounts)
    for line in discounts:
        if line.payer in _BORNE_BY_THE_STORE:
            continue
        for share, minor in zip(shares, _per_part(line, weights), strict=True):
            share.append(Borne(line.payer, line.ref, minor))
    return tuple(_add_up(share) for share in shares)


def _per_part(line: Line, weights: Sequence[int]) -> list[int]:
    if line.item < 0 and any(weights):
        return [*split(-line.amount_minor, weights), 0]
    amounts = [0] * (len(weights) + 1)
    amounts[line.item] = -line.amount_minor  # -1, no item at all, is the rest
    return amounts


def _discounted(items: Sequence[Item], discounts: Sequence[Line]) -> list[int]:
    """What was taken off each item beyond the lines that name it."""
    named: Counter[int] = Counter()
    for line in discounts:
        named[line.item] -= line.amount_minor
    return [
        max(0, item.goods_minor - _without_tax(item) - named[place])
        for place, item in enumerate(items)
    ]


def _without_tax(item: Item) -> int:
    """What the buyer pays for an item before tax that is added to its price."""
    if item.offer.prices_include_tax:
        return item.pays_minor
    whole = BASIS_POINTS + item.offer.tax_basis_points
    return (2 * item.pays_minor * BASIS_POINTS + whole) // (2 * whole)
