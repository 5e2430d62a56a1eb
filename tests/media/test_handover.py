"""Between a source's thread and the loop: bounded, and never a picture that cannot be decoded."""

import asyncio

import pytest

from livehouse.media.packets import Packet
from livehouse.media.sources.handover import Handover
from tests.support.media_material import a_picture, formats


async def taken(handover: Handover) -> list[Packet]:
    return [item async for item in handover.items() if isinstance(item, Packet)]


async def test_what_is_put_is_taken_in_order() -> None:
    handover = Handover(asyncio.get_running_loop())
    handover.put(formats())
    for number in range(5):
        handover.put(a_picture(number, key=number == 0))
    handover.close()

    assert [packet.dts for packet in await taken(handover)] == [0, 1, 2, 3, 4]


async def test_when_it_is_full_the_rest_of_the_group_is_dropped() -> None:
    handover = Handover(asyncio.get_running_loop(), packets_max=3)
    items = aiter(handover.items())
    for number in range(6):
        handover.put(a_picture(number, key=number == 0))
    first = [await anext(items) for _ in range(3)]
    handover.put(a_picture(6))
    handover.put(a_picture(7, key=True))
    handover.put(a_picture(8))
    handover.close()
    rest = [item async for item in items]

    assert [packet.dts for packet in first if isinstance(packet, Packet)] == [0, 1, 2]
    assert [packet.dts for packet in rest if isinstance(packet, Packet)] == [7, 8]
    assert handover.dropped == 4


async def test_a_failure_of_the_thread_is_heard_on_the_loop() -> None:
    handover = Handover(asyncio.get_running_loop())
    handover.put(a_picture(0, key=True))
    handover.close(ValueError("the camera is gone"))

    with pytest.raises(ValueError, match="camera"):
        await taken(handover)
