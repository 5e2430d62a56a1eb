"""A season for tests: a campaign with two lines, and what is sold in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from litestar.types import ControllerRouterHandler

from livehouse.domains.campaigns import Campaign, Campaigns, Counting, Plan, Venues, Words
from livehouse.domains.campaigns.model import Line
from livehouse.domains.orders import Back, Order, steps
from livehouse.domains.shows import Show
from livehouse.domains.stores import StoreImages
from livehouse.foundation.ids import RunId
from livehouse.storage.objects import open_objects
from livehouse.storage.outbox import Outbox
from tests.support.shows_world import ShowsWorld
from tests.support.web_client import WebClient, web_client


class CountedRooms:
    """Rooms in which so many watch."""

    def __init__(self) -> None:
        self.viewers: dict[RunId, int] = {}

    async def latest(self, run: RunId, /) -> bytes | None:
        watching = self.viewers.get(run)
        if watching is None:
            return None
        return b'{"n":1,"state":{"counts":{"viewers":%d,"likes":3},"stage":{}}}' % watching


@dataclass
class Season:
    world: ShowsWorld
    rooms: CountedRooms = field(default_factory=CountedRooms)
    campaigns: Campaigns = field(init=False)
    venues: Venues = field(init=False)
    counting: Counting = field(init=False)

    def __post_init__(self) -> None:
        world = self.world
        self.campaigns = Campaigns(world.database, world.clock, world.ids)
        self.venues = Venues(
            world.database, world.clock, world.shows, world.stores, world.offers
        )  # fmt: skip
        self.counting = Counting(
            world.database, world.clock, Outbox(world.database.pool), world.shows, self.rooms
        )

    @asynccontextmanager
    async def web(self, *routes: ControllerRouterHandler) -> AsyncIterator[WebClient]:
        world = self.world
        with TemporaryDirectory(prefix="livehouse-test-") as folder:
            images = StoreImages(world.database, open_objects("", Path(folder)), world.clock)
            async with web_client(
                routes, clock=world.clock, campaigns=self.campaigns, venues=self.venues,
                shows=world.shows, stores=world.stores, store_images=images,
                reminders=world.reminders,
            ) as client:  # fmt: skip
                yield client

    async def a_campaign(self, slug: str = "autumn") -> tuple[Campaign, Line]:
        now = self.world.clock.now()
        plan = Plan(
            name=Words("Autumn nights", "秋夜"), starts_at=now - timedelta(days=1),
            ends_at=now + timedelta(days=9), sale_at=now + timedelta(days=2),
            thresholds={"EUR": (4_000, 10_000)},
        )  # fmt: skip
        campaign = await self.campaigns.create(slug, plan)
        return campaign, await self.campaigns.add_line(slug, Words("Music", "音乐"), 20)

    async def taking_part(self, campaign: Campaign, line: Line, show: Show) -> None:
        await self.campaigns.apply(campaign.slug, show, line.id)
        await self.campaigns.accept(campaign.slug, show.id)

    async def give_back(self, order: Order, *, units: int = 0, minor: int, key: str) -> None:
        """Let pieces and money of an order go back, or money alone."""
        world = self.world
        back = Back(
            key=key, units={0: units} if units else {}, amounts={0: minor} if units else {},
            goodwill_minor=0 if units else minor,
        )  # fmt: skip
        async with world.database.transaction() as tx:
            locked = await steps.lock(tx, order.id)
            await steps.give_back(tx, locked, back, world.ids, world.clock.now())

    async def figures(self) -> dict[str, object]:
        """Everything that was counted."""
        found: dict[str, object] = {}
        for table in ("show_sales", "campaign_rooms", "campaign_totals"):
            rows = await self.world.database.pool.fetch(f"select * from {table} order by 1, 2, 3")
            found[table] = [tuple(row) for row in rows]
        return found

    async def clean_minor(self, campaign: Campaign) -> int:
        rows = await self.world.database.pool.fetch(
            "select sold_minor from campaign_totals where campaign_id = $1", campaign.id
        )
        return sum(row["sold_minor"] for row in rows)
