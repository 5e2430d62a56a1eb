"""`bench jump`: from the tap on a room's door to the first picture from there, in a browser."""

from collections.abc import Callable
from datetime import timedelta
from time import perf_counter

import msgspec
from msgspec import Struct

from livehouse.app.bench.chromium import Tab, open_chromium
from livehouse.app.bench.figures import percentile
from livehouse.app.bench.furnishing import open_room, open_sale
from livehouse.app.bench.house import a_folder, open_house
from livehouse.app.bench.machine import Machine, describe, media_of
from livehouse.app.lifespan import opened
from livehouse.app.settings import Settings
from livehouse.domains.programmes import CompanionKind
from livehouse.foundation.clock import SystemClock

AGAINST = "leaving for the page of the other room"
WAIT_MS_MAX = 45_000
# As long as a finger stays on the glass, and as a mouse stands still before it is pressed.
FINGER_MS = 80
MOUSE_MS = 500

Say = Callable[[str], None]

_WAIT = f"""
const until = performance.now() + {WAIT_MS_MAX};
const large = () => document.querySelector("lh-watch:not([corner])");
const video = () => large()?.shadowRoot?.querySelector("lh-player")?.shadowRoot
  ?.querySelector("video");
const picture = async (slug) => {{
  while (performance.now() < until) {{
    const seen = video();
    if (large()?.show?.slug === slug && seen?.currentTime > 0 && seen.readyState >= 2) {{
      await new Promise((done) => seen.requestVideoFrameCallback(done));
      return performance.now();
    }}
    await new Promise(requestAnimationFrame);
  }}
  throw new Error("no picture of " + slug + ": " + large()?.show?.slug);
}};
"""
_READY = """(async () => { %s
  await picture("%s");
  const door = () => document.querySelector("lh-rooms")?.shadowRoot
    ?.querySelector("nav button:not([disabled])");
  while (!door()) {
    if (performance.now() > until) throw new Error("no door");
    await new Promise(requestAnimationFrame);
  }
})()"""
# The first thing that the browser says of a finger or a mouse, and after a while the click.
_JUMP = """(async () => { %s
  const door = document.querySelector("lh-rooms").shadowRoot
    .querySelector("nav button:not([disabled])");
  const began = performance.now();
  door.dispatchEvent(new PointerEvent("%s"));
  await new Promise((done) => setTimeout(done, %d));
  const tapped = performance.now();
  door.click();
  const seen = await picture("%s");
  return [seen - began, seen - tapped];
})()"""
_SEEN = """(async () => { %s
  await picture("%s");
  return performance.timeOrigin + performance.now();
})()"""


class JumpPlan(Struct, frozen=True, kw_only=True):
    """How often one goes there and back, each way of going, and how long one stays."""

    jumps: int = 12
    stay_seconds: float = 2


class JumpFigures(Struct, frozen=True, kw_only=True):
    """What `bench jump` prints.

    `jump` is a finger: from when it touches the door, of which nobody has thought before, to the
    first picture. `reached` is a mouse that stood over it, from the click. `back` is the way to
    the room in the corner, `page` what a link to the other page would take.
    """

    bench: str = "jump"
    machine: Machine
    pids: dict[str, int]
    seconds: float
    against: str
    jumps: int
    jump_p50_ms: float
    jump_p95_ms: float
    reached_p50_ms: float
    reached_p95_ms: float
    back_p50_ms: float
    back_p95_ms: float
    page_p50_ms: float
    page_p95_ms: float


class _Times(Struct, frozen=True):
    touched: list[float]
    reached: list[float]
    back: list[float]
    page: list[float]


async def bench_jump(plan: JumpPlan, say: Say) -> JumpFigures:
    """A stage with a room beside it, and a browser that goes there and back."""
    began = perf_counter()
    with a_folder("bench-jump", say) as folder:
        async with (
            open_house(folder, {}) as house,
            opened(Settings(data=str(folder))) as platform,
            open_chromium(folder) as browser,
        ):
            machine = await describe(platform.database.pool, house.folder)
            stage = (await open_sale(platform, offers=1)).show_slug
            other = (await open_room(platform, 1, source="")).slug
            await platform.companions.link(stage, other, CompanionKind.DEAL)
            await platform.companions.accept(other, stage_slug=stage)
            times = _Times([], [], [], [])
            say(f"{plan.jumps} jumps of each kind")
            for _ in range(plan.jumps):
                async with browser.tab() as tab:
                    pages = (f"{house.address}/shows/{stage}", f"{house.address}/shows/{other}")
                    await _once(tab, plan, pages, (stage, other), times)
            pids = {"server": house.pid, "media": media_of(house.pid), "browser": browser.pid}
    return _figures(machine, pids, times, perf_counter() - began)


async def _once(
    tab: Tab, plan: JumpPlan, pages: tuple[str, str], rooms: tuple[str, str], times: _Times
) -> None:
    stage, other = rooms
    stay = timedelta(seconds=plan.stay_seconds)

    async def enter() -> None:
        await tab.open(pages[0])
        await tab.value(_READY % (_WAIT, stage))
        await SystemClock().sleep(stay)

    async def jump(event: str, wait_ms: int, to: str) -> tuple[float, float]:
        found = await tab.value(_JUMP % (_WAIT, event, wait_ms, to))
        await SystemClock().sleep(stay)
        return msgspec.convert(found, tuple[float, float])

    await enter()
    times.touched.append((await jump("pointerdown", FINGER_MS, other))[0])
    times.back.append((await jump("pointerdown", FINGER_MS, stage))[0])
    await enter()
    times.reached.append((await jump("pointerenter", MOUSE_MS, other))[1])
    # What has no fraction comes as a whole number.
    left = msgspec.convert(await tab.value("performance.timeOrigin + performance.now()"), float)
    await tab.open(pages[0])
    times.page.append(msgspec.convert(await tab.value(_SEEN % (_WAIT, stage)), float) - left)


def _figures(machine: Machine, pids: dict[str, int], times: _Times, seconds: float) -> JumpFigures:
    def part(found: list[float], percent: float) -> float:
        return round(percentile(sorted(found), percent))

    return JumpFigures(
        machine=machine,
        pids=pids,
        seconds=round(seconds, 1),
        against=AGAINST,
        jumps=len(times.touched),
        jump_p50_ms=part(times.touched, 50),
        jump_p95_ms=part(times.touched, 95),
        reached_p50_ms=part(times.reached, 50),
        reached_p95_ms=part(times.reached, 95),
        back_p50_ms=part(times.back, 50),
        back_p95_ms=part(times.back, 95),
        page_p50_ms=part(times.page, 50),
        page_p95_ms=part(times.page, 95),
    )
