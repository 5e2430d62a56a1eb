"""A sale on all nodes of a cluster: who buys and who talks there, and whether all of it is kept."""

from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import asyncpg

from livehouse.app.bench.furnishing import Sale, invite, tickets
from livehouse.engine.protocol import decode_frame
from livehouse.storage.database import str_url
from tests.faults.sale import books_of
from tests.support.cluster import Cluster, ClusterNode
from tests.support.engine_tasks import running
from tests.support.shoppers import Ledger, Shopper, Talker

SHOPPERS_A_NODE, TALKERS_A_NODE = 4, 2
LINES = 2


@dataclass(frozen=True, slots=True)
class Market:
    """What each node's people have heard."""

    cluster: Cluster
    sale: Sale
    ledgers: Sequence[Ledger]

    async def sells(self, orders: int) -> None:
        """Until every node has acknowledged so many more, and some lines too."""
        for ledger in self.ledgers:
            await ledger.wait_for(len(ledger.acknowledged) + orders)
            await ledger.wait_until(partial(_has_said, ledger, len(ledger.said) + LINES))

    async def is_told(self, code: str, times: int) -> None:
        """Until every node has refused so many with `code`, from now on."""
        for ledger in self.ledgers:
            known = ledger.refused.count(code)
            await ledger.wait_until(partial(_has_refused, ledger, code, known + times))

    async def check(self) -> None:
        """No acknowledged order or line is lost or there twice, and the books agree."""
        books = await books_of(self.cluster.database_url, self.sale)
        assert len(books.order_ids) == books.held == books.stock_held == books.told
        stored, shown = await lines_of(self.cluster.database_url, self.sale.run_id)
        assert set(shown.values()) == {1}, "a line was shown twice"
        for ledger in self.ledgers:
            assert ledger.acknowledged.keys() <= books.order_ids, "an acknowledged order is lost"
            assert set(ledger.acknowledged.values()) == {1}
            assert ledger.said.keys() <= stored, "an acknowledged line is lost"
            assert {line for line, was_shown in ledger.said.items() if was_shown} <= shown.keys()
            assert ledger.silences == 0, "somebody had no answer"


@asynccontextmanager
async def a_market(
    cluster: Cluster, sale: Sale, nodes: Sequence[ClusterNode]
) -> AsyncIterator[Market]:
    """People buy and talk on each of `nodes` until the block ends."""
    count = SHOPPERS_A_NODE + TALKERS_A_NODE
    async with cluster.desk() as platform:
        invited = tickets(platform, sale.run_id, await invite(platform, count * len(nodes)))
    market = Market(cluster, sale, [Ledger() for _ in nodes])
    async with AsyncExitStack() as stack:
        for number, (node, ledger) in enumerate(zip(nodes, market.ledgers, strict=True)):
            here = invited[number * count : (number + 1) * count]
            for work in _people(node.url, sale, here, ledger):
                await stack.enter_async_context(running(work))
        yield market


def _people(
    address: str, sale: Sale, invited: Sequence[str], ledger: Ledger
) -> list[Coroutine[object, object, None]]:
    offer_id = sale.offers[0].id
    return [
        Shopper(address, sale.run_id, ticket, offer_id=offer_id, ledger=ledger).shop()
        for ticket in invited[:SHOPPERS_A_NODE]
    ] + [
        Talker(address, sale.run_id, ticket, ledger).talk() for ticket in invited[SHOPPERS_A_NODE:]
    ]


async def lines_of(database_url: str, run: UUID) -> tuple[set[UUID], Counter[UUID]]:
    """The lines that are stored, and how often the log shows each."""
    connection = await asyncpg.connect(str_url(database_url))
    frames = await connection.fetch("select payload from frames where run_id = $1", run)
    stored = await connection.fetch("select id from chat_lines where run_id = $1", run)
    await connection.close()
    says = [say for row in frames for say in decode_frame(row["payload"]).says]
    shown = Counter(UUID(str(say[0])[1:]) for say in says if str(say[0]).startswith("c"))
    return {row["id"] for row in stored}, shown


def _has_said(ledger: Ledger, lines: int) -> bool:
    return len(ledger.said) >= lines


def _has_refused(ledger: Ledger, code: str, times: int) -> bool:
    return ledger.refused.count(code) >= times
