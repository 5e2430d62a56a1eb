"""Baskets: they hold nothing, and say at every look what is still to be had."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from livehouse.domains.offers import Offer, OfferClosed, Open, Planned, Terms, UnknownOffer
from livehouse.domains.orders import BadQuantity, BasketFull
from livehouse.domains.orders.api import routes as api_routes
from livehouse.domains.orders.model.basket import BASKET_ITEMS_MAX, Entry, Standing, add, look
from livehouse.domains.orders.pages import routes as page_routes
from livehouse.domains.quotas import Quota
from livehouse.foundation.ids import OfferId, PersonId, RunId
from tests.support.builders import an_offer
from tests.support.moments import NOON
from tests.support.orders_world import a_wish, bought
from tests.support.shows_world import ShowsWorld
from tests.support.web_client import an_identity

ANN = PersonId(UUID(int=1))
BOB = PersonId(UUID(int=2))


def standing(
    offer: Offer, quantity: int, *, left: int = 10, had: int = 0, on: bool = True
) -> tuple[str, int]:
    """How an item of `offer` stands when so many are left and the buyer has so many already."""
    quotas = {quota_id: Quota(quota_id, left) for quota_id in offer.quota_ids}
    terms = Terms(offer, RunId(UUID(int=7)) if on else None, rehearsal=False)
    item = look(Entry(offer.id, quantity), terms, quotas, {offer.quota_id: had}, NOON)
    return item.standing.value, item.most


def test_an_item_says_whether_it_is_still_to_be_had() -> None:
    cup = replace(an_offer(), state=Open(NOON), limit=0)

    assert standing(cup, 3) == ("ready", 10)
    assert standing(cup, 3, left=2) == ("fewer", 2)
    assert standing(cup, 3, left=0) == ("sold_out", 0)
    assert standing(cup, 3, on=False)[0] == "closed"
    assert standing(replace(cup, state=Planned()), 3)[0] == "not_yet"
    assert standing(replace(cup, limit=3), 3, had=1) == ("limited", 2)
    assert standing(replace(cup, limit=3), 1, had=3) == ("limited", 0)
    assert standing(replace(cup, limit=3), 3) == ("ready", 3)


def test_what_is_put_in_twice_adds_up_to_a_bound() -> None:
    cup = OfferId(UUID(int=5))

    assert add([Entry(cup, 2)], cup, 3) == Entry(cup, 5)
    with pytest.raises(BadQuantity):
        add([Entry(cup, 99)], cup, 2)


def test_a_basket_takes_so_many_things_and_no_more() -> None:
    full = [Entry(OfferId(UUID(int=number)), 1) for number in range(BASKET_ITEMS_MAX)]

    with pytest.raises(BasketFull):
        add(full, OfferId(UUID(int=999)), 1)
    assert add(full, full[0].offer_id, 1).quantity == 2


async def test_a_basket_holds_nothing_and_tells_that_it_is_sold_out(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer(allotment=1)
    await world.baskets.add(ANN, offer.id)
    assert (await world.quota(offer.quota_id)).held == 0

    await bought(world, a_wish(world, offer.id, buyer=2))

    (part,) = await world.baskets.look(ANN)
    assert [item.standing for item in part.items] == [Standing.SOLD_OUT]
    assert part.ready == ()


async def test_a_basket_is_of_many_stores_and_each_part_knows_its_order(world: ShowsWorld) -> None:
    _, bowl = await world.an_open_offer()
    show = await world.a_show("loom-live", store=await world.a_store("loom"))
    await world.shows.go_live(show.slug)
    scarf = await world.offers.open((await world.an_offer(show)).id)
    await world.baskets.add(ANN, scarf.id)
    await world.clock.advance(timedelta(seconds=1))
    await world.baskets.add(ANN, bowl.id, 2)
    await world.baskets.add(ANN, scarf.id)

    parts = await world.baskets.look(ANN)

    inside = [[(one.offer.id, one.quantity) for one in part.items] for part in parts]
    assert inside == [[(scarf.id, 2)], [(bowl.id, 2)]]
    assert [part.store_id for part in parts] == [scarf.store_id, bowl.store_id]
    assert await world.baskets.look(ANN) == parts, "the orders' ids stay until they are used"
    assert await world.baskets.count(ANN) == 4


async def test_what_is_in_is_changed_and_taken_out(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer()
    await world.baskets.add(ANN, offer.id)

    assert await world.baskets.change(ANN, offer.id, 3) == 3
    with pytest.raises(BadQuantity):
        await world.baskets.change(ANN, offer.id, 101)
    assert await world.baskets.change(BOB, offer.id, 3) == 0, "another's basket is not there"
    assert await world.baskets.change(ANN, offer.id, 0) == 0
    assert await world.baskets.look(ANN) == ()


async def test_what_is_planned_goes_in_and_what_is_over_does_not(world: ShowsWorld) -> None:
    show, offer = await world.an_open_offer()
    planned = await world.an_offer(show)
    await world.offers.close(offer.id)
    await world.clock.advance(timedelta(minutes=1))

    assert await world.baskets.add(ANN, planned.id) == 1
    with pytest.raises(OfferClosed):
        await world.baskets.add(ANN, offer.id)
    with pytest.raises(UnknownOffer):
        await world.baskets.add(ANN, OfferId(world.ids.new()))


async def test_a_persons_basket_goes_with_the_account(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer()
    await world.baskets.add(ANN, offer.id)
    kept = await world.baskets.export(ANN)

    async with world.database.transaction() as tx:
        await world.baskets.erase(tx, ANN)

    assert kept == {"basket": [{"offer_id": str(offer.id), "quantity": 1}]}
    assert await world.baskets.look(ANN) == ()


async def test_scripts_fill_and_read_a_basket(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer(limit=2)
    async with world.web(*api_routes) as web:
        asked_first = await web.post_json("/api/basket/items", {"offer_id": str(offer.id)})
        web.sign_in_as(an_identity(1))
        added = await web.post_json("/api/basket/items", {"offer_id": str(offer.id), "quantity": 3})
        seen = (await web.get_json("/api/basket")).json()
        counted = (await web.get_json("/api/basket/count")).json()
        web.sign_in_as(an_identity(2))
        others = (await web.get_json("/api/basket")).json()

    assert asked_first.status_code == 401
    assert (added.status_code, added.json()) == (201, {"count": 3})
    assert (seen["count"], counted) == (3, {"count": 3})
    (store,) = seen["stores"]
    assert (store["store"], store["currency"], store["goods_minor"]) == ("tea-house", "EUR", 0)
    (item,) = store["items"]
    assert (item["standing"], item["most"], item["price_minor"]) == ("limited", 2, 2000)
    assert others == {"count": 0, "stores": []}


async def test_the_page_mends_what_has_changed_meanwhile(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer(limit=2)
    async with world.web(*page_routes) as web:
        guest = await web.get("/basket")
        web.sign_in_as(an_identity(1))
        empty = await web.get("/basket")
        await web.post_form("/basket", offer_id=str(offer.id), quantity="3")
        limited = await web.get("/basket")
        await web.post_form(f"/basket/{offer.id}", quantity="2")
        ready = await web.get("/basket")
        nonsense = await web.post_form("/basket", offer_id=str(UUID(int=5)))
        told = await web.get("/basket")
        await web.post_form(f"/basket/{offer.id}", quantity="0")
        again = await web.get("/basket")

    assert guest.status_code == 303
    assert guest.headers["location"].startswith("/sign-in")
    assert "Your basket is empty" in empty.text
    assert "At most 2 per person" in limited.text
    assert "Take 2" in limited.text
    assert "/checkout" not in limited.text.partition("<main")[2]
    assert "€40.00" in ready.text
    assert nonsense.status_code == 303
    assert "notice bad" in told.text
    assert "Your basket is empty" in again.text
