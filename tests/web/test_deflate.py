"""A frame is compressed once for all who agreed, and nobody's compressed message is a bomb."""

import json
import zlib
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import connect

from livehouse.engine import limits
from livehouse.engine.protocol import HEADROOM_BYTES, CloseCode, parcel
from livehouse.web.deflate import (
    KEPT_MAX,
    NAME,
    SMALL_BYTES,
    Bomb,
    Packer,
    deflated,
    inflated,
    is_offered,
)
from tests.support.live_house import LiveHouse, closed, hear, hear_type, open_live_house


@pytest.fixture
async def house() -> AsyncIterator[LiveHouse]:
    async with open_live_house() as opened:
        yield opened


@given(st.binary(max_size=limits.MESSAGE_BYTES_MAX))
def test_what_is_compressed_comes_out_as_it_went_in(message: bytes) -> None:
    assert inflated(deflated(message)) == message


@given(st.binary(max_size=300))
def test_whatever_claims_to_be_compressed_is_read_or_refused(message: bytes) -> None:
    try:
        read = inflated(message)
    except ValueError:
        return
    assert len(read) <= limits.MESSAGE_BYTES_MAX


def test_a_bomb_is_not_unpacked() -> None:
    bomb = deflated(bytes(1_000_000))
    assert len(bomb) < limits.MESSAGE_BYTES_MAX

    with pytest.raises(Bomb):
        inflated(bomb)


@pytest.mark.parametrize(
    ("offer", "suits"),
    [
        ("permessage-deflate", True),
        ("permessage-deflate; client_max_window_bits", True),
        ('permessage-deflate; client_max_window_bits="12"', True),
        ("x-webkit-deflate-frame, permessage-deflate; client_no_context_takeover", True),
        ("permessage-deflate; server_max_window_bits=15; server_no_context_takeover", True),
        ("permessage-deflate; server_max_window_bits=10, permessage-deflate", True),
        ("permessage-deflate; server_max_window_bits=10", False),
        ("permessage-deflate; server_max_window_bits", False),
        ("permessage-deflate; client_max_window_bits=7", False),
        ("permessage-deflate; client_max_window_bits; client_max_window_bits", False),
        ("permessage-deflate; something_new", False),
        ("permessage-bzip2", False),
        ("", False),
    ],
)
def test_an_offer_is_taken_where_our_frames_suit_it(offer: str, suits: bool) -> None:  # noqa: FBT001 - a case's outcome
    assert is_offered(offer) is suits


def test_a_parcel_is_compressed_once_and_a_small_one_never() -> None:
    packer = Packer()
    large, small = parcel(b"warm " * 200), parcel(b"w" * (SMALL_BYTES - 1))

    first = packer.packed(large)
    assert packer.packed(small) is None
    assert first is not None
    assert packer.packed(large) is first
    assert zlib.decompressobj(-15).decompress(bytes(first[HEADROOM_BYTES:])) == b"warm " * 200


def test_only_the_newest_parcels_are_remembered() -> None:
    packer = Packer()
    parcels = [parcel(b"warm %d " % number * 200) for number in range(KEPT_MAX + 1)]
    first, *_ = [packer.packed(each) for each in parcels]

    assert packer.packed(parcels[0]) is not first
    assert packer.packed(parcels[0]) == first


async def test_whoever_offers_compression_and_whoever_does_not_see_the_same(
    house: LiveHouse,
) -> None:
    async with (
        connect(house.address(), compression="deflate") as packed,
        connect(house.address(), compression=None) as plain,
    ):
        await packed.send(json.dumps({"type": "join", "ticket": "u1"}))
        await plain.send(json.dumps({"type": "join", "ticket": "u2"}))
        for client in (packed, plain):
            await hear_type(client, "welcome")
        await packed.send(json.dumps({"type": "test.say", "id": "c1", "text": "warm " * 300}))
        seen = []
        for client in (packed, plain):
            while "says" not in (frame := await hear(client)):
                pass
            seen.append(frame)

        assert [extension.name for extension in packed.protocol.extensions] == [NAME]
        assert plain.protocol.extensions == []
    assert seen[0] == seen[1]
    assert seen[0]["says"] == [["c1", "u1", "warm " * 300]]


async def test_a_compressed_message_that_is_too_large_or_broken_ends_its_connection(
    house: LiveHouse,
) -> None:
    async with house.joined() as client:
        await client.send(" " * limits.MESSAGE_BYTES_MAX * 100)
        assert (await closed(client))[0] == CloseCode.TOO_BIG
    async with house.joined() as client:
        client.transport.write(b"\xc1\x84\x00\x00\x00\x00\xff\xff\xff\xff")
        assert (await closed(client))[0] == CloseCode.UNSUPPORTED
