"""Orders in a store's console: what was sold, and where it goes."""

from datetime import date, datetime, time, timedelta
from typing import ClassVar
from urllib.parse import urlencode
from uuid import UUID

from msgspec import Struct

from livehouse.domains.orders.model import STATES, Sought, number_in
from livehouse.domains.orders.pages.views import (
    AddressView,
    OrderRow,
    OrderView,
    address_view,
    row,
    view,
)
from livehouse.domains.orders.ports import Story, Storyteller
from livehouse.domains.orders.service import Orders
from livehouse.domains.orders.service.desk import PAGE_ORDERS
from livehouse.domains.orders.wire import order_id_of
from livehouse.domains.people import People
from livehouse.domains.shows import Shows
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.ids import OrderId
from livehouse.foundation.money import Money
from livehouse.foundation.roles import Role
from livehouse.web.guards import own_store, require_store
from livehouse.web.handlers import (
    CurrentRender,
    CurrentViewer,
    FromPath,
    FromQuery,
    Html,
    Page,
    Service,
    get,
)
from livehouse.web.i18n import zone_of

FIND_CHARACTERS_MAX = 100


class Figure(Struct, frozen=True):
    """How many orders are in a state, and what they add up to."""

    count: int
    total: Money


class ConsoleOrdersPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "orders/console_orders.html"

    store: Store
    section: str = "orders"
    state: str
    find: str
    since: str
    until: str
    orders: list[OrderRow]
    figures: dict[str, Figure]
    newer: str
    older: str


class ConsoleOrderPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "orders/console_order.html"

    store: Store
    section: str = "orders"
    order: OrderView
    show_slug: str
    show_title: str
    address: AddressView | None
    story: Story


@get("/console/{store_slug:str}/orders")
async def console_orders(  # noqa: PLR0913 - each is found by its name
    *,
    store_slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    orders: Service[Orders],
    people: Service[People],
    only: FromQuery[str] = "",
    find: FromQuery[str] = "",
    since: FromQuery[str] = "",
    until: FromQuery[str] = "",
    before: FromQuery[UUID | None] = None,
) -> Html:
    """A store's orders, the newest first; what makes no sense is no filter.

    `find` is a number or a part of the buyer's name, `since` and `until` are days of the store.
    """
    store = await stores.by_slug(store_slug)
    # Names and addresses stand behind each row, which hosts and moderators do not need.
    require_store(viewer, store.id, Role.EDITOR)
    state = only if only in STATES else ""
    find = find.strip()[:FIND_CHARACTERS_MAX]
    first, last = _day(since, store), _day(until, store)
    sought = Sought(
        state=state,
        number=number_in(find),
        buyer_ids=await people.accounts.named(find) if find else None,
        since=first,
        until=last + timedelta(days=1) if last else None,
    )
    cursor = OrderId(before) if before else None
    found = await orders.of_store(store.id, before=cursor, sought=sought)
    numbers = await orders.store_numbers(store.id)
    here = f"/console/{store.slug}/orders"
    asked = {"only": state, "find": find, "since": since, "until": until}
    kept = {name: value for name, value in asked.items() if value}
    older = ""
    if len(found) == PAGE_ORDERS:
        older = f"{here}?{urlencode(kept | {'before': str(found[-1].id)})}"
    return render(
        ConsoleOrdersPage(
            store=store,
            state=state,
            find=find,
            since=since if first else "",
            until=until if last else "",
            orders=[row(order) for order in found],
            figures={name: _figure(store, numbers.get(name, (0, 0))) for name in STATES},
            newer=f"{here}?{urlencode(kept)}".rstrip("?") if before else "",
            older=older,
        )
    )


@get("/console/{store_slug:str}/orders/{order_id:str}")
async def console_order(  # noqa: PLR0913 - each is found by its name
    *,
    store_slug: FromPath[str],
    order_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    orders: Service[Orders],
    people: Service[People],
    shows: Service[Shows],
    storyteller: Service[Storyteller],
) -> Html:
    store = await own_store(viewer, stores, store_slug, Role.EDITOR)
    order = await orders.in_store(order_id_of(order_id), store.id)
    show = await shows.of_run(order.deal.first.run_id)
    address = None
    if order.address_id is not None:
        found = await people.addresses.by_id([order.address_id])
        if order.address_id in found:
            address = address_view(found[order.address_id], viewer.language)
    return render(
        ConsoleOrderPage(
            store=store,
            order=view(order),
            show_slug=show.slug,
            show_title=show.title,
            address=address,
            story=await storyteller.for_store(order, store.slug),
        )
    )


def _day(text: str, store: Store) -> datetime | None:
    """When this day begins for the store, None where it is no day."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), zone_of(store.time_zone))
    except (ValueError, OverflowError):
        return None


def _figure(store: Store, found: tuple[int, int]) -> Figure:
    count, minor = found
    return Figure(count, Money(store.currency, minor))


handlers = (console_orders, console_order)
