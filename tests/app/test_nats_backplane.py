"""What a node does while NATS is away, slow, or in strangers' hands."""

import asyncio
import signal
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from livehouse.app.nats_backplane import SENDING_BYTES_MAX, NatsBackplane
from livehouse.engine.backplane import Signals, Spread
from livehouse.foundation.ids import RunId
from tests.support.engine_tasks import running
from tests.support.nats import NatsForTests, a_node, nats_nodes, running_nats
from tests.support.processes import eventually

RUN = RunId(UUID(int=1))
A_LOT = 1_000_000


@pytest.fixture
async def own_nats() -> AsyncIterator[NatsForTests]:
    """One that the test may stop."""
    with running_nats(token="a token for tests") as server:
        yield server


async def is_connected(node: NatsBackplane) -> bool:
    return node.is_connected


async def test_without_nats_the_room_goes_on_for_who_is_on_its_node() -> None:
    node = a_node(NatsForTests(), "alone")
    async with running(node.run()):
        spreads, signals = list[Spread](), list[Signals]()
        await node.watch(RUN, spreads.append)
        await node.conduct(RUN, signals.append)
        await node.signal(RUN, Signals("alone", 1))
        await node.spread(RUN, Spread(b"1"))

    assert (spreads, signals) == ([Spread(b"1")], [Signals("alone", 1)])


async def test_nodes_find_each_other_again_when_nats_comes_back(own_nats: NatsForTests) -> None:
    async with nats_nodes(own_nats, 2) as (here, there):
        heard: list[Spread] = []
        await there.watch(RUN, heard.append)
        own_nats.kill()

        async def all_away() -> bool:
            return not (here.is_connected or there.is_connected)

        await eventually("both nodes notice", all_away)
        await here.spread(RUN, Spread(b"nobody hears this"))
        own_nats.start()
        await eventually("one is back", lambda: is_connected(there))
        await eventually("the other is back", lambda: is_connected(here))
        await there.arrived()
        await here.spread(RUN, Spread(b"1"))
        await here.arrived()
        await there.arrived()

        async def has_heard() -> bool:
            return bool(heard)

        await eventually("what is sent is heard", has_heard)

    assert heard == [Spread(b"1")], "and nothing comes late"


async def test_nobody_waits_for_a_server_that_takes_nothing(own_nats: NatsForTests) -> None:
    async with nats_nodes(own_nats, 1) as (node,):
        heard: list[Spread] = []
        await node.watch(RUN, heard.append)
        own_nats.signal(signal.SIGSTOP)
        sent = 4 * SENDING_BYTES_MAX // A_LOT
        async with asyncio.timeout(30):
            for _ in range(sent):
                await node.spread(RUN, Spread(bytes(A_LOT - 1_000)))
        own_nats.signal(signal.SIGCONT)

        assert len(heard) == sent
        assert node.lost > 0


async def test_who_does_not_hold_the_secret_is_not_believed(own_nats: NatsForTests) -> None:
    async with nats_nodes(own_nats, 2) as (here, there):
        heard: list[Signals] = []
        await there.conduct(RUN, heard.append)
        await there.arrived()
        subject = here.subject(RUN, "signals")
        stranger = await own_nats.client()
        for forged in (b"", b"\x00" * 16 + b"\xc0", bytes(200), b'{"node":"me","viewers":9}'):
            await stranger.publish(subject, forged)
        await stranger.flush()
        await stranger.close()
        await here.signal(RUN, Signals("here", 1))
        await here.arrived()
        await there.arrived()

        async def has_heard() -> bool:
            return bool(heard)

        await eventually("the honest node is heard", has_heard)
        assert heard == [Signals("here", 1)]
        assert there.refused == 4


async def test_another_house_on_the_same_nats_is_not_heard(own_nats: NatsForTests) -> None:
    stranger = a_node(own_nats, "elsewhere", secret=b"the secret of another house, as long as ours")
    async with nats_nodes(own_nats, 1) as (here,), running(stranger.run()):
        await eventually("the other house is connected", lambda: is_connected(stranger))
        heard: list[Spread] = []
        await here.watch(RUN, heard.append)
        await here.arrived()
        await stranger.spread(RUN, Spread(b"1"))
        await stranger.arrived()
        await here.arrived()

        assert (heard, here.refused) == ([], 0)
