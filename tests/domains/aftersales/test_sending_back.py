"""Returns on a real database: money, goods, limits and coupons go back rightly, and once."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from livehouse.domains.aftersales.errors import (
    MayNotRefuse,
    NotArrived,
    NotExchangeable,
    NotReturnable,
    NotThatMany,
    ReturnNotOpen,
    ReturnTooLate,
)
from livehouse.domains.aftersales.model.parcels import Label
from livehouse.domains.aftersales.model.pieces import Piece
from livehouse.domains.aftersales.model.returns import (
    Accepted,
    Exchanged,
    Received,
    Return,
    Why,
    Wish,
)
from livehouse.domains.aftersales.model.returns import Refunded as ReturnRefunded
from livehouse.domains.orders import Closed, Delivered, Order, Refunded, Shipped
from livehouse.domains.quotas import LimitReached, SoldOut
from livehouse.domains.stores import Product, ProductEdit
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import PersonId, StoreId, VariantId
from tests.domains.aftersales.counter import Counter
from tests.support.builders import euros
from tests.support.shows_world import ShowsWorld

IMPORT = (
    b"Handle,Title,Option1 Name,Option1 Value,Variant Price,Variant Inventory Qty,Published\n"
    b"cup,Cup,Colour,Moss,20,5,true\ncup,,,Ash,20,1,\ncup,,,Gold,90,5,\n"
)


async def test_one_of_three_comes_back_with_its_money_its_shelf_and_its_limit(
    world: ShowsWorld, counter: Counter
) -> None:
    (offer,) = await counter.offers(limit=3)
    order = await counter.delivered([offer], quantity=3)
    with pytest.raises(LimitReached):
        await counter.paid([offer])

    one = await counter.received(await counter.asked(order))

    assert isinstance(one.state, ReturnRefunded)
    assert [refund.amount for refund in await counter.refunds(order)] == [euros(20)]
    assert isinstance((await counter.now(order.id)).state, Delivered)
    for quota_id in offer.quota_ids:
        assert (await world.quota(quota_id)).spent == 2
    await counter.paid([offer])
    await world.aftersales.letters.send_due()
    assert "€20.00 of your order" in world.mail.sent[-1].text


async def test_what_comes_back_broken_stays_off_the_shelf(
    world: ShowsWorld, counter: Counter
) -> None:
    (offer,) = await counter.offers()
    order = await counter.delivered([offer])

    asked = await counter.asked(order, why=Why.DAMAGED, note="The handle is off.")
    await counter.received(asked, restocked=False)

    assert isinstance((await counter.now(order.id)).state, Refunded)
    assert (await world.quota(offer.stock_quota_id)).spent == 1
    assert len(await counter.refunds(order)) == 1


async def test_an_order_that_comes_back_in_parts_ends_with_the_last_of_them(
    world: ShowsWorld, counter: Counter
) -> None:
    offers = await counter.offers(count=2)
    order = await counter.delivered(offers, quantity=2)

    await counter.received(await counter.asked(order, Piece(0, 2), Piece(1, 1)))
    assert isinstance((await counter.now(order.id)).state, Delivered)
    await counter.received(await counter.asked(order, Piece(1, 1)))

    assert isinstance((await counter.now(order.id)).state, Refunded)
    assert sum(one.amount.minor for one in await counter.refunds(order)) == order.total.minor
    for offer in offers:
        assert (await world.quota(offer.stock_quota_id)).spent == 0


async def test_a_return_that_is_received_twice_at_once_is_refunded_once(
    world: ShowsWorld, counter: Counter
) -> None:
    (offer,) = await counter.offers()
    order = await counter.delivered([offer], quantity=2)
    asked = await counter.asked(order)
    returns = world.aftersales.returns
    await returns.accept(asked.id, store_id=order.store_id)

    async def receive() -> bool:
        try:
            await returns.receive(asked.id, store_id=order.store_id, restocked=True)
        except ReturnNotOpen:
            return False
        return True

    assert sum(await asyncio.gather(*(receive() for _ in range(4)))) == 1
    assert len(await counter.refunds(order)) == 1
    assert (await world.quota(offer.stock_quota_id)).spent == 1


async def test_nobody_asks_for_more_than_was_sent_however_fast(counter: Counter) -> None:
    order = await counter.delivered(await counter.offers(), quantity=3)

    async def ask() -> bool:
        try:
            await counter.asked(order, Piece(0, 2))
        except NotThatMany:
            return False
        return True

    assert sum(await asyncio.gather(*(ask() for _ in range(4)))) == 1


async def test_what_is_not_sent_yet_is_not_sent_back(counter: Counter) -> None:
    order = await counter.paid(await counter.offers())

    with pytest.raises(NotArrived):
        await counter.asked(order)


async def test_what_has_been_sent_can_come_back_while_the_rest_is_packed(
    counter: Counter,
) -> None:
    order = await counter.paid(await counter.offers(), quantity=3)
    await counter.sent(order, Piece(0, 2))

    with pytest.raises(NotThatMany):
        await counter.asked(order, Piece(0, 3))
    await counter.received(await counter.asked(order, Piece(0, 2)))
    await counter.sent(order, label=Label("UPS", "1Z2"))

    assert isinstance((await counter.now(order.id)).state, Shipped)
    assert [one.amount.minor for one in await counter.refunds(order)] == [4000]


async def test_fourteen_days_in_berlin_and_not_one_more(counter: Counter) -> None:
    order = await counter.delivered(await counter.offers(), quantity=2)

    await counter.pass_days(14)
    await counter.asked(order)
    await counter.pass_days(4)

    with pytest.raises(ReturnTooLate):
        await counter.asked(order)
    await counter.asked(order, why=Why.DAMAGED, note="It cracked by itself.")


async def test_who_is_not_satisfied_with_quality_can_say_so_after_the_end(
    world: ShowsWorld, counter: Counter
) -> None:
    order = await counter.delivered(await counter.offers())
    await counter.pass_days(20)
    await world.aftersales.shipping.close_due()

    with pytest.raises(ReturnTooLate):
        await counter.asked(order)
    one = await counter.received(await counter.asked(order, why=Why.WRONG, note="It is blue."))

    assert isinstance(one.state, ReturnRefunded)
    assert isinstance((await counter.now(order.id)).state, Refunded)


async def test_what_was_sold_as_an_exception_stays_one(world: ShowsWorld, counter: Counter) -> None:
    show = await world.a_show()
    store = await world.stores.store(show.room.store_id)
    product = await world.a_product(store)
    edit = ProductEdit(version=1, title="Ear candles", no_return="hygiene")
    await world.stores.edit_product(store.id, product.id, edit)
    offer = await world.offers.plan(show.slug, product.variants[0].id, price=euros(20), allotment=5)
    await world.shows.go_live(show.slug)
    order = await counter.delivered([await world.offers.open(offer.id)])

    with pytest.raises(NotReturnable):
        await counter.asked(order)
    await counter.asked(order, why=Why.DAMAGED, note="They are wet.")


async def test_a_store_answers_a_withdrawal_only_with_yes(
    world: ShowsWorld, counter: Counter
) -> None:
    order = await counter.delivered(await counter.offers(), quantity=2)
    asked = await counter.asked(order)
    broken = await counter.asked(order, why=Why.DAMAGED, note="It is cracked.")
    returns = world.aftersales.returns

    with pytest.raises(MayNotRefuse):
        await returns.refuse(asked.id, "No.", store_id=order.store_id)
    await returns.refuse(broken.id, "It was whole when it left.", store_id=order.store_id)

    with pytest.raises(ReturnNotOpen):
        await returns.accept(broken.id, store_id=order.store_id)


async def test_silence_accepts(world: ShowsWorld, counter: Counter) -> None:
    order = await counter.delivered(await counter.offers())
    asked = await counter.asked(order)

    await world.clock.advance(timedelta(hours=47))
    assert await world.aftersales.returns.accept_due() == 0
    await world.clock.advance(timedelta(hours=1))
    assert await world.aftersales.returns.accept_due() == 1

    found = await world.aftersales.returns.in_store(asked.id, order.store_id)
    assert isinstance(found.state, Accepted)


async def test_strangers_neither_see_nor_move_a_return(world: ShowsWorld, counter: Counter) -> None:
    order = await counter.delivered(await counter.offers())
    asked = await counter.asked(order)
    returns = world.aftersales.returns
    stranger, elsewhere = PersonId(world.ids.new()), StoreId(world.ids.new())
    label = Label("UPS", "1Z1")

    for work in (
        returns.of_buyer(asked.id, stranger),
        returns.in_store(asked.id, elsewhere),
        returns.accept(asked.id, store_id=elsewhere),
        returns.refuse(asked.id, "No.", store_id=elsewhere),
        returns.receive(asked.id, store_id=elsewhere, restocked=True),
        returns.exchange(asked.id, label, store_id=elsewhere),
        returns.send(asked.id, label, buyer_id=stranger),
        returns.take_back(asked.id, buyer_id=stranger),
        returns.ask(order.id, Wish(pieces=(Piece(0, 1),), why=Why.WRONG), buyer_id=stranger),
    ):
        with pytest.raises(NotFound):
            await work


class Exchange:
    """A cup in moss, delivered; one in ash is left, gold costs more."""

    def __init__(self, world: ShowsWorld, counter: Counter) -> None:
        self.world, self.counter = world, counter
        self.product: Product
        self.order: Order

    async def begin(self) -> "Exchange":
        show = await self.world.a_show()
        store_id = show.room.store_id
        await self.world.stores.import_products(store_id, IMPORT)
        self.product = await self.world.stores.by_handle(store_id, "cup")
        moss = self.product.variants[0]
        offer = await self.world.offers.plan(show.slug, moss.id, price=euros(20), allotment=5)
        await self.world.shows.go_live(show.slug)
        self.order = await self.counter.delivered([await self.world.offers.open(offer.id)])
        return self

    async def ask(self, variant_id: VariantId) -> Return:
        wish = Wish(
            pieces=(Piece(0, 1),), why=Why.WRONG, note="Ash please.", exchange_for=variant_id
        )
        returns = self.world.aftersales.returns
        return await returns.ask(self.order.id, wish, buyer_id=self.order.buyer_id)

    async def stock(self) -> list[int]:
        product = await self.world.stores.by_handle(self.order.store_id, "cup")
        return [variant.stock.on_hand for variant in product.variants]


async def test_an_exchange_takes_the_other_and_brings_back_the_first(
    world: ShowsWorld, counter: Counter
) -> None:
    shop = await Exchange(world, counter).begin()
    _, ash, gold = shop.product.variants
    returns, store_id = world.aftersales.returns, shop.order.store_id

    asked = await shop.ask(ash.id)
    with pytest.raises(NotThatMany):
        await shop.ask(ash.id)
    await returns.accept(asked.id, store_id=store_id)
    reserved = await shop.stock()
    received = await returns.receive(asked.id, store_id=store_id, restocked=True)
    done = await returns.exchange(asked.id, Label("DHL", "JD9"), store_id=store_id)

    assert [one.variant.id for one in await returns.exchanges(shop.order, 0)] == []
    assert reserved == [4, 0, 5]
    assert isinstance(received.state, Received)
    assert isinstance(done.state, Exchanged)
    assert await shop.stock() == [5, 0, 5]
    assert await counter.refunds(shop.order) == []
    assert gold.price != ash.price


async def test_only_the_same_price_and_product_is_exchanged(
    world: ShowsWorld, counter: Counter
) -> None:
    shop = await Exchange(world, counter).begin()
    moss, _, gold = shop.product.variants
    other = await world.a_product(await world.stores.store(shop.order.store_id))

    for variant_id in (gold.id, moss.id, other.variants[0].id, VariantId(UUID(int=1))):
        with pytest.raises(NotExchangeable):
            await shop.ask(variant_id)


async def test_who_keeps_the_goods_gives_the_reserved_one_back(
    world: ShowsWorld, counter: Counter
) -> None:
    shop = await Exchange(world, counter).begin()
    asked = await shop.ask(shop.product.variants[1].id)
    await world.aftersales.returns.accept(asked.id, store_id=shop.order.store_id)

    await world.aftersales.returns.take_back(asked.id, buyer_id=shop.order.buyer_id)

    assert await shop.stock() == [4, 1, 5]


async def test_what_is_gone_meanwhile_is_refunded_instead(
    world: ShowsWorld, counter: Counter
) -> None:
    shop = await Exchange(world, counter).begin()
    ash = shop.product.variants[1]
    asked = await shop.ask(ash.id)
    await world.stores.set_stock(shop.order.store_id, ash.id, 0)

    with pytest.raises(SoldOut):
        await world.aftersales.returns.accept(asked.id, store_id=shop.order.store_id)
    await counter.pass_days(3)
    await world.aftersales.returns.accept_due()
    one = await world.aftersales.returns.receive(
        asked.id, store_id=shop.order.store_id, restocked=True
    )

    assert isinstance(one.state, ReturnRefunded)
    assert isinstance((await counter.now(shop.order.id)).state, Refunded)


async def test_an_order_that_is_closed_and_refunded_is_not_closed_again(
    world: ShowsWorld, counter: Counter
) -> None:
    order = await counter.delivered(await counter.offers())
    await counter.received(await counter.asked(order))
    await counter.pass_days(20)

    await world.aftersales.shipping.close_due()

    assert not isinstance((await counter.now(order.id)).state, Closed)
    assert await world.aftersales.shipping.close_due() == 0
