"""Players that are not ours: they get captions, sizes, and what a browser plays by itself."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from livehouse.app.bench.screen import FIND_VIDEO
from livehouse.foundation.clock import SystemClock, to_ms
from tests.support.browser import a_visitor, sign_in, wait_until_playing
from tests.support.house import House, Plan, open_house
from tests.support.media_waiting import eventually

pytestmark = [pytest.mark.timeout(240), pytest.mark.torture]

HLS = Path(__file__).parents[2] / "frontend/node_modules/hls.js/dist/hls.min.js"
CLOSE_MS = 60
SAY = """async ([slug, line]) => {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const answer = await fetch(`/api/shows/${slug}/captions/en`, {
    method: "POST", body: JSON.stringify({lines: [line]}),
    headers: {"Content-Type": "application/json", "X-CSRF-Token": token},
  });
  return answer.status;
}"""
WATCH = """async (url) => {
  document.body.innerHTML = "<video muted autoplay></video>";
  const video = document.querySelector("video");
  const hls = window.player = new Hls({lowLatencyMode: false});
  hls.loadSource(url);
  hls.attachMedia(video);
  await new Promise((resolve) => hls.once(Hls.Events.MANIFEST_PARSED, resolve));
  hls.subtitleDisplay = true;
  hls.subtitleTrack = 0;
}"""
# When the player is to show the words, by the programme's time, and what it was offered.
SEEN = """(words) => {
  const video = document.querySelector("video");
  const date = window.player.playingDate;
  const cues = [...video.textTracks].flatMap((track) => [...(track.cues ?? [])]);
  const found = cues.filter((cue) => cue.text.includes(words));
  if (!date || !found.length) return null;
  const at = (seconds) => date.getTime() + (seconds - video.currentTime) * 1000;
  return {
    at: at(found[0].startTime), until: at(found[0].endTime), times: found.length,
    offered: window.player.subtitleTracks.map(({name, lang}) => `${name} ${lang}`),
  };
}"""


async def test_hls_js_shows_captions_at_their_moment(chromium: Browser, open_folder: Path) -> None:
    async with open_house(open_folder, Plan()) as house:
        host = await a_visitor(chromium)
        await sign_in(host, house, "host")
        addresses = await addresses_of(host, house)
        offered = f"{house.address}{addresses['recording']}"
        playlist = offered.replace("recorded.m3u8", "vod.m3u8")
        await eventually(lambda: holds(host, playlist, "#EXTINF"))
        line: dict[str, Any] = {"at": to_ms(SystemClock().now()), "until": 0, "text": "Warm <tea>"}
        line["until"] = line["at"] + 20_000
        assert await host.evaluate(SAY, [house.show_slug, line]) == 200

        seen = await seen_by_hls_js(chromium, house, f"{house.address}{addresses['video']}")
        streams, complaints = await seen_by_ffprobe(f"{house.address}{addresses['video']}")
        # FFmpeg shows no subtitles of HLS. It finds them, says so, and plays the rest.
        assert set(streams) == {"video", "audio"}
        assert re.findall(r"subtitle\(uri: ([^)]*)\)", complaints) == ["captions-en.m3u8"]
        await host.goto(f"{house.address}/studio/{house.show_slug}")
        await host.get_by_role("button", name="End the show").click()
        await host.get_by_role("dialog").get_by_role("button", name="End the show").click()
        await expect(host.get_by_text("Over").first).to_be_visible()
        await eventually(lambda: holds(host, playlist, "#EXT-X-ENDLIST"))
        again = await seen_by_hls_js(chromium, house, offered)

    for one in (seen, again):
        assert one["offered"] == ["English en"]
        assert one["times"] == 1
        assert abs(one["at"] - line["at"]) < CLOSE_MS, one
        assert abs(one["until"] - line["until"]) < CLOSE_MS, one


async def seen_by_ffprobe(url: str) -> tuple[list[str], str]:
    """What kinds of streams it finds at an address, and what it complains of."""
    probe = await asyncio.create_subprocess_exec(
        "ffprobe", "-v", "warning", "-show_entries", "stream=codec_type", "-of", "csv=p=0", url,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(60):
        told, complaints = await probe.communicate()
    return told.decode().split(), complaints.decode()


async def seen_by_hls_js(chromium: Browser, house: House, url: str) -> dict[str, Any]:
    context = await chromium.new_context(bypass_csp=True)
    page = await context.new_page()
    await page.goto(f"{house.address}/sign-in")
    await page.add_script_tag(path=HLS)
    await page.evaluate(WATCH, url)
    handle = await page.wait_for_function(SEEN, arg="Warm", polling=200, timeout=60_000)
    found: dict[str, Any] = await handle.json_value()
    await context.close()
    return found


async def addresses_of(page: Page, house: House) -> dict[str, str]:
    answer = await page.request.get(f"{house.address}/api/shows/{house.show_slug}")
    addresses: dict[str, str] = (await answer.json())["addresses"]
    return addresses


async def holds(page: Page, url: str, tag: str) -> bool:
    return tag in await (await page.request.get(url)).text()


async def test_a_browser_without_media_source_plays_by_itself(
    chromium: Browser, open_folder: Path
) -> None:
    """Older telephones; which of our two playlists they take is theirs to say."""
    async with open_house(open_folder, Plan()) as house:
        page = await a_visitor(chromium)
        await page.add_init_script("delete window.MediaSource; delete window.ManagedMediaSource;")
        await page.goto(f"{house.address}/shows/{house.show_slug}")
        await wait_until_playing(page, await wait_until_playing(page, 0) + 3)
        taken = await page.evaluate(f"() => {{ {FIND_VIDEO} return video.currentSrc; }}")

    assert taken.startswith(house.address)
    assert taken.endswith(("/main.m3u8", "/plain.m3u8"))
