"""Who may win what: caps, countries, and how many may join from one place."""

import pytest

from livehouse.domains.people import AddressLines
from livehouse.domains.play.errors import AddressNeeded, NotEligible, PrizeTooDear
from livehouse.domains.play.model.claims import State
from livehouse.domains.play.model.joining import Joining
from livehouse.domains.play.model.terms import ENTRANTS_PER_ADDRESS_MAX, Prize, PrizeKind
from livehouse.domains.shows import Show
from livehouse.domains.stores import NewProduct, StoreSettings
from livehouse.foundation.errors import DomainError, InvalidInput
from livehouse.foundation.money import Money
from tests.support.crowd_world import a_coupon
from tests.support.draws_world import (
    a_gift,
    a_plan,
    a_started_draw,
    an_open_draw,
    frames,
    joining,
    now,
    time_is_up,
)
from tests.support.shows_world import OWNER, ShowsWorld

CAR = 80_000_00
PLACE = "2001:db8:1:2::"


async def a_show_in(world: ShowsWorld, country: str, currency: str) -> Show:
    settings = StoreSettings(name="Cha", country=country, time_zone="UTC")
    store = await world.stores.create("cha", currency, settings, owner=OWNER)
    return await world.a_show("cha-time", store=store)


async def test_goods_are_worth_their_price_whatever_is_typed(world: ShowsWorld) -> None:
    show = await a_show_in(world, "CN", "CNY")
    new = NewProduct(
        handle="car", title="A car", price=Money("CNY", CAR), on_hand=1, published=True
    )
    car = (await world.stores.add_product(show.room.store_id, new)).variants[0]
    prize = Prize(kind=PrizeKind.GOODS, title="Car", quantity=1, value_minor=0, source_id=car.id)

    with pytest.raises(PrizeTooDear):
        await world.draws.plan(show, a_plan(prize, currency="CNY"))


async def test_where_prizes_are_bound_a_gift_says_what_it_is_worth(world: ShowsWorld) -> None:
    show = await a_show_in(world, "CN", "CNY")
    nothing = Prize(kind=PrizeKind.GIFT, title="A car", quantity=1, value_minor=0)

    with pytest.raises(InvalidInput):
        await world.draws.plan(show, a_plan(nothing, currency="CNY"))
    await world.draws.plan(show, a_plan(a_gift(), currency="CNY"))
    assert len(await world.draws.plans(show)) == 1


async def wish(world: ShowsWorld, show: Show, country: str) -> DomainError | None:
    """Why somebody from there is not let in."""
    one = await a_started_draw(world, a_plan(currency="USD"), await world.shows.go_live(show.slug))
    await frames(world)
    asked = joining(world, one, 1)
    (told,) = await world.draws.join([replaced(asked, country=country)])
    return told if isinstance(told, DomainError) else None


def replaced(asked: Joining, *, country: str = "", address: str = "") -> Joining:
    return Joining(
        round_id=asked.round_id, person_id=asked.person_id, nonce=asked.nonce, country=country,
        address=address,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("country", "refusal"), [("", AddressNeeded), ("CA", NotEligible), ("US", type(None))]
)
async def test_where_prizes_stay_one_says_where_one_lives(
    world: ShowsWorld, country: str, refusal: type[object]
) -> None:
    show = await a_show_in(world, "US", "USD")

    assert type(await wish(world, show, country)) is refusal


async def test_a_coupon_stays_too_and_the_address_is_not_kept(world: ShowsWorld) -> None:
    show = await a_show_in(world, "US", "EUR")
    bob = await world.people.accounts.sign_up(
        email="bob@example.com", name="Bob", password=None, language="en"
    )
    lines = AddressLines(
        recipient="Bob", street="1 Way", city="Troy", region="NY", postal_code="12180", country="US"
    )
    home = await world.people.addresses.add(bob.id, lines)
    coupon = Prize(
        kind=PrizeKind.COUPON, title="Ten off", quantity=1, value_minor=0,
        source_id=await a_coupon(world, show),
    )  # fmt: skip
    one = await a_started_draw(world, a_plan(coupon), await world.shows.go_live(show.slug))
    await frames(world)
    await world.draws.join([replaced(joining(world, one, bob.id.int), country="US")])
    await time_is_up(world)

    with pytest.raises(AddressNeeded):
        await world.prizes.claim(one.id, 1, bob.id, None)
    claim = await world.prizes.claim(one.id, 1, bob.id, home.id)

    assert (claim.state, claim.address_id) == (State.SENT, None)


async def test_a_farm_at_one_address_is_refused_and_a_family_is_not(world: ShowsWorld) -> None:
    one = await an_open_draw(world, a_plan(a_gift(1)))
    some = [replaced(joining(world, one, number), address=PLACE) for number in range(1, 13)]
    more = [replaced(joining(world, one, number), address=PLACE) for number in range(13, 30)]
    other = replaced(joining(world, one, 99), address="198.51.100.1")

    told = [*await world.draws.join(some), *await world.draws.join([*some, *more, other])]

    refused = [one.code for one in told if isinstance(one, DomainError)]
    assert refused == ["too_many_entrants_there"] * 9
    assert (await now(world, one)).entrants == ENTRANTS_PER_ADDRESS_MAX + 1
    await time_is_up(world)
    assert await world.database.pool.fetchval("select count(*) from draw_places") == 0
