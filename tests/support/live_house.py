"""The live connection on a real socket: uvicorn, picows and the engine, with its log in memory."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import uvicorn
from typing_extensions import override
from uvicorn._types import ASGISendCallable, Scope
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from livehouse.domains.chat.wire import LineSaid, SayLine
from livehouse.domains.play.wire import CastVote, DrawJoined, JoinDraw
from livehouse.engine.backplane import Line, LocalBackplane
from livehouse.engine.conductor import Conductor, ConductorPorts
from livehouse.engine.gateway import Allowances, Gateway, GatewayPorts
from livehouse.engine.protocol import Command, Push
from livehouse.engine.session import Session
from livehouse.engine.vocabulary import Handler, Vocabulary
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import DrawId, RunId
from livehouse.web.http_socket import BoundedHttp
from livehouse.web.live_socket import LiveSockets
from tests.support.engine_memory import (
    MemoryFacts,
    MemoryFrameLog,
    MemoryLeases,
    MemoryRuns,
    NotesAndSwitches,
    OpenTickets,
)
from tests.support.engine_tasks import running

RUN = RunId(UUID("01890a5d-ac96-774b-bcce-b302099a8057"))
WAIT = 30.0


class Say(Command, frozen=True, tag="test.say"):
    id: str
    text: str


class Said(Push, frozen=True, tag="test.said"):
    id: str
    shown: bool


class Crash(Command, frozen=True, tag="test.crash"):
    id: str = ""


class Impatient(BoundedHttp):
    head_seconds_max = 2.0


class GatewayClock(SystemClock):
    """Real time, which a test may set forward: who waits for others then waits no longer."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    @override
    def now(self) -> datetime:
        return super().now() + self._ahead

    def skip(self, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)


@dataclass
class LiveHouse:
    port: int
    gateway: Gateway
    facts: MemoryFacts
    server: uvicorn.Server
    clock: "GatewayClock"
    played: list[Command]

    @property
    def http(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def address(self, run: object = RUN) -> str:
        return f"ws://127.0.0.1:{self.port}/live/{run}"

    def drop_everybody(self) -> None:
        """Every connection ends without a word, as when the machine is lost."""
        for viewer in [*self.server.server_state.connections]:
            wire = getattr(viewer, "_wire", None)
            if wire is not None:
                wire.underlying_transport.abort()

    @asynccontextmanager
    async def joined(self, ticket: str = "u1", **join: object) -> AsyncIterator[ClientConnection]:
        async with connect(self.address()) as client:
            await client.send(json.dumps({"type": "join", "ticket": ticket, **join}))
            assert (await hear(client))["type"] == "welcome"
            yield client


def games(played: list[Command]) -> dict[type[Command], Handler]:
    """Everybody is let in, and what they did is noted."""

    def join(session: Session, command: Command) -> None:
        assert isinstance(command, JoinDraw)
        played.append(command)
        session.push(
            DrawJoined(
                id=command.id, draw_id=DrawId(command.round_id), round_id=command.round_id,
                name=session.visitor.id, nonce=command.nonce, friends=len(played),
            )
        )  # fmt: skip

    return {JoinDraw: join, CastVote: lambda _, vote: played.append(vote)}


@asynccontextmanager
async def open_live_house() -> AsyncIterator[LiveHouse]:
    clock, backplane, facts = SystemClock(), LocalBackplane(), MemoryFacts()
    gateway_clock = GatewayClock()
    leases = MemoryLeases(clock)
    log = MemoryFrameLog(leases)

    def say(session: Session, command: Command) -> None:
        assert isinstance(command, Say)
        line = Line(command.id, session.visitor.id, (command.id, session.visitor.id, command.text))
        gateway.say(RUN, line, lambda shown: session.push(Said(id=command.id, shown=shown)))

    def chat(session: Session, command: Command) -> None:
        assert isinstance(command, SayLine)
        id_ = f"c{command.id}"
        line = Line(id_, session.visitor.id, (id_, session.visitor.id, command.text))
        gateway.say(RUN, line, lambda shown: session.push(LineSaid(command.id, shown)))

    played: list[Command] = []

    def crash(_session: Session, _command: Command) -> None:
        raise RuntimeError("a bug in a handler")

    gateway = Gateway(
        "node",
        gateway_clock,
        GatewayPorts(frames=log, backplane=backplane, tickets=OpenTickets()),
        Vocabulary({Say: say, SayLine: chat, Crash: crash, **games(played)}),
        Allowances(connections_per_address=8),
    )
    conductor = Conductor(
        "node",
        clock,
        ConductorPorts(
            behaviour=NotesAndSwitches(),
            frames=log,
            leases=leases,
            facts=facts,
            runs=MemoryRuns(RUN),
            backplane=backplane,
        ),
    )
    sockets = LiveSockets(
        gateway=gateway, retry_ms=lambda _: 1_234, origins=("https://shop.example",)
    )
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        no_app,
        http=Impatient,
        ws=sockets.protocol(),
        lifespan="off",
        log_level="critical",
        loop="uvloop",
    )
    server = QuietServer(config)
    serving = server.serve(sockets=[listener])
    async with running(gateway.run()), running(conductor.run()), running(serving):
        yield LiveHouse(listener.getsockname()[1], gateway, facts, server, gateway_clock, played)
        server.should_exit = True
        await server.done.wait()
    listener.close()


class QuietServer(uvicorn.Server):
    """Without signal handlers, which belong to the test runner; says when it is done."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.done = asyncio.Event()

    @override
    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        await self._serve(sockets)
        self.done.set()


async def no_app(scope: Scope, _receive: object, send: ASGISendCallable) -> None:
    """No pages; at the door everybody gets the ticket of a guest."""
    is_door = scope["type"] == "http" and scope["path"] == "/api/tickets"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    body = b'{"ticket":"g1"}' if is_door else b"pages"
    await send({"type": "http.response.body", "body": body})


async def hear(client: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(WAIT):
        heard: dict[str, Any] = json.loads(await client.recv())
    return heard


async def hear_type(client: ClientConnection, name: str) -> dict[str, Any]:
    while (heard := await hear(client)).get("type") != name:
        pass
    return heard


async def closed(client: ClientConnection) -> tuple[int, str]:
    """How the server closed the connection."""
    async with asyncio.timeout(WAIT):
        with suppress(ConnectionClosed):
            while True:
                await client.recv()
        await client.wait_closed()
    assert client.close_code is not None
    return client.close_code, client.close_reason or ""
