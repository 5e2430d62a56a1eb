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
from livehouse.app.demo_house import House, furnish
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
        async with _audience(house, address) as follow, asyncio.TaskGroup() as tasks:
            directing = tasks.create_task(Director(platform, house, follow).run())
            try:
                yield
            finally:
                directing.cancel()

    await serve(settings, company=company, prepare=prepare, progress=say)


@asynccontextmanager
async def _audience(house: House, address: str) -> AsyncIterator[Follow]:
    """The simulated viewers, and how to tell them which night it is."""
    if not house.audience_tokens:
        yield _nobody
        return
    async with _audience_process() as process:

        async def follow(night: Night) -> None:
            assert process.stdin is not None, "asked for a pipe"
            shows = [night.stage.slug, night.deal.slug]
            task = {"address": address, "shows": shows, "tokens": house.audience_tokens}
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
        ("The night's stage", f"{address}/shows/{night.stage.slug}"),
        ("Its deal room", f"{address}/shows/{night.deal.slug}"),
        ("The campaign", f"{address}/campaigns/{demo_season.SLUG}"),
        ("What is on", f"{address}/"),
        ("The host's studio", f"{address}/studio/{night.stage.slug}"),
        ("A store's console", f"{address}/console/{house.store.slug}"),
    ]
    width = max(len(title) for title, _ in rows)
    say("")
    say("  Livehouse demo")
    say("")
    for title, link in rows:
        say(f"  {title:<{width}}  {link}")
    say("")
    for who, email, password in house.sign_ins:
        say(f"  Sign in as {who:<10}  {email}  {password}")
    say("")
    crowd = f"{audience} simulated viewers are there" if audience else "Nobody is simulated"
    say(f"  {crowd}; no money moves. Ctrl-C ends it.")
