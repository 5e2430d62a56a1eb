"""`livehouse demo`: a house with two stores, a running show and a simulated audience."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from msgspec.structs import replace

from livehouse.app.build import Platform
from livehouse.app.data_folder import mark_purpose
from livehouse.app.demo_house import House, furnish
from livehouse.app.demo_show import Director
from livehouse.app.serve import serve
from livehouse.app.settings import Settings

# The demo keeps an hour of video at most: it may run for days.
KEEP_SECONDS = 3_600
AUDIENCE_STOP_SECONDS_MAX = 5.0


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
            lasting = [tasks.create_task(Director(platform, house).run())]
            if audience:
                lasting.append(tasks.create_task(_audience(house, address)))
            try:
                yield
            finally:
                for task in lasting:
                    task.cancel()

    await serve(settings, company=company, prepare=prepare, progress=say)


async def _audience(house: House, address: str) -> None:
    async with _audience_process() as process:
        assert process.stdin is not None, "asked for a pipe"
        task = {"address": address, "show": house.show_slug, "tokens": house.audience_tokens}
        process.stdin.write(msgspec.json.encode(task) + b"\n")
        await process.stdin.drain()
        await process.wait()


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
    rows = [
        ("Watch the show", f"{address}/shows/{house.show_slug}"),
        ("What is on", f"{address}/"),
        ("The host's studio", f"{address}/studio/{house.show_slug}"),
        ("A store's console", f"{address}/console/{house.store_slug}"),
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
    crowd = f"{audience} simulated viewers are in the room" if audience else "Nobody is simulated"
    say(f"  {crowd}; no money moves. Ctrl-C ends it.")
