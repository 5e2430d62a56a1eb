"""Viewers over WHEP: the picture at once, sound with it, and no more of them than are allowed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import av
import numpy as np
import pytest
from aiohttp import web
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from msgspec.structs import replace

from livehouse.foundation.clock import SystemClock, to_ms
from livehouse.media import timecode
from livehouse.media.host import Host
from livehouse.media.ingest.gate import ClosedGate
from livehouse.media.packets import Kind
from livehouse.media.problems import refusals_as_problems
from livehouse.media.sources.stage import StageProducer
from livehouse.media.specs import StartRun
from livehouse.media.webrtc.links import CLIENT_HEADER, HOLDER_HEADER, WebRtcLinks
from livehouse.media.webrtc.viewing import Translation
from livehouse.media.webrtc.whep import Whep
from tests.support.media_material import SMALL, luma, produced
from tests.support.media_waiting import eventually

RUN = "01900000-0000-7000-8000-000000000001"
SDP = {"Content-Type": "application/sdp"}
VIEWERS_MAX = 2
SEQUENCE = b"\x00\x00\x00\x01\x67"
BEHIND_MS_MAX = 1_500  # on a machine where much else is tested; 100 to 200 on a calm one
SEEN_SECONDS_MAX = 60.0
LOUD = 100


@dataclass(frozen=True)
class Theatre:
    """A run on the air, and the door to its seats."""

    url: str
    http: aiohttp.ClientSession
    host: Host


@pytest.fixture
async def theatre(tmp_path: Path) -> AsyncIterator[Theatre]:
    clock = SystemClock()
    host = Host(tmp_path, clock, gate=ClosedGate())
    whep = Whep(host, clock, WebRtcLinks(viewers_max=VIEWERS_MAX))
    application = web.Application(middlewares=[refusals_as_problems])
    application.add_routes(whep.routes())
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    async with host.carrying(), whep.carrying(), aiohttp.ClientSession() as http:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host.start(RUN, StartRun(source=SMALL))
        yield Theatre(f"http://127.0.0.1:{runner.addresses[0][1]}/whep/{RUN}", http, host)
    await runner.cleanup()


@asynccontextmanager
async def a_seat(
    theatre: Theatre, *, hears: bool = True, address: str = "192.0.2.1", holder: str = ""
) -> AsyncIterator[tuple[int, RTCPeerConnection]]:
    """What the door said, and the viewer's side of the connection."""
    seat = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    seat.addTransceiver("video", direction="recvonly")
    if hears:
        seat.addTransceiver("audio", direction="recvonly")
    await seat.setLocalDescription(await seat.createOffer())
    offer = seat.localDescription.sdp
    told = {**SDP, CLIENT_HEADER: address} | ({HOLDER_HEADER: holder} if holder else {})
    async with theatre.http.post(theatre.url, data=offer, headers=told) as answer:
        body = await answer.text()
        if answer.status == 201:
            await seat.setRemoteDescription(RTCSessionDescription(body, "answer"))
    try:
        yield answer.status, seat
    finally:
        await seat.close()


async def is_live(theatre: Theatre) -> bool:
    status = theatre.host.status(RUN)
    return status is not None and status.width > 0


async def test_a_viewer_sees_and_hears_what_happens_now(theatre: Theatre) -> None:
    await eventually(lambda: is_live(theatre))

    async with a_seat(theatre) as (status, seat), asyncio.timeout(SEEN_SECONDS_MAX):
        assert status == 201
        picture, sound = (one.receiver.track for one in seat.getTransceivers())
        while (behind := await _behind_ms(picture)) >= BEHIND_MS_MAX:
            pass
        while await _loudness(sound) <= LOUD:
            pass
    assert behind >= 0


async def test_a_monitor_may_leave_the_sound_out(theatre: Theatre) -> None:
    await eventually(lambda: is_live(theatre))
    async with a_seat(theatre, hears=False) as (status, seat), asyncio.timeout(SEEN_SECONDS_MAX):
        assert status == 201
        (picture,) = (one.receiver.track for one in seat.getTransceivers())
        assert await _behind_ms(picture) >= 0


async def _loudness(track: MediaStreamTrack) -> int:
    frame = await track.recv()
    assert isinstance(frame, av.AudioFrame)
    return int(np.abs(frame.to_ndarray()).max())


async def _behind_ms(track: MediaStreamTrack) -> int:
    frame = await track.recv()
    assert isinstance(frame, av.VideoFrame)
    shown = timecode.read(luma(frame))
    assert shown is not None
    return to_ms(SystemClock().now()) - shown


async def test_where_all_seats_are_taken_a_stranger_is_refused_and_a_guest_is_not(
    theatre: Theatre,
) -> None:
    await eventually(lambda: is_live(theatre))
    whom = [("192.0.2.1", ""), ("192.0.2.2", ""), ("192.0.2.3", ""), ("192.0.2.3", "guest.1")]
    async with AsyncExitStack() as seats:
        taken = [
            await seats.enter_async_context(a_seat(theatre, address=address, holder=holder))
            for address, holder in whom
        ]
    assert [status for status, _ in taken] == [201, 201, 503, 201]


async def test_what_fails_keeps_no_seat(theatre: Theatre) -> None:
    await eventually(lambda: is_live(theatre))
    broken = "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
    for _ in range(VIEWERS_MAX + 1):
        async with theatre.http.post(theatre.url, data=broken, headers=SDP) as answer:
            assert answer.status in {400, 422}
    async with a_seat(theatre) as (status, _):
        assert status == 201


async def test_a_run_that_is_not_on_cannot_be_watched(theatre: Theatre) -> None:
    theatre.host.start(RUN, StartRun(source=SMALL))
    await theatre.host.stop(RUN)
    async with a_seat(theatre) as (status, _):
        assert status == 404


async def test_viewers_are_let_go_when_the_run_is_over(theatre: Theatre) -> None:
    await eventually(lambda: is_live(theatre))
    async with a_seat(theatre) as (_, seat):
        await eventually(lambda: _is(seat, "connected"))
        await theatre.host.stop(RUN)
        await eventually(lambda: _is(seat, "closed"))


async def _is(seat: RTCPeerConnection, state: str) -> bool:
    return seat.connectionState == state


async def test_pictures_out_of_order_are_left_to_the_usual_way(theatre: Theatre) -> None:
    await eventually(lambda: is_live(theatre))
    run = theatre.host.live(RUN)
    assert run is not None
    run.reorders = True
    async with a_seat(theatre) as (status, _):
        assert status == 409


def test_one_timeline_goes_through_all_that_is_shown() -> None:
    """Another source begins its own count: for a viewer time goes on."""
    first = list(produced(StageProducer(SMALL), seconds=1.0))
    second = [
        replace(item, at=item.at + 1_000) if hasattr(item, "at") else item
        for item in produced(StageProducer(SMALL), seconds=1.0)
    ]
    translation = Translation()
    sent = [packet for item in [*first, *second] for packet in translation.take(item)]
    for kind, rate in ((Kind.VIDEO, 90_000), (Kind.AUDIO, 48_000)):
        times = [packet.pts or 0 for found, packet, _ in sent if found is kind]
        assert times == sorted(set(times))
        assert times[-1] - times[0] == pytest.approx(2 * rate, rel=0.15)
    keys = [
        bytes(packet) for _, packet, key in sent if key and b"\x00\x00\x00\x01\x67" in bytes(packet)
    ]
    assert keys
    assert not list(Translation().take(first[1]))
