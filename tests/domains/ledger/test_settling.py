"""Statements and payouts on a real database: complete, frozen, and never paid twice."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from livehouse.domains.ledger import (
    BANK,
    PAYOUTS,
    SUBSIDY,
    Account,
    Booking,
    Every,
    NothingDue,
    Period,
    Settlement,
    Statement,
    Sums,
    Transfer,
    ledger,
)
from livehouse.domains.ledger.jobs import make_statements
from livehouse.domains.ledger.model import period_of
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import StoreId
from tests.support.clock import ManualClock
from tests.support.ledger_entries import (
    BUYERS_MONEY,
    FEES,
    KILN,
    StoresOfTests,
    a_booking,
    a_store_account,
)
from tests.support.moments import NOON

STORE = StoreId(KILN)
LOOM = StoreId(UUID(int=0xA2))
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Shanghai", "America/Los_Angeles"])
MOMENTS = st.integers(0, 60 * 24 * 36_500).map(lambda minute: NOON + timedelta(minutes=minute))
MONTH = timedelta(days=31)


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


async def book(settlement: Settlement, *bookings: Booking) -> None:
    async with settlement.database.transaction() as tx:
        await ledger.book_many(tx, bookings)


async def statements(settlement: Settlement, store_id: StoreId = STORE) -> Sequence[Statement]:
    return (await settlement.of_store(store_id, "EUR"))[::-1]


def a_refund(number: int, *, minor: int, commission: int, at: datetime) -> Booking:
    account = a_store_account()
    moves = (Transfer(account, BUYERS_MONEY, minor), Transfer(FEES, account, commission))
    return Booking("refunded", UUID(int=number), UUID(int=number), at, at, moves)


@given(MOMENTS, ZONES, st.sampled_from(Every))
def test_every_moment_is_in_one_period_and_periods_follow_each_other(
    at: datetime, time_zone: str, every: Every
) -> None:
    period = period_of(at, time_zone, every)

    assert period.starts_at <= at < period.ends_at
    assert period_of(period.ends_at, time_zone, every).starts_at == period.ends_at
    assert period_of(period.starts_at, time_zone, every) == period


def test_a_month_begins_at_midnight_where_the_store_is() -> None:
    assert period_of(on(4, 1), "Europe/Berlin", Every.MONTH) == Period(
        datetime(2026, 3, 31, 22, tzinfo=UTC), datetime(2026, 4, 30, 22, tzinfo=UTC)
    )


def test_a_week_begins_on_monday() -> None:
    assert period_of(on(1, 1), "UTC", Every.WEEK).starts_at == datetime(2025, 12, 29, tzinfo=UTC)


async def test_a_statement_lists_what_became_due_in_its_month(
    settlement: Settlement, clock: ManualClock
) -> None:
    subsidy = Transfer(Account(SUBSIDY, "platform", "EUR"), a_store_account(), 200)
    paid = a_booking(1, minor=800, commission=50)
    await book(
        settlement,
        replace(paid, transfers=(*paid.transfers, subsidy)),
        a_booking(2, minor=500, due_at=on(2, 3)),
        a_refund(3, minor=100, commission=5, at=on(1, 9)),
    )
    await clock.advance(MONTH)

    assert await make_statements(settlement) == 1

    (found,) = await statements(settlement)
    assert (found.opening_minor, found.closing_minor, found.line_count) == (0, 855, 2)
    assert found.sums == Sums(700, 200, -45, 0)
    lines = await settlement.lines(found.id)
    assert [(line.kind, line.subject_id.int, line.sums) for line in lines] == [
        ("paid", 1, Sums(800, 200, -50)),
        ("refunded", 3, Sums(-100, 0, 5)),
    ]
    standing = await settlement.standing(STORE, "EUR")
    assert (standing.stated_minor, standing.due_minor, standing.waiting_minor) == (855, 0, 500)


async def test_making_statements_again_changes_nothing(
    settlement: Settlement, clock: ManualClock
) -> None:
    await book(settlement, a_booking(1))
    await clock.advance(MONTH)

    made = await asyncio.gather(*(settlement.make_statements() for _ in range(4)))

    before = await statements(settlement)
    assert sorted(made) == [0, 0, 0, 1]
    assert await settlement.make_statements() == 0
    assert await statements(settlement) == before


@pytest.mark.parametrize("table", ["statements", "statement_lines", "payouts"])
async def test_what_a_statement_says_stays(
    settlement: Settlement, clock: ManualClock, table: str
) -> None:
    await book(settlement, a_booking(1))
    await clock.advance(MONTH)
    await settlement.make_statements()
    await settlement.pay_out(by=None)

    with pytest.raises(asyncpg.RestrictViolationError, match=f"{table} only grows"):
        await settlement.database.pool.execute(f"delete from {table}")


async def test_what_comes_late_is_on_the_next_statement(
    settlement: Settlement, clock: ManualClock
) -> None:
    await book(settlement, a_booking(1))
    await clock.advance(MONTH)
    await settlement.make_statements()
    await book(settlement, a_booking(2, minor=300, due_at=NOON))
    await clock.advance(MONTH)

    await settlement.make_statements()

    first, second = await statements(settlement)
    assert first.closing_minor == 1_000
    assert (second.opening_minor, second.closing_minor) == (1_000, 1_300)
    assert second.period.starts_at == first.period.ends_at


async def test_a_month_in_which_nothing_became_due_has_no_statement(
    settlement: Settlement, clock: ManualClock
) -> None:
    await book(settlement, a_booking(1), a_booking(2, due_at=on(4, 5)))
    await clock.advance(MONTH * 5)

    assert await settlement.make_statements() == 2
    assert [found.period.starts_at.month for found in await statements(settlement)] == [1, 4]


async def test_after_a_move_to_another_time_zone_periods_do_not_overlap(
    settlement: Settlement, clock: ManualClock
) -> None:
    settlement.parties = StoresOfTests("Asia/Shanghai")
    await book(settlement, a_booking(1))
    await clock.advance(MONTH)
    await settlement.make_statements()
    settlement.parties = StoresOfTests("America/Los_Angeles")
    await book(settlement, a_booking(2, due_at=on(1, 31)))
    await clock.advance(MONTH)

    await settlement.make_statements()

    first, second = await statements(settlement)
    assert second.period.starts_at == first.period.ends_at
    assert second.line_count == 1


async def test_a_payout_pays_each_store_what_its_statement_closed_with(
    settlement: Settlement, clock: ManualClock
) -> None:
    await book(settlement, a_booking(1), a_booking(2, minor=700, store_id=LOOM))
    await clock.advance(MONTH)
    await settlement.make_statements()
    assert len(await settlement.waiting()) == 2

    run = await settlement.pay_out(by=None)

    _, payouts = await settlement.payouts(run.id)
    assert [(one.owner, one.amount_minor) for one in payouts] == [
        (str(STORE), 1_000), (str(LOOM), 700),
    ]  # fmt: skip
    assert (run.count, run.sums, run.sent_at) == (2, (("EUR", 1_700),), None)
    assert await settlement.waiting() == []
    assert await balance(settlement, Account(PAYOUTS, "", "EUR")) == 1_700
    assert await balance(settlement, a_store_account()) == 0


async def test_a_run_that_was_sent_has_left_for_the_bank(
    settlement: Settlement, clock: ManualClock
) -> None:
    await book(settlement, a_booking(1))
    await clock.advance(MONTH)
    await settlement.make_statements()
    run = await settlement.pay_out(by=None)

    sent = [await settlement.mark_sent(run.id) for _ in range(2)]

    assert [found.sent_at for found in sent] == [clock.now()] * 2
    assert await balance(settlement, Account(BANK, "", "EUR")) == 1_000
    assert await balance(settlement, Account(PAYOUTS, "", "EUR")) == 0
    assert await settlement.runs() == [sent[0]]


async def test_operators_who_pay_at_once_pay_once(
    settlement: Settlement, clock: ManualClock
) -> None:
    await book(settlement, a_booking(1))
    await clock.advance(MONTH)
    await settlement.make_statements()

    answers = await asyncio.gather(
        *(settlement.pay_out(by=None) for _ in range(5)), return_exceptions=True
    )

    assert sum(isinstance(answer, NothingDue) for answer in answers) == 4
    assert await balance(settlement, a_store_account()) == 0


async def test_an_unpaid_statement_is_carried_on_and_paid_with_the_next(
    settlement: Settlement, clock: ManualClock
) -> None:
    await book(settlement, a_booking(1), a_booking(2, due_at=on(2, 2)))
    await clock.advance(MONTH * 2)
    await settlement.make_statements()

    run = await settlement.pay_out(by=None)

    assert run.sums == (("EUR", 2_000),)


async def test_the_statement_after_a_payout_shows_it_and_opens_with_nothing_owed(
    settlement: Settlement, clock: ManualClock
) -> None:
    await book(settlement, a_booking(1), a_booking(2, minor=300, due_at=on(2, 2)))
    await clock.advance(MONTH)
    await settlement.make_statements()
    await settlement.pay_out(by=None)
    await clock.advance(MONTH)

    await settlement.make_statements()

    first, second = await statements(settlement)
    assert first.payout_minor == 1_000
    assert (second.opening_minor, second.sums.paid_out_minor) == (1_000, -1_000)
    assert second.closing_minor == 300
    run = await settlement.pay_out(by=None)
    assert run.sums == (("EUR", 300),)


async def test_who_owes_the_platform_is_paid_nothing(
    settlement: Settlement, clock: ManualClock
) -> None:
    await book(settlement, a_refund(1, minor=100, commission=5, at=NOON))
    await clock.advance(MONTH)
    await settlement.make_statements()

    assert [found.closing_minor for found in await statements(settlement)] == [-95]
    with pytest.raises(NothingDue):
        await settlement.pay_out(by=None)


async def test_another_stores_statement_is_not_there(
    settlement: Settlement, clock: ManualClock
) -> None:
    await book(settlement, a_booking(1))
    await clock.advance(MONTH)
    await settlement.make_statements()
    (found,) = await statements(settlement)

    assert await settlement.statement(found.id, STORE) == found
    with pytest.raises(NotFound):
        await settlement.statement(found.id, LOOM)


async def balance(settlement: Settlement, account: Account) -> int:
    found = {one.account: one.minor for one in await settlement.balances()}
    return found.get(account, 0)
