"""What clients send: understood, or refused with a stable code; and what time alone does."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from livehouse.engine import limits
from livehouse.engine.backplane import LocalBackplane, Signals
from livehouse.engine.errors import (
    AlreadyJoined,
    BadTicket,
    InvalidMessage,
    JoinFirst,
    MalformedMessage,
    UnknownCommand,
)
from livehouse.engine.gateway import Allowances, Gateway, GatewayPorts
from livehouse.engine.protocol import CloseCode, Command
from livehouse.engine.session import Session
from livehouse.engine.vocabulary import Vocabulary
from livehouse.foundation.errors import TooManyRequests
from tests.support.clock import ManualClock, settle
from tests.support.engine_memory import MemoryFrameLog, MemoryLeases, OpenTickets
from tests.support.engine_tasks import running
from tests.support.engine_viewers import RUN, FakeTransport

CODES = {
    refusal.code
    for refusal in (
        AlreadyJoined,
        BadTicket,
        InvalidMessage,
        JoinFirst,
        MalformedMessage,
        TooManyRequests,
        UnknownCommand,
    )
}


class Buy(Command, frozen=True, tag="test.buy"):
    id: str
    quantity: int


class Desk:
    """A gateway with one command, whose handler notes what it got."""

    def __init__(self, allowances: Allowances | None = None) -> None:
        self.clock = ManualClock()
        self.backplane = LocalBackplane()
        self.bought: list[Buy] = []
        self.gateway = Gateway(
            "node",
            self.clock,
            GatewayPorts(
                frames=MemoryFrameLog(MemoryLeases(self.clock)),
                backplane=self.backplane,
                tickets=OpenTickets(),
            ),
            Vocabulary({Buy: self.buy}),
            allowances or Allowances(),
        )

    def buy(self, _session: Session, command: Command) -> None:
        assert isinstance(command, Buy)
        self.bought.append(command)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Desk"]:
        async with running(self.gateway.run()):
            await settle()
            yield self

    def connect(self, *, ticket: str | None = None) -> FakeTransport:
        transport = FakeTransport()
        transport.session = self.gateway.accept(transport, RUN, "203.0.113.7")
        if ticket:
            transport.session.received(json.dumps({"type": "join", "ticket": ticket}).encode())
        return transport


def say(transport: FakeTransport, message: object) -> None:
    assert transport.session is not None
    payload = message if isinstance(message, bytes) else json.dumps(message).encode()
    transport.session.received(payload)


def last(transport: FakeTransport) -> dict[str, object]:
    return transport.follower.pushes[-1]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)
tagged = st.fixed_dictionaries(
    {"type": st.sampled_from(["join", "ping", "room.like", "test.buy", "x", ""])},
    optional={
        "id": anything,
        "count": anything,
        "ticket": anything,
        "since": anything,
        "quantity": anything,
        "more": anything,
    },
)
payloads = st.binary(max_size=200) | anything.map(lambda value: json.dumps(value).encode())


@given(
    payloads | tagged.map(lambda value: json.dumps(value).encode()), st.sampled_from([None, "u1"])
)
async def test_whatever_is_sent_is_taken_or_refused_with_a_stable_code(
    payload: bytes, ticket: str | None
) -> None:
    async with Desk().open() as desk:
        viewer = desk.connect(ticket=ticket)

        say(viewer, payload)

        for push in viewer.follower.pushes:
            assert push["type"] == "pong" or push["code"] in CODES
            assert push["type"] == "pong" or isinstance(push["id"], str)


async def test_a_refusal_carries_the_id_of_its_request() -> None:
    async with Desk().open() as desk:
        viewer = desk.connect(ticket="u1")
        say(viewer, {"type": "test.buy", "id": "o1", "quantity": "many"})

        assert last(viewer)["id"] == "o1"
        assert last(viewer)["code"] == "invalid_message"


async def test_a_command_reaches_its_handler() -> None:
    async with Desk().open() as desk:
        viewer = desk.connect(ticket="u1")
        say(viewer, {"type": "test.buy", "id": "o1", "quantity": 2})

        assert desk.bought == [Buy("o1", 2)]


async def test_too_many_messages_are_refused_and_a_flood_is_closed() -> None:
    async with Desk().open() as desk:
        viewer = desk.connect(ticket="u1")
        for _ in range(limits.MESSAGES_BURST - 1):
            say(viewer, {"type": "ping"})
        assert last(viewer)["type"] == "pong"
        say(viewer, {"type": "ping"})
        assert last(viewer)["code"] == "too_many_requests"
        await desk.clock.advance(timedelta(seconds=1))
        say(viewer, {"type": "ping"})
        assert last(viewer)["type"] == "pong"

        for _ in range(limits.MESSAGES_PER_SECOND + limits.STRIKES_MAX + 1):
            say(viewer, {"type": "ping"})

        assert viewer.closed == (CloseCode.PROTOCOL, "")


async def test_who_does_not_join_in_time_is_closed() -> None:
    async with Desk().open() as desk:
        late, joined = desk.connect(), desk.connect(ticket="u1")

        await desk.clock.advance(timedelta(seconds=6, milliseconds=100))

        assert late.closed == (CloseCode.JOIN_DEADLINE, "")
        assert joined.closed is None


async def test_a_silent_connection_is_asked_once_and_then_closed() -> None:
    async with Desk().open() as desk:
        dead, alive = desk.connect(), desk.connect()
        for transport in (dead, alive):
            assert transport.session is not None
            transport.session.joined = True  # as one who waits for nothing
        for _ in range(14):
            await desk.clock.advance(timedelta(seconds=5))
            say(alive, {"type": "ping"})

        assert dead.pings == 1
        assert dead.closed == (CloseCode.SILENT, "")
        assert (alive.closed, alive.pings) == (None, 0)


async def test_likes_are_summed_and_bounded_before_they_travel() -> None:
    heard: list[Signals] = []
    async with Desk().open() as desk:
        await desk.backplane.conduct(RUN, heard.append)
        for name in ("u1", "u2"):
            viewer = desk.connect(ticket=name)
            for _ in range(10):
                say(viewer, {"type": "room.like", "count": 30})
        await desk.clock.advance(timedelta(milliseconds=500))

    assert sum(signals.likes for signals in heard) == 2 * limits.LIKES_BURST
    assert len(heard) <= 2
    assert heard[-1].viewers == 2


async def test_one_address_gets_only_so_many_connections() -> None:
    async with Desk(Allowances(connections_per_address=2)).open() as desk:
        viewers = [desk.connect() for _ in range(3)]
        assert viewers[2].closed is not None
        assert viewers[2].closed[0] == CloseCode.TOO_MANY
        assert viewers[0].session is not None
        viewers[0].session.lost()

        assert desk.connect().closed is None


async def test_a_stranger_who_asks_for_runs_that_are_not_makes_us_keep_nothing() -> None:
    async with Desk().open() as desk:
        assert await desk.gateway.latest(RUN) is None
        assert desk.gateway._hubs == {}
