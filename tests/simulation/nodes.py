"""A node of the house: conductor, gateway, chat and till of one process that can freeze and die."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from livehouse.domains.chat import live as chat_live
from livehouse.domains.chat.wire import SayLine
from livehouse.domains.offers import live as offers_live
from livehouse.domains.orders import live as orders_live
from livehouse.domains.orders.wire import BuyOffer
from livehouse.domains.shows import live as shows_live
from livehouse.engine.canonical import State
from livehouse.engine.conductor import Conductor, ConductorPorts
from livehouse.engine.folds import Fold, Folds
from livehouse.engine.gateway import Allowances, Gateway, GatewayPorts
from livehouse.engine.ports import Change, Visitor
from livehouse.engine.vocabulary import Vocabulary
from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import RunId
from tests.simulation.bus import SimulatedBackplane
from tests.simulation.loop import Place, loop_here
from tests.simulation.parts import Parts, Shared
from tests.support.moments import NOON

T = TypeVar("T")
CHAIN = 1_000_003


class Noted(Fact, frozen=True, tag="simulation.noted"):
    """Something that happened; its number is drawn when its transaction writes it."""

    number: int


def chained(sum_so_far: int, number: int) -> int:
    """A sum that tells what was added, and in which order."""
    return (sum_so_far * 31 + number) % CHAIN


def _noted(state: State, fact: Noted, at_ms: int) -> Change:  # noqa: ARG001 - a fold's shape
    notes = state.get("notes")
    before = notes if isinstance(notes, dict) else {}
    count, chain = before.get("count", 0), before.get("chain", 0)
    assert isinstance(count, int)
    assert isinstance(chain, int)
    return Change({"notes": {"count": count + 1, "chain": chained(chain, fact.number)}})


BEHAVIOUR = Folds(
    shows_live.seed,
    (
        *shows_live.FOLDS,
        *offers_live.FOLDS,
        *orders_live.FOLDS,
        *chat_live.FOLDS,
        Fold(Noted, _noted),
    ),
)


class NodeClock:
    """The loop's time, as a node's own clock tells it."""

    def __init__(self, skew_ms: int) -> None:
        self._skew = timedelta(milliseconds=skew_ms)

    def now(self) -> datetime:
        return NOON + self._skew + timedelta(seconds=loop_here().time())

    async def sleep(self, duration: timedelta) -> None:
        await asyncio.sleep(duration.total_seconds())  # noqa: TID251 - the simulated loop's


class TrustingTickets:
    """A ticket is its visitor's id and role: whom to trust is decided elsewhere."""

    def verify(self, ticket: str, run: RunId) -> Visitor:  # noqa: ARG002 - for any run
        name, _, role = ticket.partition(" ")
        return Visitor(id=name, name=name[-4:], role=role, signed_in=True)

    def resume(self, visitor: Visitor, run: RunId) -> str:  # noqa: ARG002 - for any run
        return f"{visitor.id} {visitor.role}"


class Node:
    """One life of a process. After `kill` nothing of it runs any more, at whatever await it was."""

    def __init__(self, name: str, shared: Shared, parts: Parts, skew_ms: int) -> None:
        self.name = name
        self.place = Place(name)
        self.shared = shared
        self.is_up = True
        clock = NodeClock(skew_ms)
        backplane = SimulatedBackplane(shared.bus, self.place)
        log = parts.frame_log(shared.database, shared.tables, shared.laws)
        self.chat = parts.chat(shared.database, shared.tables, clock)
        self.till = parts.till(shared.database, shared.tables, clock)
        self.conductor: Conductor = parts.conductor(
            name,
            clock,
            ConductorPorts(
                behaviour=BEHAVIOUR,
                frames=log,
                leases=parts.leases(shared.database, shared.tables, shared.laws),
                facts=parts.facts(shared.database, shared.tables),
                runs=parts.runs(shared.database, shared.tables),
                backplane=backplane,
            ),
        )
        self.gateway: Gateway = parts.gateway(
            name,
            clock,
            GatewayPorts(frames=log, backplane=backplane, tickets=TrustingTickets()),
            Vocabulary(
                {
                    BuyOffer: orders_live.buying(self.till),
                    SayLine: chat_live.saying(self.chat, clock),
                }
            ),
            Allowances(messages_per_second=100, messages_burst=200),
        )
        self._work = self.at(loop_here().create_task, self._serve(), context=self.place.context)

    def at(self, call: Callable[..., T], *arguments: object, **named: object) -> T:
        """Call something of the node's as if its own loop did."""
        return self.place.context.run(call, *arguments, **named)

    async def _serve(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.chat.group.run())
            tasks.create_task(self.till.group.run())
            tasks.create_task(self.conductor.run())
            tasks.create_task(self.gateway.run())

    def kill(self) -> None:
        self.is_up = False
        self.place.stopped = True

    def freeze(self, seconds: float) -> None:
        self.place.stopped = True
        loop = loop_here()

        def thaw() -> None:
            if self.is_up:
                self.shared.history.note(self.name, "thaws")
                loop.release(self.place)

        loop.call_later(seconds, thaw)

    def stop(self) -> None:
        """An orderly end: rooms are handed over, what waits is answered."""
        self.is_up = False
        self.conductor.stop()
        self.gateway.stop()
        self.chat.group.close()
        self.till.group.close()

    async def bury(self) -> None:
        """After the verdict: let whatever is left of it end, unseen."""
        loop_here().release(self.place)
        self._work.cancel()
        await asyncio.wait([self._work])
