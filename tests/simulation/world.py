"""A simulated house from its first moment to its verdict, all of it drawn from one seed."""

import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from random import Random
from typing import Any
from uuid import UUID

import structlog
from structlog.exceptions import DropEvent

from livehouse.domains.shows.events import RunEnded
from livehouse.foundation.ids import RunId, ShowId
from tests.simulation.bus import BusRefuses
from tests.simulation.database import ConnectionLost, Transaction
from tests.simulation.history import History
from tests.simulation.loop import SimulatedLoop, loop_here
from tests.simulation.nodes import Node, Noted
from tests.simulation.parts import SOUND, Parts, shared_by_all
from tests.simulation.rest import unrest
from tests.simulation.shop import open_shop, take_back
from tests.simulation.tables import record
from tests.simulation.viewers import Viewer
from tests.simulation.weather import Weather, bounds, weather_of

REST_SECONDS_MAX = 25.0
LOOK_SECONDS = 0.25
SILENCE_SECONDS_MAX = 4.0  # a client that hears nothing for so long comes back anew
SHOW = ShowId(UUID(int=9))
EXPECTED = (ConnectionLost, BusRefuses, TimeoutError)


class World:
    """`live` lets it run: some seconds of weather, then rest, then the verdict in `history`."""

    def __init__(self, seed: int, weather: Weather, parts: Parts, loop: SimulatedLoop) -> None:
        self.chance = Random(seed)
        self.weather = weather
        self.shared = shared_by_all(self.chance, weather, loop.time)
        self.history: History = self.shared.history
        self.nodes: list[Node] = []
        self.fallen: list[Node] = []
        self.viewers: list[Viewer] = []
        self.runs = [RunId(UUID(int=number + 1)) for number in range(weather.runs)]
        self.resting = False
        self._parts = parts
        self._names = 0
        self._notes = 0

    async def live(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            await self._begin()
            living = [tasks.create_task(work) for work in self._lives()]
            mishaps = [tasks.create_task(work) for work in self._mishaps()]
            ends = loop_here().time() + self.weather.seconds
            while loop_here().time() < ends and not self.history.broken:
                await self._pass(LOOK_SECONDS)
            for task in mishaps:
                task.cancel()
            await self._come_to_rest()
            self.history.is_closed = True
            for task in living:
                task.cancel()
        for node in (*self.nodes, *self.fallen):
            await node.bury()

    # The house.

    async def _begin(self) -> None:
        for run in self.runs:
            await self._open(run)
        for _ in range(self.weather.nodes):
            self._start_node()
        while not all(self.shared.laws.room(run).n for run in self.runs):
            await self._pass(LOOK_SECONDS)

    async def _open(self, run: RunId) -> None:
        while run not in self.shared.tables.runs:
            try:
                await open_shop(self.shared.database, self.shared.tables, run, self.weather.units)
            except ConnectionLost:
                await self._pass(LOOK_SECONDS)

    def _start_node(self) -> None:
        self._names += 1
        skew = self.weather.skew_ms
        node = Node(
            f"node{self._names}", self.shared, self._parts, self.chance.randint(-skew, skew)
        )
        self.nodes.append(node)
        self.history.note(node.name, "starts")

    def _lose_node(self, node: Node) -> None:
        """Its connections snap, and another process takes its place a little later."""
        self.nodes.remove(node)
        self.fallen.append(node)
        for viewer in self.viewers:
            if viewer.link is not None and viewer.link.node is node:
                viewer.link.snap(self.chance.uniform(0, 1))
        loop_here().call_later(self.chance.uniform(0.1, 4), self._start_node)

    # What people do.

    def _lives(self) -> Iterator[Any]:
        for number in range(self.weather.viewers):
            run = self.runs[number % len(self.runs)]
            role = "host" if number < len(self.runs) else "viewer"
            viewer = Viewer(f"viewer{number}", number, run, role, self.shared)
            self.viewers.append(viewer)
            yield self._stay(viewer)
            yield self._take_part(viewer)
        for run in self.runs:
            yield self._write_facts(run)
            yield self._take_back(run)
        if self.weather.ends:
            yield self._end(self.runs[0])

    async def _stay(self, viewer: Viewer) -> None:
        """Come back whenever the connection is gone, or silent for too long."""
        while True:
            await self._pass(self.chance.uniform(0.02, 0.4))
            if viewer.is_over:
                return
            if viewer.link is None and self.nodes:
                viewer.connect(self.chance.choice(self.nodes))
            elif loop_here().time() - viewer.heard_at > SILENCE_SECONDS_MAX:
                viewer.cut(self._server_hears())

    async def _take_part(self, viewer: Viewer) -> None:
        while not self.resting:
            await self._pass(self.chance.expovariate(4))
            what = self.chance.choice(["like", "write", "buy", "ask again", "look"])
            if what == "like":
                viewer.like(self.chance.randint(1, 3))
            elif what == "write":
                for _ in range(self.chance.choice([1, 1, 2, 6])):
                    viewer.write()
            elif what == "buy":
                viewer.buy(self.chance.choice([1, 1, 2, 4]))
            elif what == "ask again":
                viewer.ask_again()

    async def _write_facts(self, run: RunId) -> None:
        while not self.resting:
            await self._pass(self.chance.expovariate(3))
            loop_here().create_task(self._write_fact(run))

    async def _write_fact(self, run: RunId) -> None:
        open_s = self.chance.uniform(0, self.weather.facts_open_s)
        fails = self.chance.random() < 0.1

        async def work(tx: Transaction) -> None:
            self._notes += 1
            record(tx, self.shared.tables, run, Noted(self._notes))
            self.history.note("fact", "written", f"{self._notes} of r{run.int} in tx {tx.xid}")
            await self.shared.database.pause(open_s)
            if fails:
                raise ConnectionLost

        # Who wrote it may never know; what counts are the facts that are committed.
        with suppress(ConnectionLost):
            await self.shared.database.ask(work)

    async def _take_back(self, run: RunId) -> None:
        """The staff deletes a line now and then, also one that nobody has seen yet."""
        tables = self.shared.tables
        while not self.resting:
            await self._pass(self.chance.expovariate(1.5))
            lines = [line.id for line in tables.lines.values() if line.run_id == run]
            if lines:
                line_id = self.chance.choice(lines[-3:])
                with suppress(ConnectionLost):
                    await take_back(self.shared.database, tables, run, line_id)

    async def _end(self, run: RunId) -> None:
        await self._pass(self.chance.uniform(0, self.weather.seconds))

        async def work(tx: Transaction) -> None:
            record(tx, self.shared.tables, run, RunEnded(run, SHOW))

        while True:
            try:
                return await self.shared.database.ask(work)
            except ConnectionLost:
                await self._pass(LOOK_SECONDS)

    # What goes wrong.

    def _mishaps(self) -> Iterator[Any]:
        weather = self.weather
        for every, mishap in (
            (weather.kills_every, self._kill),
            (weather.stops_every, self._stop),
            (weather.freezes_every, self._freeze),
            (weather.partitions_every, self._cut_off),
            (weather.restarts_every, self.shared.database.restart),
            (weather.cuts_every, self._cut_viewer),
            (weather.stalls_every, self._stall_viewer),
        ):
            if every:
                yield self._now_and_then(every, mishap)

    async def _now_and_then(self, every: float, mishap: Callable[[], None]) -> None:
        while True:
            await self._pass(self.chance.expovariate(1 / every))
            mishap()

    def _kill(self) -> None:
        if node := self._any_node():
            self.history.note(node.name, "is killed")
            node.kill()
            self._lose_node(node)

    def _stop(self) -> None:
        if node := self._any_node():
            self.history.note(node.name, "stops")
            node.stop()
            self._lose_node(node)

    def _freeze(self) -> None:
        if node := self._any_node():
            seconds = self.chance.choice([0.3, 1.5, 4.5])
            self.history.note(node.name, "freezes", f"for {seconds} s")
            node.freeze(seconds)

    def _cut_off(self) -> None:
        if node := self._any_node():
            cut_off, seconds = self.shared.bus.cut_off, self.chance.uniform(0.1, 4)
            self.history.note(node.name, "is cut off", f"for {seconds:.1f} s")
            cut_off.add(node.name)
            loop_here().call_later(seconds, cut_off.discard, node.name)

    def _cut_viewer(self) -> None:
        viewer = self.chance.choice(self.viewers)
        viewer.cut(self._server_hears())
        if self.chance.random() < 0.1:
            viewer.forget()

    def _stall_viewer(self) -> None:
        link = self.chance.choice(self.viewers).link
        if link is not None and not link.stalled:
            link.stall(self.chance.uniform(0.2, 3))

    def _server_hears(self) -> float | None:
        return None if self.chance.random() < 0.2 else self.chance.uniform(0, 2)

    def _any_node(self) -> Node | None:
        free = [node for node in self.nodes if not node.place.stopped]
        return self.chance.choice(free) if free else None

    # The end.

    async def _come_to_rest(self) -> None:
        """Nothing goes wrong any more: soon all must agree, and on the truth."""
        self.resting = True
        self.history.note("world", "rests")
        self.shared.database.settle()
        self.shared.bus.settle()
        until = loop_here().time() + REST_SECONDS_MAX
        found = ["it has not begun"]
        while found and not self.history.broken and loop_here().time() < until:
            await self._pass(LOOK_SECONDS)
            found = unrest(self.shared, self.viewers)
        if not self.history.broken:
            self.history.demand(not found, "all comes to rest in the truth", "; ".join(found))

    async def _pass(self, seconds: float) -> None:
        await asyncio.sleep(seconds)  # noqa: TID251 - the simulated loop's


def simulate(seed: int, parts: Parts = SOUND, weather: Weather | None = None) -> History:
    """Let the seed's world live, and return what happened in it."""
    weather = weather or weather_of(seed)
    loop = SimulatedLoop(Random(f"order {seed}"), shuffled=weather.shuffled)
    with bounds(weather.bounds), asyncio.Runner(loop_factory=lambda: loop) as runner:
        world = World(seed, weather, parts, loop)
        with _witnessed(world.history):
            loop.set_exception_handler(_blame(world.history))
            runner.run(world.live())
    return world.history


@contextmanager
def _witnessed(history: History) -> Iterator[None]:
    """The engine's log is a witness: it catches what fails, and we must hear of it."""

    def witness(_: object, level: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        error = sys.exc_info()[1]
        if level in ("error", "exception", "critical"):
            history.note("engine", event["event"], repr(error))
            history.demand(isinstance(error, EXPECTED), "nothing fails of itself", repr(error))
        raise DropEvent

    processors = structlog.get_config()["processors"]
    before = processors[:]
    processors[:] = [witness]
    try:
        yield
    finally:
        processors[:] = before


def _blame(history: History) -> Callable[[asyncio.AbstractEventLoop, dict[str, Any]], None]:
    def handler(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        history.demand(not context, "nothing fails of itself", repr(context))

    return handler
