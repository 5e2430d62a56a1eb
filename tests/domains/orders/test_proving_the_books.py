"""`livehouse ledger verify`: all holds after ordinary work, and every planted fault is found."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from livehouse.domains.orders import Audit, Back, Order, book_back, request_refund
from livehouse.domains.orders.commands import commands
from livehouse.domains.orders.service.audit import look_through
from livehouse.foundation.money import Money
from livehouse.storage.database import Database, Transaction, connect
from tests.support.orders_world import a_wish, bought, paid
from tests.support.shows_world import ShowsWorld

MONTH = timedelta(days=31)


@dataclass
class HouseWithBooks:
    audit: Audit


BOOKS = "every transfer moves an amount between two accounts of its currency"
ZERO = "all accounts of a currency sum to zero"
EMPTY = "every booking moves something"
DUE = "what is booked for a store is due or on one statement, to the cent"
STATEMENTS = "every statement adds up, and opens as the one before it closed"
PAYOUTS = "every payout pays what its statement closed with, and is booked"
PAYMENTS = "an order is paid when a payment for it succeeded, and only then"
UNPAID = "nothing is booked for an order that was not paid"
BACK = "buyers get back what went back, no more and no less"
MOVED = "quotas are what their movements made of them"
QUOTAS = "quotas hold and have spent what orders take, by their state"
PAID = "every paid order is booked once, with what it says"
REFUNDED = "everything that went back is booked, with what it was"


async def some_work(world: ShowsWorld) -> list[Order]:
    """Orders that wait, are paid, expire, go back in part; statements; a payout that was sent."""
    _, offer = await world.an_open_offer(stock=50, allotment=40)
    await world.stores.set_commission(offer.store_id, 450)
    orders = [await paid(world, offer.id, buyer=buyer, quantity=2) for buyer in range(1, 4)]
    await bought(world, a_wish(world, offer.id, buyer=7))
    await world.clock.advance(timedelta(hours=1))
    await world.orders.expire_due()
    await bought(world, a_wish(world, offer.id, buyer=8))
    async with world.database.transaction() as tx:
        now = world.clock.now()
        await book_back(tx, orders[0], Back(key="a", units={0: 1}, amounts={0: 2_000}), now)
        await request_refund(tx, orders[0].id, Money("EUR", 2_000), "a", now=now)
    settlement = world.settlement
    await world.clock.advance(MONTH * 2)
    await settlement.make_statements()
    run = await settlement.pay_out(by=None)
    await settlement.mark_sent(run.id)
    await world.clock.advance(MONTH)
    await settlement.make_statements()
    return orders


async def wrong(database: Database) -> set[str]:
    return {check.what async for check in Audit(database).run() if check.wrong}


@pytest.fixture
async def worked(world: ShowsWorld) -> ShowsWorld:
    await some_work(world)
    return world


async def test_after_ordinary_work_all_holds(worked: ShowsWorld) -> None:
    checks = [check async for check in Audit(worked.database).run()]

    assert [check.what for check in checks if check.wrong] == []
    looked_at = {check.what: check.looked_at for check in checks}
    assert len(looked_at) == 13
    assert all(looked_at.values()), "something was not there to be looked at"
    assert (looked_at[PAID], looked_at[REFUNDED]) == (3, 1)


async def test_an_empty_house_holds(database: Database) -> None:
    assert await wrong(database) == set()


FAULTS = [
    ("update transfers set amount_minor = amount_minor + 1 where position = 0 and booking_id ="
     " (select min(id) from bookings where kind = 'paid')", {DUE, PAID}),
    ("update transfers set currency = 'USD' where booking_id = (select max(id) from bookings)",
     {BOOKS}),
    ("update transfers set debit_id = gen_random_uuid() where position = 0 and booking_id ="
     " (select min(id) from bookings where kind = 'paid')", {BOOKS, ZERO, PAID}),
    ("delete from transfers where booking_id = (select max(id) from bookings)", {EMPTY, PAYOUTS}),
    ("delete from bookings where id = (select min(id) from bookings where kind = 'paid')",
     {BOOKS, PAID}),
    ("update bookings set kind = 'gone' where kind = 'refunded'", {REFUNDED}),
    ("update bookings set reference = gen_random_uuid() where id ="
     " (select min(id) from bookings where kind = 'paid')", {PAID, UNPAID}),
    ("insert into dues select booking_id, account_id, amount_minor, due_at from statement_lines"
     " limit 1", {DUE}),
    ("update statement_lines set received_minor = received_minor + 1, amount_minor ="
     " amount_minor + 1 where position = 1", {DUE, STATEMENTS}),
    ("update statements set opening_minor = opening_minor + 1, closing_minor = closing_minor + 1"
     " where starts_at = (select max(starts_at) from statements)", {STATEMENTS}),
    ("update payouts set amount_minor = amount_minor + 1", {PAYOUTS}),
    ("update payout_runs set sent_at = null", {PAYOUTS}),
    ("delete from given_back", {BACK, UNPAID}),
    ("update given_back set what = jsonb_set(what, '{units,0}', '9')", {REFUNDED}),
    ("update refunds set amount_minor = amount_minor - 1", {BACK}),
    ("update payments set state = 'refused' where id = (select min(id::text)::uuid from payments)",
     {PAYMENTS, UNPAID}),
    ("update payments set amount_minor = 1 where id = (select min(id::text)::uuid from payments)",
     {PAID}),
    ("update orders set state = 'paid' where state = 'placed'", {PAYMENTS, QUOTAS}),
    ("update orders set state = 'cancelled' where state = 'placed'", {QUOTAS}),
    ("update quotas set spent = spent - 1 where spent > 0", {MOVED, QUOTAS}),
    ("update quotas set held = held + 1 where held > 0", {MOVED, QUOTAS}),
    ("delete from quota_movements where version = 1", {MOVED}),
]  # fmt: skip


async def test_every_planted_fault_is_found(worked: ShowsWorld) -> None:
    missed = {}
    for fault, finds in FAULTS:
        async with worked.database.engine.connect() as connection:
            # As who owns the machine can: without triggers, and so without foreign keys.
            await connection.execute(text("set local session_replication_role = replica"))
            done = await connection.execute(text(fault))
            assert done.rowcount, f"this changed nothing: {fault}"
            found = {one.what async for one in look_through(Transaction(connection)) if one.wrong}
            await connection.rollback()
        if not found >= finds:
            missed[fault] = finds - found

    assert missed == {}


async def ask(database_url: str, *arguments: str) -> Result:
    @asynccontextmanager
    async def open_platform() -> AsyncIterator[HouseWithBooks]:
        opened = await connect(database_url, pool_size=2)
        yield HouseWithBooks(Audit(opened))
        await opened.close()

    return await asyncio.to_thread(
        CliRunner().invoke, commands(open_platform), ["verify", *arguments]
    )


@pytest.mark.usefixtures("worked")
async def test_the_command_says_that_all_holds(database_url: str) -> None:
    report, spoken = await ask(database_url, "--json"), await ask(database_url)

    assert (report.exit_code, spoken.exit_code) == (0, 0)
    assert json.loads(report.stdout)["holds"] is True
    assert spoken.stdout.splitlines()[-1] == "All holds."


async def test_the_command_fails_with_the_first_of_what_is_wrong(
    worked: ShowsWorld, database_url: str
) -> None:
    fault = "update quotas set held = held + 1 where held > 0 returning id"
    broken = {str(row["id"]) for row in await worked.database.pool.fetch(fault)}

    report, spoken = await ask(database_url, "--json"), await ask(database_url)

    assert (report.exit_code, spoken.exit_code) == (1, 1)
    checks = [check for check in json.loads(report.stdout)["checks"] if check["wrong"]]
    assert {check["what"] for check in checks} == {MOVED, QUOTAS}
    assert all(set(check["first"]) == broken for check in checks)
    assert f"WRONG {QUOTAS}: 2 of 2: " in spoken.stdout
