"""A show on other platforms: each target alone, with its own trouble and its own recovery."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import islice, pairwise
from pathlib import Path

import av
import pytest
from msgspec import Struct

from livehouse.foundation.clock import SystemClock
from livehouse.media import timecode
from livehouse.media.outgoing.connection import Connect
from livehouse.media.outgoing.outgoing import Outgoing
from livehouse.media.outgoing.queue import PacketQueue
from livehouse.media.outgoing.sender import REFUSALS_MAX, Sender
from livehouse.media.outgoing.specs import Target, Targets, TargetStatus
from livehouse.media.outgoing_control import connecting
from livehouse.media.packets import Formats, Kind, Packet, SourceItem
from livehouse.media.sources.stage import StageProducer
from livehouse.media.specs import TestStage
from tests.support.media_material import NOON, formats, luma, pictures, produced
from tests.support.media_waiting import eventually
from tests.support.rtmp_relay import rtmp_relay
from tests.support.whip_platform import whip_platform

STAGE = TestStage(title="Tea", width=256, height=256, fps=10, kbps=200)
KEY = "a-key-that-nobody-may-see"
# Of the loop, until a packet that was handed over has arrived on this machine.
TURNS = 8


def a_source(seconds: float = 120) -> Iterator[SourceItem]:
    return produced(StageProducer(STAGE), seconds=seconds)


class Platform(Struct):
    """A show is pushed to it; `clocks` are those of the pictures since an opening."""

    target: Callable[[str], Target]
    clocks: Callable[[int], list[int | None]]
    start: Callable[[], Awaitable[None]]
    kill: Callable[[], Awaitable[None]]


@asynccontextmanager
async def a_platform(kind: str, folder: Path) -> AsyncIterator[Platform]:
    if kind == "rtmp":
        async with rtmp_relay(folder) as relay:
            yield Platform(
                lambda name: Target(name, relay.address(KEY)),
                lambda opening: clocks(relay.received(KEY)[opening]), relay.start, relay.kill,
            )  # fmt: skip
    else:
        async with whip_platform(KEY) as platform:
            yield Platform(
                lambda name: Target(name, platform.address, KEY),
                platform.clocks, platform.start, platform.kill,
            )  # fmt: skip


def connecting_here() -> Connect:
    return connecting(asyncio.get_running_loop(), SystemClock())


class Show:
    """Puts packets as fast as those who are live take them."""

    def __init__(self, outgoing: Outgoing) -> None:
        self.outgoing = outgoing
        self._items = a_source()

    async def play(self, seconds: float) -> None:
        until = None
        for item in self._items:
            self.outgoing.put(item)
            if isinstance(item, Packet):
                until = until or item.at + seconds * 1000
                await self._taken()
                if item.at >= until:
                    return

    async def until(self, there: Callable[[], bool]) -> None:
        """Play on, a second at a time, until something is so."""

        async def look() -> bool:
            await self.play(1)
            return there()

        await eventually(look)

    def states(self, *kinds: str) -> set[str]:
        found = self.outgoing.statuses()
        return {one.state for one in found if one.id.endswith(kinds)}

    async def _taken(self) -> None:
        """Until all who are live have it: what goes by UDP does not wait for who is slower."""
        async with asyncio.timeout(120):
            while any(s.queued for s in self.outgoing.statuses() if s.state == "live"):
                await a_turn()
            for _ in range(TURNS):
                await a_turn()


async def a_turn() -> None:
    """Lets the loop look once at all that it has."""
    turned = asyncio.get_running_loop().create_future()
    turned.get_loop().call_soon(turned.set_result, None)
    await turned


def clocks(path: Path) -> list[int | None]:
    with av.open(str(path)) as container:
        return [timecode.read(luma(frame)) for frame in container.decode(video=0)]


async def test_targets_that_die_never_touch_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outgoing, connect = Outgoing(), connecting_here()
    show = Show(outgoing)
    async with AsyncExitStack() as all_of_them:
        stay, die = [
            [
                await all_of_them.enter_async_context(a_platform(kind, tmp_path / f"{kind}-{what}"))
                for kind in ("rtmp", "whip")
            ]
            for what in ("stays", "dies")
        ]
        stays = [one.target(f"{number} stays") for number, one in enumerate(stay)]
        dies = [one.target(f"{number} dies") for number, one in enumerate(die)]
        outgoing.want(Targets([*stays, *dies], allow_private=True), connect)
        await show.until(lambda: show.states("stays", "dies") == {"live"})
        await show.play(1)

        for one in die:
            await one.kill()
        await show.until(lambda: show.states("dies") == {"lost"})
        during = [s for s in outgoing.statuses() if "stays" in s.id]
        await show.play(1)
        for one in die:
            await one.start()
        await show.until(lambda: show.states("dies") == {"live"})
        await show.play(1)
        after = outgoing.statuses()
        outgoing.want(Targets(stays, allow_private=True), connect)
        left = [status.id for status in outgoing.statuses()]
        outgoing.stop()

        async def closed() -> bool:
            return not [t for t in threading.enumerate() if t.name == "outgoing"]

        await eventually(closed)

    assert {(s.state, s.restarts, s.dropped) for s in during} == {("live", 0, 0)}
    assert {(s.state, s.problem) for s in after} == {("live", "")}
    assert left == [target.id for target in stays]
    for one in stay:
        seen = one.clocks(0)
        assert {b - a for a, b in pairwise(seen) if a is not None and b is not None} == {100}
        assert len(seen) > 30
    assert [one.clocks(1)[0] is not None for one in die] == [True, True]
    assert KEY not in capsys.readouterr().out


async def test_who_is_turned_away_again_and_again_stays_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with rtmp_relay(tmp_path) as relay:
        target = Target("a", relay.address(KEY, application="closed"))
        sender = Sender(
            target,
            connecting_here(),
            allow_private=True,
            retry_seconds=0.01,
        )
        items = a_source()

        async def sent_away() -> TargetStatus | None:
            for item in islice(items, 20):
                sender.put(item)
            return await _in_state(sender, "refused")()

        status = await eventually(sent_away)

    assert status.restarts == REFUSALS_MAX - 1
    assert status.problem in {"refused", "not_allowed"}
    assert KEY not in capsys.readouterr().out
    assert KEY not in repr(target)


@pytest.mark.parametrize("scheme", ["rtmp", "https"])
@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "[64:ff9b::a00:1]"],
)
async def test_addresses_of_our_own_network_are_refused(scheme: str, host: str) -> None:
    sender = Sender(
        Target("a", f"{scheme}://{host}:1935/live/x"), connecting_here(),
        allow_private=False,
    )  # fmt: skip
    sender.put(formats())

    status = await eventually(_in_state(sender, "refused"))

    assert status.problem == "private_address"


async def test_nobody_there_is_tried_again(tmp_path: Path) -> None:
    async with rtmp_relay(tmp_path) as relay:
        address = relay.address(KEY)
    sender = Sender(
        Target("a", address),
        connecting_here(),
        allow_private=True,
        retry_seconds=0.01,
    )
    sender.put(formats())

    async def tried() -> bool:
        return sender.status().restarts > REFUSALS_MAX

    await eventually(tried)
    assert sender.status().problem == "unreachable"
    sender.stop()
    await eventually(_in_state(sender, "ended"))


def test_who_is_too_slow_gets_a_whole_picture_next() -> None:
    queue = PacketQueue(packets_max=30)
    queue.put(formats())
    for picture in pictures(61):
        queue.put(picture)

    first, second = queue.get(0), queue.get(0)

    assert queue.dropped >= 30
    assert len(queue) <= 30
    assert isinstance(first, Formats)
    assert isinstance(second, Packet)
    assert second.key
    assert second.at > NOON
    assert second.kind is Kind.VIDEO


def test_what_waits_begins_with_a_keyframe() -> None:
    queue = PacketQueue()
    for picture in list(pictures(5))[3:]:
        queue.put(picture)

    first = queue.get(0)

    assert isinstance(first, Packet)
    assert first.key


def _in_state(sender: Sender, state: str) -> Callable[[], Awaitable[TargetStatus | None]]:
    async def look() -> TargetStatus | None:
        status = sender.status()
        return status if status.state == state else None

    return look
