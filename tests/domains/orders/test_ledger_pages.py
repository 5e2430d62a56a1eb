"""Statements for stores and the books for operators, as pages and files."""

import csv
import io
from datetime import timedelta

import pytest

from livehouse.domains.orders import Order
from livehouse.domains.orders.pages import routes
from livehouse.foundation.roles import Role
from livehouse.foundation.sheets import BYTE_ORDER_MARK
from tests.support.ledger_entries import StoresOfTests
from tests.support.orders_world import paid
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import an_identity

OPERATOR = an_identity(99, is_operator=True)
MONTH = timedelta(days=31)
HERE = "/console/tea-house/statements"
LEDGER = "/operator/ledger"


async def a_statement(world: ShowsWorld) -> tuple[Order, str]:
    _, offer = await world.an_open_offer()
    await world.stores.set_commission(offer.store_id, 500)
    order = await paid(world, offer.id, quantity=2)
    await world.clock.advance(MONTH * 2)
    await world.settlement.make_statements()
    (statement,) = await world.settlement.of_store(order.store_id, "EUR")
    return order, f"{HERE}/{statement.id}"


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


async def test_an_owner_reads_what_was_sold_taken_and_is_still_to_come(world: ShowsWorld) -> None:
    order, here = await a_statement(world)
    async with world.web(*routes) as web:
        web.sign_in_as(member_of(order.store_id, Role.OWNER))
        listed = await web.get(HERE)
        one = await web.get(here)
        file = await web.get(f"{here}/lines.csv")

    assert "Jan 1, 2026 – Jan 31, 2026" in listed.text
    assert "€38.00" in listed.text
    assert "To be paid out" in listed.text
    assert "-€2.00" in one.text
    assert f"/console/tea-house/orders/{order.id}" in one.text
    assert file.headers["content-disposition"] == 'attachment; filename="tea-house-2026-01-01.csv"'
    (line,) = rows(file.text)
    assert (line["order"], line["received"], line["commission"], line["amount"]) == (
        str(order.id), "40.00", "-2.00", "38.00",
    )  # fmt: skip


async def test_a_store_without_statements_is_told_when_they_come(world: ShowsWorld) -> None:
    store = await world.a_store()
    async with world.web(*routes) as web:
        web.sign_in_as(member_of(store.id, Role.OWNER))
        page = await web.get(HERE)

    assert "No statements yet" in page.text


@pytest.mark.parametrize(("role", "status"), [(None, 404), (Role.EDITOR, 403)])
async def test_statements_are_for_the_stores_owner_alone(
    world: ShowsWorld, role: Role | None, status: int
) -> None:
    order, here = await a_statement(world)
    other = await world.a_store("kiln")
    visitor = member_of(order.store_id, role) if role else member_of(other.id, Role.OWNER)
    async with world.web(*routes) as web:
        web.sign_in_as(visitor)
        answers = [await web.get(path) for path in (HERE, here, f"{here}/lines.csv")]

    assert {answer.status_code for answer in answers} == {status}


async def test_a_statement_is_not_found_in_another_store(world: ShowsWorld) -> None:
    _, here = await a_statement(world)
    other = await world.a_store("kiln")
    elsewhere = here.replace("tea-house", "kiln")
    async with world.web(*routes) as web:
        web.sign_in_as(member_of(other.id, Role.OWNER))
        answers = [await web.get(path) for path in (elsewhere, f"{elsewhere}/lines.csv")]

    assert {answer.status_code for answer in answers} == {404}


async def test_an_operator_pays_out_downloads_the_file_and_marks_it_as_sent(
    world: ShowsWorld,
) -> None:
    order, here = await a_statement(world)
    async with world.web(*routes) as web:
        web.sign_in_as(OPERATOR)
        before = await web.get(LEDGER)
        await web.post_form(f"{LEDGER}/payouts")
        ready = await web.get(LEDGER)
        (run,) = await world.settlement.runs()
        on_its_way = await web.get(here)
        file = await web.get(f"{LEDGER}/payouts/{run.id}/payouts.csv")
        await web.post_form(f"{LEDGER}/payouts/{run.id}/sent")
        sent = await web.get(LEDGER)
        again = await web.post_form(f"{LEDGER}/payouts")
        told = await web.get(again.headers["location"])
        on_statement = await web.get(here)
        listed = await web.get(HERE)

    assert "Make these payouts" in before.text
    assert "The payouts are ready" in ready.text
    assert "Mark as sent" in ready.text
    (row,) = rows(file.text)
    assert (row["amount"], row["currency"], row["store_id"]) == (
        "38.00",
        "EUR",
        str(order.store_id),
    )
    assert "Mark as sent" not in sent.text
    assert "There is nothing to pay out" in told.text
    assert "On its way" in on_its_way.text
    assert "Paid out" in on_statement.text
    assert "€0.00" in listed.text


async def test_a_stores_name_is_no_formula_in_the_file_for_the_bank(world: ShowsWorld) -> None:
    stores = StoresOfTests("Europe/Berlin", name="=cmd|'/c calc'!A1")
    world.settlement.parties = stores
    await a_statement(world)
    run = await world.settlement.pay_out(by=None)
    async with world.web(*routes) as web:
        web.sign_in_as(OPERATOR)
        file = await web.get(f"{LEDGER}/payouts/{run.id}/payouts.csv")

    assert rows(file.text)[0]["store"] == "'=cmd|'/c calc'!A1"


async def test_an_operator_sets_what_the_platform_takes(world: ShowsWorld) -> None:
    store = await world.a_store()
    async with world.web(*routes) as web:
        web.sign_in_as(OPERATOR)
        await web.post_form(f"{LEDGER}/commission", store="tea-house", percent="5.5")
        page = await web.get(LEDGER)
        wrong = await web.post_form(f"{LEDGER}/commission", store="tea-house", percent="101")
        nowhere = await web.post_form(f"{LEDGER}/commission", store="nowhere", percent="1")

    assert (await world.stores.store(store.id)).commission_basis_points == 550
    assert "5.5 %" in page.text
    assert "The books begin with the first paid order." in page.text
    assert (wrong.status_code, nowhere.status_code) == (422, 422)
    assert "here is no such store" in nowhere.text


async def test_the_books_are_for_operators_alone(world: ShowsWorld) -> None:
    order, _ = await a_statement(world)
    run = await world.settlement.pay_out(by=None)
    async with world.web(*routes) as web:
        web.sign_in_as(member_of(order.store_id, Role.OWNER))
        answers = [
            await web.get(LEDGER),
            await web.get(f"{LEDGER}/payouts/{run.id}/payouts.csv"),
            await web.post_form(f"{LEDGER}/payouts"),
            await web.post_form(f"{LEDGER}/payouts/{run.id}/sent"),
            await web.post_form(f"{LEDGER}/commission", store="tea-house", percent="0"),
        ]

    assert {answer.status_code for answer in answers} == {404}
    assert (await world.settlement.runs())[0].sent_at is None
