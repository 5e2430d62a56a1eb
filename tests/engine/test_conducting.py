"""Conductors on several nodes, with one log between them, in simulated time."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from uuid import UUID

import pytest

from livehouse.engine.backplane import Line, LocalBackplane, Signals, Spread
from livehouse.engine.conductor import Conductor, ConductorPorts
from livehouse.engine.folding import rebuild
from livehouse.engine.protocol import decode_frame
from livehouse.foundation.ids import RunId
from tests.support.clock import ManualClock, settle
from tests.support.engine_memory import (
    MemoryFacts,
    MemoryFrameLog,
    MemoryLeases,
    MemoryRuns,
    NotesAndSwitches,
)
from tests.support.engine_tasks import running

RUN, OTHER = RunId(UUID(int=1)), RunId(UUID(int=2))
TICK = timedelta(milliseconds=250)


class World:
    """What all nodes share."""

    def __init__(self, *runs: RunId) -> None:
        self.clock = ManualClock()
        self.leases = MemoryLeases(self.clock)
        self.log = MemoryFrameLog(self.leases)
        self.facts = MemoryFacts()
        self.runs = MemoryRuns(*runs)
        self.backplane = LocalBackplane()
        self.spread: list[Spread] = []

    def conductor(self, node: str) -> Conductor:
        ports = ConductorPorts(
            behaviour=NotesAndSwitches(),
            frames=self.log,
            leases=self.leases,
            facts=self.facts,
            runs=self.runs,
            backplane=self.backplane,
        )
        return Conductor(node, self.clock, ports)

    @asynccontextmanager
    async def conducting(self, *nodes: str) -> AsyncIterator[list[Conductor]]:
        conductors = [self.conductor(node) for node in nodes]
        stop = await self.backplane.watch(RUN, self.spread.append)
        async with AsyncExitStack() as stack:
            for conductor in conductors:
                await stack.enter_async_context(running(conductor.run()))
            await self.pass_ticks(2)
            yield conductors
        stop()

    async def pass_ticks(self, count: int) -> None:
        for _ in range(count):
            await self.clock.advance(TICK)
        await settle()

    def numbers(self, run: RunId = RUN) -> list[int]:
        return [logged.n for logged in self.log.frames.get(run, [])]

    def epochs(self, run: RunId = RUN) -> list[int]:
        return [logged.epoch for logged in self.log.frames.get(run, [])]


@pytest.fixture
def world() -> World:
    return World(RUN)


async def test_a_frame_is_in_the_log_before_anyone_sees_it(world: World) -> None:
    seen_before_durable: list[int] = []

    def look(spread: Spread) -> None:
        n = decode_frame(spread.payload).n
        if n not in world.numbers():
            seen_before_durable.append(n)

    await world.backplane.watch(RUN, look)
    async with world.conducting("a"):
        for name in ("x", "y", "z"):
            world.facts.happen(RUN, "note", name.encode())
            await world.pass_ticks(1)

    assert not seen_before_durable
    assert len(world.spread) >= 4


async def test_all_rooms_of_a_node_are_written_in_one_go() -> None:
    world = World(RUN, OTHER)
    async with world.conducting("a"):
        before = world.log.appends
        world.facts.happen(RUN, "note", b"x")
        world.facts.happen(OTHER, "note", b"y")
        await world.pass_ticks(1)

        assert world.log.appends == before + 1
        assert len(world.numbers(RUN)) == len(world.numbers(OTHER))


async def test_one_of_several_nodes_conducts_a_run(world: World) -> None:
    async with world.conducting("a", "b", "c") as conductors:
        await world.pass_ticks(20)

        assert [conductor.rooms for conductor in conductors].count((RUN,)) == 1
    assert world.numbers() == list(range(1, len(world.numbers()) + 1))


async def test_a_clean_stop_emits_what_is_pending_and_another_takes_over_at_once(
    world: World,
) -> None:
    async with world.conducting("a", "b") as conductors:
        first, second = sorted(conductors, key=lambda conductor: not conductor.rooms)
        world.facts.happen(RUN, "note", b"pending")
        first.stop()
        await world.pass_ticks(1)
        assert "notes" in decode_frame(world.log.frames[RUN][-1].payload).patch

        second.look()
        await world.pass_ticks(2)

        assert second.rooms == (RUN,)
        assert world.epochs()[-1] == 2
        assert world.numbers() == list(range(1, len(world.numbers()) + 1))


async def test_a_dead_conductor_is_replaced_within_three_seconds_and_a_tick(world: World) -> None:
    async with world.conducting("a"):
        world.facts.happen(RUN, "note", b"x")
        await world.pass_ticks(2)
    world.leases.steal(RUN)  # by a node that dies at once and says nothing
    world.facts.happen(RUN, "note", b"meanwhile")

    async with world.conducting("b"):
        await world.pass_ticks(18)

    assert world.epochs()[-1] == 3
    standing = rebuild(world.log.frames[RUN])
    assert standing is not None
    assert standing.state["folded"] == 2


async def test_who_lost_the_lease_stops_at_once_and_spreads_nothing(world: World) -> None:
    async with world.conducting("a") as (conductor,):
        world.leases.steal(RUN)
        before = len(world.spread)
        world.facts.happen(RUN, "note", b"x")
        await world.pass_ticks(1)

        assert conductor.rooms == ()
        assert len(world.spread) == before
        assert set(world.epochs()) == {1}


async def test_an_answer_of_the_log_that_is_lost_loses_and_repeats_nothing(world: World) -> None:
    async with world.conducting("a"):
        world.log.fails = 2
        for name in ("x", "y", "z", "w"):
            world.facts.happen(RUN, "note", name.encode())
            await world.pass_ticks(1)
        await world.pass_ticks(2)

    assert world.numbers() == list(range(1, len(world.numbers()) + 1))
    assert [decode_frame(spread.payload).n for spread in world.spread] == world.numbers()
    standing = rebuild(world.log.frames[RUN])
    assert standing is not None
    assert standing.state["folded"] == 4


async def test_what_happened_before_the_first_frame_is_in_it(world: World) -> None:
    for number in range(1_200):
        world.facts.happen(RUN, "note", str(number % 9).encode())
    async with world.conducting("a"):
        await world.pass_ticks(1)

    standing = rebuild(world.log.frames[RUN])
    assert standing is not None
    assert standing.state["folded"] == 1_200


async def test_a_second_run_misses_nothing_while_the_first_goes_on(world: World) -> None:
    async with world.conducting("a"):
        for number in range(20):
            world.facts.happen(RUN, "note", b"x")
            world.facts.happen(OTHER, "note", b"y")
            if number == 5:
                world.runs.runs.append(OTHER)
            await world.pass_ticks(1)
        await world.pass_ticks(6)

    for run in (RUN, OTHER):
        standing = rebuild(world.log.frames[run])
        assert standing is not None
        assert standing.state["folded"] == 20


async def test_after_the_last_frame_nobody_conducts_the_run_again(world: World) -> None:
    async with world.conducting("a", "b") as conductors:
        world.facts.happen(RUN, "end")
        await world.pass_ticks(20)

        assert [conductor.rooms for conductor in conductors] == [(), ()]
    last = rebuild(world.log.frames[RUN])
    assert last is not None
    assert last.state["show"] == {"title": str(RUN), "state": "ended"}
    assert len(world.numbers()) == len(world.spread)


async def test_where_nobody_can_be_told_the_show_ends_all_the_same(world: World) -> None:
    def refuse(spread: Spread) -> None:  # noqa: ARG001 - nobody hears it
        raise ConnectionError("the backplane is away")

    await world.backplane.watch(RUN, refuse)
    async with world.conducting("a") as (conductor,):
        world.facts.happen(RUN, "end")
        await world.pass_ticks(12)

        assert conductor.rooms == ()
    last = world.log.frames[RUN][-1]
    assert "show" in decode_frame(last.payload).patch
    assert world.log.appends == len(world.numbers())


async def test_a_lines_answer_comes_with_the_durable_frame(world: World) -> None:
    async with world.conducting("a"):
        line = Line("c1", "u1", ("c1", "u1", "hello"))
        await world.backplane.signal(RUN, Signals("gateway", 1, lines=(line,)))
        await world.pass_ticks(1)

        assert world.spread[-1].shown == ("c1",)
        assert decode_frame(world.log.frames[RUN][-1].payload).says == (("c1", "u1", "hello"),)


async def test_a_line_sent_again_after_a_takeover_is_shown_once(world: World) -> None:
    line = Line("c1", "u1", ("c1", "u1", "hello"))
    async with world.conducting("a"):
        await world.backplane.signal(RUN, Signals("gateway", 1, lines=(line,)))
        await world.pass_ticks(1)
    async with world.conducting("b"):
        await world.pass_ticks(16)
    before = len(world.spread)

    async with world.conducting("c"):
        await world.pass_ticks(16)
        await world.backplane.signal(RUN, Signals("gateway", 1, lines=(line,)))
        await world.pass_ticks(2)

    said = [say for logged in world.log.frames[RUN] for say in decode_frame(logged.payload).says]
    assert said == [("c1", "u1", "hello")]
    assert ("c1",) in [spread.shown for spread in world.spread[before:]]
