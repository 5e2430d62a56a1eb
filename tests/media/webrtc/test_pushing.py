"""Pushing to another platform over WHIP: what it may answer, and what we make of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from msgspec.structs import replace

from livehouse.foundation.clock import SystemClock
from livehouse.foundation.internet import is_public
from livehouse.media.outgoing.connection import Refused
from livehouse.media.outgoing.specs import Target
from livehouse.media.webrtc.limits import PLATFORM_SILENCE_SECONDS_MAX
from livehouse.media.webrtc.offers import checked_answer
from livehouse.media.webrtc.platform import Platform
from livehouse.media.webrtc.pushing import Reports, WhipConnection
from tests.support.cameras import KEY
from tests.support.entrance import Entrance
from tests.support.media_material import formats, pictures
from tests.support.media_waiting import eventually

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
ANSWER = b"v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"


@asynccontextmanager
async def a_server(answer: Answer) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def a_platform(*, seconds_max: float = 30.0) -> Platform:
    return Platform(KEY, allow_private=True, seconds_max=seconds_max)


async def refused(address: str, *, seconds_max: float = 30.0) -> tuple[str, bool]:
    with pytest.raises(Refused) as refusal:
        await a_platform(seconds_max=seconds_max).take(address, "v=0")
    return refusal.value.code, refusal.value.by_them


async def test_what_a_platform_says_decides_whether_it_is_tried_again() -> None:
    said = {
        200: ("wrong_address", True), 302: ("wrong_address", True), 401: ("not_allowed", True),
        403: ("not_allowed", True), 404: ("wrong_address", True), 405: ("wrong_address", True),
        409: ("refused", True), 422: ("refused", True), 429: ("busy", False),
        500: ("busy", False), 503: ("busy", False),
    }  # fmt: skip

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=int(request.path[1:]), headers={"Location": "/elsewhere"})

    async with a_server(answer) as url:
        heard = {status: await refused(f"{url}/{status}") for status in said}

    assert heard == said


async def test_a_platform_sends_us_on_and_is_shown_the_token() -> None:
    seen: list[tuple[str, str, str | None]] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((request.method, request.path, request.headers.get("Authorization")))
        if request.path == "/live":
            return web.Response(status=307, headers={"Location": "there/live?a=b"})
        return web.Response(status=201, headers={"Location": "/session/7"}, body=ANSWER)

    async with a_server(answer) as url:
        taken = await a_platform().take(f"{url}/live", "v=0")
        await a_platform().end(taken.session)

    assert taken.answer == ANSWER
    assert seen == [
        ("POST", "/live", f"Bearer {KEY}"),
        ("POST", "/there/live", f"Bearer {KEY}"),
        ("DELETE", "/session/7", f"Bearer {KEY}"),
    ]


@pytest.mark.parametrize("to", ["/again", "ftp://example.com/x", "http://a:b@127.0.0.1/x"])
async def test_who_sends_us_astray_is_not_followed(to: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": to})

    async with a_server(answer) as url:
        assert await refused(url) == ("wrong_address", True)


async def test_a_platform_that_never_answers_is_tried_again() -> None:
    leaving = asyncio.Event()

    async def answer(_: web.Request) -> web.Response:
        await leaving.wait()
        return web.Response()

    async with a_server(answer) as url:
        heard = await refused(url, seconds_max=0.1)
        leaving.set()

    assert heard == ("unreachable", False)
    assert await refused(url) == ("unreachable", False)  # nobody listens any more


async def test_plain_http_is_for_our_own_network_alone() -> None:
    with pytest.raises(Refused, match="wrong_address"):
        await Platform("", allow_private=False).take("http://example.com/whip", "v=0")


@pytest.mark.parametrize("body", [b"", b"\xff", b"hello", ANSWER, b"v=0\r\n" * 20_000])
async def test_an_answer_that_is_none_is_a_refusal(body: bytes) -> None:
    ended = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        if request.method == "DELETE":
            ended.set()
        return web.Response(status=201, headers={"Location": "/session"}, body=body)

    async with a_server(answer) as url:
        with pytest.raises(Refused, match="refused"):
            await connected(Target("a", url, KEY))

    assert ended.is_set()


async def connected(target: Target) -> WhipConnection:
    loop = asyncio.get_running_loop()
    return await asyncio.to_thread(
        WhipConnection, target, formats(), loop, SystemClock(), allow_private=True
    )


async def test_a_wrong_token_is_said_to_be_one(entrance: Entrance) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        await connected(Target("a", entrance.url, "another-key"))


async def test_pictures_out_of_order_are_not_sent(entrance: Entrance) -> None:
    connection = await connected(Target("a", entrance.url, KEY))
    first, second = list(pictures(1))[:2]
    try:
        size = connection.send(first)
        with pytest.raises(Refused, match="out_of_order"):
            connection.send(replace(second, pts=second.pts + 9_000))
    finally:
        await asyncio.to_thread(connection.close)

    async def is_free() -> bool:
        return entrance.inputs.input("room-1") is None

    assert size == len(first.data)
    assert await eventually(is_free)


def test_only_addresses_of_the_internet_are_tried() -> None:
    def candidate(address: str) -> str:
        return f"a=candidate:1 1 udp 2130706431 {address} 40000 typ host"

    inside = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fe80::1", "name.local"]
    offered = ["v=0", *map(candidate, [*inside, "8.8.8.8"]), "a=end-of-candidates"]

    kept = checked_answer("\r\n".join(offered).encode(), leads=is_public)

    assert kept.split("\r\n") == ["v=0", candidate("8.8.8.8"), "a=end-of-candidates"]


def test_who_reports_no_more_is_gone_and_who_never_did_is_not() -> None:
    now = 0.0
    reports = Reports(lambda: now)
    now = 100.0
    before = reports.is_silent
    reports.heard(0.0)
    now += PLATFORM_SILENCE_SECONDS_MAX
    still = reports.is_silent
    now += 0.1
    assert (before, still, reports.is_silent) == (False, False, True)


def test_what_is_lost_on_the_way_is_told_until_it_is_better() -> None:
    reports = Reports()
    told = []
    for loss in (0.0, 0.3, 0.3, *(0.0,) * 10):
        reports.heard(loss)
        told.append(reports.problem)
    assert told[0] == ""
    assert told[2] == "lossy"
    assert told[-1] == ""
