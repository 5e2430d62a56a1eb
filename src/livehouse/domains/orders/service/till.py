"""The till: orders wait a few milliseconds and are decided and committed together.

One statement for hundreds of orders; each buyer is answered after the commit and not before.
While there is plenty, a group is decided ahead, by what a look at the database has shown, and
several groups are under way; the statement itself refuses to take what is no longer there. As
soon as a group does not fit as a whole it is decided under the lock instead, when all before it
are settled: who came first is served first, to the last piece (decisions 0006 and 0080).
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec import Struct

from livehouse.domains.offers import Terms, offer_terms
from livehouse.domains.orders import store
from livehouse.domains.orders.model import Bought, Buy, Decision, Known, NewOrder, decide, is_hasty
from livehouse.domains.orders.service.pledges import Look, Pledges
from livehouse.domains.orders.store.group import DoesNotFit
from livehouse.domains.quotas import Ledger, quotas
from livehouse.engine.group_commit import GroupCommit
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import Busy
from livehouse.foundation.ids import OfferId, OrderId
from livehouse.storage.database import Database, RawConnection

Answer: TypeAlias = Callable[[Decision], None]

GROUP_ORDERS_MAX = 1_000
WAITING_ORDERS_MAX = 50_000
ATTEMPTS_MAX = 3
# While one group commits, others are written, decided and looked up for.
GROUPS_AT_ONCE = 4


class Sight(Struct, frozen=True):
    """What the database holds of a group's offers, quotas, buyers and ids."""

    terms: Mapping[OfferId, Terms]
    ledger: Ledger
    known: Mapping[OrderId, Known]


class Draft(Struct, frozen=True):
    """A decided group; `ledger` holds what its orders take."""

    decisions: list[Decision]
    ledger: Ledger

    def orders(self) -> dict[OrderId, NewOrder]:
        """The orders to write: one that was asked for twice in the group stands there once."""
        return {d.buy.id: d for d in self.decisions if isinstance(d, NewOrder)}


@dataclass(slots=True)
class Till:
    """Decides buys in groups; `group` is the queue in front of it, which the app runs."""

    database: Database
    clock: Clock
    group: GroupCommit[Buy, Bought] = field(init=False)
    _pledges: Pledges = field(default_factory=Pledges)
    _last_turn: asyncio.Event | None = None

    def __post_init__(self) -> None:
        self.group = GroupCommit(
            self.commit,
            name="till",
            group_max=GROUP_ORDERS_MAX,
            pending_max=WAITING_ORDERS_MAX,
            at_once=GROUPS_AT_ONCE,
        )

    def buy(self, buy: Buy, answer: Answer) -> None:
        """Queue a buy; `answer` gets the decision once it is durable. Never waits.

        Raises `Busy` when too many wait already: nothing was taken then.
        """
        self.group.submit(buy, answer)

    async def buy_and_wait(self, buy: Buy) -> Bought:
        return await self.group.ask(buy)

    async def commit(self, buys: Sequence[Buy]) -> list[Decision]:
        """Decide and write one group; the answers come in the order of the buys."""
        try:
            return await self._ahead(buys)
        except DoesNotFit:
            pass
        for _ in range(ATTEMPTS_MAX):
            try:
                with self._turn() as comes:
                    await comes.wait()
                    return await self._under_lock(buys)
            except DoesNotFit:
                continue
        raise Busy

    async def _ahead(self, buys: Sequence[Buy]) -> list[Decision]:
        """Decide by a look that locks nothing, then write what still fits."""
        with self._turn() as comes, self._pledges.looking() as look:
            async with self.database.pool.acquire() as connection:
                sight = await self._look(connection, buys, lock=False)
            await comes.wait()
            draft = self._draft_ahead(buys, sight, look)
            if draft is None:
                return await self._under_lock(buys)
        # The next group's turn begins once this one is sent.
        orders = draft.orders()
        if orders:
            with self._pledges.made(draft.ledger.taken, orders.keys()):
                async with self.database.pool.acquire() as connection:
                    await store.place(connection, list(orders.values()), draft.ledger)
        return draft.decisions

    def _draft_ahead(self, buys: Sequence[Buy], sight: Sight, look: Look) -> Draft | None:
        """A decision that holds whatever becomes of the groups under way, if there is one."""
        seen = Ledger(left=dict(sight.ledger.left), shares=sight.ledger.shares)
        ledger = self._pledges.taken_from(seen, look)
        decisions = decide(buys, sight.terms, sight.known, ledger, self.clock.now())
        if is_hasty(buys, decisions, sight.terms, seen, look.may_miss):
            return None
        return Draft(decisions, ledger)

    async def _under_lock(self, buys: Sequence[Buy]) -> list[Decision]:
        """Decide by what is locked until the commit, once all groups before are settled."""
        await self._pledges.all_settled()
        async with self.database.pool.acquire() as connection, connection.transaction():
            sight = await self._look(connection, buys, lock=True)
            decisions = decide(buys, sight.terms, sight.known, sight.ledger, self.clock.now())
            orders = Draft(decisions, sight.ledger).orders()
            if orders:
                await store.place(connection, list(orders.values()), sight.ledger)
        return decisions

    async def _look(self, connection: RawConnection, buys: Sequence[Buy], *, lock: bool) -> Sight:
        terms = await offer_terms.terms(connection, list({buy.offer_id for buy in buys}))
        shelves = sorted({quota for found in terms.values() for quota in found.offer.quota_ids})
        limited = {
            (found.offer.quota_id, buy.buyer_id)
            for buy in buys
            if (found := terms.get(buy.offer_id)) is not None and found.offer.limit
        }
        ledger = await quotas.ledger(connection, shelves, sorted(limited), lock=lock)
        return Sight(terms, ledger, await store.known(connection, [buy.id for buy in buys]))

    @contextmanager
    def _turn(self) -> Iterator[asyncio.Event]:
        """A place in the line, taken before anything is waited for; it is over with the block."""
        comes, self._last_turn = self._last_turn, asyncio.Event()
        mine = self._last_turn
        if comes is None:
            comes = asyncio.Event()
            comes.set()
        try:
            yield comes
        finally:
            mine.set()
