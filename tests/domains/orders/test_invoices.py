"""Invoices: made when an order is paid, numbered without gaps, and never changed."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from livehouse.domains.offers import Offer
from livehouse.domains.orders import Buy, Invoices, Notice, PaymentState
from livehouse.domains.orders.model.invoices import Credited, contained_tax
from livehouse.domains.orders.pages import routes
from livehouse.domains.orders.service.invoices import credit, issue
from livehouse.domains.stores import Store, StoreSettings
from livehouse.foundation.ids import OrderId, PersonId
from livehouse.foundation.roles import Role
from livehouse.web.identity import Identity
from tests.support.orders_world import LINES, a_buyer, a_wish, bought
from tests.support.shows_world import ShowsWorld, member_of


async def an_order(world: ShowsWorld, offer: Offer, buyer: Identity, quantity: int = 1) -> OrderId:
    """A placed order that knows where to go."""
    wish: Buy = a_wish(world, offer.id, buyer=buyer.person_id.int, quantity=quantity)
    await bought(world, wish)
    kept = await world.people.addresses.of(buyer.person_id)
    address = kept[0] if kept else await world.people.addresses.add(buyer.person_id, LINES)
    await world.orders.choose_address(wish.id, address.id, buyer_id=buyer.person_id)
    return wish.id


async def pay(world: ShowsWorld, order_id: OrderId, buyer_id: PersonId) -> None:
    await world.payments.begin(order_id, buyer_id=buyer_id)
    (payment, *_) = await world.payments.of_order(order_id)
    notice = Notice(payment.id, PaymentState.SUCCEEDED, payment.amount)
    await world.payments.hear(notice, "sandbox")


async def a_sale(world: ShowsWorld) -> tuple[Store, Offer, Identity]:
    _, offer = await world.an_open_offer()
    store = await world.stores.store(offer.store_id)
    return store, offer, await a_buyer(world)


async def test_who_pays_gets_an_invoice_and_who_does_not_gets_none(world: ShowsWorld) -> None:
    store, offer, ann = await a_sale(world)
    await world.stores.edit(
        store.id,
        StoreSettings(
            name="Tea", country="DE", time_zone="Europe/Berlin", default_tax_basis_points=1900,
            legal_name="Tea House GmbH", legal_address="Lane 2\n10117 Berlin", tax_number="DE1",
        ),
    )  # fmt: skip
    paid, unpaid = [await an_order(world, offer, ann, quantity) for quantity in (2, 1)]
    await pay(world, paid, ann.person_id)

    (printed,) = await Invoices(world.database).of_order(paid)

    invoice, document = printed.invoice, printed.invoice.document
    assert (invoice.name, document.total_minor) == ("R000001", 4000)
    assert (document.seller.name, document.seller.tax_number) == ("Tea House GmbH", "DE1")
    assert [(one.title, one.quantity, one.amount_minor) for one in document.items] == [
        ("Tea bowl", 2, 4000)
    ]
    assert [(line.kind, line.amount_minor) for line in document.lines] == [("tax", 639)]
    assert printed.recipient is not None
    assert (printed.recipient.recipient, printed.recipient.city) == ("Ann Example", "Berlin")
    assert await Invoices(world.database).of_order(unpaid) == []


async def test_numbers_have_no_gaps_however_many_pay_at_once_and_some_fail(
    world: ShowsWorld,
) -> None:
    _, offer, ann = await a_sale(world)
    orders = [await an_order(world, offer, ann) for _ in range(5)]

    async def issued(order_id: OrderId, *, fails: bool) -> str:
        async with world.database.transaction() as tx:
            order = await world.orders.order(order_id, buyer_id=ann.person_id)
            invoice = await issue(tx, order, world.ids, world.clock.now())
            if fails:
                raise RuntimeError
        return invoice.name

    outcomes = await asyncio.gather(
        *(issued(one, fails=number in {1, 3}) for number, one in enumerate(orders)),
        return_exceptions=True,
    )

    names = sorted(one for one in outcomes if isinstance(one, str))
    assert names == ["R000001", "R000002", "R000003"]


async def test_nobody_changes_an_invoice_not_even_by_mistake(world: ShowsWorld) -> None:
    _, offer, ann = await a_sale(world)
    await pay(world, await an_order(world, offer, ann), ann.person_id)

    for statement in ("update invoices set number = 7", "delete from invoices"):
        with pytest.raises(DBAPIError, match="only grows"):
            async with world.database.transaction() as tx:
                await tx.execute(text(statement))


async def test_what_goes_back_is_credited_with_its_tax(world: ShowsWorld) -> None:
    _, offer, ann = await a_sale(world)
    order_id = await an_order(world, offer, ann, quantity=2)
    await pay(world, order_id, ann.person_id)
    order = await world.orders.order(order_id, buyer_id=ann.person_id)

    async with world.database.transaction() as tx:
        note = await credit(
            tx, order, [Credited(0, 1, 2000)], delivery_minor=490,
            ids=world.ids, now=world.clock.now(),
        )  # fmt: skip

    invoice, credited = await Invoices(world.database).of_order(order_id)
    assert credited.invoice == note
    assert (note.name, note.corrects) == ("G000001", invoice.invoice.id)
    assert note.document.total_minor == -2490
    tax = contained_tax(2490, 1900)
    assert [(line.kind, line.amount_minor) for line in note.document.lines] == [
        ("delivery", -490), ("tax", -tax),
    ]  # fmt: skip
    assert credited.recipient == invoice.recipient


def test_a_contained_tax_is_rounded_half_up() -> None:
    assert contained_tax(11900, 1900) == 1900
    assert contained_tax(1, 1900) == 0
    assert contained_tax(21, 500) == 1


async def test_an_erased_buyer_stays_on_the_invoice_as_the_law_asks(world: ShowsWorld) -> None:
    _, offer, ann = await a_sale(world)
    order_id = await an_order(world, offer, ann)
    await pay(world, order_id, ann.person_id)
    told = await world.people.privacy.export(ann.person_id)

    await world.people.privacy.erase(ann.person_id, "three quiet lighthouses")

    (printed,) = await Invoices(world.database).of_order(order_id)
    assert printed.recipient is not None
    assert printed.recipient.recipient == "Ann Example"
    assert printed.recipient.phone == ""
    assert [one["city"] for one in told["invoiced_to"]] == ["Berlin"]  # type: ignore[attr-defined]


async def test_buyer_and_store_read_it_and_nobody_else(world: ShowsWorld) -> None:
    store, offer, ann = await a_sale(world)
    order_id = await an_order(world, offer, ann)
    mine, theirs = f"/orders/{order_id}/invoice", f"/console/{store.slug}/orders/{order_id}/invoice"
    async with world.web(*routes) as web:
        web.sign_in_as(ann)
        early = await web.get(mine)
        await pay(world, order_id, ann.person_id)
        await world.clock.advance(timedelta(seconds=1))
        read = await web.get(mine)
        linked = await web.get(f"/orders/{order_id}")
        web.sign_in_as(await a_buyer(world, "Bea"))
        strangers = await web.get(mine), await web.get(theirs)
        web.sign_in_as(member_of(store.id, Role.EDITOR, number=77))
        packed = await web.get(theirs)
        web.sign_in_as(member_of(store.id, Role.HOST, number=78))
        hosts = await web.get(theirs)

    assert early.status_code == 404
    assert "Invoice R000001" in read.text
    assert "Ann Example" in read.text
    assert f'href="{mine}"' in linked.text
    assert [one.status_code for one in strangers] == [404, 404]
    assert "Ann Example" in packed.text
    assert hosts.status_code == 403
