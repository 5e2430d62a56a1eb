"""`bench media` counts what comes late; how fast this machine is, no test asks."""

import msgspec
import pytest

from livehouse.app.bench.media import Heard, MediaPlan, bench_media

MEDIA = {
    "bench", "machine", "pids", "seconds", "against", "passthrough_core_share",
    "encode_core_share", "shows_at_once", "whip_core_share", "late_parts",
}  # fmt: skip


def playlist(count: int) -> str:
    parts = [
        f'#EXT-X-PART:DURATION=0.5,URI="{number}.{index}.m4s"'
        for number in range(count)
        for index in (0, 1)
    ]
    return "\n".join(parts)


def test_a_part_is_late_against_the_soonest() -> None:
    heard = Heard()
    for second, delay in ((1, 0.1), (2, 0.1), (3, 0.9)):
        heard.take(playlist(second), second + delay)

    assert [round(seconds, 3) for seconds in heard.lateness()] == [0.5, 0.0, 0.5, 0.0, 1.3, 0.8]


@pytest.mark.torture
@pytest.mark.timeout(280)
async def test_cameras_are_carried_and_measured() -> None:
    plan = MediaPlan(shows=2, one_seconds=3, whip_seconds=3, all_seconds=3, encode_seconds=1)

    figures = await bench_media(plan, lambda _: None)

    told = msgspec.to_builtins(figures)
    assert told.keys() >= MEDIA
    assert figures.parts > 5
    assert figures.encode_core_share > figures.encode_core_shares["360p"] > 0
    assert len(set(figures.pids.values())) == len(figures.pids)
