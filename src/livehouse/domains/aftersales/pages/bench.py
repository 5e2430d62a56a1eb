"""What the packing pages show, and how it is put together."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from livehouse.domains.aftersales.model.carriers import CARRIERS
from livehouse.domains.aftersales.model.parcels import (
    CARRIER_CHARACTERS_MAX,
    TRACKING_CHARACTERS_MAX,
)
from livehouse.domains.aftersales.pages.views import PieceView, piece_views
from livehouse.domains.aftersales.service import AfterSales
from livehouse.domains.orders import PAGE_ORDERS, Order, Paid, number_of
from livehouse.domains.people import People, label_lines
from livehouse.domains.stores import Store
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import OrderId
from livehouse.web.forms import Form
from livehouse.web.handlers import Page
from livehouse.web.identity import Viewer


class ToShip(Struct, frozen=True, kw_only=True):
    """An order that waits for its parcel, with what was typed for it."""

    id: OrderId
    number: str
    recipient: str
    place: str
    pieces: list[PieceView]
    tracking: str
    error: str


class RowLine(Struct, frozen=True):
    line: int
    order: str
    outcome: str
    reason: str


class Slip(Struct, frozen=True, kw_only=True):
    number: str
    address: list[str]
    pieces: list[PieceView]


class ShippingPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "aftersales/shipping.html"

    store: Store
    section: str = "orders"
    orders: list[ToShip]
    carrier: str
    carriers: list[str]
    older: str
    newer: str
    report: list[RowLine]


class ShipPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "aftersales/ship.html"

    store: Store
    section: str = "orders"
    order_id: OrderId
    number: str
    pieces: list[PieceView]
    address: list[str]
    carriers: list[str]
    form: Form["LabelForm"]


class SlipsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "aftersales/slips.html"

    store: Store
    slips: list[Slip]


class LabelForm(Struct):
    carrier: Annotated[str, Meta(min_length=1, max_length=CARRIER_CHARACTERS_MAX)]
    tracking: Annotated[str, Meta(min_length=1, max_length=TRACKING_CHARACTERS_MAX)]


class Bench(Struct, frozen=True):
    """What the packing pages need to know."""

    store: Store
    viewer: Viewer
    people: People
    aftersales: AfterSales

    async def page(
        self,
        found: Sequence[Order],
        *,
        carrier: str = "",
        typed: dict[OrderId, str] | None = None,
        errors: dict[OrderId, str] | None = None,
        report: Sequence[RowLine] = (),
        is_first: bool = True,
    ) -> ShippingPage:
        here = f"/console/{self.store.slug}/shipping"
        addresses = await self._addresses(found)
        left = await self.aftersales.shipping.left_of(found)
        rows = []
        for order in found:
            lines = addresses.get(order.id) or [""]
            rows.append(
                ToShip(
                    id=order.id,
                    number=number_of(order.id),
                    recipient=lines[0],
                    place=", ".join(lines[1:3]),
                    pieces=piece_views(order, left[order.id]),
                    tracking=(typed or {}).get(order.id, ""),
                    error=(errors or {}).get(order.id, ""),
                )
            )
        full = len(found) == PAGE_ORDERS
        return ShippingPage(
            store=self.store,
            orders=rows,
            carrier=carrier,
            carriers=sorted(CARRIERS),
            older=f"{here}?before={found[-1].id}" if full else "",
            newer="" if is_first else here,
            report=list(report),
        )

    async def one(self, order: Order, form: Form[LabelForm]) -> ShipPage:
        left = (await self.aftersales.shipping.left_of([order]))[order.id]
        if not isinstance(order.state, Paid):
            raise NotFound
        return ShipPage(
            store=self.store,
            order_id=order.id,
            number=number_of(order.id),
            pieces=piece_views(order, left),
            address=(await self._addresses([order])).get(order.id, []),
            carriers=sorted(CARRIERS),
            form=form,
        )

    async def slips(self, found: Sequence[Order]) -> SlipsPage:
        addresses = await self._addresses(found)
        left = await self.aftersales.shipping.left_of(found)
        return SlipsPage(
            store=self.store,
            slips=[
                Slip(
                    number=number_of(order.id),
                    address=addresses.get(order.id, []),
                    pieces=piece_views(order, left[order.id]),
                )
                for order in found
            ],
        )

    async def _addresses(self, found: Sequence[Order]) -> dict[OrderId, list[str]]:
        ids = {order.address_id for order in found if order.address_id is not None}
        known = await self.people.addresses.by_id(ids)
        return {
            order.id: label_lines(known[order.address_id], self.viewer.language)
            for order in found
            if order.address_id in known and order.address_id is not None
        }
