"""Invoices and credit notes as buyer and store see and print them."""

from datetime import datetime
from typing import ClassVar

from babel import Locale
from msgspec import Struct

from livehouse.domains.offers import Price
from livehouse.domains.orders.model import number_of
from livehouse.domains.orders.model.invoices import Document, Invoice
from livehouse.domains.orders.pages.views import PriceLine, price_lines
from livehouse.domains.orders.service import Invoices, Orders
from livehouse.domains.orders.service.invoices import Printed
from livehouse.domains.orders.wire import order_id_of
from livehouse.domains.people import AddressLines
from livehouse.domains.stores import Stores
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import OrderId
from livehouse.foundation.money import Money
from livehouse.foundation.roles import Role
from livehouse.web.guards import own_store, require_signed_in
from livehouse.web.handlers import (
    CurrentRender,
    CurrentViewer,
    FromPath,
    Html,
    Page,
    Service,
    get,
)


class PrintedItem(Struct, frozen=True, kw_only=True):
    """`unit` is none where the amount stands for itself."""

    title: str
    variant: str
    quantity: int
    unit: Money | None
    amount: Money


class Sheet(Struct, frozen=True, kw_only=True):
    """One invoice or credit note; `recipient` is empty once nobody keeps who it was."""

    kind: str
    name: str
    corrects: str
    issued_at: datetime
    ordered_at: datetime
    seller: list[str]
    tax_number: str
    recipient: list[str]
    items: list[PrintedItem]
    lines: list[PriceLine]
    total: Money


class InvoicePage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "orders/invoice.html"

    sheets: list[Sheet]
    order_number: str
    back: str


@get("/orders/{order_id:str}/invoice")
async def my_invoice(
    order_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    orders: Service[Orders],
    invoices: Service[Invoices],
) -> Html:
    order = await orders.order(order_id_of(order_id), buyer_id=require_signed_in(viewer))
    found = await invoices.of_order(order.id)
    return render(_page(found, order.id, f"/orders/{order.id}", viewer.language))


@get("/console/{store_slug:str}/orders/{order_id:str}/invoice")
async def store_invoice(
    *,
    store_slug: FromPath[str],
    order_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    orders: Service[Orders],
    invoices: Service[Invoices],
) -> Html:
    store = await own_store(viewer, stores, store_slug, Role.EDITOR)
    order = await orders.in_store(order_id_of(order_id), store.id)
    found = await invoices.of_order(order.id)
    back = f"/console/{store.slug}/orders/{order.id}"
    return render(_page(found, order.id, back, viewer.language))


def _page(found: list[Printed], order_id: OrderId, back: str, language: str) -> InvoicePage:
    if not found:
        raise NotFound
    names = {one.invoice.id: one.invoice.name for one in found}
    return InvoicePage(
        sheets=[
            _sheet(one, names[one.invoice.corrects] if one.invoice.corrects else "", language)
            for one in found
        ],
        order_number=number_of(order_id),
        back=back,
    )


def _sheet(printed: Printed, corrects: str, language: str) -> Sheet:
    invoice, document = printed.invoice, printed.invoice.document
    return Sheet(
        kind=invoice.kind.value,
        name=invoice.name,
        corrects=corrects,
        issued_at=invoice.issued_at,
        ordered_at=document.ordered_at,
        seller=_seller(document, language),
        tax_number=document.seller.tax_number,
        recipient=_recipient(printed.recipient, language) if printed.recipient else [],
        items=_items(invoice),
        lines=price_lines(Price(document.total, document.lines)),
        total=document.total,
    )


def _seller(document: Document, language: str) -> list[str]:
    seller = document.seller
    lines = [seller.name, *seller.address.splitlines(), _country(seller.country, language)]
    return [line.strip() for line in lines if line.strip()]


def _recipient(address: AddressLines, language: str) -> list[str]:
    place = " ".join(part for part in (address.postal_code, address.city) if part)
    country = _country(address.country, language)
    lines = (address.recipient, address.street, place, address.region, country)
    return [line for line in lines if line]


def _items(invoice: Invoice) -> list[PrintedItem]:
    currency = invoice.document.currency
    return [
        PrintedItem(
            title=item.title,
            variant=item.variant,
            quantity=item.quantity,
            unit=Money(currency, item.unit_minor) if item.unit_minor else None,
            amount=Money(currency, item.amount_minor),
        )
        for item in invoice.document.items
    ]


def _country(code: str, language: str) -> str:
    return str(Locale.parse(language.replace("-", "_")).territories.get(code, code))


handlers = (my_invoice, store_invoice)
