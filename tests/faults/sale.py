"""A sale in a real house, with shoppers at the door and a follower in the room."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from msgspec import Struct

from livehouse.app.bench.furnishing import Sale, guests, invite, open_sale, tickets
from livehouse.app.bench.house import HouseProcess
from livehouse.app.lifespan import opened
from livehouse.app.settings import Settings
from livehouse.storage.database import str_url
from tests.support.processes import environment, eventually, is_well, killed_at_the_end
from tests.support.shoppers import Follower, Ledger, Shopper

SHOPPERS = 8


class Books(Struct, frozen=True):
    """What the database says of the sale."""

    order_ids: frozenset[object]
    held: int
    stock_held: int
    told: int


async def books_of(database_url: str, sale: Sale) -> Books:
    """The books at one moment, also while it goes on."""
    connection = await asyncpg.connect(str_url(database_url))
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        ids = await connection.fetch("select id from orders")
        held = await connection.fetch(
            "select sum(held) as held from quotas q where id = any($1::uuid[]) group by id",
            list(sale.offers[0].quota_ids),
        )
        told = await connection.fetchval(
            "select sum((convert_from(payload, 'UTF8')::jsonb ->> 'orders')::int) "
            "from facts where kind = 'orders.placed'"
        )
    await connection.close()
    return Books(frozenset(row["id"] for row in ids), int(held[0]["held"]),
                 int(held[1]["held"]), told)  # fmt: skip


class SaleUnderFaults:
    """What a test holds of the sale: the house to kill, and what everybody heard."""

    def __init__(
        self, folder: Path, house: HouseProcess, sale: Sale, tasks: asyncio.TaskGroup
    ) -> None:
        self.folder = folder
        self.house = house
        self.sale = sale
        self.ledger = Ledger()
        self.follower: Follower
        self.shopping: list[asyncio.Task[None]] = []
        self._tasks = tasks

    async def begin(self) -> None:
        """Let the shoppers in, once the room has its first frame."""
        address, run = self.house.address, self.sale.run_id
        async with opened(Settings(data=str(self.folder))) as platform:
            people = tickets(platform, run, await invite(platform, SHOPPERS))
            guest = tickets(platform, run, guests(1))[0]
        self.follower = Follower(address, run, guest)
        self._following = self._tasks.create_task(self.follower.watch())
        await self.follower.wait_for_next()
        offer_id = self.sale.offers[0].id
        for ticket in people:
            shopper = Shopper(address, run, ticket, offer_id=offer_id, ledger=self.ledger)
            self.shopping.append(self._tasks.create_task(shopper.shop()))

    async def restart(self) -> None:
        """A plain start after a kill, at the same address."""
        port = int(self.house.address.rpartition(":")[2])
        await self.house.start(self._tasks, port=port)

    async def sold_out(self) -> None:
        """Until every shopper has heard that nothing is left, and the room has gone on."""
        async with asyncio.timeout(60):
            await asyncio.gather(*self.shopping)
        await self.follower.wait_for_next()

    async def books(self) -> Books:
        async with opened(Settings(data=str(self.folder))) as platform:
            url = platform.database.engine.url.render_as_string(hide_password=False)
            return await books_of(url, self.sale)

    def end(self) -> None:
        for task in (*self.shopping, self._following):
            task.cancel()


@asynccontextmanager
async def a_sale(
    folder: Path, *, stock: int, media: bool = False
) -> AsyncIterator[SaleUnderFaults]:
    """A house with one open offer of `stock` units, and shoppers who begin at once."""
    settings = environment(media=media, messages_per_second=100, messages_burst=1_000)
    house = HouseProcess(folder, settings)
    async with asyncio.TaskGroup() as tasks:
        await house.start(tasks)
        async with killed_at_the_end(house):
            async with opened(Settings(data=str(folder))) as platform:
                sale = await open_sale(platform, offers=1, stock=stock)
            found = SaleUnderFaults(folder, house, sale, tasks)
            await eventually("the house is well", lambda: is_well(house))
            await found.begin()
            try:
                yield found
            finally:
                found.end()


def check(sale: SaleUnderFaults, books: Books, *, stock: int) -> None:
    """The laws of a sale: nothing acknowledged is lost, nothing is sold twice or beyond stock."""
    acknowledged = sale.ledger.acknowledged
    assert acknowledged.keys() <= books.order_ids, "an acknowledged order is lost"
    assert set(acknowledged.values()) == {1}, "an order was acknowledged to its buyer twice"
    assert len(books.order_ids) == books.held == books.stock_held == stock
    assert books.told == stock, "the room heard of other sums than were sold"
    assert sale.follower.has_no_gap, sale.follower.numbers
    assert sale.follower.epochs == sorted(sale.follower.epochs)
