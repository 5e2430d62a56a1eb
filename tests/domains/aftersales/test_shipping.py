"""Sending on a real database: parcels, carriers' words, delivery, and the end of an order."""

import asyncio
from datetime import timedelta

import pytest

from livehouse.domains.aftersales.errors import (
    NotThatMany,
    NotToShip,
    ParcelOnItsWay,
    TrackingTaken,
    UnknownParcel,
)
from livehouse.domains.aftersales.model.parcels import Label, ParcelEvent, ParcelState
from livehouse.domains.aftersales.model.pieces import Piece
from livehouse.domains.aftersales.model.tracking import RowOutcome
from livehouse.domains.orders import (
    Cancelled,
    Closed,
    Delivered,
    OrderNotOpen,
    Paid,
    Refunded,
    Shipped,
    number_of,
)
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import PersonId, StoreId
from tests.domains.aftersales.counter import A_LABEL, Counter
from tests.support.orders_world import a_wish, bought
from tests.support.shows_world import ShowsWorld

SECOND = Label("UPS", "1Z2")


async def test_an_order_is_shipped_when_all_of_it_is_on_its_way(
    world: ShowsWorld, counter: Counter
) -> None:
    order = await counter.paid(await counter.offers(count=2), quantity=2)

    await counter.sent(order, Piece(0, 2), Piece(1, 1))
    half = await counter.now(order.id)
    await counter.sent(order, label=SECOND)
    whole = await counter.now(order.id)

    assert isinstance(half.state, Paid)
    assert whole.state == Shipped(world.clock.now())
    await world.aftersales.letters.send_due()
    assert [mail.subject for mail in world.mail.sent] == [
        f"Your order {number_of(order.id)} is on its way"
    ] * 2
    assert "DHL, number JD014600001" in world.mail.sent[0].text


async def test_sending_twice_is_one_parcel(world: ShowsWorld, counter: Counter) -> None:
    order = await counter.paid(await counter.offers(), quantity=2)
    ship = world.aftersales.shipping.ship

    answers = await asyncio.gather(
        *(ship(order.id, A_LABEL, store_id=order.store_id) for _ in range(4))
    )

    assert sorted(is_new for _, is_new in answers) == [False, False, False, True]
    assert len({parcel.id for parcel, _ in answers}) == 1
    with pytest.raises(TrackingTaken):
        await counter.sent(order, Piece(0, 1))


async def test_two_packers_never_send_more_than_was_bought(
    counter: Counter,
) -> None:
    order = await counter.paid(await counter.offers(), quantity=3)

    async def pack(number: int) -> bool:
        try:
            await counter.sent(order, Piece(0, 2), label=Label("DHL", f"N{number}"))
        except (NotThatMany, NotToShip):
            return False
        return True

    assert sum(await asyncio.gather(*(pack(n) for n in range(4)))) == 1


async def test_a_stranger_neither_sends_nor_confirms(world: ShowsWorld, counter: Counter) -> None:
    order = await counter.paid(await counter.offers())
    other = await world.a_store("kiln")
    parcel = await counter.sent(order)
    event = ParcelEvent(ParcelState.DELIVERED, world.clock.now())
    shipping = world.aftersales.shipping

    with pytest.raises(NotFound):
        await shipping.ship(order.id, SECOND, store_id=other.id)
    with pytest.raises(UnknownParcel):
        await shipping.hear(parcel.id, event, store_id=other.id)
    with pytest.raises(NotFound):
        await shipping.confirm(order.id, buyer_id=PersonId(world.ids.new()))
    with pytest.raises(NotFound):
        await shipping.ship(order.id, SECOND, store_id=StoreId(world.ids.new()))


async def test_what_is_not_paid_is_not_sent(world: ShowsWorld, counter: Counter) -> None:
    (offer,) = await counter.offers()
    wish = a_wish(world, offer.id)
    await bought(world, wish)

    with pytest.raises(NotToShip):
        await world.aftersales.shipping.ship(wish.id, A_LABEL, store_id=offer.store_id)


async def test_an_order_counts_as_delivered_a_week_after_the_carrier_said_so(
    world: ShowsWorld, counter: Counter
) -> None:
    order = await counter.paid(await counter.offers())
    await counter.brought(order, await counter.sent(order))

    await counter.pass_days(6.9)
    assert await world.aftersales.shipping.confirm_due() == 0
    await counter.pass_days(0.2)
    assert await world.aftersales.shipping.confirm_due() == 1

    assert (await counter.now(order.id)).state == Delivered(world.clock.now())
    assert await world.aftersales.shipping.confirm_due() == 0


async def test_an_order_closes_when_nobody_can_send_it_back_any_more(
    world: ShowsWorld, counter: Counter
) -> None:
    order = await counter.delivered(await counter.offers(count=2))
    close_due = world.aftersales.shipping.close_due
    asked = await counter.asked(order)

    await counter.pass_days(20)
    assert await close_due() == 0  # a return is open
    await world.aftersales.returns.take_back(asked.id, buyer_id=order.buyer_id)
    assert await close_due() == 1

    assert isinstance((await counter.now(order.id)).state, Closed)


async def test_confirming_twice_changes_nothing(world: ShowsWorld, counter: Counter) -> None:
    order = await counter.delivered(await counter.offers())
    await world.clock.advance(timedelta(hours=1))

    again = await counter.confirmed(order)

    assert again.state == order.state
    assert len(await world.facts("aftersales.delivered")) == 1


async def test_a_paid_order_is_called_off_before_anything_is_sent(
    world: ShowsWorld, counter: Counter
) -> None:
    (offer,) = await counter.offers(limit=2)
    order = await counter.paid([offer], quantity=2)

    await world.aftersales.shipping.call_off(order.id, buyer_id=order.buyer_id)

    assert isinstance((await counter.now(order.id)).state, Refunded)
    (refund,) = await counter.refunds(order)
    assert refund.amount == order.total
    for quota_id in offer.quota_ids:
        quota = await world.quota(quota_id)
        assert (quota.held, quota.spent) == (0, 0)
    with pytest.raises(OrderNotOpen):
        await world.aftersales.shipping.call_off(order.id, buyer_id=order.buyer_id)
    # The limit per person is free again as well.
    await counter.paid([offer], quantity=2)


async def test_what_is_on_its_way_cannot_be_called_off(world: ShowsWorld, counter: Counter) -> None:
    order = await counter.paid(await counter.offers(), quantity=2)
    await counter.sent(order, Piece(0, 1))

    with pytest.raises(ParcelOnItsWay):
        await world.aftersales.shipping.call_off(order.id, buyer_id=order.buyer_id)


async def test_calling_off_and_sending_at_once_end_in_one_of_both(
    world: ShowsWorld, counter: Counter
) -> None:
    order = await counter.paid(await counter.offers())
    shipping = world.aftersales.shipping

    async def tried(work: object) -> bool:
        try:
            await work  # type: ignore[misc]  # a coroutine
        except DomainError:
            return False
        return True

    ends = await asyncio.gather(
        tried(shipping.call_off(order.id, buyer_id=order.buyer_id)),
        tried(shipping.ship(order.id, A_LABEL, store_id=order.store_id)),
    )

    assert sorted(ends) == [False, True]
    state = (await counter.now(order.id)).state
    assert isinstance(state, Refunded if ends[0] else Shipped)
    assert len(await counter.refunds(order)) == ends[0]


async def test_what_a_store_cannot_send_is_refunded_and_the_rest_goes_out(
    world: ShowsWorld, counter: Counter
) -> None:
    (offer,) = await counter.offers()
    order = await counter.paid([offer], quantity=3)
    parcel = await counter.sent(order, Piece(0, 2))
    await counter.brought(order, parcel)

    await world.aftersales.shipping.leave_out(order.id, [Piece(0, 1)], store_id=order.store_id)

    assert isinstance((await counter.now(order.id)).state, Shipped)
    assert [one.amount.minor for one in await counter.refunds(order)] == [2000]
    # The piece is not there, so it is not for sale again.
    assert (await world.quota(offer.stock_quota_id)).spent == 3
    await counter.pass_days(8)
    assert await world.aftersales.shipping.confirm_due() == 1


async def test_a_file_of_parcels_is_taken_row_by_row_and_twice_changes_nothing(
    world: ShowsWorld, counter: Counter
) -> None:
    offers = await counter.offers()
    first, second = await counter.paid(offers), await counter.paid(offers)
    unpaid = a_wish(world, offers[0].id)
    await bought(world, unpaid)
    content = (
        "order,carrier,tracking,status,time\n"
        f"{number_of(first.id)},DHL,JD1,,\n"
        f"{second.id},DHL,JD2,delivered,{world.clock.now():%Y-%m-%dT%H:%MZ}\n"
        f"{number_of(unpaid.id)},DHL,JD3,,\n"
        "FFFFFFFF,DHL,JD4,,\n"
        "'; drop table orders,DHL,JD5,,\n"
        f"{number_of(first.id)},DHL,JD1,in transit,\n"
    ).encode()
    take = world.aftersales.tracking.take

    reports = await take(content, store_id=first.store_id)
    await world.clock.advance(timedelta(minutes=1))
    again = await take(content.rpartition(b"\n" + number_of(first.id).encode())[0],
                       store_id=first.store_id)  # fmt: skip
    elsewhere = await take(content, store_id=(await world.a_store("kiln")).id)

    assert [(one.line, one.outcome, one.code) for one in reports] == [
        (2, RowOutcome.SENT, ""),
        (3, RowOutcome.SENT, ""),
        (4, RowOutcome.REFUSED, "not_to_ship"),
        (5, RowOutcome.REFUSED, "unknown_order"),
        (6, RowOutcome.REFUSED, "unknown_order"),
        (7, RowOutcome.HEARD, ""),
    ]
    assert [one.outcome for one in again][:2] == [RowOutcome.UNCHANGED] * 2
    assert {one.code for one in elsewhere} == {"unknown_order"}
    for order in (first, second):
        assert isinstance((await counter.now(order.id)).state, Shipped)


async def test_an_order_that_came_to_nothing_stays_so(world: ShowsWorld, counter: Counter) -> None:
    (offer,) = await counter.offers()
    wish = a_wish(world, offer.id)
    await bought(world, wish)
    await world.orders.cancel(wish.id, buyer_id=wish.buyer_id)

    with pytest.raises(OrderNotOpen):
        await world.aftersales.shipping.confirm(wish.id, buyer_id=wish.buyer_id)

    order = await world.orders.order(wish.id, buyer_id=wish.buyer_id)
    assert isinstance(order.state, Cancelled)
