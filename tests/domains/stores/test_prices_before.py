"""What a price was before: noted for every variant, and shown only with proof."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from livehouse.domains.stores import Product
from livehouse.domains.stores.model import Prior, counts_from, price_before
from livehouse.domains.stores.service import prices as price_history
from livehouse.domains.stores.store import prices as price_store
from livehouse.foundation.ids import OfferId, SystemIds, VariantId
from livehouse.foundation.markets import OTHER, market_of, markets
from livehouse.storage.database import Database
from tests.support.moments import NOON
from tests.support.shows_world import ShowsWorld, variant_of
from tests.support.stores_builders import repriced

DAY = timedelta(days=1)
HEADER = "Handle,Title,Variant Price,Variant Compare At Price,Published\n"


@pytest.fixture
def world(database: Database, clock: object, ids: SystemIds) -> ShowsWorld:
    return ShowsWorld(database, clock, ids)  # type: ignore[arg-type]  # the manual clock


async def reprice(
    world: ShowsWorld, product: Product, price: int, *, claim: int | None = None
) -> None:
    await repriced(world.stores, product, price, claim=claim)


async def points(world: ShowsWorld, product: Product) -> list[tuple[int | None, datetime]]:
    """The shelf's prices in euros, oldest first."""
    found = await world.stores.price_points(product.store_id, variant_of(product))
    return [
        (one.price_minor // 100 if one.price_minor is not None else None, one.at)
        for one in reversed(found)
    ]


async def struck(world: ShowsWorld, product: Product) -> int:
    """What stands struck through beside the shelf's price, in euros; 0 for nothing."""
    stored = await world.stores.product(product.store_id, product.id)
    found = await world.stores.prices_before([stored])
    return found.get(variant_of(product), 0) // 100


# ----- the rule ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price", "prior", "claim", "shown"),
    [
        (15, Prior(20, covered=True), None, 20),
        (15, Prior(20, covered=True), 99, 20),
        (15, Prior(20, covered=True), 18, 18),
        (15, Prior(15, covered=True), 99, 0),
        (15, Prior(14, covered=True), 99, 0),
        (15, Prior(20, covered=True), 15, 0),
        (15, Prior(20, covered=False), 20, 0),
        (15, Prior(None, covered=False), 20, 0),
        (0, Prior(1, covered=True), None, 1),
    ],
)
def test_a_price_before_is_shown_as_far_as_it_is_proven(
    price: int, prior: Prior, claim: int | None, shown: int
) -> None:
    assert price_before(price, prior, claim) == shown


@pytest.mark.parametrize(
    ("reduced_at", "zone", "start"),
    [
        (datetime(2026, 7, 1, 12, tzinfo=UTC), "UTC", "2026-06-01T00:00:00+00:00"),
        # In Berlin the sale began on the second already, in New York still on the first.
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "Europe/Berlin", "2026-06-01T22:00:00+00:00"),
        (datetime(2026, 7, 2, 3, tzinfo=UTC), "America/New_York", "2026-06-01T04:00:00+00:00"),
        # The clocks were put forward between: midnight is midnight.
        (datetime(2026, 4, 10, 12, tzinfo=UTC), "Europe/Berlin", "2026-03-10T23:00:00+00:00"),
    ],
)
def test_days_are_those_of_the_stores_calendar(reduced_at: datetime, zone: str, start: str) -> None:
    assert counts_from(reduced_at, 30, zone).astimezone(UTC).isoformat() == start


@pytest.mark.parametrize(
    ("name", "country", "days"),
    [("", "DE", 30), ("", "CN", 7), ("eu", "CN", 30), ("", "US", 30), ("moon", "XX", 30)],
)
def test_how_long_before_is_said_by_the_stores_market(name: str, country: str, days: int) -> None:
    assert market_of(name, country).reduction_days == days


def test_no_country_has_two_profiles() -> None:
    countries = [country for market in markets().values() for country in market.countries]

    assert len(set(countries)) == len(countries)
    assert not markets()[OTHER].countries


# ----- the shelf --------------------------------------------------------------------------------


async def test_every_change_of_a_price_is_noted_once(world: ShowsWorld) -> None:
    product = await world.a_product(await world.a_store())
    for price in (18, 18, 25):
        await world.clock.advance(DAY)
        await reprice(world, product, price)
    await world.stores.publish(product.store_id, product.id, published=False)
    await world.clock.advance(DAY)
    await reprice(world, product, 30)
    await world.stores.publish(product.store_id, product.id)

    assert await points(world, product) == [
        (20, NOON),
        (18, NOON + DAY),
        (25, NOON + 3 * DAY),
        (None, NOON + 3 * DAY),
        (30, NOON + 4 * DAY),
    ]


async def test_an_import_notes_what_it_changes(world: ShowsWorld) -> None:
    store = await world.a_store()
    for price in ("10.00", "10.00", "12.00"):
        await world.stores.import_products(
            store.id, f"{HEADER}cup,Cup,{price},,true\nhidden,Hidden,9.00,,false\n".encode()
        )
        await world.clock.advance(DAY)
    cup = await world.stores.by_handle(store.id, "cup")
    hidden = await world.stores.by_handle(store.id, "hidden")

    assert await points(world, cup) == [(10, NOON), (12, NOON + 2 * DAY)]
    assert await points(world, hidden) == []


async def test_what_was_noted_stays_whoever_asks(world: ShowsWorld) -> None:
    product = await world.a_product(await world.a_store())

    for statement in (
        "update price_points set price_minor = 9900",
        "delete from price_points",
        "truncate price_points",
    ):
        with pytest.raises(DBAPIError, match="only grows"):
            async with world.database.transaction() as tx:
                await tx.execute(text(statement))
    assert await points(world, product) == [(20, NOON)]


async def test_a_sale_after_thirty_days_shows_what_was_asked_before(world: ShowsWorld) -> None:
    product = await world.a_product(await world.a_store())
    await world.clock.advance(31 * DAY)
    await reprice(world, product, 15, claim=30)

    assert await struck(world, product) == 20


async def test_the_time_before_the_reduction_counts_and_not_the_last_thirty_days(
    world: ShowsWorld,
) -> None:
    """A sale that lasts longer than thirty days does not lose its price before (98/6/EC, 6a)."""
    product = await world.a_product(await world.a_store())
    await world.clock.advance(31 * DAY)
    await reprice(world, product, 15, claim=20)
    await world.clock.advance(45 * DAY)

    assert await struck(world, product) == 20


async def test_who_raises_a_price_just_before_a_sale_gains_nothing(world: ShowsWorld) -> None:
    product = await world.a_product(await world.a_store())
    await world.clock.advance(40 * DAY)
    await reprice(world, product, 40)
    await world.clock.advance(5 * DAY)
    await reprice(world, product, 15, claim=40)
    soon = await struck(world, product)
    await reprice(world, product, 40)
    await world.clock.advance(29 * DAY)
    await reprice(world, product, 25, claim=40)

    # The sale at fifteen is in the time before this one.
    assert (soon, await struck(world, product)) == (20, 0)


async def test_a_second_reduction_counts_from_itself(world: ShowsWorld) -> None:
    product = await world.a_product(await world.a_store())
    await world.clock.advance(40 * DAY)
    await reprice(world, product, 18, claim=20)
    await world.clock.advance(5 * DAY)
    await reprice(world, product, 15, claim=20)

    assert await struck(world, product) == 18


async def test_hiding_a_product_and_showing_it_again_makes_no_new_reduction(
    world: ShowsWorld,
) -> None:
    product = await world.a_product(await world.a_store())
    await world.clock.advance(40 * DAY)
    await reprice(world, product, 15, claim=20)
    await world.stores.publish(product.store_id, product.id, published=False)
    await world.stores.publish(product.store_id, product.id)

    assert await struck(world, product) == 0


async def test_what_is_new_has_no_price_before(world: ShowsWorld) -> None:
    product = await world.a_product(await world.a_store())
    await world.clock.advance(29 * DAY)
    await reprice(world, product, 15, claim=20)

    assert await struck(world, product) == 0


@pytest.mark.parametrize(("minutes", "shown"), [(0, 20), (1, 12)])
async def test_a_price_that_ended_as_the_time_began_does_not_count(
    world: ShowsWorld, minutes: int, shown: int
) -> None:
    """The time before a sale on 14 July begins at midnight of 14 June in Berlin."""
    midnight = datetime(2031, 6, 13, 22, tzinfo=UTC)
    product = await world.a_product(await world.a_store())
    await world.clock.advance(midnight - 5 * DAY - world.clock.now())
    await reprice(world, product, 12)
    await world.clock.advance(midnight + timedelta(minutes=minutes) - world.clock.now())
    await reprice(world, product, 20)
    await world.clock.advance(datetime(2031, 7, 14, 18, tzinfo=UTC) - world.clock.now())
    await reprice(world, product, 10, claim=99)

    assert await struck(world, product) == shown


async def test_a_market_that_asks_for_a_week_looks_back_a_week(world: ShowsWorld) -> None:
    store = await world.a_store()
    product = await world.a_product(store)
    await world.clock.advance(DAY)
    await reprice(world, product, 12)
    await reprice(world, product, 20)
    await world.clock.advance(10 * DAY)
    await reprice(world, product, 15, claim=20)
    async with world.database.transaction() as tx:
        await tx.execute(text(f"update stores set country = 'CN' where id = '{store.id}'"))

    assert await struck(world, product) == 20


async def test_a_clock_that_runs_behind_hides_no_price(world: ShowsWorld) -> None:
    """Another node's clock is an hour ahead when it lowers the price; ours raises it again."""
    variant_id, offer_id = VariantId(UUID(int=1)), OfferId(UUID(int=2))
    store = await world.a_store()
    source, ahead = (variant_id, offer_id), NOON + timedelta(hours=1)
    async with world.database.transaction() as tx:
        await price_history.note_offers(tx, {source: 2_000}, NOON - 40 * DAY)
        await price_history.note_offers(tx, {source: 1_000}, ahead)
        await price_history.note_offers(tx, {source: 3_000}, NOON)
        await price_history.note_offers(tx, {source: 1_500}, NOON)
        before = await price_history.prices_before(tx, store.id, {source: None})
        noted = await price_store.history(tx, variant_id, limit=9)

    assert before == {}
    assert [(one.price_minor, one.at) for one in noted[:3]] == [
        (1_500, ahead),
        (3_000, ahead),
        (1_000, ahead),
    ]


Change = tuple[int, int, int | None]
changes = st.lists(
    st.tuples(st.integers(0, 50 * 24), st.integers(1, 3), st.none() | st.integers(1, 9)),
    max_size=12,
    unique_by=lambda change: change[0],
).map(sorted)


def watched(history: list[Change], start: int, end: int) -> Prior:
    """What somebody would know who looked at the shop once an hour."""
    asked: dict[int, int | None] = {}
    seen: list[int] = []
    covered = False
    for hour in range(end):
        asked |= {source: price for at, source, price in history if at == hour}
        held = [price for price in asked.values() if price is not None]
        if hour == start:
            covered = bool(held)
        if hour >= start:
            seen.extend(held)
    return Prior(min(seen, default=None), covered)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes, st.integers(31 * 24, 60 * 24), st.integers(1, 9))
async def test_the_history_knows_what_somebody_who_watched_would_know(
    world: ShowsWorld, history: list[Change], sale: int, price: int
) -> None:
    history = [change for change in history if change[0] < sale]
    variant_id = VariantId(world.ids.new())
    sources = [OfferId(UUID(int=n)) for n in range(4)]
    epoch = datetime(2026, 1, 1, tzinfo=UTC)
    async with world.database.transaction() as tx:
        for hour, source, asked in [*history, (sale, 0, price)]:
            at = epoch + timedelta(hours=hour)
            await price_history.note_offers(tx, {(variant_id, sources[source]): asked}, at)
        (current,) = (await price_store.current(tx, [(variant_id, sources[0])])).values()
        start = counts_from(current.since, 30, "UTC")
        known = await price_store.prior(tx, [(variant_id, current, start)])

    hours = (start - epoch) // timedelta(hours=1)
    assert known[current.number] == watched(history, hours, sale)
