"""`bench jump` goes to another room and back; how fast this machine is, no test asks."""

import msgspec
import pytest

from livehouse.app.bench.jump import JumpPlan, bench_jump

JUMP = {"bench", "machine", "pids", "seconds", "against", "jump_p50_ms", "jump_p95_ms"}


@pytest.mark.torture
@pytest.mark.timeout(280)
async def test_a_browser_goes_to_another_room_and_back() -> None:
    figures = await bench_jump(JumpPlan(jumps=1, stay_seconds=0.5), lambda _: None)

    assert msgspec.to_builtins(figures).keys() >= JUMP
    assert figures.jump_p50_ms > 0
    assert figures.page_p50_ms > 0
    assert len(set(figures.pids.values())) == len(figures.pids)
