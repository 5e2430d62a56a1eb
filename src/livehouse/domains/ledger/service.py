"""Settling with stores: what is due goes on a statement, and a statement is paid out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from livehouse.domains.ledger import store
from livehouse.domains.ledger.errors import NothingDue
from livehouse.domains.ledger.model import (
    BANK,
    PAYOUTS,
    STORE,
    Account,
    Balance,
    Booking,
    Every,
    Party,
    Payout,
    PayoutRun,
    PayoutRunId,
    Period,
    Standing,
    Statement,
    StatementId,
    StatementLine,
    Transfer,
    period_of,
)
from livehouse.domains.ledger.ports import Parties
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import IdSource, StoreId
from livehouse.storage.database import Database

PAGE_STATEMENTS = 24
PAGE_LINES = 100
PAGE_RUNS = 20
PAYOUT = "payout"
PAYOUT_SENT = "payout_sent"


@dataclass(slots=True)
class Settlement:
    """Services for those who are settled with, and for the operator who pays them."""

    database: Database
    clock: Clock
    ids: IdSource
    parties: Parties
    every: Every

    async def make_statements(self) -> int:
        """Make every statement whose period is over; tells how many. Others may do so meanwhile."""
        async with self.database.transaction() as tx:
            found = await store.settled_accounts(tx)
        parties = await self.parties.of_stores([account.owner for account in found])
        made = 0
        for account in found:
            party = parties.get(account.owner)
            while party is not None and await self._make_next(account, party):
                made += 1
        return made

    async def of_store(
        self, store_id: StoreId, currency: str, *, before: datetime | None = None
    ) -> list[Statement]:
        """A store's statements, the newest first."""
        account = Account(STORE, str(store_id), currency)
        async with self.database.transaction() as tx:
            return await store.statements_of(tx, [account.id], before=before, limit=PAGE_STATEMENTS)

    async def standing(self, store_id: StoreId, currency: str) -> Standing:
        account = Account(STORE, str(store_id), currency)
        async with self.database.transaction() as tx:
            return await store.standing(tx, account, self.clock.now())

    async def statement(self, statement_id: StatementId, store_id: StoreId) -> Statement:
        """A store's own statement; another's is not there."""
        async with self.database.transaction() as tx:
            found = await store.statement(tx, statement_id)
        if found.owner != str(store_id):
            raise NotFound
        return found

    async def lines(
        self, statement_id: StatementId, *, after: int = 0, limit: int = PAGE_LINES
    ) -> list[StatementLine]:
        """A statement's lines beyond position `after`."""
        async with self.database.transaction() as tx:
            return await store.lines(tx, statement_id, after=after, limit=limit)

    async def balances(self) -> list[Balance]:
        """Every account there is. Reads all transfers."""
        async with self.database.transaction() as tx:
            return await store.balances(tx)

    async def waiting(self) -> list[Statement]:
        """The statements that a payout run made now would pay."""
        async with self.database.transaction() as tx:
            found = [account.id for account in await store.settled_accounts(tx)]
            return await store.payable(tx, found)

    async def pay_out(self, *, by: UUID | None) -> PayoutRun:
        """Put all that is due into one run: from what is owed to what is on its way."""
        async with self.database.transaction() as tx:
            now = self.clock.now()
            accounts = {account.id: account for account in await store.settled_accounts(tx)}
            await store.lock_accounts(tx, accounts)
            due = await store.payable(tx, list(accounts))
            if not due:
                raise NothingDue
            run_id = PayoutRunId(self.ids.new())
            await store.add_run(tx, run_id, due, by=by, now=now)
            await store.book_many(tx, [_payout(one, accounts[one.account_id], now) for one in due])
            return await store.run(tx, run_id)

    async def mark_sent(self, run_id: PayoutRunId) -> PayoutRun:
        """The run's money has left; saying so again changes nothing."""
        async with self.database.transaction() as tx:
            now = self.clock.now()
            if await store.mark_sent(tx, run_id, now):
                sent = [_sent(one, now) for one in await store.payouts_of(tx, run_id)]
                await store.book_many(tx, sent)
            return await store.run(tx, run_id)

    async def runs(self, *, before: PayoutRunId | None = None) -> list[PayoutRun]:
        async with self.database.transaction() as tx:
            return await store.runs(tx, before=before, limit=PAGE_RUNS)

    async def payouts(self, run_id: PayoutRunId) -> tuple[PayoutRun, Sequence[Payout]]:
        async with self.database.transaction() as tx:
            return await store.run(tx, run_id), await store.payouts_of(tx, run_id)

    async def names(self, owners: Sequence[str]) -> Mapping[str, Party]:
        return await self.parties.of_stores(owners)

    async def _make_next(self, account: Account, party: Party) -> bool:
        """Make the oldest statement that is missing, if its period is over."""
        async with self.database.transaction() as tx:
            now = self.clock.now()
            await store.lock_accounts(tx, [account.id])
            due_at = await store.next_due_at(tx, account.id)
            ended, opening = await store.last_statement(tx, account.id)
            if due_at is None:
                return False
            period = _next_period(due_at, ended, party.time_zone, self.every)
            if period.ends_at > now:
                return False
            await store.make_statement(
                tx, self.ids.new(), account, period, opening_minor=opening, now=now
            )
        return True


def _next_period(due_at: datetime, ended: datetime | None, time_zone: str, every: Every) -> Period:
    """The period of what is due. What came late, or was due before the zone or the length of
    periods was changed, goes into the one that follows the last statement."""
    period = period_of(max(due_at, ended) if ended else due_at, time_zone, every)
    starts_at = max(period.starts_at, ended) if ended else period.starts_at
    return Period(starts_at, period.ends_at)


def _payout(paid: Statement, account: Account, now: datetime) -> Booking:
    """Due in the very next period, so that the next statement opens with what this one closed with
    and shows it paid."""
    on_its_way = Account(PAYOUTS, "", account.currency)
    move = Transfer(account, on_its_way, paid.closing_minor)
    return Booking(PAYOUT, paid.id, paid.id, now, paid.period.ends_at, (move,))


def _sent(payout: Payout, now: datetime) -> Booking:
    way, bank = (Account(kind, "", payout.currency) for kind in (PAYOUTS, BANK))
    move = Transfer(way, bank, payout.amount_minor)
    return Booking(PAYOUT_SENT, payout.statement_id, payout.statement_id, now, now, (move,))
