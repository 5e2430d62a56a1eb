"""Keeping the books on a real database: once, balanced, and never changed."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.ledger import (
    COMMISSION,
    PROVIDER,
    Account,
    Booking,
    Transfer,
    changes,
    ledger,
)
from livehouse.storage.database import Database
from tests.support.ledger_entries import BUYERS_MONEY, FEES, a_booking, a_store_account
from tests.support.moments import NOON

ACCOUNTS = [Account(COMMISSION, str(number), "EUR") for number in range(4)]
transfers = st.builds(
    Transfer,
    st.sampled_from(ACCOUNTS[:2]),
    st.sampled_from(ACCOUNTS[2:]),
    st.integers(min_value=1, max_value=2**53),
)


async def balances(database: Database) -> dict[Account, int]:
    async with database.transaction() as tx:
        return {found.account: found.minor for found in await ledger.balances(tx)}


async def due(database: Database) -> list[tuple[int, object]]:
    rows = await database.pool.fetch("select amount_minor, due_at from dues order by booking_id")
    return [tuple(row) for row in rows]


@given(st.lists(transfers).map(tuple))
def test_whatever_is_booked_sums_to_zero(moved: tuple[Transfer, ...]) -> None:
    assert sum(changes(moved).values()) == 0


async def test_a_booking_moves_money_from_account_to_account(database: Database) -> None:
    async with database.transaction() as tx:
        await ledger.book(tx, a_booking(1, minor=1_000, commission=50))

    assert await balances(database) == {BUYERS_MONEY: -1_000, a_store_account(): 950, FEES: 50}


async def test_the_same_thing_is_booked_once(database: Database) -> None:
    async with database.transaction() as tx:
        first = await ledger.book(tx, a_booking(1))
        again = await ledger.book(tx, a_booking(1))

    assert (first, again) == (True, False)
    assert (await balances(database))[a_store_account()] == 1_000
    assert len(await due(database)) == 1


async def test_two_who_book_the_same_at_once_book_it_once(database: Database) -> None:
    async def book() -> bool:
        async with database.transaction() as tx:
            return await ledger.book(tx, a_booking(1))

    done = await asyncio.gather(*(book() for _ in range(6)))

    assert sorted(done) == [False] * 5 + [True]
    assert (await balances(database))[a_store_account()] == 1_000


async def test_a_batch_skips_what_stands_already(database: Database) -> None:
    async with database.transaction() as tx:
        await ledger.book(tx, a_booking(2))
        made = await ledger.book_many(tx, [a_booking(number) for number in range(1, 5)])

    assert {reference.int for _, reference in made} == {1, 3, 4}
    assert (await balances(database))[a_store_account()] == 4_000


async def test_a_batch_may_be_empty(database: Database) -> None:
    async with database.transaction() as tx:
        assert await ledger.book_many(tx, []) == set()


async def test_a_booking_is_read_as_it_was_written(database: Database) -> None:
    wanted = a_booking(1, commission=50)
    async with database.transaction() as tx:
        await ledger.book(tx, wanted)
        assert await ledger.booked(tx, "paid", wanted.reference) == wanted.transfers
        assert await ledger.booked(tx, "refunded", wanted.reference) == ()


async def test_what_a_store_gets_is_due_when_the_booking_says(database: Database) -> None:
    later = NOON + timedelta(days=14)
    async with database.transaction() as tx:
        await ledger.book(tx, a_booking(1, commission=50, due_at=later))
    assert await due(database) == [(950, later)]

    async with database.transaction() as tx:
        await ledger.set_due(tx, a_booking(1).subject_id, NOON)
    assert await due(database) == [(950, NOON)]


@pytest.mark.parametrize("table", ["accounts", "bookings", "transfers"])
@pytest.mark.parametrize(
    "statement",
    ["delete from {}", "truncate {} cascade", "update {} set {} = {}"],
    ids=["delete", "truncate", "update"],
)
async def test_the_database_refuses_to_change_the_books(
    database: Database, table: str, statement: str
) -> None:
    column = {"accounts": "owner", "bookings": "kind", "transfers": "amount_minor"}[table]
    async with database.transaction() as tx:
        await ledger.book(tx, a_booking(1))

    with pytest.raises(asyncpg.RestrictViolationError, match=f"{table} only grows"):
        await database.pool.execute(statement.format(table, column, column))


async def test_two_currencies_never_meet_in_a_transfer(database: Database) -> None:
    yen = Account(PROVIDER, "sandbox", "JPY")
    async with database.transaction() as tx:
        await ledger.book(tx, a_booking(1))
        move = Transfer(yen, Account(COMMISSION, "", "JPY"), 1)
        await ledger.book(tx, Booking("paid", yen.id, yen.id, NOON, NOON, (move,)))

    with pytest.raises(AssertionError, match="currencies"):
        Transfer(yen, FEES, 1)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await database.pool.execute(
            "insert into transfers (booking_id, position, debit_id, credit_id, currency,"
            " amount_minor) select booking_id, 9, $1, $2, 'EUR', 1 from transfers limit 1",
            yen.id, FEES.id,
        )  # fmt: skip
