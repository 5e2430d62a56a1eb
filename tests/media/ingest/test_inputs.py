"""Where cameras arrive: who is let in, who has to leave, and what those who listen get."""

import asyncio
from datetime import timedelta

import pytest
from typing_extensions import override

from livehouse.media.ingest.errors import (
    IngestUnavailable,
    InputBusy,
    TooManyInputs,
    UnknownStreamKey,
)
from livehouse.media.ingest.gate import ClosedGate, Gate, Welcome
from livehouse.media.ingest.inputs import Input, Inputs, Publication
from livehouse.media.ingest.limits import ASKING_MAX, INPUTS_MAX
from livehouse.media.ingest.subscription import Subscription
from livehouse.media.packets import Formats, Packet, SourceItem
from tests.support.cameras import KEY, ROOM, KeyedGate, a_film, sent
from tests.support.clock import ManualClock
from tests.support.media_material import a_picture, formats


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def inputs(clock: ManualClock) -> Inputs:
    return Inputs(KeyedGate(polite=Welcome(ROOM, second="refuse")), clock)


async def a_camera(inputs: Inputs, key: str = KEY, address: str = "192.0.2.7") -> Publication:
    return await inputs.publish(key, protocol="rtmp", address=address)


def room(inputs: Inputs) -> Input:
    found = inputs.input(ROOM)
    assert found is not None
    return found


async def waiting_in(subscription: Subscription) -> list[SourceItem]:
    """Everything that lies ready."""
    return [await subscription.take() for _ in range(subscription.waiting)]


async def waiting_packets(subscription: Subscription) -> list[Packet]:
    return [item for item in await waiting_in(subscription) if isinstance(item, Packet)]


async def test_a_stranger_is_turned_away(inputs: Inputs) -> None:
    with pytest.raises(UnknownStreamKey):
        await a_camera(inputs, "guessed")
    assert inputs.statuses() == []


async def test_a_key_that_none_could_be_is_not_even_asked_about(clock: ManualClock) -> None:
    gate = KeyedGate()
    for key in ("", "k" * 201):
        with pytest.raises(UnknownStreamKey):
            await a_camera(Inputs(gate, clock), key)
    assert gate.asked == []


async def test_while_nobody_can_be_asked_nobody_is_let_in(clock: ManualClock) -> None:
    with pytest.raises(IngestUnavailable):
        await a_camera(Inputs(ClosedGate(), clock))


async def test_a_crowd_at_the_door_is_not_all_asked_about(clock: ManualClock) -> None:
    class SlowGate(Gate):
        @override
        async def authorise(self, key: str, *, protocol: str, address: str) -> Welcome:
            await asyncio.Event().wait()
            raise AssertionError

    inputs = Inputs(SlowGate(), clock)
    async with asyncio.TaskGroup() as tasks:
        crowd = [tasks.create_task(a_camera(inputs)) for _ in range(ASKING_MAX)]
        last = tasks.create_task(_refusal(inputs))
        assert isinstance(await last, TooManyInputs)
        for one in crowd:
            one.cancel()


async def _refusal(inputs: Inputs) -> Exception:
    with pytest.raises(TooManyInputs) as refused:
        await a_camera(inputs)
    return refused.value


async def test_a_listener_gets_formats_and_a_keyframe_first(inputs: Inputs) -> None:
    camera = await a_camera(inputs)
    film = a_film()
    sent(camera, film[:4])

    with room(inputs).listening() as late:
        rest = sent(camera, film[4:])
        got = await waiting_in(late)

    from_key = next(place for place, packet in enumerate(rest) if packet.key)
    assert got == [film[0], *rest[from_key:]]


async def test_who_listens_before_the_camera_comes_misses_nothing(inputs: Inputs) -> None:
    with inputs.at(ROOM).listening() as early:
        film = a_film()
        sent(await a_camera(inputs), film)

        assert await waiting_in(early) == film


async def test_several_listen_at_once(inputs: Inputs) -> None:
    film = a_film()
    with inputs.at(ROOM).listening() as one, inputs.at(ROOM).listening() as another:
        sent(await a_camera(inputs), film)

        assert await waiting_in(one) == await waiting_in(another) == film


async def test_a_listener_asks_the_camera_for_a_keyframe(inputs: Inputs) -> None:
    camera = await a_camera(inputs)
    asked: list[bool] = []
    camera.ask_keyframe = lambda: asked.append(True)

    with room(inputs).listening():
        pass

    assert asked == [True]


async def test_a_slow_listener_loses_the_rest_of_a_group_and_goes_on_at_a_keyframe() -> None:
    slow = Subscription(packets_max=3)
    slow.begin(formats())
    for number in range(5):
        slow.put(a_picture(number, key=number == 0))
    first = await waiting_packets(slow)
    slow.put(a_picture(5))
    slow.put(a_picture(6, key=True))
    slow.put(a_picture(7))

    assert [packet.dts for packet in first] == [0, 1]
    assert [packet.dts for packet in await waiting_packets(slow)] == [6, 7]
    assert slow.dropped == 3


async def test_a_listener_holds_no_more_bytes_than_agreed() -> None:
    slow = Subscription(bytes_max=10)
    slow.begin(formats())
    for number in range(100):
        slow.put(a_picture(number, key=True))

    assert len(await waiting_packets(slow)) == 2  # of five bytes each


async def test_a_second_camera_takes_over(inputs: Inputs) -> None:
    with inputs.at(ROOM).listening() as listener:
        first = await a_camera(inputs)
        seen = sent(first, a_film(2))
        second = await a_camera(inputs)
        sent(first, a_film(2))
        seen_later = sent(second, a_film(2))
        got = await waiting_in(listener)

    assert await first.kicked() == "taken_over"
    assert [item for item in got if isinstance(item, Packet)] == [*seen, *seen_later]
    assert [place for place, item in enumerate(got) if isinstance(item, Formats)] == [0, 11]


async def test_a_second_camera_is_refused_where_the_room_says_so(inputs: Inputs) -> None:
    first = await a_camera(inputs)

    with pytest.raises(InputBusy):
        await a_camera(inputs, "polite")
    assert first.is_current


async def test_a_camera_that_fell_silent_gives_way_even_so(
    inputs: Inputs, clock: ManualClock
) -> None:
    first = await a_camera(inputs)
    clock.set(clock.now() + timedelta(seconds=6))

    second = await a_camera(inputs, "polite")

    assert await first.kicked() == "taken_over"
    assert second.is_current


async def test_who_was_taken_over_from_does_not_take_back_at_once(
    inputs: Inputs, clock: ManualClock
) -> None:
    await a_camera(inputs, address="192.0.2.7")
    second = await a_camera(inputs, address="192.0.2.8")
    second.put(formats())
    for _ in range(40):
        clock.set(clock.now() + timedelta(milliseconds=500))
        second.put(a_picture(1, key=True))
    with pytest.raises(InputBusy):
        await a_camera(inputs, address="192.0.2.7")
    clock.set(clock.now() + timedelta(seconds=11))
    second.put(a_picture(1, key=True))

    assert (await a_camera(inputs, address="192.0.2.7")).is_current


async def test_leaving_late_does_not_put_out_who_came_since(inputs: Inputs) -> None:
    first = await a_camera(inputs)
    second = await a_camera(inputs)

    first.close()

    assert second.is_current


async def test_an_input_that_nobody_uses_is_forgotten(inputs: Inputs) -> None:
    (await a_camera(inputs)).close()
    with inputs.at("another").listening():
        pass

    assert inputs.statuses() == []


async def test_there_are_only_so_many_inputs(inputs: Inputs) -> None:
    for number in range(INPUTS_MAX):
        inputs.at(f"room-of-{number}")

    with pytest.raises(TooManyInputs):
        await a_camera(inputs)


async def test_the_status_tells_what_arrives(inputs: Inputs, clock: ManualClock) -> None:
    camera = await a_camera(inputs)
    for item in a_film(4):
        camera.put(item)
        clock.set(clock.now() + timedelta(milliseconds=200))
    camera.note(dropped=3, rtt_ms=40.0)

    status = room(inputs).status

    assert (status.connected, status.protocol) == (True, "rtmp")
    assert (status.width, status.height) == (512, 288)
    assert status.fps == pytest.approx(5.0, abs=0.1)
    assert status.key_interval_seconds == 2.0
    assert (status.dropped, status.rtt_ms) == (3, 40.0)
