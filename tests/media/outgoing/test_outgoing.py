"""A show on other platforms: each target alone, with its own trouble and its own recovery."""

import threading
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice, pairwise
from pathlib import Path

import av
import pytest

from livehouse.media import timecode
from livehouse.media.outgoing.outgoing import Outgoing
from livehouse.media.outgoing.queue import PacketQueue
from livehouse.media.outgoing.sender import REFUSALS_MAX, Sender
from livehouse.media.outgoing.specs import Target, Targets, TargetStatus
from livehouse.media.packets import Formats, Kind, Packet, SourceItem
from livehouse.media.sources.stage import StageProducer
from livehouse.media.specs import TestStage
from tests.support.media_material import NOON, formats, luma, pictures, produced
from tests.support.media_waiting import eventually
from tests.support.rtmp_relay import rtmp_relay

STAGE = TestStage(title="Tea", width=256, height=256, fps=10, kbps=200)
KEY = "a-key-that-nobody-may-see"


def a_source(seconds: float = 120) -> Iterator[SourceItem]:
    return produced(StageProducer(STAGE), seconds=seconds)


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
                await eventually(self._taken)
                if item.at >= until:
                    return

    async def until(self, there: Callable[[], bool]) -> None:
        """Play on, a second at a time, until something is so."""

        async def look() -> bool:
            await self.play(1)
            return there()

        await eventually(look)

    def status(self, target: str) -> TargetStatus:
        return next(one for one in self.outgoing.statuses() if one.id == target)

    async def _taken(self) -> bool:
        return all(s.queued < 40 for s in self.outgoing.statuses() if s.state == "live")


def clocks(path: Path) -> list[int | None]:
    with av.open(str(path)) as container:
        return [timecode.read(luma(frame)) for frame in container.decode(video=0)]


async def test_a_target_that_dies_never_touches_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outgoing = Outgoing()
    async with rtmp_relay(tmp_path / "a") as one, rtmp_relay(tmp_path / "b") as other:
        wanted = [Target("a", one.address(KEY)), Target("b", other.address(KEY))]
        outgoing.want(Targets(wanted, allow_private=True))
        show = Show(outgoing)
        await show.until(lambda: {s.state for s in outgoing.statuses()} == {"live"})
        await show.play(3)

        await other.kill()
        await show.until(lambda: show.status("b").state == "lost")
        during = show.status("a")
        await show.play(3)
        await other.start()
        await show.until(lambda: show.status("b").state == "live")
        await show.play(3)
        after = outgoing.statuses()
        outgoing.want(Targets([wanted[0]], allow_private=True))
        left = [status.id for status in outgoing.statuses()]
        outgoing.stop()

        async def closed() -> bool:
            return not [t for t in threading.enumerate() if t.name == "outgoing"]

        await eventually(closed)

    (whole,) = one.received(KEY)
    seen = clocks(whole)
    assert (during.state, during.restarts, during.dropped) == ("live", 0, 0)
    assert {(status.id, status.state) for status in after} == {("a", "live"), ("b", "live")}
    assert show_problem(after) == {"a": "", "b": ""}
    assert left == ["a"]
    assert {b - a for a, b in pairwise(seen) if a is not None and b is not None} == {100}
    assert len(seen) > 90
    assert len(other.received(KEY)) == 2
    assert clocks(other.received(KEY)[1])[0] is not None
    assert KEY not in capsys.readouterr().out


def show_problem(statuses: list[TargetStatus]) -> dict[str, str]:
    return {status.id: status.problem for status in statuses}


async def test_who_is_turned_away_again_and_again_stays_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with rtmp_relay(tmp_path) as relay:
        target = Target("a", relay.address(KEY, application="closed"))
        sender = Sender(target, allow_private=True, retry_seconds=0.01)
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


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "[64:ff9b::a00:1]"],
)
async def test_addresses_of_our_own_network_are_refused(host: str) -> None:
    sender = Sender(Target("a", f"rtmp://{host}:1/live/x"), allow_private=False)
    sender.put(formats())

    status = await eventually(_in_state(sender, "refused"))

    assert status.problem == "private_address"


async def test_nobody_there_is_tried_again(tmp_path: Path) -> None:
    async with rtmp_relay(tmp_path) as relay:
        address = relay.address(KEY)
    sender = Sender(Target("a", address), allow_private=True, retry_seconds=0.01)
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
