"""A camera over WHIP: FFmpeg's muxer sends, and what an input gets can be shown and heard."""

import asyncio

import numpy as np
import pytest
from aioice import ice

from livehouse.media.packets import Formats, SourceItem
from tests.support.cameras import KEY, ROOM
from tests.support.entrance import Entrance
from tests.support.media_material import Heard, heard, packaged, shown
from tests.support.media_waiting import eventually
from tests.support.whip import a_whip_camera

SECONDS = 4
LIPS_MS = 40
LOUD = 0.1


async def received(entrance: Entrance, seconds: float) -> list[SourceItem]:
    """What comes in from the first keyframe on."""
    items: list[SourceItem] = []
    with entrance.inputs.at(ROOM).listening() as subscription:
        async with a_whip_camera(entrance.url, KEY, entrance.folder):
            async with asyncio.timeout(60):
                while not items or _ticks(items[-1]) < seconds * 90_000:
                    item = await subscription.take()
                    assert item is not None
                    items.append(item)
    return items


def _ticks(item: SourceItem) -> int:
    return 0 if isinstance(item, Formats) or item.duration == 1024 else item.pts


async def test_a_camera_is_shown_and_heard_in_step(
    entrance: Entrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if it answers no question of ICE once it sends, as FFmpeg's muxer does not."""
    monkeypatch.setattr(ice, "CONSENT_INTERVAL", 0.1)
    monkeypatch.setattr(ice, "CONSENT_FAILURES", 1)
    items = await received(entrance, SECONDS)

    made = packaged(iter(items))

    stream = made.stream()
    clocks = [picture.clock for picture in shown(stream)]
    assert isinstance(items[0], Formats)
    assert sum(isinstance(item, Formats) for item in items) == 1
    assert None not in clocks
    assert clocks == sorted(clock for clock in clocks if clock is not None)
    for segment in made.segments:
        first = shown(made.stream())[0]
        assert first.clock is not None
        assert segment.line.at >= first.clock - LIPS_MS
    assert abs(_lips_ms(stream)) < LIPS_MS
    gone = await eventually(lambda: _gone(entrance))
    assert gone


async def _gone(entrance: Entrance) -> bool:
    """The camera said goodbye, and its place is free."""
    return entrance.inputs.input(ROOM) is None


def _lips_ms(stream: bytes) -> float:
    """How much later the tone of a full second is heard than that second is seen (median)."""
    pictures = [(one.time, one.clock) for one in shown(stream) if one.clock is not None]
    seen = np.interp(
        _onsets(heard(stream)),
        [time for time, _ in pictures],
        [clock for _, clock in pictures],
    )
    off = (seen + 500) % 1000 - 500
    return float(np.median(off))


def _onsets(sound: Heard) -> list[float]:
    """Where a tone begins after silence (s)."""
    loud = np.abs(sound.samples) > LOUD
    places = np.flatnonzero(loud)
    starts = [places[0], *places[1:][np.diff(places) > sound.rate // 2]]
    return [sound.start + place / sound.rate for place in starts[1:]]
