"""What an order books when it is paid and when some or all of it goes back. Pure.

An order is taken apart: one part for each item and one for the rest, which is delivery. Each part
knows what the buyer paid for it, what others bore of it, and its share of the commission. A refund
takes a fraction of what is left of parts; the last fraction takes all that is left. So refunds can
neither exceed what was booked nor leave a cent of it, in whatever order and sizes they come.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from msgspec import Struct

from livehouse.domains.ledger import (
    COMMISSION,
    PROVIDER,
    STORE,
    SUBSIDY,
    Account,
    Transfer,
)
from livehouse.domains.offers import BASIS_POINTS, Line, split
from livehouse.domains.orders.errors import ReturnedTooMuch
from livehouse.domains.orders.model.deals import Deal, Item

# Who bears a discount without anything being booked: the store simply gets less.
_BORNE_BY_THE_STORE = ("", "store")


class Borne(Struct, frozen=True):
    """What `payer` put in by the coupon or subsidy `ref`."""

    payer: str
    ref: str
    minor: int


class SalePart(Struct, frozen=True):
    """What is left of an item, or of the rest, in minor units; `units` are pieces."""

    units: int
    buyer_minor: int
    borne: tuple[Borne, ...]
    commission_minor: int


class Sale(Struct, frozen=True):
    """The parts of an order: its items in their order, and then the rest."""

    parts: tuple[SalePart, ...]

    @property
    def buyer_minor(self) -> int:
        return sum(part.buyer_minor for part in self.parts)

    @property
    def commission_minor(self) -> int:
        return sum(part.commission_minor for part in self.parts)

    @property
    def borne(self) -> tuple[Borne, ...]:
        """Per payer and coupon or subsidy, so that budgets get back what is given back."""
        sums: Counter[tuple[str, str]] = Counter()
        for part in self.parts:
            for one in part.borne:
                sums[one.payer, one.ref] += one.minor
        return tuple(Borne(*key, minor) for key, minor in sorted(sums.items()) if minor)


class Back(Struct, frozen=True):
    """What one refund gives back: pieces of items by position, the rest (delivery), or an amount.

    An amount of money is taken from all that is left, in proportion to what the buyer paid.
    """

    units: tuple[tuple[int, int], ...] = ()
    rest: bool = False
    amount_minor: int = 0


class Parties(Struct, frozen=True):
    """Whose accounts an order's money moves between."""

    store_id: UUID
    provider: str
    currency: str
    commission_basis_points: int


def sale_of(deal: Deal, commission_basis_points: int) -> Sale:
    """Take a whole order apart.

    The commission is a rate on what the store receives for the goods, tax included and with what
    others bear of it; nothing is taken of delivery.
    """
    borne = _borne(deal)
    pays = [item.pays_minor for item in deal.items]
    values = [
        paid + sum(one.minor for one in others)
        for paid, others in zip(pays, borne[:-1], strict=True)
    ]
    commission = (2 * sum(values) * commission_basis_points + BASIS_POINTS) // (2 * BASIS_POINTS)
    parts = [
        SalePart(item.quantity, item.pays_minor, others, fee)
        for item, others, fee in zip(deal.items, borne[:-1], split(commission, values), strict=True)
    ]
    rest = SalePart(1, deal.price.total.minor - sum(pays), borne[-1], 0)
    return Sale((*parts, rest))


def all_of(sale: Sale) -> Back:
    """Everything that is left."""
    units = tuple((i, part.units) for i, part in enumerate(sale.parts[:-1]) if part.units)
    return Back(units, rest=bool(sale.parts[-1].units))


def give_back(sale: Sale, back: Back) -> tuple[Sale, Sale]:
    """What is left of a sale after a refund, and what the refund gives back."""
    rest = len(sale.parts) - 1
    if not all(0 <= position < rest for position, _ in back.units):
        raise ReturnedTooMuch
    given: dict[int, SalePart] = {}
    for position, units in [*back.units, *([(rest, 1)] if back.rest else [])]:
        if position in given or not 0 < units <= sale.parts[position].units:
            raise ReturnedTooMuch
        part = sale.parts[position]
        given[position] = _fraction(part, units, part.units, units=units)
    left = [
        _less(part, given[i]) if i in given else part for i, part in enumerate(sale.parts)
    ]
    gone = [given.get(i, NOTHING) for i in range(len(sale.parts))]
    if back.amount_minor:
        left, gone = _give_amount(left, gone, back.amount_minor)
    return Sale(tuple(left)), Sale(tuple(gone))


def left_after(sale: Sale, backs: Iterable[Back]) -> Sale:
    """What is left after refunds in the order in which they were decided."""
    for back in backs:
        sale, _ = give_back(sale, back)
    return sale


def paid_transfers(sale: Sale, parties: Parties) -> tuple[Transfer, ...]:
    """The buyer's money and what others bear go to the store, the commission to the platform."""
    store = Account(STORE, str(parties.store_id), parties.currency)
    provider = Account(PROVIDER, parties.provider, parties.currency)
    platform = Account(COMMISSION, "", parties.currency)
    by_payer: Counter[str] = Counter()
    for one in sale.borne:
        by_payer[one.payer] += one.minor
    moves = [
        (provider, store, sale.buyer_minor, 0),
        *(
            (Account(SUBSIDY, payer, parties.currency), store, minor, 0)
            for payer, minor in sorted(by_payer.items())
        ),
        (store, platform, sale.commission_minor, parties.commission_basis_points),
    ]
    return tuple(Transfer(*move) for move in moves if move[2])


def refund_transfers(given: Sale, parties: Parties) -> tuple[Transfer, ...]:
    """The mirror image of what is booked when the same is paid."""
    return tuple(
        Transfer(one.credit, one.debit, one.amount_minor, one.basis_points)
        for one in paid_transfers(given, parties)
    )


NOTHING = SalePart(0, 0, (), 0)


def _give_amount(
    left: list[SalePart], gone: list[SalePart], amount_minor: int
) -> tuple[list[SalePart], list[SalePart]]:
    paid = [part.buyer_minor for part in left]
    if not 0 < amount_minor <= sum(paid):
        raise ReturnedTooMuch
    shares = split(amount_minor, paid)
    taken = [
        _fraction(part, share, part.buyer_minor, units=0) if share else NOTHING
        for part, share in zip(left, shares, strict=True)
    ]
    return (
        [_less(part, off) for part, off in zip(left, taken, strict=True)],
        [_more(part, on) for part, on in zip(gone, taken, strict=True)],
    )


def _fraction(part: SalePart, numerator: int, denominator: int, *, units: int) -> SalePart:
    return SalePart(
        units,
        part.buyer_minor * numerator // denominator,
        tuple(
            Borne(one.payer, one.ref, one.minor * numerator // denominator) for one in part.borne
        ),
        part.commission_minor * numerator // denominator,
    )


def _less(part: SalePart, off: SalePart) -> SalePart:
    gone = {(one.payer, one.ref): one.minor for one in off.borne}
    return SalePart(
        part.units - off.units,
        part.buyer_minor - off.buyer_minor,
        tuple(
            Borne(one.payer, one.ref, one.minor - gone.get((one.payer, one.ref), 0))
            for one in part.borne
        ),
        part.commission_minor - off.commission_minor,
    )


def _more(part: SalePart, on: SalePart) -> SalePart:
    return SalePart(
        part.units + on.units,
        part.buyer_minor + on.buyer_minor,
        (*part.borne, *on.borne),
        part.commission_minor + on.commission_minor,
    )


def _borne(deal: Deal) -> list[tuple[Borne, ...]]:
    """What others than buyer and store bear of each item, and last of the rest.

    A line that belongs to no item is split over the items in proportion to what discounts that
    belong to none have taken off them.
    """
    shares: list[Counter[tuple[str, str]]] = [Counter() for _ in range(len(deal.items) + 1)]
    discounts = [line for line in deal.price.lines if line.amount_minor < 0]
    weights = _discounted(deal.items, discounts)
    for line in discounts:
        if line.payer in _BORNE_BY_THE_STORE:
            continue
        amounts = _per_part(line, weights)
        for share, minor in zip(shares, amounts, strict=True):
            share[line.payer, line.ref] += minor
    return [
        tuple(Borne(*key, minor) for key, minor in sorted(share.items()) if minor)
        for share in shares
    ]


def _per_part(line: Line, weights: Sequence[int]) -> list[int]:
    if line.item < 0 and any(weights):
        return [*split(-line.amount_minor, weights), 0]
    amounts = [0] * (len(weights) + 1)
    amounts[line.item] = -line.amount_minor
    return amounts


def _discounted(items: Sequence[Item], discounts: Sequence[Line]) -> list[int]:
    """What was taken off each item beyond the lines that name it."""
    named: Counter[int] = Counter()
    for line in discounts:
        named[line.item] -= line.amount_minor
    return [
        max(0, item.goods_minor - _without_tax(item) - named[position])
        for position, item in enumerate(items)
    ]


def _without_tax(item: Item) -> int:
    """What the buyer pays for an item before tax that is added to its price."""
    if item.offer.prices_include_tax:
        return item.pays_minor
    whole = BASIS_POINTS + item.offer.tax_basis_points
    return (2 * item.pays_minor * BASIS_POINTS + whole) // (2 * whole)
