"""Totals are clean: paid, not given back, not withheld; counted once, and provable."""

import asyncio
import random

from livehouse.domains.campaigns.model import Block, Board
from livehouse.storage.outbox import Outbox
from tests.domains.campaigns.seasons import Season
from tests.support.orders_world import paid
from tests.support.shows_world import ShowsWorld


async def test_what_is_paid_counts_and_what_goes_back_does_not(world: ShowsWorld) -> None:
    season = Season(world)
    campaign, line = await season.a_campaign()
    show, offer = await world.an_open_offer()
    await season.taking_part(campaign, line, show)

    order = await paid(world, offer.id, quantity=2)
    await season.counting.count()
    assert await season.clean_minor(campaign) == 40_00

    await season.give_back(order, units=1, minor=20_00, key="return:1")
    await season.give_back(order, minor=5_00, key="goodwill:1")
    await season.counting.count()
    assert await season.clean_minor(campaign) == 15_00


async def test_a_fact_counts_once_however_many_nodes_count(world: ShowsWorld) -> None:
    season, other = Season(world), Season(world)
    campaign, line = await season.a_campaign()
    show, offer = await world.an_open_offer()
    await season.taking_part(campaign, line, show)
    for buyer in (1, 2, 3):
        await paid(world, offer.id, buyer=buyer)
        await asyncio.gather(*(one.counting.count() for one in (season, other, season)))
    await season.counting.count()

    assert await season.clean_minor(campaign) == 60_00


async def test_sales_before_a_show_took_part_count_when_it_does(world: ShowsWorld) -> None:
    season = Season(world)
    campaign, line = await season.a_campaign()
    show, offer = await world.an_open_offer()
    await paid(world, offer.id)
    await season.counting.count()
    assert await season.clean_minor(campaign) == 0

    await season.taking_part(campaign, line, show)
    assert await season.clean_minor(campaign) == 20_00

    await season.campaigns.withhold(campaign.slug, show.id, withheld=True)
    await paid(world, offer.id, buyer=2)
    await season.counting.count()
    assert await season.clean_minor(campaign) == 0

    await season.campaigns.withhold(campaign.slug, show.id, withheld=False)
    assert await season.clean_minor(campaign) == 40_00
    await season.campaigns.decline(campaign.slug, show.id)
    assert await season.clean_minor(campaign) == 0


async def test_counting_all_orders_again_gives_the_same_figures(world: ShowsWorld) -> None:
    """Whatever happens in whatever order, and whenever it is counted or counted again."""
    dice = random.Random(1111)
    season = Season(world)
    campaign, line = await season.a_campaign()
    show, offer = await world.an_open_offer(stock=90, allotment=80)
    orders = []
    for buyer in range(1, 13):
        orders.append(await paid(world, offer.id, buyer=buyer, quantity=dice.randint(1, 3)))
        step = dice.randrange(6)
        if step == 0:
            await season.counting.count()
        elif step == 1:
            await season.give_back(dice.choice(orders), minor=dice.randint(1, 400), key=f"k{buyer}")
        elif step == 2 and buyer > 2:
            await season.counting.recount()
        elif step == 3:
            await season.taking_part(campaign, line, show)
        elif step == 4:
            await season.give_back(orders[-1], units=1, minor=20_00, key=f"r{buyer}")
    await season.taking_part(campaign, line, show)
    await season.counting.count()

    counted = await season.figures()
    await season.counting.recount()
    again = await season.figures()
    await season.counting.count()

    assert counted["campaign_totals"]
    assert counted == again == await season.figures()


async def test_counting_again_leaves_out_what_will_be_read_again(world: ShowsWorld) -> None:
    """An old transaction keeps the outbox back: facts above it are in the orders already."""
    season = Season(world)
    campaign, line = await season.a_campaign()
    show, offer = await world.an_open_offer()
    await season.taking_part(campaign, line, show)
    async with world.database.pool.acquire() as connection, connection.transaction():
        await connection.fetchval("select pg_current_xact_id()")
        await paid(world, offer.id)
        await season.counting.recount()
        assert await season.clean_minor(campaign) == 0
        await season.counting.count()
        assert await season.clean_minor(campaign) == 0
    await season.counting.count()

    assert await season.clean_minor(campaign) == 20_00


async def test_a_board_ranks_rooms_and_says_what_they_have_passed(world: ShowsWorld) -> None:
    season = Season(world)
    campaign, line = await season.a_campaign()
    show, offer = await world.an_open_offer()
    await season.taking_part(campaign, line, show)
    await paid(world, offer.id, quantity=2)
    await season.counting.count()
    await published(season, Board(by="sales"), Board(by="watched"), Board(by="newest"))
    assert show.run is not None
    season.rooms.viewers[show.run.id] = 12
    await season.counting.look_at_rooms()

    venue = await season.venues.venue("autumn", "en")
    sales, watched, newest = venue.blocks

    (row,) = sales.rows
    assert (row.name, row.of) == ("Tea time, the room", "Tea House")
    assert row.sold is not None
    assert row.passed is not None
    assert (row.sold.minor, row.passed.minor) == (40_00, 40_00)
    assert [(one.threshold.minor, one.rooms) for one in sales.past] == [(40_00, 1)]
    assert sales.total is not None
    assert sales.total.minor == 40_00
    assert [one.viewers for one in watched.rows] == [12]
    assert [one.since for one in newest.rows] == [world.clock.now()]


async def test_what_is_on_stands_in_the_tiles_until_it_ends(world: ShowsWorld) -> None:
    season = Season(world)
    campaign, line = await season.a_campaign()
    show = await world.a_show()
    await season.taking_part(campaign, line, show)
    started = await world.shows.go_live(show.slug)
    await season.counting.count()
    assert started.run is not None
    season.rooms.viewers[started.run.id] = 7
    assert await season.counting.look_at_rooms() == 1
    await season.campaigns.publish("autumn", version=0)

    on = next(one for one in (await season.venues.venue("autumn", "zh-Hans")).blocks
              if one.kind == "tiles")  # fmt: skip
    assert [(one.slug, one.line, one.viewers) for one in on.shows] == [("tea-time", "音乐", 7)]

    await world.shows.end(show.slug)
    await season.counting.count()
    off = next(one for one in (await season.venues.venue("autumn", "en")).blocks
               if one.kind == "tiles")  # fmt: skip
    assert not off.shows


async def test_a_place_in_the_outbox_never_goes_back(world: ShowsWorld) -> None:
    season = Season(world)
    await world.an_open_offer()
    await season.counting.count()
    before = await Outbox(world.database.pool).position("campaigns")
    await season.counting.recount()

    assert await Outbox(world.database.pool).position("campaigns") >= before


async def published(season: Season, *blocks: Block) -> None:
    """The page made of these blocks alone."""
    campaign = await season.campaigns.by_slug("autumn")
    for _ in await season.campaigns.draft(campaign.id):
        campaign = await season.campaigns.by_slug("autumn")
        await season.campaigns.move_block("autumn", 0, "remove", version=campaign.version)
    for block in blocks:
        version = (await season.campaigns.by_slug("autumn")).version
        place = await season.campaigns.add_block("autumn", "board", version=version)
        await season.campaigns.change_block("autumn", place, block, version=version + 1)
    version = (await season.campaigns.by_slug("autumn")).version
    await season.campaigns.publish("autumn", version=version)
