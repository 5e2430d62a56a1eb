"""Screenshots of every page in every state into shots/, and checks of what stands on them.

Usage: python -m tools.shots [--only TEXT] [--quick] [--language TAG] [--into FOLDER]. Ends with 1
when a page sticks out, is hard to press, has serious findings of axe-core, speaks English on a
Chinese page, or logs errors.
"""

import argparse
import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import aiohttp
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Response
from playwright.async_api import Error as PlaywrightError
from tests.support.browser import a_browser
from tests.support.house import served

from livehouse.app.lifespan import opened
from livehouse.app.settings import Settings
from livehouse.foundation.clock import SystemClock
from tools import shots_checks as checks
from tools.shots_after import furnish_after, scenes_after
from tools.shots_checks import Finding
from tools.shots_crowd import crowd
from tools.shots_house import Furniture, SetClock, furnish_empty, furnish_full, open_tonight
from tools.shots_scenes import Scene, scenes
from tools.shots_sheet import contact_sheet

ROOT = Path(__file__).parents[1]
Speak: TypeAlias = Callable[[str], Awaitable[None]]

LANGUAGES = {"en": "en-GB", "zh-Hans": "zh-CN"}
THEMES = ("light", "dark")
PHONE = (390, 844)
DESKTOPS = ((1440, 900), (1920, 1080))
AT_ONCE = 3
WAIT_MS_MAX = 20_000
REFUSED = 400  # where the statuses of refusals begin
# A show that was never on has no picture, and one that has just begun not yet: pages know that.
MAY_BE_MISSING = ("/video/poster.jpg", "/video/vod.m3u8")
PLACES_TOLD_MAX = 3
# The lecture's video is looked for this often, and then runs for so long: it is watched again.
LOOK_AGAIN = timedelta(milliseconds=300)
RECORDED = timedelta(seconds=5)
VIDEO_SECONDS_MAX = 60.0
QUALITY = 82


@dataclass(slots=True)
class Gallery:
    """Where the houses stand, and what has been found so far."""

    into: Path
    quick: bool
    full: str = ""
    empty: str = ""
    sessions: dict[str, str] = field(default_factory=dict)
    first_sessions: dict[str, str] = field(default_factory=dict)
    pictures: list[Path] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Job:
    scene: Scene
    language: str
    is_phone: bool

    @property
    def sizes(self) -> Sequence[tuple[int, int]]:
        return (PHONE,) if self.is_phone else DESKTOPS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.shots", description=__doc__)
    parser.add_argument("--only", default="", help="only scenes with this in their name")
    parser.add_argument("--quick", action="store_true", help="phone and 1440, light only")
    parser.add_argument("--language", choices=LANGUAGES, help="only this one")
    parser.add_argument("--into", type=Path, default=ROOT / "shots")
    chosen = parser.parse_args()
    if not checks.AXE.exists():
        raise SystemExit("axe-core is missing: make setup installs it")
    gallery = Gallery(chosen.into, chosen.quick)
    languages = [chosen.language] if chosen.language else list(LANGUAGES)
    try:
        asyncio.run(take(gallery, languages, only=chosen.only))
    except KeyboardInterrupt:
        print("interrupted; this is what was found until then")
    return report(gallery)


async def take(gallery: Gallery, languages: Sequence[str], *, only: str) -> None:
    shutil.rmtree(gallery.into, ignore_errors=True)
    async with houses(gallery) as (speak, made), a_browser() as browser:
        for language in languages:
            await speak(language)
            wanted = [scene for scene in (*scenes(made), *scenes_after(made)) if only in scene.name]
            await _take_all(gallery, browser, wanted, language)
    (gallery.into / "index.html").write_text(contact_sheet(gallery.into, gallery.pictures))


@asynccontextmanager
async def houses(gallery: Gallery) -> AsyncIterator[tuple[Speak, Furniture]]:
    """The full house with its show on, and one on its first day; how to change their language."""
    async with AsyncExitStack() as stack:
        first = _folder(stack)
        async with opened(Settings(data=str(first))) as platform:
            gallery.first_sessions = await furnish_empty(platform)
        gallery.empty, _ = await stack.enter_async_context(served(first))
        empty = await stack.enter_async_context(opened(Settings(data=str(first))))
        folder = _folder(stack)
        clock = SetClock(SystemClock().now())
        async with opened(Settings(data=str(folder)), clock=clock) as platform:
            made = await furnish_full(platform, clock)
            await furnish_after(platform, made)
        gallery.sessions = made.sessions
        gallery.full, _ = await stack.enter_async_context(served(folder))
        platform = await stack.enter_async_context(opened(Settings(data=str(folder))))
        async with crowd(gallery.full, "lecture", made.speakers):
            await _recorded(gallery.full, "lecture")
        await open_tonight(platform, made)
        await stack.enter_async_context(crowd(gallery.full, "tea-at-dusk", made.speakers))

        async def speak(language: str) -> None:
            # The account's language goes before the cookie's, so that all of them change.
            for one in (platform, empty):
                for person in await one.people.accounts.every():
                    await one.people.sessions.set_language(person.id, language)

        yield speak, made


async def _recorded(address: str, show: str) -> None:
    """Wait until the show has a picture, and a while more."""
    clock = SystemClock()
    async with aiohttp.ClientSession(address) as client, asyncio.timeout(VIDEO_SECONDS_MAX):
        async with client.get(f"/api/shows/{show}") as answer:
            video = (await answer.json())["addresses"]["video"]
        while True:
            async with client.get(video) as answer:
                if answer.ok:
                    break
            await clock.sleep(LOOK_AGAIN)
    await clock.sleep(RECORDED)


def _folder(stack: AsyncExitStack) -> Path:
    name = stack.enter_context(TemporaryDirectory(prefix="livehouse-shots-"))
    Path(name).chmod(0o755)  # PostgreSQL's own user has to walk in
    return Path(name)


async def _take_all(
    gallery: Gallery, browser: Browser, wanted: Sequence[Scene], language: str
) -> None:
    jobs = iter([Job(scene, language, is_phone) for scene in wanted for is_phone in (True, False)])

    async def work() -> None:
        for job in jobs:
            await _take_one(gallery, browser, job)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(work())


async def _take_one(gallery: Gallery, browser: Browser, job: Job) -> None:
    context = await _visitor(gallery, browser, job)
    page = await context.new_page()
    try:
        _listen(gallery, page, job)
        await _stage(gallery, page, job.scene)
        for width, height in job.sizes[: 1 if gallery.quick else None]:
            await page.set_viewport_size({"width": width, "height": height})
            await _picture(gallery, page, job, width)
    except (PlaywrightError, AssertionError) as error:
        _found(gallery, job, "scene", str(error).strip().split("\n")[0])
        await page.screenshot(path=gallery.into / f"failed/{job.scene.name}.jpg", type="jpeg")
    finally:
        await context.close()


async def _visitor(gallery: Gallery, browser: Browser, job: Job) -> BrowserContext:
    scene = job.scene
    width, height = job.sizes[0]
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        locale=LANGUAGES[job.language],
        color_scheme="light",
        reduced_motion="reduce",
        is_mobile=job.is_phone,
        has_touch=job.is_phone,
    )
    context.set_default_timeout(WAIT_MS_MAX)
    address = gallery.empty if scene.empty_house else gallery.full
    sessions = gallery.first_sessions if scene.empty_house else gallery.sessions
    cookies = {"language": job.language}
    if scene.who:
        cookies["session"] = sessions[scene.who]
    for name, value in cookies.items():
        await context.add_cookies([{"name": name, "value": value, "url": address}])
    return context


def _listen(gallery: Gallery, page: Page, job: Job) -> None:
    """What the browser complains of is a finding, but for the answer that the scene is about."""

    def heard(text: str) -> None:
        if "Failed to load resource" not in text:
            _found(gallery, job, "console", text[:200])

    def said(message: ConsoleMessage) -> None:
        if message.type == "error":
            heard(message.text)

    def failed(error: PlaywrightError) -> None:
        heard(str(error))

    def answered(answer: Response) -> None:
        is_known = answer.url.endswith(MAY_BE_MISSING) or answer.request.is_navigation_request()
        if answer.status >= REFUSED and not is_known:
            heard(f"{answer.status} for {answer.url}")

    page.on("console", said)
    page.on("pageerror", failed)
    page.on("response", answered)


async def _stage(gallery: Gallery, page: Page, scene: Scene) -> None:
    address = gallery.empty if scene.empty_house else gallery.full
    answer = await page.goto(address + scene.path)
    assert answer is not None, "a page answers"
    assert answer.status == scene.status, f"{scene.path} answered {answer.status}"
    if scene.steps is not None:
        await scene.steps(page)


async def _picture(gallery: Gallery, page: Page, job: Job, width: int) -> None:
    await checks.settle(page)
    _note(gallery, job, width, await checks.of_layout(page, is_phone=job.is_phone))
    if job.language != "en":
        _note(gallery, job, width, await checks.of_language(page))
    for theme in THEMES[: 1 if gallery.quick else None]:
        await page.evaluate("(theme) => { document.documentElement.dataset.theme = theme }", theme)
        path = gallery.into / job.language / f"{job.scene.name}-{width}-{theme}.jpg"
        await page.screenshot(
            path=path,
            full_page=not job.scene.fills_window,
            type="jpeg",
            quality=QUALITY,
            animations="disabled",
        )
        gallery.pictures.append(path)
        if job.language == "en" and width != DESKTOPS[-1][0]:
            _note(gallery, job, width, await checks.of_access(page), theme)


def _note(
    gallery: Gallery, job: Job, width: int, found: Sequence[tuple[str, str]], theme: str = ""
) -> None:
    for kind, what in found:
        _found(gallery, job, kind, what, f" {width}{' ' + theme if theme else ''}")


def _found(gallery: Gallery, job: Job, kind: str, what: str, at: str = "") -> None:
    device = at or (" phone" if job.is_phone else " desktop")
    where = f"{job.scene.name} {job.language}{device}"
    gallery.findings.append(Finding(kind, what, where))


def report(gallery: Gallery) -> int:
    """Say what was found, each thing once with the places where it is; tells the exit status."""
    by_kind = groupby(sorted(set(gallery.findings)), key=lambda one: (one.kind, one.what))
    count = 0
    for (kind, what), group in by_kind:
        places = [one.where for one in group]
        told, rest = places[:PLACES_TOLD_MAX], len(places) - PLACES_TOLD_MAX
        more = f" and {rest} more" if rest > 0 else ""
        print(f"{kind:<9} {what}\n          in {'; '.join(told)}{more}")
        count += 1
    print(f"{len(gallery.pictures)} pictures in {gallery.into}/index.html, {count} findings")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
