"""Complaints and ratings on a real database."""

from datetime import timedelta

import pytest

from livehouse.domains.aftersales.errors import (
    ComplaintNotOpen,
    ComplaintRunning,
    MoreThanPaid,
    NotArrived,
    RatedAlready,
)
from livehouse.domains.aftersales.model.complaints import (
    About,
    Complaint,
    Decided,
    Escalated,
    Settled,
)
from livehouse.domains.aftersales.model.ratings import Satisfaction
from livehouse.domains.aftersales.service import BuyersWords
from livehouse.domains.orders import Delivered, Order, Refunded
from livehouse.foundation.errors import InvalidInput, NotFound
from livehouse.foundation.ids import PersonId, StoreId
from livehouse.foundation.money import Money
from tests.domains.aftersales.counter import Counter
from tests.support.builders import euros
from tests.support.shows_world import ShowsWorld


async def raised(world: ShowsWorld, order: Order) -> Complaint:
    return await world.aftersales.complaints.complain(
        order.id, About.NOT_AS_SHOWN, "It was taller in the show.", buyer_id=order.buyer_id
    )


async def test_a_store_answers_with_some_money_and_the_buyer_is_content(
    world: ShowsWorld, counter: Counter
) -> None:
    order = await counter.delivered(await counter.offers())
    complaints = world.aftersales.complaints
    one = await raised(world, order)
    with pytest.raises(ComplaintRunning):
        await raised(world, order)

    await complaints.answer(one.id, "We are sorry.", euros(5), store_id=order.store_id)
    done = await complaints.settle(one.id, buyer_id=order.buyer_id)

    assert isinstance(done.state, Settled)
    assert [refund.amount for refund in await counter.refunds(order)] == [euros(5)]
    assert isinstance((await counter.now(order.id)).state, Delivered)
    # What goodwill has given is not given again with the goods.
    await counter.received(await counter.asked(order))
    assert sum(refund.amount.minor for refund in await counter.refunds(order)) == 2000


async def test_a_store_that_is_silent_leaves_it_to_the_operator(
    world: ShowsWorld, counter: Counter
) -> None:
    order = await counter.delivered(await counter.offers())
    complaints = world.aftersales.complaints
    one = await raised(world, order)

    await world.clock.advance(timedelta(hours=48))
    assert await complaints.escalate_due() == 1
    (dispute,) = await complaints.disputes()
    with pytest.raises(ComplaintNotOpen):
        await complaints.answer(one.id, "Too late.", None, store_id=order.store_id)
    with pytest.raises(MoreThanPaid):
        await complaints.decide(one.id, "All and more.", Money("EUR", 2001))
    done = await complaints.decide(one.id, "All of it.", euros(20))

    assert isinstance(dispute.state, Escalated)
    assert isinstance(done.state, Decided)
    assert isinstance((await counter.now(order.id)).state, Refunded)
    assert await complaints.disputes() == []
    assert len(await complaints.disputes(is_open=False)) == 1


async def test_an_answer_that_does_not_help_is_brought_before_the_operator(
    world: ShowsWorld, counter: Counter
) -> None:
    order = await counter.delivered(await counter.offers())
    complaints = world.aftersales.complaints
    one = await raised(world, order)
    with pytest.raises(ComplaintNotOpen):
        await complaints.escalate(one.id, buyer_id=order.buyer_id)

    await complaints.answer(one.id, "It is as shown.", None, store_id=order.store_id)
    after = await complaints.escalate(one.id, buyer_id=order.buyer_id)

    assert after.state == Escalated(world.clock.now(), "It is as shown.")


async def test_strangers_have_no_part_in_a_complaint(world: ShowsWorld, counter: Counter) -> None:
    order = await counter.delivered(await counter.offers())
    one = await raised(world, order)
    stranger, elsewhere = PersonId(world.ids.new()), StoreId(world.ids.new())
    complaints = world.aftersales.complaints

    for work in (
        complaints.complain(order.id, About.OTHER, "Mine!", buyer_id=stranger),
        complaints.answer(one.id, "Hello.", None, store_id=elsewhere),
        complaints.settle(one.id, buyer_id=stranger),
        complaints.escalate(one.id, buyer_id=stranger),
    ):
        with pytest.raises(NotFound):
            await work


async def test_satisfaction_is_asked_once_after_the_delivery(
    world: ShowsWorld, counter: Counter
) -> None:
    offers = await counter.offers()
    waiting, order = await counter.paid(offers), await counter.delivered(offers)
    rate = world.aftersales.ratings.rate

    with pytest.raises(NotArrived):
        await rate(waiting.id, 5, "", buyer_id=waiting.buyer_id)
    with pytest.raises(InvalidInput):
        await rate(order.id, 6, "", buyer_id=order.buyer_id)
    with pytest.raises(NotFound):
        await rate(order.id, 1, "", buyer_id=PersonId(world.ids.new()))
    await rate(order.id, 4, "Fine tea bowl.", buyer_id=order.buyer_id)
    with pytest.raises(RatedAlready):
        await rate(order.id, 1, "", buyer_id=order.buyer_id)
    await rate((await counter.delivered(offers)).id, 5, "", buyer_id=order.buyer_id)

    found = await world.aftersales.ratings.satisfaction(order.store_id)
    assert found == Satisfaction(2, 4.5)


async def test_a_persons_words_are_exported_and_erased_and_the_books_stay(
    world: ShowsWorld, counter: Counter
) -> None:
    order = await counter.delivered(await counter.offers())
    await world.aftersales.ratings.rate(order.id, 4, "Fine bowl.", buyer_id=order.buyer_id)
    one = await raised(world, order)
    words = BuyersWords(world.database)

    exported = await words.export(order.buyer_id)
    async with world.database.transaction() as tx:
        await words.erase(tx, order.buyer_id)

    assert "It was taller in the show." in str(exported)
    assert "Fine bowl." in str(exported)
    rest = str(await words.export(order.buyer_id))
    assert "taller" not in rest
    assert "Fine" not in rest
    assert (await world.aftersales.complaints.find(one.id)).is_open
    assert await world.aftersales.letters.send_due() == 0
