"""Whoever speaks the live connection wrongly is shown out, and nobody else notices."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator

import pytest

from livehouse.engine import limits
from livehouse.engine.protocol import CloseCode
from livehouse.web.limits import HEAD_BYTES_MAX
from tests.support.hostile import (
    BINARY,
    CLOSE,
    CONTINUATION,
    FINAL,
    PING,
    PONG,
    TEXT,
    WAIT,
    Honest,
    frame,
    intruder,
    undisturbed,
)
from tests.support.live_house import RUN, LiveHouse, open_live_house

BROKEN = 1002  # RFC 6455: a protocol error
PING_MESSAGE = b'{"type":"ping"}'


@pytest.fixture
async def house() -> AsyncIterator[LiveHouse]:
    async with open_live_house() as opened:
        yield opened


MALFORMED = {
    "an unmasked frame": (frame(TEXT, PING_MESSAGE, masked=False), BROKEN),
    "an unknown opcode": (frame(3, PING_MESSAGE), BROKEN),
    "a control frame in pieces": (frame(PING, b"", first=0), BROKEN),
    "a ping that is too long": (frame(PING, b"x" * 126), BROKEN),
    "a length that is written too long": (b"\x81\xfe\x00\x05" + b"\x00" * 9, BROKEN),
    "a length beyond all numbers": (b"\x81\xff" + b"\xff" * 8 + b"\x00" * 4, BROKEN),
    "a close code that is none": (frame(CLOSE, b"\x00\x01"), BROKEN),
    "a close frame of one byte": (frame(CLOSE, b"\x03"), BROKEN),
    "the first reserved bit": (
        frame(TEXT, PING_MESSAGE, first=FINAL | 0x40),
        CloseCode.UNSUPPORTED,
    ),
    "the third reserved bit": (
        frame(TEXT, PING_MESSAGE, first=FINAL | 0x10),
        CloseCode.UNSUPPORTED,
    ),
    "a binary message": (frame(BINARY, PING_MESSAGE), CloseCode.UNSUPPORTED),
    "a first fragment": (frame(TEXT, PING_MESSAGE, first=0), CloseCode.UNSUPPORTED),
    "a fragment of nothing": (frame(CONTINUATION, PING_MESSAGE), CloseCode.UNSUPPORTED),
    "a message that is too long": (frame(TEXT, b"x" * 4_097), CloseCode.TOO_BIG),
    "a terabyte": (frame(TEXT, b"x", size=2**40), CloseCode.TOO_BIG),
}


async def test_a_malformed_frame_ends_its_own_connection_only(house: LiveHouse) -> None:
    async with undisturbed(house):
        for name, (raw, code) in MALFORMED.items():
            async with intruder(house) as bad:
                await bad.join()
                bad.send(raw)
                assert await bad.closed() == code, name


async def test_a_malformed_frame_before_the_join_is_no_better(house: LiveHouse) -> None:
    async with undisturbed(house):
        for name, (raw, code) in MALFORMED.items():
            async with intruder(house) as bad:
                bad.send(raw)
                assert await bad.closed() == code, name


async def test_a_compressed_bomb_is_opened_no_further_than_a_message_may_be_long(
    house: LiveHouse,
) -> None:
    deflater = zlib.compressobj(wbits=-15)
    bomb = deflater.compress(b" " * 2**22) + deflater.flush(zlib.Z_SYNC_FLUSH)
    async with undisturbed(house), intruder(house, extensions="permessage-deflate") as bad:
        await bad.join()
        bad.send(frame(TEXT, bomb[:4_000], first=FINAL | 0x40))
        assert await bad.closed() == CloseCode.TOO_BIG


async def test_who_announces_a_terabyte_and_sends_it_is_not_listened_to(house: LiveHouse) -> None:
    async with undisturbed(house), intruder(house) as bad:
        bad.send(frame(TEXT, b"", size=2**40))
        taken = await bad.flood(b"x" * 2**16, chunks=4_096)
        assert taken < 1_024  # of 256 MB


async def test_text_that_is_no_text_is_refused_until_it_is_too_much(house: LiveHouse) -> None:
    async with undisturbed(house), intruder(house) as bad:
        await bad.join()
        for _ in range(limits.STRIKES_MAX + 1):
            bad.send(frame(TEXT, b'{"type":"test.say","id":"c","text":"\xc3\x28"}'))
        assert await bad.closed() == CloseCode.PROTOCOL


async def test_a_flood_of_pings_is_answered_as_far_as_messages_are(house: LiveHouse) -> None:
    loop = asyncio.get_running_loop()
    async with undisturbed(house), intruder(house) as bad:
        await bad.join()
        began = loop.time()
        for _ in range(2_000):
            bad.send(frame(PING, b"anyone?"))
        pongs = 0
        async with asyncio.timeout(WAIT):
            while (heard := await bad.hear())[0] != CLOSE:
                pongs += heard[0] == PONG
        assert int.from_bytes(heard[1][:2]) == CloseCode.PROTOCOL
        seconds = loop.time() - began
        assert 0 < pongs <= limits.MESSAGES_BURST + (2 + seconds) * limits.MESSAGES_PER_SECOND


async def test_a_ping_now_and_then_is_answered(house: LiveHouse) -> None:
    async with intruder(house) as client:
        await client.join()
        client.send(frame(PING, b"anyone?"))
        assert await client.hear_kind(PONG) == b"anyone?"


async def test_half_a_message_does_not_keep_a_connection(house: LiveHouse) -> None:
    async with undisturbed(house) as honest, intruder(house) as bad:
        await bad.join()
        bad.send(frame(TEXT, PING_MESSAGE)[:-1])
        for _ in range(3):
            await time_passes(house, honest)
        assert await bad.closed() == CloseCode.SILENT


async def test_a_connection_whose_other_end_is_gone_is_asked_and_closed(house: LiveHouse) -> None:
    async with undisturbed(house) as honest, intruder(house) as half_open:
        await half_open.join()
        for _ in range(2):
            await time_passes(house, honest)
        await half_open.hear_kind(PING)  # and no pong: nobody is there to send one
        await time_passes(house, honest)
        assert await half_open.closed() == CloseCode.SILENT


async def time_passes(house: LiveHouse, honest: Honest) -> None:
    """So much that the house wonders who is still there; the honest viewer says something."""
    house.clock.skip(limits.LISTEN_MS / 1_000)
    await honest.hear_more(1)
    honest.send(PING_MESSAGE)
    await honest.hear_more(1)


async def test_who_does_not_join_is_not_waited_for(house: LiveHouse) -> None:
    async with undisturbed(house), intruder(house) as bad:
        house.clock.skip(limits.JOIN_MS_MAX / 1_000)
        assert await bad.closed() == CloseCode.JOIN_DEADLINE


@pytest.mark.parametrize("count", [400, pytest.param(5_000, marks=pytest.mark.torture)])
async def test_forged_tickets_leave_nothing_behind(house: LiveHouse, count: int) -> None:
    gate = asyncio.Semaphore(6)

    async def forge(number: int) -> int:
        async with gate, intruder(house) as bad:
            join = {"type": "join", "ticket": f"forged{number}"}
            bad.send(frame(TEXT, json.dumps(join).encode()))
            return await bad.closed()

    async with undisturbed(house) as honest, asyncio.timeout(60):
        codes = await asyncio.gather(*map(forge, range(count)))
        assert set(codes) == {CloseCode.BAD_TICKET}
        await honest.hear_more(1)
        assert house.gateway.connections == 1


async def test_a_head_that_comes_byte_by_byte_is_not_waited_for(house: LiveHouse) -> None:
    async with undisturbed(house) as honest:
        slow = [await asyncio.open_connection("127.0.0.1", house.port) for _ in range(40)]
        for _, writer in slow:
            writer.write(f"GET /live/{RUN} HTTP/1.1\r\nHost: x\r\n".encode())
        await honest.hear_more(1)
        for _, writer in slow:
            writer.write(b"X-Slow: 1\r\n")  # a byte now and then does not prolong it
        async with asyncio.timeout(WAIT):
            for reader, writer in slow:
                assert (await reader.read()).startswith(b"HTTP/1.1 408")
                writer.close()


async def test_a_head_without_end_is_cut_off(house: LiveHouse) -> None:
    async with undisturbed(house):
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(b"GET / HTTP/1.1\r\n" + b"X-More: and more\r\n" * (HEAD_BYTES_MAX // 16))
        async with asyncio.timeout(WAIT):
            assert (await reader.readline()).startswith(b"HTTP/1.1 431")
        writer.transport.abort()


async def test_requests_one_after_the_other_each_have_their_time(house: LiveHouse) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    async with asyncio.timeout(WAIT):
        for _ in range(3):
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200")
            await reader.readuntil(b"0\r\n\r\n")
        writer.write(b"GET / HTTP/1.1\r\nHost")
        assert (await reader.read()).startswith(b"HTTP/1.1 408")
    writer.close()
