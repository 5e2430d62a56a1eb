"""Guests come on stage and leave it while the show goes on: one stream, without a hole."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from itertools import pairwise
from pathlib import Path

import av
from msgspec.structs import replace

from livehouse.app.bench.clock_cameras import HEIGHT as GUEST_HEIGHT
from livehouse.app.bench.clock_cameras import WIDTH as GUEST_WIDTH
from livehouse.foundation.clock import SystemClock
from livehouse.media import timecode
from livehouse.media.ingest.gate import Welcome
from livehouse.media.ingest.inputs import Inputs, Publication
from livehouse.media.mixing.asides import Asides
from livehouse.media.mixing.limits import HEIGHT, WIDTH
from livehouse.media.mixing.staged import StagedCamera
from livehouse.media.packets import Aside, Formats, Kind, Packet, SourceItem
from livehouse.media.sources.source import ThreadedSource
from livehouse.media.sources.stage import StageProducer
from livehouse.media.specs import Camera, StagePlan, StageSeat
from tests.support.cameras import KEY, ROOM, KeyedGate
from tests.support.entrance import an_entrance
from tests.support.media_material import SMALL, luma, packaged
from tests.support.media_waiting import eventually
from tests.support.whip import a_whip_camera

GUEST, GUEST_KEY = "guest.ann", "the-link-of-ann"
WITHIN_SECONDS = 40
ALONE = Camera(input=ROOM, title="Tea")
WITH_GUEST = replace(
    ALONE, stage=StagePlan(guests=(StageSeat(GUEST),), layout="corner", main=GUEST)
)


class DrawnCamera:
    """The test stage as somebody's camera, that leaves and comes as it is told."""

    def __init__(self, inputs: Inputs, key: str) -> None:
        self._inputs = inputs
        self._key = key
        self._stage = ThreadedSource(
            StageProducer(replace(SMALL, key_seconds=1)), SystemClock(), name="drawn-camera"
        )
        self._formats: Formats | None = None
        self.publication: Publication | None = None

    async def come(self) -> None:
        self.publication = await self._inputs.publish(
            self._key, protocol="rtmp", address="192.0.2.7"
        )
        if self._formats is not None:
            self.publication.put(self._formats)

    def leave(self) -> None:
        assert self.publication is not None
        self.publication.close()

    async def send(self) -> None:
        await self._stage.start()
        try:
            async with aclosing(self._stage.packets()) as items:
                async for item in items:
                    if isinstance(item, Formats):
                        self._formats = item
                    assert self.publication is not None
                    self.publication.put(item)
        finally:
            await self._stage.stop()


@asynccontextmanager
async def a_drawn_camera(inputs: Inputs, key: str) -> AsyncIterator[DrawnCamera]:
    camera = DrawnCamera(inputs, key)
    await camera.come()
    async with asyncio.TaskGroup() as tasks:
        sending = tasks.create_task(camera.send())
        yield camera
        camera.leave()
        sending.cancel()


class Watched:
    """A source from its first item on."""

    def __init__(self, source: StagedCamera) -> None:
        self.source = source
        self.items: list[SourceItem] = []
        self._packets = source.packets()

    async def until(self, found: Callable[[SourceItem], bool]) -> None:
        async with asyncio.timeout(WITHIN_SECONDS):
            async for item in self._packets:
                self.items.append(item)
                if found(item):
                    return

    async def for_ms(self, ms: int) -> None:
        await self.until(lambda item: isinstance(item, Packet))
        last = next(item.at for item in reversed(self.items) if isinstance(item, Packet))
        await self.until(lambda item: isinstance(item, Packet) and item.at > last + ms)

    async def close(self) -> None:
        await self._packets.aclose()
        await self.source.stop()


@asynccontextmanager
async def watched(inputs: Inputs, spec: Camera, asides: Asides) -> AsyncIterator[Watched]:
    source = StagedCamera(spec, inputs, SystemClock(), asides)
    await source.start()
    seen = Watched(source)
    try:
        yield seen
    finally:
        await seen.close()


def begins(width: int) -> Callable[[SourceItem], bool]:
    return lambda item: isinstance(item, Formats) and item.video.width == width


def widths(items: list[SourceItem]) -> list[int]:
    return [item.video.width for item in items if isinstance(item, Formats)]


def check_nothing_twice(items: list[SourceItem]) -> None:
    """From the camera to the mix and back, time only goes on."""
    camera = next(place for place, item in enumerate(items) if begins(SMALL.width)(item))
    times = [
        item.at for item in items[camera:] if isinstance(item, Packet) and item.kind is Kind.VIDEO
    ]
    assert all(before < after for before, after in pairwise(times))


async def test_a_guest_over_whip_is_seen_in_the_one_stream(tmp_path: Path) -> None:
    keys = {GUEST_KEY: Welcome(GUEST)}
    asides = Asides()
    told: list[Aside] = []
    async with (
        an_entrance(tmp_path, SystemClock(), keys) as entrance,
        a_drawn_camera(entrance.inputs, KEY),
        a_whip_camera(entrance.url.replace(ROOM, GUEST), GUEST_KEY, tmp_path),
        asyncio.timeout(WITHIN_SECONDS),
    ):
        await eventually(lambda: has_picture(entrance.inputs))
        async with watched(entrance.inputs, ALONE, asides) as seen:
            await seen.until(begins(SMALL.width))
            assert seen.source.direct(WITH_GUEST)
            with asides.hearing(told.append):
                await seen.until(begins(WIDTH))
                await seen.for_ms(1_500)
            assert seen.source.direct(ALONE)
            await seen.until(begins(SMALL.width))
            await seen.for_ms(200)

    assert widths(seen.items)[-3:] == [SMALL.width, WIDTH, SMALL.width]
    check_nothing_twice(seen.items)
    assert {one.without for one in told} == {GUEST}
    made = packaged(iter(seen.items))
    mix = made.inits[-2].init
    mixed = made.stream(mix)
    codes = [guest_clock(frame) for frame in pictures(mixed)]
    clocks = [code for code in codes if code is not None]
    assert len(clocks) > len(codes) * 0.8
    assert clocks == sorted(clocks)
    # The guest's own clock is that of the programme.
    began = next(item.line.at for item in made.segments if item.line.init == mix)
    assert abs(clocks[0] - began) < 1_000


async def has_picture(inputs: Inputs) -> bool:
    return any(one.input_id == GUEST and one.width > 0 for one in inputs.statuses())


def pictures(stream: bytes) -> list[av.VideoFrame]:
    with av.open(io.BytesIO(stream), "r", format="mp4") as container:
        return list(container.decode(video=0))


def guest_clock(frame: av.VideoFrame) -> int | None:
    assert (frame.width, frame.height) == (WIDTH, HEIGHT)
    return timecode.read(luma(frame.reformat(GUEST_WIDTH, GUEST_HEIGHT, "yuv420p")))


async def test_a_guest_who_drops_may_come_back_into_the_same_picture() -> None:
    inputs = Inputs(KeyedGate(**{GUEST_KEY: Welcome(GUEST)}), SystemClock())
    async with (
        a_drawn_camera(inputs, KEY),
        watched(inputs, WITH_GUEST, Asides()) as seen,
    ):
        async with a_drawn_camera(inputs, GUEST_KEY) as guest:
            await seen.until(begins(WIDTH))
            guest.leave()
            for _ in range(3):
                await seen.until(lambda item: isinstance(item, Packet))
            await guest.come()
            await seen.for_ms(700)
        before = len(seen.items)
        # A machine that stood still for seconds has ended the mix already.
        if widths(seen.items)[-1] == WIDTH:
            await seen.until(begins(SMALL.width))

    # Gone for a moment, the picture stayed the mix; gone for good, the host is passed through.
    assert not widths(seen.items[before:-1])
    assert widths(seen.items)[-2:] == [WIDTH, SMALL.width]


async def test_a_guest_is_seen_also_while_the_hosts_camera_is_away() -> None:
    inputs = Inputs(KeyedGate(**{GUEST_KEY: Welcome(GUEST)}), SystemClock())
    async with watched(inputs, replace(WITH_GUEST, title=""), Asides()) as seen:
        await seen.until(lambda item: isinstance(item, Packet))
        assert seen.source.problem == "camera_awaited"
        async with a_drawn_camera(inputs, GUEST_KEY):
            await seen.until(lambda _: widths(seen.items) == [WIDTH, WIDTH])
            assert seen.source.problem == ""


async def test_another_camera_is_not_a_change_of_the_stage() -> None:
    inputs = Inputs(KeyedGate(), SystemClock())
    source = StagedCamera(ALONE, inputs, SystemClock(), Asides())

    assert not source.direct(replace(ALONE, title="Coffee"))
    assert not source.direct(SMALL)
