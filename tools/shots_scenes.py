"""Every page in every state: where it is, who looks at it, and what is done there first."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from playwright.async_api import Page, expect

from tools.shots_house import Furniture

Steps: TypeAlias = Callable[[Page], Awaitable[object]]

CHAT_LINES_SHOWN = 5
expect.set_options(timeout=20_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """`steps` bring the page, open at `path`, into the state that the picture is of."""

    name: str
    path: str
    who: str = ""
    steps: Steps | None = None
    fills_window: bool = False
    # The answer may be this status, where that is the scene's point.
    status: int = 200
    empty_house: bool = False


def scenes(made: Furniture) -> list[Scene]:
    return [
        *_public(), *_watching(), *_studio(), *_door(),
        *_account(made), *_buying(made), *_console(made), *_console_goods(made),
    ]  # fmt: skip


def _public() -> list[Scene]:
    return [
        Scene(name="home", path="/"),
        Scene(name="home-signed-in", path="/", who="host"),
        Scene(name="home-empty", path="/", who="olu", empty_house=True),
        Scene(name="home-empty-guest", path="/", empty_house=True),
        Scene(name="menu-account", path="/", who="host", steps=_menu(1), fills_window=True),
        Scene(name="menu-language", path="/", steps=_menu(0), fills_window=True),
        Scene(name="room", path="/rooms/tea-room"),
        Scene(name="room-coming", path="/rooms/tideline"),
        Scene(name="room-empty", path="/rooms/empty-room"),
        Scene(name="show-scheduled", path="/shows/kiln-opening"),
        Scene(name="show-scheduled-staff", path="/shows/kiln-opening", who="host"),
        Scene(name="show-cancelled", path="/shows/not-happening"),
        Scene(name="error-404", path="/shows/nowhere", status=404),
        Scene(name="error-404-signed-in", path="/console/kiln", who="new", status=404),
    ]


def _watching() -> list[Scene]:
    at = "/shows/tea-at-dusk"

    def live(name: str, who: str, steps: Steps) -> Scene:
        return Scene(name=name, path=at, who=who, steps=steps, fills_window=True)

    return [
        live("show-live-guest", "", _chatting),
        live("show-live", "ann", _chatting),
        live("show-live-bag", "ann", _bag),
        live("show-live-guest-buys", "", _buy),
        live("show-live-bought", "ann", _buy),
        live("show-live-bought-no-address", "cho", _buy),
        live("show-live-banned", "bo", _say_though_banned),
        Scene(name="show-recording", path="/shows/lecture", steps=_near_its_end, fills_window=True),
        Scene(name="show-ended-no-recording", path="/shows/first-firing", fills_window=True),
    ]


def _studio() -> list[Scene]:
    def studio(name: str, slug: str, *, who: str = "host", steps: Steps | None = None) -> Scene:
        path = f"/studio/{slug}"
        return Scene(name=name, path=path, who=who, steps=steps, fills_window=True)

    return [
        Scene(name="studios", path="/studio", who="host"),
        Scene(name="studios-empty", path="/studio", who="new"),
        studio("studio-live", "tea-at-dusk", steps=_chatting),
        studio("studio-end", "tea-at-dusk", steps=_asked("End the show", "结束演出|结束直播")),
        studio("studio-moderator", "tea-at-dusk", who="mo", steps=_chatting),
        studio("studio-scheduled", "kiln-opening"),
        studio("studio-ended", "lecture"),
        studio("studio-cancelled", "not-happening"),
    ]


def _door() -> list[Scene]:
    return [
        Scene(name="sign-in", path="/sign-in"),
        Scene(
            name="sign-in-refused", path="/sign-in",
            steps=sent({"email": "nobody@house.example", "password": "not the password"}),
        ),
        Scene(name="sign-up", path="/sign-up"),
        Scene(
            name="sign-up-refused", path="/sign-up",
            steps=sent({"email": "ann@house.example", "name": "Ann", "password": "password1234"}),
        ),
        Scene(name="forgot", path="/forgot"),
        Scene(name="forgot-sent", path="/forgot", steps=sent({"email": "nobody@house.example"})),
        Scene(name="reset-refused", path="/reset/not-a-token", status=404),
    ]  # fmt: skip


def _account(made: Furniture) -> list[Scene]:
    return [
        Scene(name="account", path="/account", who="ann"),
        Scene(name="account-fresh", path="/account", who="new"),
        Scene(name="account-guest", path="/account"),  # leads to the door
        Scene(name="address-new", path="/account/addresses/new", who="new"),
        Scene(
            name="address-refused", path="/account/addresses/new", who="new",
            steps=sent({"recipient": " ", "street": " ", "city": " "}),
        ),
        Scene(name="address-change", path=f"/account/addresses/{made.address_id}", who="ann"),
    ]  # fmt: skip


def _buying(made: Furniture) -> list[Scene]:
    placed = {"placed": "ann", "refused": "ann", "paid": "ann", "expired": "ann"}
    placed |= {"cancelled": "ann", "no-address": "cho"}
    return [
        Scene(name="orders", path="/orders", who="ann"),
        Scene(name="orders-empty", path="/orders", who="new"),
        Scene(name="to-pay", path="/checkout/pay", who="ann"),
        Scene(name="basket", path="/basket", who="ann"),
        Scene(name="basket-empty", path="/basket", who="new"),
        Scene(name="checkout", path="/checkout", who="ann"),
        Scene(name="checkout-no-address", path="/checkout", who="wang"),
        Scene(name="invoice", path=f"/orders/{made.orders['paid']}/invoice", who="ann"),
        *(
            Scene(name=f"order-{name}", path=f"/orders/{made.orders[name]}", who=who)
            for name, who in placed.items()
        ),
        Scene(name="sandbox", path=made.payment_page, who="ann"),
    ]


def _console(made: Furniture) -> list[Scene]:
    def console(name: str, path: str, *, who: str = "host", steps: Steps | None = None) -> Scene:
        return Scene(name=f"console-{name}", path=f"/console{path}", who=who, steps=steps)

    return [
        console("choose", "", who="olu"),
        console("choose-none", "", who="new"),
        console("new", "/new", who="olu"),
        console("new-refused", "/new", who="olu", steps=sent({"slug": "kiln", "name": "Kiln"})),
        console("overview", "/kiln"),
        console("overview-fresh", "/bare", who="olu"),
        console("orders", "/kiln/orders"),
        console("orders-fresh", "/bare/orders", who="olu"),
        console("orders-none-such", "/tideline/orders?state=paid"),
        *(
            console(f"order-{name}", f"/kiln/orders/{made.orders[name]}")
            for name in ("placed", "paid", "expired", "cancelled", "no-address")
        ),
        console("members", "/kiln/members"),
        console("members-editor", "/kiln/members", who="cho"),
        console(
            "members-refused", "/kiln/members", steps=sent({"email": "nobody@house.example"})
        ),
        console("delivery", "/kiln/delivery"),
        console("settings", "/kiln/settings"),
        console("settings-refused", "/kiln/settings", steps=sent({"tax": "much", "name": " "})),
        console("shows", "/kiln/shows"),
        console("shows-fresh", "/bare/shows", who="olu"),
        console("schedule", "/kiln/schedule"),
        console("schedule-fresh", "/bare/schedule", who="olu"),
        console(
            "schedule-refused", "/kiln/schedule",
            steps=sent({"title": "Tea", "slug": "tea-at-dusk", "starts_at": "2031-01-01T10:00"}),
        ),
        console("show-live", "/kiln/shows/tea-at-dusk"),
        console("show-scheduled", "/kiln/shows/kiln-opening"),
        console("show-cancelled", "/kiln/shows/not-happening"),
        console("show-no-offers", "/tideline/shows/winter-knits"),
        console(
            "show-offer-refused", "/kiln/shows/kiln-opening", steps=sent({"price": "cheap"})
        ),
    ]  # fmt: skip


def _console_goods(made: Furniture) -> list[Scene]:
    products, imports = "/console/kiln/products", "/console/kiln/import"

    def shelf(name: str, path: str, *, who: str = "host", steps: Steps | None = None) -> Scene:
        return Scene(name=f"console-{name}", path=path, who=who, steps=steps)

    return [
        shelf("products", products),
        shelf("products-moderator", products, who="mo"),
        shelf("products-fresh", "/console/bare/products", who="olu"),
        shelf("products-not-found", f"{products}?search=zeppelin"),
        shelf("product", f"{products}/{made.products['moss-bowl']}"),
        shelf("product-long-name", f"{products}/{made.products['breakfast-set']}"),
        shelf("product-moderator", f"{products}/{made.products['moss-bowl']}", who="mo"),
        shelf(
            "product-refused", f"{products}/{made.products['ember-cup']}",
            steps=sent({"title": " "}),
        ),
        shelf("product-new", f"{products}/new"),
        shelf(
            "product-new-refused", f"{products}/new",
            steps=sent(
                {"title": "Cup", "handle": "ember-cup", "price": "cheap", "on_hand": "many"}
            ),
        ),
        shelf("import", imports),
        shelf("import-fresh", "/console/bare/import", who="olu"),
        shelf("report", f"{imports}/{made.imports['kiln-autumn-2026-final-final-really-final']}"),
        shelf("report-refused-rows", f"{imports}/{made.imports['spoilt']}"),
        shelf("report-refused-file", f"{imports}/{made.imports['holiday']}"),
    ]  # fmt: skip


def _menu(number: int) -> Steps:
    async def steps(page: Page) -> None:
        await page.locator("details[data-menu] > summary").nth(number).click()

    return steps


def sent(values: dict[str, str]) -> Steps:
    """Fill the page's main form in, and send it past the browser's own checks."""

    async def steps(page: Page) -> None:
        form = page.locator("main form").filter(has=page.locator(f"[name={next(iter(values))}]"))
        for name, value in values.items():
            field = form.locator(f"[name={name}]")
            await field.evaluate(
                "(field, value) => { field.value = value; field.form.noValidate = true; }", value
            )
        async with page.expect_navigation():
            await form.locator("[type=submit]").first.click()

    return steps


def _asked(*names: str) -> Steps:
    async def steps(page: Page) -> None:
        await _playing(page)  # before that the button of the page without scripts stands there
        await page.get_by_role("button", name=re.compile("|".join(names))).first.click()
        await expect(page.get_by_role("dialog")).to_be_visible()

    return steps


async def _playing(page: Page) -> None:
    """A moving picture, and the words over it."""
    await page.wait_for_function(
        """() => {
          const player = document.querySelector("lh-watch, lh-studio")
            ?.shadowRoot?.querySelector("lh-player");
          return player?.shadowRoot?.querySelector("video")?.currentTime > 0;
        }"""
    )


async def _near_its_end(page: Page) -> None:
    """A recording where most has been said."""
    await _playing(page)
    await page.evaluate(
        """() => {
          const player = document.querySelector("lh-watch").shadowRoot.querySelector("lh-player");
          const video = player.shadowRoot.querySelector("video");
          video.pause();
          video.currentTime = video.duration - 0.5;
        }"""
    )
    await _talked(page)


async def _chatting(page: Page) -> None:
    await _playing(page)
    await _talked(page)


async def _talked(page: Page) -> None:
    await page.wait_for_function(
        """(least) => {
          const chat = document.querySelector("lh-watch, lh-studio")
            ?.shadowRoot?.querySelector("lh-chat");
          return (chat?.shadowRoot?.querySelectorAll("li").length ?? 0) >= least;
        }""",
        arg=CHAT_LINES_SHOWN,
    )


async def _bag(page: Page) -> None:
    await _chatting(page)
    await page.evaluate(
        """() => {
          const root = document.querySelector("lh-watch").shadowRoot;
          (root.querySelector("#tab-offers") ?? root.querySelector(".round.bag")).click();
        }"""
    )
    await expect(page.locator("lh-bag li").first).to_be_visible()


async def _buy(page: Page) -> None:
    await _playing(page)
    await page.locator("lh-pin button").click()
    await expect(page.locator("lh-buy a.button.primary")).to_be_visible()


async def _say_though_banned(page: Page) -> None:
    await _playing(page)
    await page.locator("lh-chat input").fill("let me in")
    await page.locator("lh-chat button.send").click()
    await expect(page.locator("lh-chat .fate")).to_be_visible()
