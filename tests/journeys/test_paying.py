"""Paying as people meet it when it does not go well: refused, too late, and the money back."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Dialog, Page, expect

from tests.support.browser import a_visitor, sign_in
from tests.support.house import House, Plan, open_house

pytestmark = pytest.mark.timeout(240)  # a whole house on a busy machine


async def test_a_refused_and_a_late_payment(chromium: Browser, open_folder: Path) -> None:
    async with open_house(open_folder, Plan()) as house:
        ann, host = await a_visitor(chromium), await a_visitor(chromium)
        await sign_in(ann, house, "ann")
        await sign_in(host, house, "host")
        await host.goto(f"{house.address}/studio/{house.show_slug}")
        await host.get_by_role("button", name=re.compile(r"^Pin.*Moss tea bowl")).click()
        await host.get_by_role("button", name=re.compile(r"^Open.*Moss tea bowl")).click()
        order = await an_order(ann, house)

        await a_payment_is_refused(ann)
        await another_is_paid_when_the_order_is_gone(ann, order)
        await the_money_goes_back(ann, order)
        await the_operator_has_nothing_to_do(host, house)


async def an_order(ann: Page, house: House) -> str:
    await ann.goto(f"{house.address}/shows/{house.show_slug}")
    await ann.get_by_role("button", name="Buy Moss tea bowl").first.click()
    await ann.get_by_role("link", name=re.compile("Pay")).click()
    await ann.wait_for_url(re.compile("/orders/"))
    return ann.url


async def a_payment_is_refused(ann: Page) -> None:
    await ann.get_by_role("button", name=re.compile("^Pay")).click()
    await expect(ann.get_by_text("This is a sandbox, not a bank")).to_be_visible()
    await ann.get_by_role("button", name="Refuse it").click()
    await ann.wait_for_url(re.compile("/orders/"))
    await expect(ann.get_by_text("The payment was refused.").first).to_be_visible()


async def another_is_paid_when_the_order_is_gone(ann: Page, order: str) -> None:
    await ann.get_by_role("button", name=re.compile("^Pay")).click()
    await ann.wait_for_url(re.compile("/sandbox/"))
    other_tab = await ann.context.new_page()
    other_tab.on("dialog", say_yes)
    await other_tab.goto(order)
    await other_tab.get_by_role("button", name="Cancel the order").click()
    await expect(other_tab.get_by_text("The order is cancelled.")).to_be_visible()
    await ann.reload()
    await ann.get_by_role("button", name="Pay too late").click()
    await ann.wait_for_url(order)
    await expect(ann.get_by_text("your money goes back").first).to_be_visible()


async def say_yes(dialog: Dialog) -> None:
    await dialog.accept()


async def the_money_goes_back(ann: Page, order: str) -> None:
    refunds = ann.get_by_role("region", name="Money back")
    await expect(refunds).to_contain_text("€15.00")
    # A job sends it within seconds.
    for _ in range(20):
        await ann.goto(order)
        if await refunds.get_by_text("Sent back").count():
            break
        await ann.wait_for_timeout(500)
    await expect(refunds).to_contain_text("Sent back")


async def the_operator_has_nothing_to_do(host: Page, house: House) -> None:
    await host.goto(f"{house.address}/operator/refunds")
    await expect(host.get_by_text("Nothing failed")).to_be_visible()
