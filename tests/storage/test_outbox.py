"""Facts leave with the commit, and a reader skips none, however transactions overlap."""

import random
from contextlib import AsyncExitStack
from datetime import timedelta

import msgspec
import pytest

from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import SystemIds
from livehouse.storage.database import Database, Transaction
from livehouse.storage.outbox import Cursor, Outbox, StoredFact
from tests.support.moments import NOON
from tests.support.processes import eventually

READ_MAX = 3


class Happened(Fact, frozen=True, tag="tests.happened"):
    number: int


class RolledBack(Exception):
    """Ends a transaction on purpose."""


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database.pool)


async def test_a_fact_leaves_with_its_transaction(database: Database, outbox: Outbox) -> None:
    async with database.transaction() as tx:
        tx.record(Happened(1))
        await tx.flush()
        assert (await outbox.read(Cursor(), limit=10)).facts == []

    assert await numbers(outbox) == [1]


async def test_what_is_rolled_back_has_not_happened(database: Database, outbox: Outbox) -> None:
    async with AsyncExitStack() as stack:
        stack.enter_context(pytest.raises(RolledBack))
        tx = await stack.enter_async_context(database.transaction())
        tx.record(Happened(1))
        await tx.flush()
        stack.push_async_callback(fail)

    assert await numbers(outbox) == []


async def test_a_late_commit_is_never_skipped(database: Database, outbox: Outbox) -> None:
    async with database.transaction() as slow:
        slow.record(Happened(1))
        await slow.flush()
        async with database.transaction() as quick:
            quick.record(Happened(2))
        early = await outbox.read(Cursor(), limit=10)
        assert early.facts == [], "the slow one began earlier and comes first"

    late = await outbox.read(early.read_to, limit=10)
    assert [number_of(fact) for fact in late.facts] == [1, 2]


async def test_a_page_that_is_full_goes_on_where_it_ended(
    database: Database, outbox: Outbox
) -> None:
    async with database.transaction() as tx:
        for number in range(5):
            tx.record(Happened(number))

    first = await outbox.read(Cursor(), limit=2)
    second = await outbox.read(first.read_to, limit=2)
    third = await outbox.read(second.read_to, limit=2)

    pages = [[number_of(fact) for fact in page.facts] for page in (first, second, third)]
    assert pages == [[0, 1], [2, 3], [4]]


async def test_who_asks_for_some_runs_hears_of_those_only(
    database: Database, outbox: Outbox, ids: SystemIds
) -> None:
    mine, another = ids.new(), ids.new()
    async with database.transaction() as tx:
        tx.record(Happened(1), run_id=mine)
        tx.record(Happened(2), run_id=another)
        tx.record(Happened(3))

    page = await outbox.read(Cursor(), limit=10, run_ids=[mine])

    assert [number_of(fact) for fact in page.facts] == [1]
    assert (await outbox.read(page.read_to, limit=10)).facts == []


async def test_a_new_subscriber_starts_at_the_head(database: Database, outbox: Outbox) -> None:
    async with database.transaction() as tx:
        tx.record(Happened(1))
    head = await outbox.head()
    async with database.transaction() as tx:
        tx.record(Happened(2))

    page = await outbox.read(head, limit=10)

    assert [number_of(fact) for fact in page.facts] == [2]


async def test_a_subscriber_is_remembered(outbox: Outbox) -> None:
    assert await outbox.position("mail") == Cursor()

    await outbox.advance("mail", Cursor(5, 7))
    await outbox.advance("mail", Cursor(6, 2))

    assert await outbox.position("mail") == Cursor(6, 2)
    assert await outbox.position("another") == Cursor()


async def test_old_facts_are_forgotten(database: Database, outbox: Outbox) -> None:
    async with database.transaction() as tx:
        tx.record(Happened(1))
    await database.pool.execute("update facts set at = $1", NOON)

    keep = timedelta(days=7)
    assert await outbox.forget(keep=keep, now=NOON + keep) == 0
    assert await outbox.forget(keep=keep, now=NOON + keep + timedelta(seconds=1)) == 1
    assert await numbers(outbox) == []


@pytest.mark.parametrize("seed", range(8))
async def test_every_committed_fact_is_read_once_and_in_order(
    database: Database, outbox: Outbox, seed: int
) -> None:
    """Transactions begin, write, commit and fail in any order while a reader follows."""
    story = Story(database, outbox, random.Random(seed))

    await story.play(steps=40)

    assert sorted(map(number_of, story.read)) == sorted(story.committed)
    cursors = [fact.cursor for fact in story.read]
    assert cursors == sorted(set(cursors))


class Story:
    """A random history, told step by step by one task: what overlaps does so on purpose."""

    def __init__(self, database: Database, outbox: Outbox, dice: random.Random) -> None:
        self._database = database
        self._outbox = outbox
        self._dice = dice
        self._open: list[tuple[AsyncExitStack, Transaction, list[int]]] = []
        self._numbers = 0
        self._cursor = Cursor()
        self.committed: list[int] = []
        self.read: list[StoredFact] = []

    async def play(self, *, steps: int) -> None:
        for _ in range(steps):
            await self._dice.choice([self._begin, self._write, self._end, self._follow])()
        while self._open:
            await self._end()

        async def caught_up() -> bool:
            await self._follow()
            return len(self.read) >= len(self.committed)

        await eventually("the reader has read all", caught_up, seconds=20)
        await self._follow()

    async def _begin(self) -> None:
        if len(self._open) < 4:
            stack = AsyncExitStack()
            tx = await stack.enter_async_context(self._database.transaction())
            self._open.append((stack, tx, []))

    async def _write(self) -> None:
        if self._open:
            _, tx, written = self._dice.choice(self._open)
            self._numbers += 1
            written.append(self._numbers)
            tx.record(Happened(self._numbers))
            await tx.flush()

    async def _end(self) -> None:
        if not self._open:
            return
        stack, _, written = self._open.pop(self._dice.randrange(len(self._open)))
        if self._dice.random() < 0.3:
            stack.push_async_callback(fail)
            with pytest.raises(RolledBack):
                await stack.aclose()
        else:
            await stack.aclose()
            self.committed += written

    async def _follow(self) -> None:
        page = await self._outbox.read(self._cursor, limit=READ_MAX)
        self._cursor = page.read_to
        self.read += page.facts


async def fail() -> None:
    raise RolledBack


async def numbers(outbox: Outbox) -> list[int]:
    return [number_of(fact) for fact in (await outbox.read(Cursor(), limit=100)).facts]


def number_of(fact: StoredFact) -> int:
    return msgspec.json.decode(fact.payload, type=Happened).number
