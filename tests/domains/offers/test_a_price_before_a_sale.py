"""A price struck through in a room: only with proof, and every public price is noted."""

from datetime import timedelta

import msgspec
import pytest

from livehouse.domains.offers import Offer, OfferListed
from livehouse.domains.offers.api import routes as api
from livehouse.domains.offers.live import FOLDS
from livehouse.domains.offers.pages import routes as pages
from livehouse.domains.shows import Show
from livehouse.domains.shows.live import seed
from livehouse.domains.stores import Product, Store
from livehouse.engine.folds import Folds
from livehouse.engine.patches import Patch, apply
from livehouse.engine.ports import RoomFact
from livehouse.foundation.roles import Role
from tests.support.builders import RUN, euros
from tests.support.shows_world import ShowsWorld, member_of, variant_of
from tests.support.stores_builders import repriced

DAY = timedelta(days=1)


async def a_shelf(world: ShowsWorld) -> tuple[Store, Product]:
    """A bowl that has cost twenty euros for forty days."""
    store = await world.a_store()
    product = await world.a_product(store)
    await world.clock.advance(40 * DAY)
    return store, product


async def planned(
    world: ShowsWorld, product: Product, price: int, *, slug: str = "tea-time", minutes: int = 0
) -> tuple[Show, Offer]:
    store = await world.stores.store(product.store_id)
    show = await world.a_show(slug, store=store)
    offer = await world.offers.plan(
        show.slug, variant_of(product), price=euros(price), allotment=5, minutes=minutes
    )
    return show, offer


async def sale(world: ShowsWorld, product: Product, price: int, *, slug: str) -> Offer:
    """A show with one offer that opens."""
    show, offer = await planned(world, product, price, slug=slug)
    await world.shows.go_live(show.slug)
    return await world.offers.open(offer.id)


async def struck(world: ShowsWorld, offer: Offer) -> int:
    return (await world.offers.prices_before([offer])).get(offer.id, 0) // 100


async def listed(world: ShowsWorld) -> list[tuple[str, int]]:
    facts = [
        msgspec.json.decode(fact.payload, type=OfferListed)
        for fact in await world.facts("offers.listed")
    ]
    return [(fact.state, fact.was_minor) for fact in facts]


def told_before(patch: Patch, offer: Offer) -> object:
    """What a frame says of the price before; None for nothing."""
    cards = patch["offers"]
    assert isinstance(cards, dict)
    return cards[str(offer.id)].get("was_minor")


async def public_prices(world: ShowsWorld, offer: Offer) -> list[int | None]:
    """What the offer cost in public, oldest first; None when it ended."""
    store_id, variant_id = offer.store_id, offer.variant_id
    found = await world.stores.price_points(store_id, variant_id)
    return [one.price_minor for one in reversed(found) if one.source_id == offer.id]


async def test_the_card_shows_the_shelf_price_once_the_sale_is_on(world: ShowsWorld) -> None:
    _, product = await a_shelf(world)
    show, offer = await planned(world, product, 15)
    await world.shows.go_live(show.slug)
    await world.offers.open(offer.id)
    await world.clock.advance(timedelta(minutes=5))
    await world.offers.enlarge(offer.id, by=1)
    await world.offers.close(offer.id)

    assert await listed(world) == [
        ("planned", 0),
        ("open", 20_00),
        ("open", 20_00),
        ("closed", 0),
    ]


async def test_an_offer_is_public_while_it_is_open_in_a_show_that_is_on(world: ShowsWorld) -> None:
    _, product = await a_shelf(world)
    show, offer = await planned(world, product, 15)
    await world.shows.rehearse(show.slug)
    await world.offers.open(offer.id)
    await world.shows.end(show.slug)
    rehearsed = await public_prices(world, offer)
    await world.shows.go_live(show.slug)
    await world.offers.close(offer.id)
    await world.offers.open(offer.id)
    await world.shows.end(show.slug)

    assert rehearsed == []
    assert await public_prices(world, offer) == [15_00, None, 15_00, None]


async def test_an_offer_that_closes_by_itself_is_public_no_longer(world: ShowsWorld) -> None:
    _, product = await a_shelf(world)
    show, offer = await planned(world, product, 15, minutes=1)
    await world.shows.go_live(show.slug)
    await world.offers.open(offer.id)
    await world.clock.advance(timedelta(minutes=1))
    await world.offers.close_due()

    assert await public_prices(world, offer) == [15_00, None]


async def test_a_sale_after_a_sale_shows_what_the_first_one_asked(world: ShowsWorld) -> None:
    _, product = await a_shelf(world)
    await sale(world, product, 15, slug="first")
    await world.shows.end("first")
    await world.clock.advance(DAY)
    dearer = await sale(world, product, 18, slug="second")
    cheaper = await sale(world, product, 12, slug="third")

    assert (await struck(world, dearer), await struck(world, cheaper)) == (0, 15)


async def test_the_same_offer_opened_again_has_lost_its_proof(world: ShowsWorld) -> None:
    _, product = await a_shelf(world)
    offer = await sale(world, product, 15, slug="tea-time")
    await world.offers.close(offer.id)
    reopened = await world.offers.open(offer.id)

    assert await struck(world, reopened) == 0


async def test_a_month_after_the_last_sale_the_shelf_price_counts_again(
    world: ShowsWorld,
) -> None:
    _, product = await a_shelf(world)
    await sale(world, product, 15, slug="first")
    await world.shows.end("first")
    await world.clock.advance(32 * DAY)
    offer = await sale(world, product, 15, slug="second")

    assert await struck(world, offer) == 20


async def test_who_raises_the_shelf_price_before_a_show_gains_nothing(world: ShowsWorld) -> None:
    _, product = await a_shelf(world)
    await repriced(world.stores, product, 60)
    await world.clock.advance(20 * DAY)
    offer = await sale(world, product, 30, slug="tea-time")
    bargain = await sale(world, product, 15, slug="tea-time-too")

    assert (await struck(world, offer), await struck(world, bargain)) == (0, 20)


async def test_what_is_sold_at_the_shelf_price_shows_nothing(world: ShowsWorld) -> None:
    _, product = await a_shelf(world)

    assert await struck(world, await sale(world, product, 20, slug="tea-time")) == 0


@pytest.mark.parametrize("signed_in", [False, True])
async def test_the_list_of_offers_has_the_price_before(world: ShowsWorld, signed_in: bool) -> None:  # noqa: FBT001 - a parameter of the test
    store, product = await a_shelf(world)
    offer = await sale(world, product, 15, slug="tea-time")
    async with world.web(*api) as web:
        if signed_in:
            web.sign_in_as(member_of(store.id, Role.HOST))
        (info,) = (await web.get_json("/api/shows/tea-time/offers")).json()["offers"]

    assert (info["id"], info["price_minor"], info["was_minor"]) == (str(offer.id), 15_00, 20_00)


async def test_the_console_shows_what_viewers_see_struck_through(world: ShowsWorld) -> None:
    store, product = await a_shelf(world)
    await sale(world, product, 15, slug="tea-time")
    async with world.web(*pages) as web:
        web.sign_in_as(member_of(store.id, Role.HOST))
        page = await web.get(f"/console/{store.slug}/shows/tea-time")

    assert "€15.00" in page.text
    assert '<s class="was">' in page.text
    assert "€20.00" in page.text


async def test_a_room_forgets_the_price_before_when_there_is_none_any_more(
    world: ShowsWorld,
) -> None:
    _, product = await a_shelf(world)
    offer = await sale(world, product, 15, slug="tea-time")
    await world.offers.close(offer.id)
    folds = Folds(seed, FOLDS)
    state, seen = folds.seed(RUN), list[object]()
    for number, fact in enumerate(await world.facts("offers.listed")):
        told = RoomFact((1, number), RUN, fact.kind, fact.payload)
        patch = folds.fold(state, told, 0).patch
        state = apply(state, patch)
        seen.append(told_before(patch, offer))

    assert seen == [None, 20_00, 0]
