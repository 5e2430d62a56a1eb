"""What every backplane promises, whatever it is made of."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import pytest

from livehouse.engine.backplane import Backplane, Line, LocalBackplane, Signals, Spread
from livehouse.foundation.ids import RunId
from tests.support.clock import settle
from tests.support.nats import NatsForTests, nats_nodes

RUN, OTHER = RunId(UUID(int=1)), RunId(UUID(int=2))


@dataclass(frozen=True, slots=True)
class Planes:
    """Where one speaks and where another hears; the same object where there is one node."""

    here: Backplane
    there: Backplane
    arrived: Callable[[], Awaitable[None]]


@pytest.fixture(params=["in_process", "nats_on_one_node", "nats_between_nodes"])
def planes(request: pytest.FixtureRequest) -> Planes:
    found: Planes = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def in_process() -> Planes:
    backplane = LocalBackplane()
    return Planes(backplane, backplane, settle)


@pytest.fixture
async def nats_on_one_node(nats: NatsForTests) -> AsyncIterator[Planes]:
    async with nats_nodes(nats, 1) as (node,):
        yield Planes(node, node, node.arrived)


@pytest.fixture
async def nats_between_nodes(nats: NatsForTests) -> AsyncIterator[Planes]:
    async with nats_nodes(nats, 2) as (here, there):

        async def arrived() -> None:
            for node in (there, here, there, here):
                await node.arrived()
            await settle()

        yield Planes(here, there, arrived)


async def test_every_gateway_that_watches_hears_frames_in_order(planes: Planes) -> None:
    first, second = list[Spread](), list[Spread]()
    await planes.there.watch(RUN, first.append)
    await planes.there.watch(RUN, second.append)
    await planes.arrived()
    sent = [
        Spread(b"1", shown=("c1",)),
        Spread(b"2", hidden=("c2", "c3")),
        Spread(dismissed=("u1",)),
    ]
    for spread in sent:
        await planes.here.spread(RUN, spread)
    await planes.arrived()

    assert first == second == sent


async def test_a_node_hears_only_the_runs_that_it_watches(planes: Planes) -> None:
    heard: list[Spread] = []
    await planes.there.watch(RUN, heard.append)
    await planes.arrived()
    await planes.here.spread(OTHER, Spread(b"1"))
    await planes.arrived()

    assert heard == []


async def test_the_conductor_hears_sums_and_lines_whole(planes: Planes) -> None:
    heard: list[Signals] = []
    await planes.there.conduct(RUN, heard.append)
    await planes.arrived()
    line = Line("c1", "u1", ("c1", "u1", "Ann", "is it warm?", "viewer"), always=True)
    sent = Signals("node", 3, 2, (line,))
    await planes.here.signal(RUN, sent)
    await planes.here.signal(OTHER, sent)
    await planes.arrived()

    assert heard == [sent]


async def test_no_line_and_no_like_is_lost_or_told_twice_however_many(planes: Planes) -> None:
    heard: list[Signals] = []
    await planes.there.conduct(RUN, heard.append)
    await planes.arrived()
    lines = tuple(Line(f"c{i}", "u1", (f"c{i}", "u1", "Ann", "x" * 1_000)) for i in range(2_000))
    await planes.here.signal(RUN, Signals("node", 3, 40, lines))
    await planes.arrived()

    assert tuple(line for signals in heard for line in signals.lines) == lines
    assert sum(signals.likes for signals in heard) == 40
    assert {signals.viewers for signals in heard} == {3}


async def test_who_has_stopped_hears_nothing_more_and_may_stop_twice(planes: Planes) -> None:
    spreads, signals = list[Spread](), list[Signals]()
    stop_watching = await planes.there.watch(RUN, spreads.append)
    stop_conducting = await planes.there.conduct(RUN, signals.append)
    for stop in (stop_watching, stop_conducting, stop_watching, stop_conducting):
        stop()
    await planes.arrived()
    await planes.here.spread(RUN, Spread(b"1"))
    await planes.here.signal(RUN, Signals("node", 1))
    await planes.arrived()

    assert (spreads, signals) == ([], [])


async def test_what_nobody_hears_is_lost_without_harm(planes: Planes) -> None:
    await planes.here.spread(RUN, Spread(b"1"))
    await planes.here.signal(RUN, Signals("node", 1))


async def test_a_receiver_may_stop_while_it_hears(planes: Planes) -> None:
    heard: list[Spread] = []

    def once(spread: Spread) -> None:
        heard.append(spread)
        stop()

    stop = await planes.there.watch(RUN, once)
    await planes.there.watch(RUN, heard.append)
    await planes.arrived()
    for payload in (b"1", b"2"):
        await planes.here.spread(RUN, Spread(payload))
    await planes.arrived()

    assert [spread.payload for spread in heard] == [b"1", b"1", b"2"]
