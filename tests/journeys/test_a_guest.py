"""A guest comes by a link, waits, is let on stage, and everybody sees both."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from livehouse.app.bench.screen import FIND_VIDEO
from tests.support.browser import (
    FAKE_CAMERA,
    PICTURE_SIZE,
    WAIT_MS_MAX,
    a_browser,
    a_visitor,
    connect_the_camera,
    sign_in,
    wait_until_playing,
)
from tests.support.house import House, Plan, open_house

pytestmark = [pytest.mark.timeout(280), pytest.mark.torture]

MIX_SIZE = "1280x720"
# Two browsers that encode, three pictures that are played and a mix share the machine: ten pictures
# a second show as much as thirty.
FAKE_DEVICE = "--use-fake-device-for-media-stream"
SLOW_CAMERA = [f"{flag}=fps=10" if flag == FAKE_DEVICE else flag for flag in FAKE_CAMERA]
# Both fake cameras are green below, and between the halves of the mix is a narrow gap.
BOTH_ARE_SEEN = (
    "() => {"
    + FIND_VIDEO
    + """
    const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 720 });
    const context = canvas.getContext("2d");
    context.drawImage(video, 0, 0);
    const green = (x) => {
      const [red, much, blue] = context.getImageData(x, 650, 1, 1).data;
      return much > red + 60 && much > blue + 60;
    };
    return green(320) && !green(640) && green(960);
}"""
)


async def test_a_guest_is_let_on_stage_and_off_again(open_folder: Path) -> None:
    async with (
        open_house(open_folder, Plan(live=False)) as house,
        a_browser(*SLOW_CAMERA) as one,
        a_browser(*SLOW_CAMERA) as another,
    ):
        host = await a_visitor(one)
        await sign_in(host, house, "host")
        await host.goto(f"{house.address}/studio/{house.show_slug}")
        await connect_the_camera(host)
        await host.get_by_role("button", name="Go live").click()
        await host.get_by_role("dialog").get_by_role("button", name="Go live").click()
        link = await the_link_of_a_guest(host, house)
        guest = await a_visitor(another)
        await guest.goto(link)
        await the_guest_waits(guest)

        await expect(host.get_by_text("Waiting", exact=True)).to_be_visible()
        await host.get_by_role("button", name="Let on stage").click()
        await expect(guest.get_by_text("You are on stage")).to_be_visible()
        viewer = await a_visitor(another)
        await viewer.goto(f"{house.address}/shows/{house.show_slug}")
        await the_picture_is_the_mix(viewer)
        await expect(guest.get_by_label("The stage, without your own voice")).to_be_visible()

        await host.get_by_role("button", name="Take off stage").click()
        await expect(guest.get_by_text("In the waiting room")).to_be_visible()
        await host.get_by_role("button", name="Remove").click()
        await host.get_by_role("button", name="Yes, end the link").click()
        await expect(guest.get_by_role("alert")).to_contain_text("no longer valid")
        answer = await guest.goto(link)
        assert answer is not None
        assert answer.status == 404


async def the_link_of_a_guest(host: Page, house: House) -> str:
    await host.get_by_role("button", name="Invite a guest").click()
    await expect(host.get_by_text("Not here")).to_be_visible()
    told = await host.request.get(f"{house.address}/api/shows/{house.show_slug}/guests")
    (guest,) = (await told.json())["guests"]
    return f"{house.address}{guest['path']}"


async def the_guest_waits(guest: Page) -> None:
    await guest.get_by_label("Your name").fill("Ann from the kiln")
    await guest.get_by_role("button", name="Use this browser's camera").click()
    await expect(guest.get_by_role("combobox", name=re.compile("^Microphone"))).to_be_visible()
    await guest.get_by_role("button", name="Connect the camera").click()
    await expect(guest.get_by_text("In the waiting room")).to_be_visible()


async def the_picture_is_the_mix(page: Page) -> None:
    """Host and guest beside each other: no slate, and no camera alone."""
    await page.wait_for_function(
        f"(size) => ({PICTURE_SIZE})() === size", arg=MIX_SIZE, timeout=WAIT_MS_MAX
    )
    await page.wait_for_function(BOTH_ARE_SEEN, timeout=WAIT_MS_MAX)
    played = await wait_until_playing(page, 0)
    await wait_until_playing(page, played + 2)
