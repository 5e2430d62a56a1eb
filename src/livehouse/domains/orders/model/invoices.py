"""What an invoice says, and what a credit note takes back of it. Snapshots: they never change."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from uuid import UUID

from msgspec import Struct

from livehouse.domains.offers import Line, split
from livehouse.domains.orders.model.booking import Back
from livehouse.domains.orders.model.deals import Deal
from livehouse.domains.stores import Store
from livehouse.foundation.ids import OrderId, StoreId
from livehouse.foundation.money import Money

BASIS_POINTS = 10_000
NUMBER_DIGITS = 6


class InvoiceKind(Enum):
    """Each kind has its own series of numbers in a store."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


PREFIXES = {InvoiceKind.INVOICE: "R", InvoiceKind.CREDIT_NOTE: "G"}


class Seller(Struct, frozen=True):
    """Who sold, as the store's settings said it on the day."""

    name: str
    address: str
    country: str
    tax_number: str


class InvoiceItem(Struct, frozen=True):
    """`unit_minor` is the offer's price; 0 in credit notes, where the amount is what was paid."""

    title: str
    variant: str
    quantity: int
    unit_minor: int
    amount_minor: int


class Document(Struct, frozen=True):
    """All that is printed but the recipient; `lines` are what comes to the items: discounts,
    delivery, tax."""

    seller: Seller
    currency: str
    items: tuple[InvoiceItem, ...]
    lines: tuple[Line, ...]
    total_minor: int
    ordered_at: datetime

    @property
    def total(self) -> Money:
        return Money(self.currency, self.total_minor)


class Invoice(Struct, frozen=True, kw_only=True):
    """`corrects` is the invoice that a credit note is about."""

    id: UUID
    store_id: StoreId
    kind: InvoiceKind
    number: int
    order_id: OrderId
    corrects: UUID | None
    recipient_id: UUID | None
    document: Document
    issued_at: datetime

    @property
    def name(self) -> str:
        """The number as people write it: R000042."""
        return f"{PREFIXES[self.kind]}{self.number:0{NUMBER_DIGITS}}"


class Credited(Struct, frozen=True):
    """What goes back for one item of an order: pieces, and what the buyer had paid for them.

    No pieces with an amount is money back for goods that stay.
    """

    position: int
    quantity: int
    pays_minor: int


def seller_of(store: Store) -> Seller:
    return Seller(
        store.legal_name or store.name, store.legal_address, store.country, store.tax_number
    )


def invoice_of(deal: Deal, seller: Seller, ordered_at: datetime) -> Document:
    return Document(
        seller=seller,
        currency=deal.price.total.currency,
        items=tuple(
            InvoiceItem(
                item.offer.title,
                item.offer.variant_title,
                item.quantity,
                item.offer.price.minor,
                item.goods_minor,
            )
            for item in deal.items
        ),
        lines=tuple(line for line in deal.price.lines if line.kind != "goods"),
        total_minor=deal.price.total.minor,
        ordered_at=ordered_at,
    )


def credit_note_of(
    invoice: Document, deal: Deal, credited: Sequence[Credited], delivery_minor: int
) -> Document:
    """What is taken back; its amounts are below zero and contain their tax."""
    items = []
    lines = []
    taxed: Counter[int] = Counter()
    for one in credited:
        offer = deal.items[one.position].offer
        taxed[offer.tax_basis_points] += one.pays_minor
        items.append(
            InvoiceItem(offer.title, offer.variant_title, one.quantity, 0, -one.pays_minor)
        )
    if delivery_minor:
        lines.append(Line("delivery", -delivery_minor))
        # Delivery bears the rate of the goods that it was for.
        taxed[max(item.offer.tax_basis_points for item in deal.items)] += delivery_minor
    lines.extend(
        Line("tax", -contained_tax(amount, rate), counts=False, basis_points=rate)
        for rate, amount in sorted(taxed.items())
        if rate
    )
    total = -sum(one.pays_minor for one in credited) - delivery_minor
    return Document(
        invoice.seller, invoice.currency, tuple(items), tuple(lines), total, invoice.ordered_at
    )


def credited_by(deal: Deal, back: Back) -> tuple[Credited, ...]:
    """What goes back, item by item; goodwill lowers the prices of all that was bought."""
    kept = split(back.goodwill_minor, [item.pays_minor for item in deal.items])
    return tuple(
        Credited(position, back.units.get(position, 0), back.amounts.get(position, 0) + kind)
        for position, kind in enumerate(kept)
        if back.units.get(position, 0) or kind
    )


def contained_tax(gross_minor: int, basis_points: int) -> int:
    """The tax within an amount, rounded half up."""
    whole = BASIS_POINTS + basis_points
    return (2 * gross_minor * basis_points + whole) // (2 * whole)
