"""What every backplane promises, whatever it is made of."""

from uuid import UUID

import pytest

from livehouse.engine.backplane import Backplane, Line, LocalBackplane, Signals, Spread
from livehouse.foundation.ids import RunId
from tests.support.clock import settle

RUN, OTHER = RunId(UUID(int=1)), RunId(UUID(int=2))


@pytest.fixture(params=["local"])
def backplane(request: pytest.FixtureRequest) -> Backplane:
    found: Backplane = request.getfixturevalue(f"{request.param}_backplane")
    return found


@pytest.fixture
def local_backplane() -> Backplane:
    return LocalBackplane()


async def test_every_gateway_that_watches_hears_frames_in_order(backplane: Backplane) -> None:
    first, second = list[Spread](), list[Spread]()
    await backplane.watch(RUN, first.append)
    await backplane.watch(RUN, second.append)
    sent = [Spread(b"1", shown=("c1",)), Spread(b"2", hidden=("c2", "c3"))]
    for spread in sent:
        await backplane.spread(RUN, spread)
    await settle()

    assert first == second == sent


async def test_a_node_hears_only_the_runs_that_it_watches(backplane: Backplane) -> None:
    heard: list[Spread] = []
    await backplane.watch(RUN, heard.append)
    await backplane.spread(OTHER, Spread(b"1"))
    await settle()

    assert heard == []


async def test_the_conductor_hears_sums_and_lines_whole(backplane: Backplane) -> None:
    heard: list[Signals] = []
    await backplane.conduct(RUN, heard.append)
    line = Line("c1", "u1", ("c1", "u1", "Ann", "is it warm?", "viewer"), always=True)
    sent = Signals("node", 3, 2, (line,))
    await backplane.signal(RUN, sent)
    await backplane.signal(OTHER, sent)
    await settle()

    assert heard == [sent]


async def test_who_has_stopped_hears_nothing_more_and_may_stop_twice(backplane: Backplane) -> None:
    spreads, signals = list[Spread](), list[Signals]()
    stop_watching = await backplane.watch(RUN, spreads.append)
    stop_conducting = await backplane.conduct(RUN, signals.append)
    for stop in (stop_watching, stop_conducting, stop_watching, stop_conducting):
        stop()
    await backplane.spread(RUN, Spread(b"1"))
    await backplane.signal(RUN, Signals("node", 1))
    await settle()

    assert (spreads, signals) == ([], [])


async def test_what_nobody_hears_is_lost_without_harm(backplane: Backplane) -> None:
    await backplane.spread(RUN, Spread(b"1"))
    await backplane.signal(RUN, Signals("node", 1))


async def test_a_receiver_may_stop_while_it_hears(backplane: Backplane) -> None:
    heard: list[Spread] = []

    def once(spread: Spread) -> None:
        heard.append(spread)
        stop()

    stop = await backplane.watch(RUN, once)
    await backplane.watch(RUN, heard.append)
    for payload in (b"1", b"2"):
        await backplane.spread(RUN, Spread(payload))
    await settle()

    assert [spread.payload for spread in heard] == [b"1", b"1", b"2"]
