"""The benchmarks work and keep their own laws; how fast this machine is, no test asks."""

from pathlib import Path

import msgspec
import pytest

from livehouse.app.bench.cache import PARAMETERS
from livehouse.app.bench.draw import DrawPlan, bench_draw
from livehouse.app.bench.fanout import FanoutPlan, a_stage, bench_fanout
from livehouse.app.bench.frames import Crowd, FramesPlan, bench_frames
from livehouse.app.bench.nodes import NodesPlan, bench_nodes
from livehouse.app.bench.one_by_one import CONNECTIONS
from livehouse.app.bench.orders import OrdersPlan, bench_orders
from livehouse.app.bench.storm import StormPlan, bench_storm
from livehouse.app.bench.votes import VotesPlan, bench_votes

EVERY_ONE = {"bench", "machine", "pids", "seconds", "against"}
MACHINE = {"cpus", "python", "postgres", "fdatasync_ms", "fsync", "synchronous_commit"}
ORDERS = {
    "orders_per_second", "p50_ms", "p99_ms", "group_size_mean", "orders_in_table",
    "orders_acknowledged", "room_viewers", "frame_p99_ms", "baseline_orders_per_second", "ratio",
    "limit_orders_per_second", "coupon_orders_per_second", "refusal_cost_ratio",
    "many_buyers_ratio",
}  # fmt: skip
FANOUT = {
    "viewers", "events_per_second", "frames_per_second", "p50_ms", "p99_ms", "gaps",
    "cpu_us_per_viewer_event", "baseline_cpu_us_per_viewer_event", "ratio",
    "bytes_per_idle_viewer",
}  # fmt: skip
NODES = {"bus_bytes_per_second_few", "bus_bytes_per_second_many", "added_p99_ms"}
FRAMES = {
    "viewers", "segments", "origin_requests_per_segment", "reads_per_origin_read",
    "frame_bytes_median", "join_requests", "staleness_p99_ms",
}  # fmt: skip
STORM = {"viewers", "seconds_to_recover", "queries_per_viewer", "wrong_states"}


async def test_every_order_that_the_bench_counts_is_in_the_table() -> None:
    plan = OrdersPlan(
        buyers=10, window=2, offers=2, viewers=10, warm_up_seconds=0.2, seconds=0.5,
        stage_warm_up_seconds=0.2, stage_seconds=0.4, few_buyers=2, many_buyers=20,
        baseline_seconds=0.1,
    )  # fmt: skip

    figures = await bench_orders(plan, lambda _: None)

    told = msgspec.to_builtins(figures)
    assert told.keys() >= EVERY_ONE | ORDERS
    assert told["machine"].keys() >= MACHINE
    assert (figures.machine.fsync, figures.machine.synchronous_commit) == ("on", "on")
    assert len(set(figures.pids.values())) == len(figures.pids)
    assert figures.orders_acknowledged == figures.orders_in_table == figures.units_held > 0
    assert figures.orders_refused == 0
    assert figures.refusals_per_second > 0 < figures.coupon_orders_per_second
    assert figures.room_viewers == 10
    assert figures.frame_gaps == 0
    assert [pace.connections for pace in figures.baseline] == list(CONNECTIONS)


async def test_every_viewer_of_the_bench_gets_every_event() -> None:
    plan = FanoutPlan(
        stages=(a_stage(10, 40, 1.0), a_stage(20, 20, 1.0)), speakers=5, baseline_events=3
    )

    figures = await bench_fanout(plan, lambda _: None)

    told = msgspec.to_builtins(figures)
    assert told.keys() >= EVERY_ONE | FANOUT
    assert told["machine"].keys() >= MACHINE
    assert figures.viewers == 20
    assert figures.events_seen + figures.lines_hidden == figures.events_sent > 0
    assert figures.receipts == figures.events_seen * 20
    assert figures.receipts_missing == figures.lost_connections == 0
    assert figures.gaps == figures.hashes_wrong == 0


async def test_the_bench_reads_through_a_cache_what_the_house_is_asked_for_once() -> None:
    plan = FramesPlan(crowds=(Crowd(20, 1),), lines=10, likes=20, stock=5, speakers=5)

    figures = await bench_frames(plan, lambda _: None)

    told = msgspec.to_builtins(figures)
    assert told.keys() >= EVERY_ONE | FRAMES
    assert told["machine"].keys() >= MACHINE
    assert figures.crowds[0].reads == 20
    assert figures.origin_requests_per_segment == 1.0
    assert figures.reads_per_origin_read == 20.0
    assert figures.join_requests == 2
    assert figures.lines_per_second > 0
    assert figures.hashes_right > 0
    assert figures.gaps == figures.hashes_wrong == figures.differing == 0
    assert figures.lost_connections == 0


def test_the_bench_starts_the_cache_as_the_guide_does() -> None:
    guide = Path(__file__).parents[2] / "docs" / "guides" / "cluster.md"

    assert " ".join(PARAMETERS) in " ".join(guide.read_text().split())


@pytest.mark.torture
async def test_every_frame_of_the_bench_comes_to_the_second_node() -> None:
    figures = await bench_nodes(NodesPlan(few=2, many=12, seconds=3.0), lambda _: None)

    told = msgspec.to_builtins(figures)
    assert told.keys() >= EVERY_ONE | NODES
    assert told["machine"].keys() >= MACHINE
    assert figures.frames_compared > 0
    assert figures.frames_missing == figures.gaps == figures.lost_connections == 0
    assert min(figures.bus_bytes_per_second_few, figures.bus_bytes_per_second_many) > 0


@pytest.mark.torture
async def test_everyone_whom_the_bench_drops_is_back_with_the_right_state() -> None:
    figures = await bench_storm(StormPlan(viewers=30), lambda _: None)

    told = msgspec.to_builtins(figures)
    assert told.keys() >= EVERY_ONE | STORM
    assert (figures.viewers, figures.wrong_states) == (30, 0)
    assert figures.seconds_to_recover > 0


@pytest.mark.torture
async def test_what_the_bench_draws_another_process_can_check() -> None:
    figures = await bench_draw(DrawPlan(entrants=500), lambda _: None)

    told = msgspec.to_builtins(figures)
    assert told.keys() >= EVERY_ONE | {"entrants", "winners", "ratio"}
    assert (figures.entrants, figures.winners, figures.verified) == (500, 100, True)


@pytest.mark.torture
async def test_every_vote_of_the_bench_is_in_the_table() -> None:
    figures = await bench_votes(VotesPlan(voters=3, seconds=0.5), lambda _: None)

    told = msgspec.to_builtins(figures)
    assert told.keys() >= EVERY_ONE | {"votes_per_second", "lost", "ranking_p99_ms"}
    assert figures.votes_in_table == figures.votes_counted == figures.votes_sent > 0
    assert figures.lost == figures.refused == 0
