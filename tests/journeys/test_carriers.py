"""A viewer behind a network that lets no WebSocket through: the room comes over plain HTTP."""

import re
from pathlib import Path

from playwright.async_api import Browser, WebSocketRoute, expect

from tests.support.browser import PHONE, a_visitor, say, sign_in, wait_until_playing
from tests.support.house import Plan, open_house

SLOWER = "Chat a few seconds behind"


class Network:
    """What lies between a browser and the house."""

    def __init__(self) -> None:
        self.lets_sockets_through = False

    async def meet(self, socket: WebSocketRoute) -> None:
        if self.lets_sockets_through:
            socket.connect_to_server()
        else:
            await socket.close()


async def test_without_a_websocket_one_watches_talks_and_buys(
    chromium: Browser, open_folder: Path
) -> None:
    async with open_house(open_folder, Plan()) as house:
        ann, bo = await a_visitor(chromium), await a_visitor(chromium, PHONE)
        host = await a_visitor(chromium)
        network = Network()
        await ann.route_web_socket(re.compile("/live/"), network.meet)
        for page, name in ((ann, "ann"), (bo, "bo"), (host, "host")):
            await sign_in(page, house, name)
        for page in (ann, bo):
            await page.goto(f"{house.address}/shows/{house.show_slug}")
        await host.goto(f"{house.address}/studio/{house.show_slug}")

        await wait_until_playing(ann, 0)
        await expect(ann.get_by_text(SLOWER)).to_be_visible()
        await expect(bo.get_by_text(SLOWER)).to_have_count(0)
        await say(ann, "is it warm?")
        await say(bo, "it is, come in")
        for page in (ann, bo):
            for line in ("is it warm?", "it is, come in"):
                await expect(page.locator(".log .text", has_text=line)).to_be_visible()

        await host.get_by_role("button", name=re.compile(r"^Pin.*Moss tea bowl")).click()
        await host.get_by_role("button", name=re.compile(r"^Open.*Moss tea bowl")).click()
        await ann.get_by_role("button", name="Buy Moss tea bowl").first.click()
        await expect(ann.get_by_role("link", name=re.compile("Pay"))).to_be_visible()
        await expect(bo.get_by_text(re.compile("2 left")).first).to_be_visible()

        network.lets_sockets_through = True
        await ann.evaluate("() => dispatchEvent(new Event('online'))")
        await expect(ann.get_by_text(SLOWER)).to_have_count(0)
        await say(bo, "still there?")
        await expect(ann.locator(".log .text", has_text="still there?")).to_be_visible()
        await expect(ann.locator(".log .text", has_text="is it warm?")).to_have_count(1)
