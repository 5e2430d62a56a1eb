"""A fair opening as people meet it: the call, taking part, the result, the check of the draw."""

import asyncio
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.browser import PHONE, a_visitor, sign_in, wait_until_playing
from tests.support.house import Plan, open_house

WAIT_MS = 60_000


@pytest.mark.torture
async def test_two_enter_for_one_place_and_both_can_check_the_draw(
    chromium: Browser, open_folder: Path
) -> None:
    plan = Plan(people=("ann", "bo"), allotment=1, fair_window_ms=15_000)
    async with open_house(open_folder, plan) as house:
        ann, bo = await a_visitor(chromium), await a_visitor(chromium, PHONE)
        host = await a_visitor(chromium)
        for page, name in ((ann, "ann"), (bo, "bo"), (host, "host")):
            await sign_in(page, house, name)
        for page in (ann, bo):
            await page.goto(f"{house.address}/shows/{house.show_slug}")
            await wait_until_playing(page, 0)
        await host.goto(f"{house.address}/studio/{house.show_slug}")

        await the_host_calls(host)
        await asyncio.gather(takes_part(ann), takes_part(bo))
        for page in (ann, bo):
            await expect(page.get_by_role("dialog")).to_contain_text("of 2", timeout=WAIT_MS)

        results = [await page.get_by_role("dialog").inner_text() for page in (ann, bo)]
        assert sorted("You have a place" in result for result in results) == [False, True]
        assert sorted("No place this time" in result for result in results) == [False, True]
        for page in (ann, bo):
            await checks_the_draw(page)
        winner, loser = (ann, bo) if "You have a place" in results[0] else (bo, ann)
        await a_reload_keeps_the_result(loser)
        await pays(winner)


async def the_host_calls(host: Page) -> None:
    await host.get_by_role("button", name=re.compile(r"^Pin.*Moss tea bowl")).click()
    await host.get_by_role("button", name=re.compile(r"^Open.*Moss tea bowl")).click()


async def takes_part(page: Page) -> None:
    button = page.get_by_role("button", name="Take part: Moss tea bowl").first
    await expect(button).to_be_visible(timeout=WAIT_MS)
    await expect(button).to_be_enabled(timeout=WAIT_MS)
    await button.click()
    await expect(page.get_by_role("dialog")).to_contain_text("Your name in this draw")


async def checks_the_draw(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Check the draw").click()
    await expect(dialog.get_by_role("listitem")).to_have_count(10, timeout=WAIT_MS)
    await expect(dialog.locator("li.holds")).to_have_count(10)
    published = await dialog.get_by_role("link", name="Everything").get_attribute("href")
    record = await (await page.request.get(urljoin(page.url, published))).json()
    assert (record["stage"], sorted(record["outcomes"])) == ("done", ["placed", "sold_out"])


async def a_reload_keeps_the_result(page: Page) -> None:
    await page.reload()
    await page.get_by_role("button", name="Result: Moss tea bowl").first.click()
    await expect(page.get_by_role("dialog")).to_contain_text("You are number 2 of 2")


async def pays(page: Page) -> None:
    await page.get_by_role("dialog").get_by_role("link", name=re.compile("Pay")).click()
    await page.wait_for_url(re.compile("/orders/"))
    await expect(page.get_by_text("Moss tea bowl").first).to_be_visible()
