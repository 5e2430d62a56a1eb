"""The demo's house: its audience comes in by itself, and what lies behind it fills the pages."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import msgspec

from livehouse.app.audience import Task
from livehouse.app.demo_house import Crowd, House, furnish, invite_crowd
from livehouse.app.demo_night import SECONDS, Part, stars
from livehouse.app.demo_past import earlier
from livehouse.app.demo_season import SLUG
from livehouse.app.demo_show import Director
from livehouse.app.demo_tonight import Night
from livehouse.app.lifespan import opened
from livehouse.app.platform import Platform
from livehouse.app.settings import Settings
from livehouse.client import Room
from livehouse.domains.offers import Open
from livehouse.domains.orders import state_name
from livehouse.domains.people import Person
from tests.support.house import served

ARRIVE_SECONDS_MAX = 120.0
CROWD = 2


async def test_the_demos_audience_arrives_and_its_pages_are_not_empty(open_folder: Path) -> None:
    async with opened(Settings(data=str(open_folder))) as platform:
        house = await furnished(platform)
        again = await furnished(platform)
        crowd = await invite_crowd(platform, CROWD)
        assert again.night == house.night
        await the_store_has_things_to_do(platform, again)
        await the_store_was_paid(platform, again)
        await the_viewer_has_orders(platform)
        await a_lap_of_the_night_runs_by_itself(platform, again, crowd)

    async with (
        served(open_folder) as (address, _),
        an_audience(address, again, [*crowd.tokens, "lh_wrong"]) as said,
        Room.follow(address, again.night.stage.slug) as guest,
        asyncio.timeout(ARRIVE_SECONDS_MAX),
    ):
        while guest.state["counts"]["viewers"] <= CROWD // 2:  # type: ignore[index,operator]  # counts are numbers
            await anext(guest)
        # A busy machine lets others be refused first, for other reasons.
        async for line in said:
            if b"token_refused" in line:
                break
        else:
            raise AssertionError("the audience left without a word about the wrong token")


async def furnished(platform: Platform) -> House:
    return await furnish(
        platform, video=None, audience=CROWD, say=lambda _: None, pictures=False
    )  # fmt: skip


async def the_store_has_things_to_do(platform: Platform, house: House) -> None:
    store = house.store
    states = {state_name(order.state) for order in await platform.orders.of_store(store.id)}
    assert states >= {"paid", "shipped", "delivered", "closed"}
    assert len(await platform.aftersales.returns.of_store(store.id)) == 1
    assert len(await platform.aftersales.complaints.of_store(store.id)) == 1
    assert (await platform.aftersales.ratings.satisfaction(store.id)).ratings == 2
    assert len(await platform.coupons.shown_by(store.id)) == 1
    assert len(await platform.delivery.of_store(store.id)) == 2
    assert any(one.subsidy.offer_id in {offer.id for offer in house.night.offers}
               for one in await platform.subsidies.listing())  # fmt: skip


async def the_store_was_paid(platform: Platform, house: House) -> None:
    store = house.store
    (statement,) = await platform.settlement.of_store(store.id, store.currency)
    assert statement.sent_at
    assert statement.sums.subsidies_minor > 0 > statement.sums.commission_minor
    assert not [check.what async for check in platform.audit.run() if check.wrong]


async def the_viewer_has_orders(platform: Platform) -> None:
    viewer = await platform.people.accounts.find("viewer@demo.example")
    assert isinstance(viewer, Person)
    assert len(await platform.orders.of_buyer(viewer.id)) == 4


async def a_lap_of_the_night_runs_by_itself(platform: Platform, house: House, crowd: Crowd) -> None:
    """Driven by a clock of its own: every act has its time, and the deal room keeps step."""
    night = house.night
    past, clock = earlier(platform, platform.clock.now())

    async def follow(_: Night) -> None:
        raise AssertionError("nobody is to be told")

    director = Director(past, house, crowd, follow)
    beside = []
    for part in Part:
        assert await director.look(night)
        assert await director.look(night), "while an act has time left nothing changes"
        deal = await past.programmes.board(night.deal.slug)
        beside.append(len(deal.progress.played))
        await clock.sleep(timedelta(seconds=SECONDS[part] - 1))
        await past.programmes.give_due()
        await clock.sleep(timedelta(seconds=1))
    assert beside == [1, 1, 1, 2, 3]
    stage = await past.programmes.board(night.stage.slug)
    assert [one.state for one in stage.given] == ["given"] * 4
    assert len(await past.draws.started(night.stage)) == 1
    (battle,) = await past.battles.of_show(night.stage)
    assert battle.battle.contestants == stars(0)
    season = await past.campaigns.by_slug(SLUG)
    assert season.sale_at is not None
    assert isinstance((await past.offers.by_id(night.flash.id)).state, Open)


@asynccontextmanager
async def an_audience(
    address: str, house: House, tokens: list[str]
) -> AsyncIterator[asyncio.StreamReader]:
    """The process that the demo starts; yields what it says on standard error."""
    shows = [house.night.stage.slug, house.night.deal.slug]
    task = Task(address, shows, tokens, arrive_seconds=0.2)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "livehouse.app.audience",
        stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stderr is not None
    process.stdin.write(msgspec.json.encode(task) + b"\n")
    yield process.stderr
    process.stdin.close()
    await process.wait()
