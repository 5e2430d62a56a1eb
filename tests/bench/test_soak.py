"""`bench soak` judges what it has seen; how fast this machine is, no test asks."""

import msgspec
import pytest

from livehouse.app.bench.recorded import Entry, Probe, apart, listed
from livehouse.app.bench.soak import SoakPlan, bench_soak, growth
from livehouse.app.bench.soak_viewer import news_in

SOAK = {"bench", "machine", "pids", "seconds", "against", "rtmp", "whip", "kills", "broken"}
PLAYLIST = """#EXTM3U
#EXT-X-MAP:URI="init-0.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T12:00:00.000Z
#EXTINF:2.00000,
0.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="init-1.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T12:00:05.500Z
#EXTINF:1.50000,
2.m4s
"""


def test_a_playlist_is_cut_where_it_declares_a_gap() -> None:
    first, second = apart(list(listed(PLAYLIST)))

    assert first == [Entry("0.m4s", "init-0.mp4", 1_795_348_800_000, 2.0, is_apart=False)]
    assert second == [Entry("2.m4s", "init-1.mp4", 1_795_348_805_500, 1.5, is_apart=True)]


def test_what_does_not_follow_on_is_a_hole() -> None:
    whole = Probe([(0.0, 0.1), (0.1, 0.1)], [(0.0, 0.021), (0.021, 0.021)], "")
    torn = Probe([(0.0, 0.1), (0.5, 0.1)], [(0.0, 0.021), (0.2, 0.021)], "moov atom not found")
    still = Probe([(0.0, 2.0)], [], "")

    assert list(whole.holes()) == []
    assert len(list(torn.holes())) == 3
    assert list(still.stills()) == ["the picture at 0.0 stands for 2.0 s"]


def test_a_viewer_takes_each_part_once_with_the_init_before_it() -> None:
    playlist = (
        '#EXT-X-MAP:URI="init-3.mp4"\n'
        '#EXT-X-PART:DURATION=0.33300,URI="7.0.m4s",INDEPENDENT=YES\n'
        '#EXT-X-PART:DURATION=0.33300,URI="7.1.m4s"\n'
        '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="7.2.m4s"\n'
    )

    news = news_in(playlist, (6, 4))

    assert (news.keys, news.newest) == ([("init-3.mp4", "7.0.m4s")], (7, 1))
    assert news.query == "?_HLS_msn=7&_HLS_part=2"
    assert news_in(playlist, (7, 1)).keys == []


def test_growth_is_what_a_minute_adds() -> None:
    assert growth([(0, 5.0), (60_000, 7.0), (120_000, 9.0)]) == 2.0
    assert growth([]) == 0.0


@pytest.mark.torture
@pytest.mark.timeout(280)
async def test_shows_outlast_drops_and_a_kill() -> None:
    figures = await bench_soak(SoakPlan(seconds=60, viewers=3), lambda _: None)

    assert msgspec.to_builtins(figures).keys() >= SOAK
    assert figures.drops + figures.kills + figures.hushes >= 3
    assert figures.rtmp.gaps_undeclared == figures.whip.gaps_undeclared == 0
    assert min(figures.rtmp.tones, figures.whip.tones) > 10
    assert figures.room_gaps == 0
