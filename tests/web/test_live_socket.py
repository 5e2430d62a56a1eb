"""The live connection over real sockets: uvicorn, picows and the engine, with its log in memory."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from livehouse.engine import limits
from livehouse.engine.protocol import CloseCode
from tests.support.live_house import RUN, LiveHouse, closed, hear, hear_type, open_live_house


@pytest.fixture
async def house() -> AsyncIterator[LiveHouse]:
    async with open_live_house() as opened:
        yield opened


async def test_a_viewer_joins_with_a_keyframe_and_follows_frame_by_frame(house: LiveHouse) -> None:
    async with house.joined() as client:
        first = await hear(client)
        assert first["state"]["show"]["state"] == "live"
        house.facts.happen(RUN, "note", b"hello")
        frames = [await hear(client)]
        while "notes" not in frames[-1].get("patch", {}):
            frames.append(await hear(client))
        assert [frame["n"] for frame in frames] == list(
            range(first["n"] + 1, first["n"] + 1 + len(frames))
        )
        assert all("type" not in frame for frame in frames)


async def test_a_viewer_comes_back_with_the_ticket_that_it_was_welcomed_with(
    house: LiveHouse,
) -> None:
    async with connect(house.address()) as client:
        await client.send(json.dumps({"type": "join", "ticket": "u1:host"}))
        first = await hear(client)
    async with connect(house.address()) as client:
        await client.send(json.dumps({"type": "join", "ticket": first["resume"]}))
        again = await hear(client)

    assert again["you"] == first["you"]
    assert 0 < first["scatter_ms"] <= limits.SCATTER_MS_MAX


async def test_a_line_is_seen_by_others_and_its_author_is_told(house: LiveHouse) -> None:
    async with house.joined("u1") as ann, house.joined("u2") as bob:
        await ann.send(json.dumps({"type": "test.say", "id": "c1", "text": "is it warm?"}))

        assert await hear_type(ann, "test.said") == {"type": "test.said", "id": "c1", "shown": True}
        while "says" not in (frame := await hear(bob)):
            pass
        assert frame["says"] == [["c1", "u1", "is it warm?"]]


async def test_a_returning_viewer_gets_exactly_what_it_missed(house: LiveHouse) -> None:
    async with house.joined() as client:
        seen = await hear(client)
    house.facts.happen(RUN, "note", b"meanwhile")
    async with house.joined("u2") as other:
        while "notes" not in (frame := await hear(other)).get("patch", {}):
            pass

    async with house.joined(since=seen["n"]) as client:
        missed = [await hear(client)]
        while missed[-1]["n"] < frame["n"]:
            missed.append(await hear(client))

    assert [f["n"] for f in missed] == list(range(seen["n"] + 1, frame["n"] + 1))
    assert missed[-1] == frame


@pytest.mark.parametrize("path", ["/live/none", f"/live/{RUN}/more", "/live/", "/elsewhere"])
async def test_other_paths_are_not_found(house: LiveHouse, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(f"ws://127.0.0.1:{house.port}{path}"):
            pass
    assert refused.value.response.status_code == 404


async def test_another_sites_page_may_not_connect_unless_it_is_allowed(house: LiveHouse) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(house.address(), origin="https://evil.example"):  # type: ignore[arg-type]
            pass
    assert refused.value.response.status_code == 403
    for origin in ("https://shop.example", f"http://127.0.0.1:{house.port}"):
        async with connect(house.address(), origin=origin):  # type: ignore[arg-type]
            pass


async def test_a_head_as_firefox_writes_it_is_understood(house: LiveHouse) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(
        f"GET /live/{RUN}?x=1 HTTP/1.1\r\nHost: localhost:{house.port}\r\n"
        f"Origin: http://localhost:{house.port}\r\nCookie: {'c' * 6_000}\r\n"
        "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )

    head = await reader.readuntil(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 101")
    assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("not json", "malformed_message"),
        ("[]", "invalid_message"),
        ('{"type":"nothing.known"}', "unknown_command"),
        ('{"type":"room.like","count":0}', "invalid_message"),
        ('{"type":"room.like","count":1,"extra":1}', "invalid_message"),
        ('{"type":"test.say","id":7,"text":"x"}', "invalid_message"),
        ('{"type":"join","ticket":"u1"}', "already_joined"),
        ('{"type":"test.crash"}', "busy"),
    ],
)
async def test_what_cannot_be_understood_is_refused_with_a_stable_code(
    house: LiveHouse, message: str, code: str
) -> None:
    async with house.joined() as client:
        await client.send(message)
        assert (await hear_type(client, "refused"))["code"] == code
        await client.send('{"type":"ping"}')
        await hear_type(client, "pong")


async def test_text_that_is_not_utf_8_is_refused(house: LiveHouse) -> None:
    async with house.joined() as client:
        await client.send(b'{"type":"test.say","id":"c1","text":"\xff"}', text=True)
        assert (await hear_type(client, "refused"))["code"] == "malformed_message"


async def test_before_joining_one_may_only_join(house: LiveHouse) -> None:
    async with connect(house.address()) as client:
        await client.send('{"type":"test.say","id":"c1","text":"hi"}')
        assert await hear(client) == {
            "type": "refused",
            "id": "c1",
            "code": "join_first",
            "message": "Please join the room first.",
        }


async def test_a_bad_ticket_is_refused_and_closed(house: LiveHouse) -> None:
    async with connect(house.address()) as client:
        await client.send('{"type":"join","ticket":"forged"}')
        assert (await hear(client))["code"] == "bad_ticket"
        assert (await closed(client))[0] == CloseCode.BAD_TICKET


async def test_a_flood_of_nonsense_ends_the_connection(house: LiveHouse) -> None:
    async with house.joined() as client:
        for _ in range(12):
            await client.send("nonsense")
        assert (await closed(client))[0] == CloseCode.PROTOCOL


async def test_binary_and_fragmented_and_huge_messages_are_refused(house: LiveHouse) -> None:
    async with house.joined() as client:
        await client.send(b"\x00")
        assert (await closed(client))[0] == CloseCode.UNSUPPORTED
    async with house.joined() as client:
        await client.send(iter(['{"type":', '"ping"}']))
        assert (await closed(client))[0] == CloseCode.UNSUPPORTED
    async with house.joined() as client:
        await client.send("x" * 5_000)
        assert (await closed(client))[0] == CloseCode.TOO_BIG


async def test_one_address_has_only_so_many_connections(house: LiveHouse) -> None:
    clients = [await connect(house.address()) for _ in range(9)]

    code, reason = await closed(clients[-1])
    told = json.loads(reason)
    assert (code, told["why"], told["carrier"]) == (CloseCode.TOO_MANY, "address", "http")
    assert house.gateway.connections == 8
    for client in clients:
        await client.close()


async def test_a_banned_visitor_is_told_why(house: LiveHouse) -> None:
    async with house.joined("u1") as client, house.joined("u2") as other:
        await house.gateway.dismiss(RUN, "u1")
        assert (await closed(client))[0] == CloseCode.BANNED
        await hear(other)


async def test_at_shutdown_every_client_hears_when_to_come_back(house: LiveHouse) -> None:
    async with house.joined() as client:
        house.server.should_exit = True
        assert await closed(client) == (CloseCode.RESTART, '{"retry_ms":1234}')
