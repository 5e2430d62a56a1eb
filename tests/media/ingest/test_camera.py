"""A run's camera: its picture, the slate while it is gone, and its return."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import datetime, timedelta

import pytest
from typing_extensions import override

from livehouse.foundation.clock import SystemClock
from livehouse.media.ingest.camera import CameraSource
from livehouse.media.ingest.inputs import Inputs, Publication
from livehouse.media.ingest.limits import CAMERA_SILENCE_MS_MAX
from livehouse.media.ingest.slate import FPS, make_slate
from livehouse.media.packets import Formats, Kind, Packet, SourceItem
from livehouse.media.specs import Camera
from tests.support.cameras import KEY, ROOM, KeyedGate, a_film, sent
from tests.support.clock import ManualClock
from tests.support.media_material import NOON, heard, packaged, shown


@pytest.fixture
def inputs() -> Inputs:
    return Inputs(KeyedGate(), SystemClock())


async def a_camera(inputs: Inputs) -> Publication:
    return await inputs.publish(KEY, protocol="rtmp", address="192.0.2.7")


def a_source(inputs: Inputs) -> CameraSource:
    return CameraSource(Camera(input=ROOM, title="Tea"), inputs, SystemClock())


@pytest.fixture
async def items(inputs: Inputs) -> AsyncIterator[AsyncIterator[SourceItem]]:
    source = a_source(inputs)
    await source.start()
    async with aclosing(source.packets()) as packets:
        yield packets


async def until(
    items: AsyncIterator[SourceItem], found: Callable[[SourceItem], bool]
) -> SourceItem:
    async with asyncio.timeout(60):
        async for item in items:
            if found(item):
                return item
    raise AssertionError


def begins(width: int) -> Callable[[SourceItem], bool]:
    return lambda item: isinstance(item, Formats) and item.video.width == width


async def test_a_show_that_begins_without_its_camera_begins_with_the_slate(
    items: AsyncIterator[SourceItem],
) -> None:
    first = [await anext(items) for _ in range(20)]

    assert isinstance(first[0], Formats)
    assert (first[0].video.width, first[0].video.height) == (1280, 720)
    assert isinstance(first[1], Packet)
    assert first[1].key


async def test_a_camera_that_is_there_is_shown_at_once(inputs: Inputs) -> None:
    camera = await a_camera(inputs)
    camera.put(a_film()[0])
    source = a_source(inputs)
    await source.start()
    async with aclosing(source.packets()) as items, asyncio.TaskGroup() as tasks:
        first = tasks.create_task(anext(items))
        film = a_film()
        while not inputs.at(ROOM).listeners:
            await asyncio.wait({first}, timeout=0.01)
        sent(camera, film[1:])

        assert await first == film[0]
        assert await anext(items) == film[1]
        assert source.problem == ""


async def test_the_camera_takes_the_place_of_the_slate_and_the_slate_that_of_the_camera(
    inputs: Inputs, items: AsyncIterator[SourceItem]
) -> None:
    await until(items, begins(1280))
    camera = await a_camera(inputs)
    film = a_film()
    sent(camera, film)
    await until(items, begins(512))
    got = [await anext(items) for _ in film[1:]]
    camera.close()
    again = await until(items, begins(512))

    assert got == film[1:]
    # As large as the camera's picture was.
    assert again != film[0]
    back = await a_camera(inputs)
    sent(back, film)
    assert await until(items, lambda item: item == film[0]) == film[0]


async def test_a_camera_that_fell_silent_goes_on_behind_the_slate_in_its_own_form() -> None:
    """Its connection is open all the while, so that it does not say its form again."""
    clock = ClockAhead()
    inputs = Inputs(KeyedGate(), clock)
    camera, film = await a_camera(inputs), a_film()
    camera.put(film[0])
    source = CameraSource(Camera(input=ROOM, title="Tea"), inputs, clock)
    await source.start()
    async with aclosing(source.packets()) as items, asyncio.TaskGroup() as tasks:
        first = tasks.create_task(anext(items))
        while not inputs.at(ROOM).listeners:
            await asyncio.wait({first}, timeout=0.01)
        sent(camera, film[1:])
        await first
        for _ in film[1:]:
            await anext(items)
        clock.ahead = timedelta(milliseconds=2 * CAMERA_SILENCE_MS_MAX)
        slate = await until(items, lambda item: isinstance(item, Formats))
        key = next(place for place, item in enumerate(film) if place > 1 and is_key(item))
        sent(camera, film[key - 2 :])
        again = await until(items, lambda item: isinstance(item, Formats))
        after = await anext(items)

    assert slate != film[0]
    assert (again, after) == (film[0], film[key])
    assert source.problem == ""


def is_key(item: SourceItem) -> bool:
    return isinstance(item, Packet) and item.kind is Kind.VIDEO and item.key


class ClockAhead(SystemClock):
    """Goes as all clocks do, and can be set forward."""

    ahead = timedelta()

    @override
    def now(self) -> datetime:
        return super().now() + self.ahead


async def test_after_the_grace_nothing_is_shown_until_the_camera_returns(inputs: Inputs) -> None:
    clock = ManualClock()
    source = CameraSource(Camera(input=ROOM, title="Tea", grace_seconds=1), inputs, clock)
    await source.start()
    seen: list[SourceItem] = []
    async with aclosing(source.packets()) as items, asyncio.TaskGroup() as tasks:
        seen.append(await anext(items))
        await clock.advance(timedelta(hours=1))  # all that is to be shown is shown at once

        async def watch() -> SourceItem:
            async for item in items:
                if begins(512)(item):
                    return item
                seen.append(item)
            raise AssertionError

        watching = tasks.create_task(watch())
        await asyncio.wait({watching}, timeout=0.01)
        pictures = [item for item in seen if isinstance(item, Packet) and item.kind is Kind.VIDEO]
        assert source.problem == "camera_awaited"
        assert len(pictures) == FPS + 1
        shown_until_then = len(seen)

        sent(await a_camera(inputs), a_film())
        assert await watching == a_film()[0]

    assert len(seen) == shown_until_then


def test_the_slate_plays_and_costs_next_to_nothing() -> None:
    slate = make_slate("A quiet evening with tea 茶", 640, 360)
    items: list[SourceItem] = []
    for item in slate.items(NOON):
        items.append(item)
        if isinstance(item, Packet) and item.dts >= 8 * 90_000:
            break
    made = packaged(iter(items))
    pictures = shown(made.stream())
    sound = heard(made.stream())

    assert len(pictures) == pytest.approx(8 * FPS, abs=2)
    assert [line.line.seconds for line in made.segments[:3]] == [2.0, 2.0, 2.0]
    assert len(sound.samples) / sound.rate == pytest.approx(8.0, abs=0.1)
    assert sum(len(data) for data in slate.pictures) < 60_000
