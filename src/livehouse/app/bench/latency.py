"""`bench latency`: from the stage to the screen, read in a browser on the same clock."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from statistics import linear_regression
from time import perf_counter
from typing import TypeVar

import aiohttp
import msgspec
from msgspec import Struct

from livehouse.app.bench.chromium import Chromium, Tab, open_chromium
from livehouse.app.bench.crews import CrewFailed
from livehouse.app.bench.figures import percentile
from livehouse.app.bench.furnishing import Sale, open_sale
from livehouse.app.bench.house import HouseProcess, a_folder, open_house
from livehouse.app.bench.machine import Machine, describe, media_of
from livehouse.app.bench.monitor import enter_studio, look_at_monitor
from livehouse.app.bench.screen import BURNT
from livehouse.app.lifespan import opened
from livehouse.app.platform import Platform
from livehouse.app.settings import Settings
from livehouse.engine.segments import Segment, segment_of
from livehouse.foundation.clock import SystemClock, to_ms
from livehouse.media.profile import ProfileName

AGAINST = "the same stream by plain HLS (whole segments), in the same player"
PIN_EVERY = timedelta(seconds=2.3)
LOOK_SECONDS = 5.0
READY_MS_MAX = 45_000
# What the picture shows must be a time near now, or it is not our clock.
NEAR_MS = 60_000
MINUTE_MS = 60_000

Say = Callable[[str], None]
T = TypeVar("T")

_READY = f"""new Promise((resolve, reject) => {{
  const until = Date.now() + {READY_MS_MAX};
  const look = () => {{
    {BURNT}
    const player = find("LH-PLAYER");
    if (player?.picture === "playing" && Math.abs(burnt() - Date.now()) < {NEAR_MS}) {{
      resolve(player.startMs);
    }} else if (Date.now() > until) reject(new Error("no picture: " + player?.picture));
    else setTimeout(look, 50);
  }};
  look();
}})"""
_PLAIN = """(() => {
  %s
  const player = find("LH-PLAYER");
  player.src = player.src.replace("main.m3u8", "plain.m3u8");
})()"""
# Looks at every picture, and at the pin that the page shows beside it.
_LOOK = """new Promise((resolve) => {
  %s
  const player = find("LH-PLAYER"), watch = find("LH-WATCH");
  const pinned = () => watch._view?.state?.stage?.pin ?? "";
  const samples = [], cues = [], until = Date.now() + %d;
  let pin = pinned(), last = 0;
  const look = () => {
    const shown = pinned(), at = burnt(), now = Date.now();
    if (shown !== pin && at) cues.push([shown, at]);
    pin = shown;
    if (now - last >= 100 && at) samples.push([last = now, at, player.programmeMs ?? 0]);
    if (now < until) requestAnimationFrame(look); else resolve({ samples, cues });
  };
  look();
})"""


class LatencyPlan(Struct, frozen=True, kw_only=True):
    """For how long each is looked at, and how often the player starts."""

    fast_seconds: float = 60
    default_seconds: float = 20
    plain_seconds: float = 10
    whep_seconds: float = 15
    settle_seconds: float = 6
    starts: int = 10


class Sample(Struct, frozen=True, array_like=True):
    """One look at the screen: when, the clock in the picture, and what the player says of it."""

    now: int
    burnt: int
    programme: float

    @property
    def latency_ms(self) -> float:
        return self.now - self.burnt


class Cue(Struct, frozen=True, array_like=True):
    """The page has changed what is pinned, while the picture showed this clock."""

    pin: str
    burnt: int


class Seen(Struct, frozen=True):
    samples: list[Sample]
    cues: list[Cue]


class LatencyFigures(Struct, frozen=True, kw_only=True):
    """What `bench latency` prints.

    `ll_hls` is the profile `fast`. A start is from the moment the player is given an address to
    its first moving picture. `cue_skew` is how far the picture is from the moment of a change on
    the stage when the page shows it, `programme_error` how far the player's own clock is from the
    one in the picture. `whep` is the studio's monitor.
    """

    bench: str = "latency"
    machine: Machine
    pids: dict[str, int]
    seconds: float
    against: str
    ll_hls_p50_ms: float
    ll_hls_p95_ms: float
    ll_hls_max_ms: float
    growth_ms_per_minute: float
    default_p50_ms: float
    default_p95_ms: float
    plain_p50_ms: float
    whep_p50_ms: float
    whep_p95_ms: float
    start_p50_ms: float
    start_p95_ms: float
    starts: int
    cue_skew_p95_ms: float
    cues: int
    programme_error_p95_ms: float
    looks: int


class _House(Struct, frozen=True):
    house: HouseProcess
    platform: Platform
    sale: Sale
    browser: Chromium

    @property
    def page(self) -> str:
        return f"{self.house.address}/shows/{self.sale.show_slug}"


class _Fast(Struct, frozen=True):
    machine: Machine
    pids: dict[str, int]
    seen: Seen
    skews: list[float]
    starts: list[float]
    monitored: list[float]


async def bench_latency(plan: LatencyPlan, say: Say) -> LatencyFigures:
    """A house with each profile, one after the other, and a browser that watches its show."""
    began = perf_counter()
    fast = await _fast(plan, say)
    default, plain = await _default(plan, say)
    return _figures(fast, default, plain, perf_counter() - began)


async def _fast(plan: LatencyPlan, say: Say) -> _Fast:
    async with _watched("fast", say) as scene:
        machine = await describe(scene.platform.database.pool, scene.house.folder)
        async with scene.browser.tab() as tab:
            await _settled(tab, scene.page, plan)
            say(f"looking for {plan.fast_seconds:.0f} s, profile fast")
            first = segment_of(_now_ms())
            seen = await _look_while_pinning(scene, tab, plan.fast_seconds)
            skews = _skews(seen.cues, await _pins(scene, first))
        say(f"{plan.starts} starts")
        starts = [await _start(scene) for _ in range(plan.starts)]
        monitored = await _monitored(scene, plan, say)
        pids = {
            "server": scene.house.pid,
            "media": media_of(scene.house.pid),
            "browser": scene.browser.pid,
        }
    return _Fast(machine, pids, seen, skews, starts, monitored)


async def _monitored(scene: _House, plan: LatencyPlan, say: Say) -> list[float]:
    """What the host sees in the studio, over WebRTC."""
    sale = scene.sale
    async with scene.browser.tab() as tab:
        await enter_studio(tab, scene.house.address, scene.platform, sale.store_id, sale.show_slug)
        await SystemClock().sleep(timedelta(seconds=plan.settle_seconds))
        say(f"looking for {plan.whep_seconds:.0f} s at the studio's monitor")
        return await look_at_monitor(tab, plan.whep_seconds)


async def _default(plan: LatencyPlan, say: Say) -> tuple[Seen, Seen]:
    async with _watched("default", say) as scene, scene.browser.tab() as tab:
        await _settled(tab, scene.page, plan)
        say(f"looking for {plan.default_seconds:.0f} s, profile default")
        default = await _look(tab, plan.default_seconds)
        await tab.value(_PLAIN % BURNT)
        say(f"looking for {plan.plain_seconds:.0f} s at plain HLS")
        await SystemClock().sleep(timedelta(seconds=plan.settle_seconds))
        await tab.value(_READY)
        return default, await _look(tab, plan.plain_seconds)


@asynccontextmanager
async def _watched(profile: ProfileName, say: Say) -> AsyncIterator[_House]:
    environment = {"LIVEHOUSE_VIDEO_PROFILE": profile}
    with a_folder("bench-latency", say) as folder:
        async with (
            open_house(folder, environment) as house,
            opened(Settings(data=str(folder))) as platform,
            open_chromium(folder) as browser,
        ):
            yield _House(house, platform, await open_sale(platform, offers=2), browser)


async def _settled(tab: Tab, page: str, plan: LatencyPlan) -> None:
    """The picture plays, and the player has had time to find its distance."""
    await tab.open(page)
    await tab.value(_READY)
    await SystemClock().sleep(timedelta(seconds=plan.settle_seconds))


async def _start(scene: _House) -> float:
    async with scene.browser.tab() as tab:
        await tab.open(scene.page)
        return _of(await tab.value(_READY), float)


async def _look(tab: Tab, seconds: float) -> Seen:
    """In pieces, since a page that is asked for long may be taken for dead."""
    pieces: list[Seen] = []
    until = perf_counter() + seconds
    while (left := until - perf_counter()) > 0:
        span = min(left, LOOK_SECONDS)
        pieces.append(_of(await tab.value(_LOOK % (BURNT, span * 1_000)), Seen))
    return Seen(
        [sample for piece in pieces for sample in piece.samples],
        [cue for piece in pieces for cue in piece.cues],
    )


async def _look_while_pinning(scene: _House, tab: Tab, seconds: float) -> Seen:
    async with asyncio.TaskGroup() as tasks:
        pinning = tasks.create_task(_pin_in_turn(scene))
        seen = await _look(tab, seconds)
        pinning.cancel()
    return seen


async def _pin_in_turn(scene: _House) -> None:
    while True:
        for offer in scene.sale.offers:
            await scene.platform.offers.pin(scene.sale.show_slug, offer.id)
            await SystemClock().sleep(PIN_EVERY)


async def _pins(scene: _House, first: int) -> list[tuple[str, int]]:
    """What was pinned and when, as the room's own frames tell it from segment `first` on."""
    found: list[tuple[str, int]] = []
    pinned = ""
    folder = f"{scene.house.address}/live/{scene.sale.run_id}/frames"
    async with aiohttp.ClientSession() as session:
        for number in range(first, segment_of(_now_ms()) + 1):
            async with session.get(f"{folder}/{number}.json") as answer:
                if not answer.ok:
                    raise CrewFailed(f"frames of segment {number}: {answer.status}")
                # The client has taken gzip off already.
                segment = msgspec.json.decode(await answer.read(), type=Segment)
            for frame in segment.frames:
                stage = (frame.state or frame.patch).get("stage")
                pin = stage.get("pin", pinned) if isinstance(stage, dict) else pinned
                if pin != pinned:
                    found.append((pinned := str(pin), frame.at))
    return found


def _skews(cues: Sequence[Cue], pins: Sequence[tuple[str, int]]) -> list[float]:
    """How far the picture was from each change when it was shown."""
    if not cues:
        raise CrewFailed("the page never showed a pin")
    return [
        min((abs(cue.burnt - at) for pin, at in pins if pin == cue.pin), default=float(NEAR_MS))
        for cue in cues
    ]


def growth_ms_per_minute(samples: Sequence[Sample]) -> float:
    """The slope of the line through all samples."""
    began = samples[0].now
    minutes = [(sample.now - began) / MINUTE_MS for sample in samples]
    return linear_regression(minutes, [sample.latency_ms for sample in samples]).slope


def _of(value: object, kind: type[T]) -> T:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise CrewFailed(f"the page tells something else: {error}") from error


def _now_ms() -> int:
    return to_ms(SystemClock().now())


def _figures(fast: _Fast, default: Seen, plain: Seen, seconds: float) -> LatencyFigures:
    late, usual, old = (_latencies(seen) for seen in (fast.seen, default, plain))
    samples = fast.seen.samples
    wrong = sorted(abs(sample.programme - sample.burnt) for sample in samples)
    starts, skews, monitored = sorted(fast.starts), sorted(fast.skews), sorted(fast.monitored)
    return LatencyFigures(
        machine=fast.machine,
        pids=fast.pids,
        seconds=round(seconds, 1),
        against=AGAINST,
        ll_hls_p50_ms=percentile(late, 50),
        ll_hls_p95_ms=percentile(late, 95),
        ll_hls_max_ms=late[-1],
        growth_ms_per_minute=round(growth_ms_per_minute(samples), 1),
        default_p50_ms=percentile(usual, 50),
        default_p95_ms=percentile(usual, 95),
        plain_p50_ms=percentile(old, 50),
        whep_p50_ms=percentile(monitored, 50),
        whep_p95_ms=percentile(monitored, 95),
        start_p50_ms=round(percentile(starts, 50)),
        start_p95_ms=round(percentile(starts, 95)),
        starts=len(starts),
        cue_skew_p95_ms=percentile(skews, 95),
        cues=len(skews),
        programme_error_p95_ms=round(percentile(wrong, 95), 1),
        looks=len(samples),
    )


def _latencies(seen: Seen) -> list[float]:
    if not seen.samples:
        raise CrewFailed("there was no picture to read")
    return sorted(sample.latency_ms for sample in seen.samples)
