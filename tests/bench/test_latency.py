"""`bench latency` reads the picture's own clock; how fast this machine is, no test asks."""

import msgspec
import pytest

from livehouse.app.bench.latency import LatencyPlan, Sample, bench_latency, growth_ms_per_minute

LATENCY = {
    "bench", "machine", "pids", "seconds", "against", "ll_hls_p50_ms", "ll_hls_p95_ms",
    "growth_ms_per_minute", "start_p95_ms", "cue_skew_p95_ms", "default_p50_ms", "whep_p50_ms",
}  # fmt: skip


def test_growth_is_told_per_minute() -> None:
    later = [Sample(now, now - 1_000 - now // 60, 0.0) for now in range(0, 60_000, 100)]

    assert growth_ms_per_minute(later) == pytest.approx(1_000, rel=0.01)


@pytest.mark.torture
@pytest.mark.timeout(280)
async def test_a_house_is_watched_in_a_browser() -> None:
    plan = LatencyPlan(
        fast_seconds=6,
        default_seconds=2,
        plain_seconds=2,
        whep_seconds=2,
        settle_seconds=2,
        starts=1,
    )

    figures = await bench_latency(plan, lambda _: None)

    told = msgspec.to_builtins(figures)
    assert told.keys() >= LATENCY
    assert figures.looks > 5
    assert figures.cues > 0
    assert 0 < figures.whep_p50_ms < figures.ll_hls_p50_ms < figures.plain_p50_ms
    assert len(set(figures.pids.values())) == len(figures.pids)
