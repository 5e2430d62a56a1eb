"""Pages as people with little room, other languages, or no mouse meet them.

The long form of these checks, with a picture of every page in every state, is `make shots`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, expect
from tools import shots_checks as checks
from tools.shots_house import Furniture, SetClock, furnish_full, open_tonight

from livehouse.app.lifespan import opened
from livehouse.app.platform import Platform
from livehouse.app.settings import Settings
from livehouse.foundation.clock import SystemClock
from tests.support.browser import DESKTOP, PHONE
from tests.support.house import served

LOCALES = {"en": "en-GB", "zh-Hans": "zh-CN"}
# Whoever presses Tab so often has been through any of our dialogs.
TABS = 8
FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
}"""
WHERE_FOCUS_IS = f"""() => {{
  const at = ({FOCUSED})();
  const around = (node) => node && (node.closest("dialog") ?? around(node.getRootNode().host));
  return at === document.body ? "nowhere" : around(at) ? "in the dialog" : "behind the dialog";
}}"""


@dataclass(frozen=True, slots=True)
class Doors:
    address: str
    made: Furniture
    platform: Platform

    async def visit(self, browser: Browser, path: str, *, who: str = "") -> Page:
        """A page in English on a desktop, open at `path`."""
        context = await browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
        page = await context.new_page()
        await self.enter(page, who=who, language="en")
        await page.goto(self.address + path)
        return page

    async def enter(self, page: Page, *, who: str, language: str) -> None:
        await page.context.clear_cookies()
        cookies = {"language": language}
        if who:
            # What an account says goes before the cookie.
            person = self.made.people[who]
            await self.platform.people.sessions.set_language(person.id, language)
            cookies["session"] = self.made.sessions[who]
        for name, value in cookies.items():
            await page.context.add_cookies([{"name": name, "value": value, "url": self.address}])


@asynccontextmanager
async def open_doors(folder: Path) -> AsyncIterator[Doors]:
    """The house of the screenshots, with its show on."""
    settings = Settings(data=str(folder))
    clock = SetClock(SystemClock().now())
    async with opened(settings, clock=clock) as platform:
        made = await furnish_full(platform, clock)
        await open_tonight(platform, made)
    async with served(folder) as (address, _), opened(settings) as platform:
        yield Doors(address, made, platform)


async def test_pages_fit_phones_speak_chinese_and_need_no_mouse(
    chromium: Browser, open_folder: Path
) -> None:
    async with open_doors(open_folder) as doors:
        for language in LOCALES:
            await pages_fit_a_phone_and_everybody(chromium, doors, language)
        await a_keyboard_is_enough(chromium, doors)


async def pages_fit_a_phone_and_everybody(chromium: Browser, doors: Doors, language: str) -> None:
    context = await chromium.new_context(
        viewport=PHONE, locale=LOCALES[language], reduced_motion="reduce", has_touch=True
    )
    page = await context.new_page()
    found = []
    for who, path in (
        ("", "/"),
        ("", "/sign-in"),
        ("ann", "/shows/tea-at-dusk"),
        ("ann", f"/orders/{doors.made.orders['placed']}"),
        ("host", "/console/kiln/products"),
        ("host", "/console/kiln/shows/tea-at-dusk"),
    ):
        await doors.enter(page, who=who, language=language)
        await page.goto(doors.address + path)
        found += [(path, *one) for one in await what_is_wrong(page, language)]
    assert not found


async def what_is_wrong(page: Page, language: str) -> list[tuple[str, str]]:
    found = await checks.of_layout(page, is_phone=True)
    if language == "en":
        return found + await checks.of_access(page)
    return found + await checks.of_language(page)


async def a_keyboard_is_enough(chromium: Browser, doors: Doors) -> None:
    await the_first_tab_skips_to_the_content(await doors.visit(chromium, "/"))
    await a_menu_opens_and_gives_focus_back(await doors.visit(chromium, "/", who="ann"))
    show = "/shows/tea-at-dusk"
    await tabs_follow_the_arrows(await doors.visit(chromium, show))
    await a_dialog_keeps_focus_and_gives_it_back(await doors.visit(chromium, show))


async def the_first_tab_skips_to_the_content(page: Page) -> None:
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
    await page.keyboard.press("Tab")
    assert await page.evaluate("() => document.activeElement.closest('main') !== null")


async def a_menu_opens_and_gives_focus_back(page: Page) -> None:
    opener = page.locator("summary", has=page.locator(".avatar"))
    await opener.focus()
    await page.keyboard.press("Enter")
    account = page.get_by_role("link", name="Account", exact=True)
    await expect(account).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Escape")
    await expect(account).to_be_hidden()
    await expect(opener).to_be_focused()


async def tabs_follow_the_arrows(page: Page) -> None:
    await page.get_by_role("tab", name="Chat").focus()
    await page.keyboard.press("ArrowRight")
    offers = page.get_by_role("tab", name="Offers")
    await expect(offers).to_be_focused()
    await expect(offers).to_have_attribute("aria-selected", "true")
    await expect(page.get_by_role("button", name="Buy Cast-iron kettle")).to_be_visible()


async def a_dialog_keeps_focus_and_gives_it_back(page: Page) -> None:
    buy = page.get_by_role("button", name="Buy Moss tea bowl").first
    await buy.focus()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Sign in to buy")
    await expect(dialog).to_be_visible()
    for _ in range(TABS):
        await page.keyboard.press("Tab")
        assert await page.evaluate(WHERE_FOCUS_IS) != "behind the dialog"
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(buy).to_be_focused()
