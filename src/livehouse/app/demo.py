"""`livehouse demo`: a house with two stores, a gala night and a simulated audience."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from livehouse.app import demo_season
from livehouse.app.data_folder import mark_purpose
from livehouse.app.demo_house import Crowd, House, furnish, invite_crowd
from livehouse.app.demo_show import Director
from livehouse.app.demo_tonight import Night
from livehouse.app.platform import Platform
from livehouse.app.serve import serve
from livehouse.app.settings import Settings

# Of each room the demo keeps half an hour of video at most: it may run for days.
KEEP_SECONDS = 1_800
AUDIENCE_STOP_SECONDS_MAX = 5.0

Follow: TypeAlias = Callable[[Night], Awaitable[None]]


async def demo(
    settings: Settings, *, video: Path | None, audience: int, say: Callable[[str], None]
) -> None:
    """Run the demo until Ctrl-C. It refuses a folder that is not a demo's."""
    mark_purpose(settings.folder, "demo")
    settings = replace(settings, video_keep_seconds=KEEP_SECONDS)

    furnished: list[House] = []

    async def prepare(platform: Platform) -> None:
        furnished.append(await furnish(platform, video=video, audience=audience, say=say))

    @asynccontextmanager
    async def company(platform: Platform, address: str) -> AsyncIterator[None]:
        (house,) = furnished
        _tell(house, address, audience, say)
        async with asyncio.TaskGroup() as tasks:
            going_on = tasks.create_task(_go_on(platform, house, address, audience))
            try:
                yield
            finally:
                going_on.cancel()

    await serve(settings, company=company, prepare=prepare, progress=say)


async def _go_on(platform: Platform, house: House, address: str, audience: int) -> None:
    """The crowd comes in when the doors are open, and the night takes its course."""
    crowd = await invite_crowd(platform, audience)
    async with _audience(crowd, address) as follow:
        await Director(platform, house, crowd, follow).run()


@asynccontextmanager
async def _audience(crowd: Crowd, address: str) -> AsyncIterator[Follow]:
    """The simulated viewers, and how to tell them which night it is."""
    if not crowd.tokens:
        yield _nobody
        return
    async with _audience_process() as process:

        async def follow(night: Night) -> None:
            assert process.stdin is not None, "asked for a pipe"
            shows = [night.stage.slug, night.deal.slug]
            task = {"address": address, "shows": shows, "tokens": crowd.tokens}
            with suppress(ConnectionError):  # it has died; the demo goes on without it
                process.stdin.write(msgspec.json.encode(task) + b"\n")
                await process.stdin.drain()

        yield follow


async def _nobody(night: Night) -> None:
    """Nobody is simulated."""


@asynccontextmanager
async def _audience_process() -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "livehouse.app.audience",
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            async with asyncio.timeout(AUDIENCE_STOP_SECONDS_MAX):
                await process.wait()


def _tell(house: House, address: str, audience: int, say: Callable[[str], None]) -> None:
    night = house.night
    rows = [
        ("The night's stage", f"{address}/shows/{night.stage.slug}", "open this first"),
        ("Its deal room", f"{address}/shows/{night.deal.slug}", ""),
        ("The TV page", f"{address}/tv/{night.stage.slug}", "pairs a phone by its code"),
        ("The campaign", f"{address}/campaigns/{demo_season.SLUG}", ""),
        ("What is on", f"{address}/", ""),
        ("The host's studio", f"{address}/studio/{night.stage.slug}", "as host"),
        ("A store's console", f"{address}/console/{house.store.slug}", "as host"),
        ("The platform", f"{address}/operator/campaigns", "as operator"),
    ]
    width = max(len(link) for _, link, _ in rows)
    say("")
    say("  Livehouse demo")
    say("")
    for title, link, note in rows:
        say(f"  {title:<18} {link:<{width}}  {note}".rstrip())
    say("")
    for who, email, password in house.sign_ins:
        say(f"  {'Sign in as ' + who:<23} {email:<22} {password}")
    say("")
    crowd = f"{audience} simulated viewers come in" if audience else "Nobody is simulated"
    say(f"  {crowd}; no money moves. Ctrl-C ends it.")
