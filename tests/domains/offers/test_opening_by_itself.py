"""A flash sale: an offer opens by itself at its moment, and everybody sees the time until then."""

from datetime import timedelta

import msgspec
import pytest

from livehouse.domains.offers import Closed, Open, Planned
from livehouse.domains.offers.events import OfferListed
from livehouse.foundation.clock import to_ms
from livehouse.foundation.errors import InvalidInput
from tests.support.moments import NOON
from tests.support.shows_world import ShowsWorld

MIDNIGHT = NOON + timedelta(hours=12)


async def test_it_opens_at_its_moment_and_closes_when_its_time_is_up(world: ShowsWorld) -> None:
    show = await world.a_show()
    offer = await world.an_offer(show, minutes=3, opens_at=MIDNIGHT)
    await world.shows.go_live(show.slug)
    await world.clock.advance(timedelta(hours=12) - timedelta(milliseconds=1))
    early = await world.offers.open_due()

    await world.clock.advance(timedelta(milliseconds=1))
    opened = await world.offers.open_due()
    open_now = await world.offers.by_id(offer.id)
    await world.clock.advance(timedelta(minutes=3))
    await world.offers.close_due()

    assert (early, opened) == (0, 1)
    assert open_now.state == Open(MIDNIGHT, MIDNIGHT + timedelta(minutes=3))
    assert isinstance((await world.offers.by_id(offer.id)).state, Closed)
    assert await world.offers.open_due() == 0


async def test_the_room_hears_when_it_will_open(world: ShowsWorld) -> None:
    show = await world.a_show()
    await world.an_offer(show, opens_at=MIDNIGHT)
    await world.shows.go_live(show.slug)

    (fact,) = await world.facts("offers.listed")

    listed = msgspec.json.decode(fact.payload, type=OfferListed)
    assert (listed.state, listed.opens_at_ms) == ("planned", to_ms(MIDNIGHT))


async def test_it_waits_for_its_show_and_a_rehearsal_is_none(world: ShowsWorld) -> None:
    show = await world.a_show()
    offer = await world.an_offer(show, opens_at=NOON + timedelta(minutes=1))
    await world.clock.advance(timedelta(minutes=2))
    looks = [await world.offers.open_due()]
    await world.shows.rehearse(show.slug)
    looks.append(await world.offers.open_due())
    await world.shows.end(show.slug)

    await world.shows.go_live(show.slug)
    looks.append(await world.offers.open_due())

    assert looks == [0, 0, 1]
    assert isinstance((await world.offers.by_id(offer.id)).state, Open)


async def test_a_host_may_open_it_earlier(world: ShowsWorld) -> None:
    show = await world.a_show()
    offer = await world.an_offer(show, opens_at=MIDNIGHT)
    await world.shows.go_live(show.slug)

    await world.offers.open(offer.id)
    await world.clock.advance(timedelta(hours=13))

    assert await world.offers.open_due() == 0


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=-1), timedelta(days=1_000)])
async def test_it_opens_in_the_future_and_not_in_a_hundred_years(
    world: ShowsWorld, late: timedelta
) -> None:
    show = await world.a_show()

    with pytest.raises(InvalidInput):
        await world.an_offer(show, opens_at=NOON + late)


async def test_without_a_moment_the_host_opens_it(world: ShowsWorld) -> None:
    show = await world.a_show()
    offer = await world.an_offer(show)
    await world.shows.go_live(show.slug)

    assert await world.offers.open_due() == 0
    assert (await world.offers.by_id(offer.id)).state == Planned()
