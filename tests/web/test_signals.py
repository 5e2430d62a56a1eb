"""Viewers without a socket: what they post is answered as over a socket, and they count."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from livehouse.app.signals import EmbeddingSites, signals
from livehouse.engine import limits
from livehouse.engine.backplane import LocalBackplane
from livehouse.engine.gateway import Allowances, Gateway, GatewayPorts
from livehouse.engine.outbox import Transport
from livehouse.engine.posts import Posts
from livehouse.engine.protocol import Command, Push
from livehouse.engine.session import Session
from livehouse.engine.vocabulary import Vocabulary
from livehouse.foundation.ids import RunId
from tests.support.clock import ManualClock, settle
from tests.support.engine_memory import MemoryFrameLog, MemoryLeases, OpenTickets
from tests.support.engine_tasks import running
from tests.support.engine_viewers import FakeTransport
from tests.support.web_client import web_client

RUN = RunId(UUID("01890a5d-ac96-774b-bcce-b302099a8057"))
ADDRESS = f"/live/{RUN}/signals"
ALLOWED = Allowances(connections_per_address=3)


class Ask(Command, frozen=True, tag="test.ask"):
    id: str


class Told(Push, frozen=True, tag="test.told"):
    id: str


@dataclass
class Place:
    http: httpx.AsyncClient
    gateway: Gateway
    posts: Posts
    clock: ManualClock
    asked: "asyncio.Queue[Callable[[], None]]"

    async def post(
        self, ticket: str = "u1", *commands: dict[str, object], **headers: str
    ) -> httpx.Response:
        body = {"ticket": ticket, "commands": list(commands)}
        return await self.http.post(ADDRESS, json=body, headers=headers)

    async def answers(self, ticket: str, *commands: dict[str, object]) -> list[dict[str, Any]]:
        answer = await self.post(ticket, *commands)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["answers"]
        return found

    async def pass_seconds(self, seconds: float) -> None:
        await self.clock.advance(timedelta(seconds=seconds))


@asynccontextmanager
async def _place(seconds_max: float) -> AsyncIterator[Place]:
    clock = ManualClock()
    log = MemoryFrameLog(MemoryLeases(clock))
    asked: asyncio.Queue[Callable[[], None]] = asyncio.Queue(8)

    def ask(session: Session, command: Command) -> None:
        assert isinstance(command, Ask)
        asked.put_nowait(lambda: session.push(Told(id=command.id)))

    tickets = OpenTickets()
    gateway = Gateway(
        "node",
        clock,
        GatewayPorts(frames=log, backplane=LocalBackplane(), tickets=tickets),
        Vocabulary({Ask: ask}),
        ALLOWED,
    )
    posts = Posts(gateway, tickets, clock, ALLOWED, seconds_max=seconds_max)
    gateway.chores.append(posts.sweep)
    sites = EmbeddingSites(["https://shop.example"])
    async with (
        running(gateway.run()),
        web_client([signals], clock=clock, posts=posts, sites=sites) as client,
    ):
        await settle()
        yield Place(client.http, gateway, posts, clock, asked)


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with _place(5.0) as found:
        yield found


def types(answers: list[dict[str, Any]]) -> list[str]:
    return [answer["type"] for answer in answers]


async def test_the_first_post_is_welcomed_and_told_when_to_come_again(place: Place) -> None:
    answer = await place.post("u1")

    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["again_ms"] == limits.POST_AGAIN_MS
    assert types(answer.json()["answers"]) == ["welcome"]
    assert await place.answers("u1") == []


async def test_who_posts_is_a_visitor_until_they_are_silent(place: Place) -> None:
    await place.post("u1")
    await place.post("u2")
    await place.pass_seconds(limits.POST_AGAIN_MS / 1_000)
    await place.post("u2")
    assert place.gateway.viewers(RUN) == 2

    await place.pass_seconds(limits.POST_SILENCE_MS_MAX / 1_000 - 10)
    assert place.gateway.viewers(RUN) == 1
    await place.pass_seconds(20)
    assert place.gateway.viewers(RUN) == 0
    assert len(place.posts) == 0


async def test_a_visitor_with_a_socket_and_with_posts_is_one(place: Place) -> None:
    transport: Transport = FakeTransport()
    session = place.gateway.accept(transport, RUN, "there")
    session.received(b'{"type":"join","ticket":"u1"}')
    await place.post("u1")
    assert place.gateway.viewers(RUN) == 1

    session.lost()

    assert place.gateway.viewers(RUN) == 1


async def test_each_command_is_answered_as_over_a_socket(place: Place) -> None:
    await place.post("u1")

    answers = await place.answers(
        "u1",
        {"type": "ping"},
        {"type": "room.like", "count": 3},
        {"type": "room.like", "count": 0},
        {"type": "no.such", "id": "x"},
        {"type": "join", "ticket": "u1"},
    )

    assert [answer.get("code", answer["type"]) for answer in answers] == [
        "pong",
        "invalid_message",
        "unknown_command",
        "already_joined",
    ]


async def test_an_answer_that_takes_a_moment_comes_with_its_own_post(place: Place) -> None:
    await place.post("u1")
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(place.answers("u1", {"type": "test.ask", "id": "1"}))
        second = tasks.create_task(place.answers("u1", {"type": "test.ask", "id": "2"}))
        answers = [await place.asked.get() for _ in range(2)]
        for answer in reversed(answers):
            answer()

    assert first.result() == [{"type": "test.told", "id": "1"}]
    assert second.result() == [{"type": "test.told", "id": "2"}]


async def test_an_answer_that_comes_too_late_goes_with_the_next_post() -> None:
    async with _place(0.01) as place:
        await place.post("u1")
        assert await place.answers("u1", {"type": "test.ask", "id": "1"}) == []

        (await place.asked.get())()

        assert await place.answers("u1") == [{"type": "test.told", "id": "1"}]


async def test_late_answers_that_nobody_fetches_are_bounded(place: Place) -> None:
    await place.post("u1")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(place.post("u1", {"type": "test.ask", "id": "1"}))
        answer = await place.asked.get()
        for _ in range(limits.POST_ANSWERS_KEPT * 3):
            answer()

    assert len(await place.answers("u1")) <= limits.POST_ANSWERS_KEPT


async def test_rates_hold_across_posts(place: Place) -> None:
    await place.post("u1")
    pongs, a_ping = 0, dict[str, object](type="ping")
    for _ in range(5):
        answer = await place.post("u1", *[a_ping] * 20)
        pongs += answer.text.count("pong")

    assert pongs <= limits.POST_COMMANDS_MAX
    assert types(await place.answers("u2", {"type": "ping"})) == ["welcome", "pong"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"ticket": "forged"}, 401, "bad_ticket"),
        ({"ticket": "u1", "commands": [{"type": "ping"}] * 33}, 422, "invalid_message"),
        ({"ticket": "u1", "more": 1}, 422, "invalid_message"),
        ({"commands": []}, 422, "invalid_message"),
        ([], 422, "invalid_message"),
        ("{", 422, "malformed_message"),
        ("\udcff", 422, "malformed_message"),
        ({"ticket": "u" * 17_000}, 413, "too_large"),
    ],
)
async def test_what_cannot_be_understood_is_refused_with_a_stable_code(
    place: Place, body: object, status: int, code: str
) -> None:
    content = body if isinstance(body, str) else json.dumps(body)

    answer = await place.http.post(ADDRESS, content=content.encode("utf-8", "surrogateescape"))

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert place.gateway.viewers(RUN) == 0


async def test_one_address_has_only_so_many_viewers(place: Place) -> None:
    answers = [await place.post(f"u{number}") for number in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert place.gateway.viewers(RUN) == 3


async def test_a_flood_of_nonsense_ends_the_viewers_posts_for_a_while(place: Place) -> None:
    nonsense: dict[str, object] = {"type": "nonsense"}
    await place.post("u1", *[nonsense] * 12)

    answer = await place.post("u1", {"type": "ping"})

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert place.gateway.viewers(RUN) == 0
    await place.pass_seconds(limits.POST_SILENCE_MS_MAX / 1_000 + 1)
    assert (await place.post("u1", {"type": "ping"})).status_code == 200


async def test_who_is_banned_posts_no_more(place: Place) -> None:
    await place.post("u1")
    await settle()  # until this node hears what concerns the run
    await place.gateway.dismiss(RUN, "u1")

    assert (await place.post("u1", {"type": "ping"})).status_code == 403
    assert place.gateway.viewers(RUN) == 0


async def test_pages_of_other_sites_post_where_the_settings_name_them(place: Place) -> None:
    asked = {"Access-Control-Request-Method": "POST"}
    shop = {"Origin": "https://shop.example"}
    before = await place.http.options(ADDRESS, headers=asked | shop)
    answer = await place.post("u1", **shop)
    refused = await place.post("forged", **shop)
    for response in (before, answer, refused):
        assert response.headers["access-control-allow-origin"] == "https://shop.example"
        assert "access-control-allow-credentials" not in response.headers
    assert before.headers["access-control-allow-headers"] == "Content-Type"

    foreign = await place.post("u1", Origin="https://evil.example")

    assert (foreign.status_code, foreign.json()["code"]) == (403, "foreign_site")
    assert "access-control-allow-origin" not in foreign.headers
    assert (await place.post("u1", Origin="http://shop.test")).status_code == 200


async def test_a_post_stands_for_its_ticket_and_not_for_a_cookie(place: Place) -> None:
    place.http.cookies.set("session", "somebody")

    answer = await place.http.post(
        ADDRESS, content=b'{"ticket":"u1"}', headers={"Content-Type": "text/plain"}
    )

    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
