"""No room for a recording: everybody who can help is told, and the show goes on without it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, Page, expect

from livehouse.app.lifespan import opened
from livehouse.app.settings import Settings
from livehouse.media.folder import RunFolder, video_folder
from tests.support.browser import a_visitor, sign_in, wait_until_playing
from tests.support.house import House, Plan, furnish, served
from tests.support.media_waiting import eventually

pytestmark = [pytest.mark.timeout(280), pytest.mark.torture]

ROOM_MEGABYTES = 100
ANOTHER_STORE = "01900000-0000-7000-8000-00000000000a"
OLDER, OLD = "01900000-0000-7000-8000-00000000000b", "01900000-0000-7000-8000-00000000000c"
OURS_IS_USED_UP = "your recordings have used up their room"
NO_ROOM_IN_THE_HOUSE = "the house has no room left for recordings"


@pytest.mark.parametrize(
    ("owned", "banner"), [(False, NO_ROOM_IN_THE_HOUSE), (True, OURS_IS_USED_UP)]
)
async def test_a_full_disk_is_told_and_the_show_goes_on(
    chromium: Browser,
    open_folder: Path,
    owned: bool,  # noqa: FBT001 - of the table
    banner: str,
) -> None:
    async with opened(Settings(data=str(open_folder))) as platform:
        slug = await furnish(platform, Plan())
        show = await platform.shows.by_slug(slug)
        store = show.room.store_id
    # Half of the room is one store's share where another has recordings, too.
    ours, theirs = (ROOM_MEGABYTES // 2, 1) if owned else (1, ROOM_MEGABYTES - 1)
    filling = [
        older_recording(open_folder, OLDER, str(store), ours),
        older_recording(open_folder, OLD, ANOTHER_STORE, theirs),
    ]

    async with a_house(open_folder, slug) as house:
        await is_told_of_recordings(house, "stopped")
        host = await a_visitor(chromium)
        await sign_in(host, house, "host")
        await host.goto(f"{house.address}/studio/{slug}")
        await expect(host.get_by_role("alert")).to_contain_text(banner)
        metrics = await text_of(f"{house.address}/metrics")
        assert "livehouse_recording_alarm 1.0" in metrics
        await plays(chromium, house)

    assert show.run is not None
    kept = RunFolder(video_folder(open_folder, str(show.run.id)))
    assert kept.lines() == []
    for path in filling:
        path.unlink()
    async with a_house(open_folder, slug) as house:
        await is_told_of_recordings(house, "ok")
        await eventually(lambda: _holds(kept), within=120)
        await host.goto(f"{house.address}/studio/{slug}")
        await plays(chromium, house)
        await expect(host.get_by_role("alert")).to_have_count(0)


@asynccontextmanager
async def a_house(folder: Path, slug: str) -> AsyncIterator[House]:
    """Serve a furnished folder, with little room for recordings."""
    async with served(
        folder,
        LIVEHOUSE_VIDEO_QUOTA_MEGABYTES=str(ROOM_MEGABYTES),
        LIVEHOUSE_VIDEO_RENDITIONS="off",
    ) as (address, pid):
        yield House(address, slug, pid)


def older_recording(folder: Path, run_id: str, owner: str, megabytes: int) -> Path:
    """What a store has kept of a show: a file with a hole, so that nothing is really written."""
    kept = RunFolder(video_folder(folder, run_id))
    kept.own(owner)
    path = kept.path / "0.m4s"
    with path.open("wb") as file:
        file.truncate(megabytes * 1_000_000)
    return path


async def is_told_of_recordings(house: House, wanted: str) -> None:
    """Wait until a monitor hears this of them, and that the house is well."""

    async def look() -> bool:
        async with aiohttp.ClientSession() as session:
            answer = await session.get(f"{house.address}/healthz")
            return (answer.status, (await answer.json())["recording"]) == (200, wanted)

    await eventually(look, within=120)


async def text_of(url: str) -> str:
    async with aiohttp.ClientSession() as session, asyncio.timeout(20), session.get(url) as answer:
        return await answer.text()


async def plays(chromium: Browser, house: House) -> None:
    page: Page = await a_visitor(chromium)
    await page.goto(f"{house.address}/shows/{house.show_slug}")
    played = await wait_until_playing(page, 0)
    await wait_until_playing(page, played + 2)
    await page.context.close()


async def _holds(kept: RunFolder) -> bool:
    return bool(await asyncio.to_thread(kept.lines))
