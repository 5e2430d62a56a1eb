"""How cameras reach this machine: the ports of the setting, the address outside."""

import asyncio
import socket
from datetime import UTC, datetime

import pytest

from livehouse.app.bench.ports import free_port
from livehouse.media.webrtc.links import (
    TURN_LASTS,
    BadLinks,
    WebRtcLinks,
    keep_to_ports,
    passing_credentials,
)
from livehouse.media.webrtc.offers import finished_answer

CANDIDATE = "a=candidate:4f 1 udp 2130706431 10.0.0.7 50001 typ host"
HERE = "127.0.0.1"


async def bound() -> asyncio.DatagramTransport:
    loop = asyncio.get_running_loop()
    return (await loop.create_datagram_endpoint(asyncio.DatagramProtocol, (HERE, 0)))[0]


def port_of(transport: asyncio.DatagramTransport) -> int:
    found: int = transport.get_extra_info("sockname")[1]
    return found


async def test_sockets_keep_to_the_ports_that_are_open_in_the_firewall() -> None:
    first = free_port(socket.SOCK_DGRAM)
    keep_to_ports(asyncio.get_running_loop(), (first, first))

    taken = await bound()

    assert port_of(taken) == first
    with pytest.raises(OSError, match="no free UDP port"):
        await bound()
    taken.close()


async def test_without_a_setting_any_port_will_do() -> None:
    keep_to_ports(asyncio.get_running_loop(), (0, 0))
    transport = await bound()
    assert port_of(transport) > 0
    transport.close()


def test_the_address_outside_is_told_beside_the_one_inside() -> None:
    lines = finished_answer(f"v=0\r\n{CANDIDATE}\r\n", "203.0.113.5").split("\r\n")
    assert lines[1] == CANDIDATE
    assert lines[2] == "a=candidate:4f9 1 udp 2130706430 203.0.113.5 50001 typ host"


def test_browsers_are_told_to_start_fast() -> None:
    answer = finished_answer("a=fmtp:102 packetization-mode=1;profile-level-id=42e01f", "")
    assert "x-google-start-bitrate=" in answer


def test_a_turn_server_with_a_shared_secret_gets_users_that_pass() -> None:
    links = WebRtcLinks(
        ice_servers=(
            "stun:a.example",
            "turn:b.example:3478?transport=udp",
            "turn:ann:pw@c.example",
        ),
        turn_secret="north",
    )
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    stun, passing, lasting = links.for_browsers(now)

    until = int((now + TURN_LASTS).timestamp())
    assert (stun.username, lasting.username, lasting.credential) == ("", "ann", "pw")
    assert passing.urls == "turn:b.example:3478?transport=udp"
    assert passing.username == f"{until}:livehouse"
    assert passing.credential == passing_credentials("north", now + TURN_LASTS)[1]
    assert f'username="{until}:livehouse"' in links.headers(now)[1]


def test_credentials_are_those_that_coturn_computes() -> None:
    """`echo -n 1700000000:livehouse | openssl dgst -binary -sha1 -hmac north | base64`."""
    until = datetime.fromtimestamp(1_700_000_000, UTC)
    assert passing_credentials("north", until) == (
        "1700000000:livehouse",
        "mcpei+Utyi/QCUAbUBfCaWgJEv4=",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"ports": (5, 4)},
        {"ports": (0, 9)},
        {"ports": (1, 70_000)},
        {"public_address": "shop.example"},
        {"ice_servers": ("http://stun.example",)},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises((BadLinks, ValueError)):
        WebRtcLinks(**wrong)  # type: ignore[arg-type]  # wrong on purpose
