"""What WHIP turns away, and that who is in does not notice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection

from livehouse.media.ingest.gate import Welcome
from livehouse.media.webrtc.limits import (
    CONNECT_MAX,
    CONNECTING_MAX,
    LOOK_EVERY,
    OFFER_BYTES_MAX,
)
from tests.support.cameras import KEY, ROOM
from tests.support.clock import ManualClock
from tests.support.entrance import POLITE, Entrance, an_entrance
from tests.support.media_waiting import eventually
from tests.support.whip import a_whip_camera

SDP = {"Content-Type": "application/sdp"}
WITH_KEY = {**SDP, "Authorization": f"Bearer {KEY}"}


@asynccontextmanager
async def an_offer(*kinds: str) -> AsyncIterator[str]:
    """What a browser would offer, from somebody who then never connects."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for kind in kinds or ("video", "audio"):
        connection.addTransceiver(kind, direction="sendonly")
    await connection.setLocalDescription(await connection.createOffer())
    yield connection.localDescription.sdp
    await connection.close()


async def offered(
    entrance: Entrance, offer: str | bytes, headers: dict[str, str]
) -> aiohttp.ClientResponse:
    answer = await entrance.http.post(entrance.url, data=offer, headers=headers)
    await answer.read()
    return answer


def without(offer: str, *lines: str) -> str:
    return "".join(line for line in offer.splitlines(keepends=True) if not line.startswith(lines))


async def test_an_offer_is_answered_with_a_place_to_end_it(entrance: Entrance) -> None:
    async with an_offer() as offer:
        answer = await offered(entrance, offer, WITH_KEY)

        body = await answer.text()
        place = entrance.url.replace(f"/whip/{ROOM}", answer.headers["Location"])
        ended = await entrance.http.delete(place, headers=WITH_KEY)
    assert answer.status == 201
    assert answer.content_type == "application/sdp"
    assert "a=recvonly" in body
    assert "H264" in body
    assert "VP8" in body
    assert answer.headers["ETag"]
    assert answer.headers.getall("Link") == [
        '<stun:stun.example:3478>; rel="ice-server"',
        '<turn:turn.example>; rel="ice-server"; username="ann"; credential="secret"; '
        'credential-type="password"',
    ]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert ended.status == 200
    await eventually(lambda: _is_free(entrance))


async def _is_free(entrance: Entrance) -> bool:
    return entrance.inputs.input(ROOM) is None


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (SDP, 401),
        ({**SDP, "Authorization": "Basic abc"}, 401),
        ({**SDP, "Authorization": "Bearer guessed"}, 401),
        ({"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"}, 415),
    ],
)
async def test_who_has_no_key_or_no_offer_is_refused(
    entrance: Entrance, headers: dict[str, str], status: int
) -> None:
    async with an_offer() as offer:
        answer = await offered(entrance, offer, headers)
    assert answer.status == status
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert entrance.inputs.statuses() == []


async def test_garbage_is_refused_before_anybody_is_pushed_out(entrance: Entrance) -> None:
    async with an_offer() as offer:
        broken: dict[str | bytes, int] = {
            b"": 400,
            b"\xff\xfe": 400,
            b"hello": 400,
            b"v=0\r\n": 422,
            b"v=0\r\nm=video": 422,
            b"v=0\r\n" + b"m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n" * 1700: 400,
            offer.replace("m=audio", "m=application"): 422,
            offer.replace("a=sendonly", "a=recvonly"): 422,
            without(offer, "a=group"): 422,
            without(offer, "a=ice-ufrag"): 400,
            without(offer, "a=fingerprint"): 400,
            without(offer, "a=rtpmap"): 400,
            offer.replace("a=mid:0", "a=mid:\x00"): 422,
            offer + "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n" * 65: 422,
        }
        answers = [(await offered(entrance, sent, WITH_KEY)).status for sent in broken]
    assert answers == list(broken.values())
    assert entrance.inputs.statuses() == []


async def test_a_giant_offer_is_not_read_to_its_end(entrance: Entrance) -> None:
    answer = await offered(entrance, b"v=0\r\n" * OFFER_BYTES_MAX, WITH_KEY)
    assert answer.status == 413


async def test_where_the_room_says_so_a_second_camera_waits_outside(entrance: Entrance) -> None:
    async with a_whip_camera(entrance.url, KEY, entrance.folder):
        await eventually(lambda: _pictures(entrance))
        async with an_offer() as offer:
            polite = {**WITH_KEY, "Authorization": f"Bearer {POLITE}"}
            refused = await offered(entrance, offer, polite)
        before = entrance.inputs.at(ROOM).status

        after = entrance.inputs.at(ROOM).status
    assert refused.status == 409
    assert before.connected
    assert after.connected
    assert after.since_at == before.since_at


async def _pictures(entrance: Entrance) -> bool:
    found = entrance.inputs.input(ROOM)
    return found is not None and found.status.fps > 0


async def test_only_so_many_may_be_about_to_connect(entrance: Entrance) -> None:
    statuses = []
    async with an_offer() as offer:
        for number in range(CONNECTING_MAX + 2):
            key, room = f"key-{number}", f"room-{number}"
            entrance.gate.welcomes[key] = Welcome(room)
            url = entrance.url.replace(ROOM, room)
            headers = {**SDP, "Authorization": f"Bearer {key}"}
            async with entrance.http.post(url, data=offer, headers=headers) as answer:
                statuses.append(answer.status)
    assert statuses == [201] * CONNECTING_MAX + [503] * 2


async def test_a_handshake_that_stays_half_open_ends(tmp_path: Path) -> None:
    clock = ManualClock()
    async with an_entrance(tmp_path, clock) as entrance, an_offer() as offer:
        answer = await offered(entrance, offer, WITH_KEY)
        connected = entrance.inputs.at(ROOM).status.connected

        await clock.advance(CONNECT_MAX + 2 * LOOK_EVERY)
        await eventually(lambda: _is_free(entrance))
    assert answer.status == 201
    assert connected


async def test_candidates_may_come_later_but_ice_does_not_start_anew(entrance: Entrance) -> None:
    async with an_offer() as offer:
        answer = await offered(entrance, offer, WITH_KEY)
        place = entrance.url.replace(f"/whip/{ROOM}", answer.headers["Location"])
        fragment = {**WITH_KEY, "Content-Type": "application/trickle-ice-sdpfrag"}
        more = "a=mid:0\r\na=candidate:7 1 udp 99 192.0.2.7 4000 typ host\r\n"

        async def patched(body: str, headers: dict[str, str]) -> int:
            async with entrance.http.patch(place, data=body, headers=headers) as said:
                return said.status

        assert await patched(more, fragment) == 204
        assert await patched(more, {**fragment, "If-Match": answer.headers["ETag"]}) == 204
        assert await patched(more, {**fragment, "If-Match": '"other"'}) == 412
        assert await patched("a=ice-ufrag:newer\r\na=ice-pwd:newer\r\n", fragment) == 422
        assert await patched("rubbish", fragment) == 400
        assert await patched(more, WITH_KEY) == 415
        assert await patched(more, {**fragment, "Authorization": "Bearer guessed"}) == 401
        assert await patched(more * 65, fragment) == 422
        async with entrance.http.patch(place + "x", data=more, headers=fragment) as said:
            assert said.status == 404
