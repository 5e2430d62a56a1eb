"""Files one after the other: a show that was filmed before."""

from pathlib import Path

import pytest

from livehouse.media.packets import Formats, Kind, Packet, SourceItem
from livehouse.media.sources.clip import Clip, inspect
from livehouse.media.sources.file_list import HEAD_START_MS, ListProducer
from tests.support.media_material import NOON, Film, packaged, produced, shown


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Clip]:
    """Two seconds without sound, and three with it in another size."""
    folder: Path = tmp_path_factory.mktemp("films")
    first = Film(seconds=2.0, sound=False).write(folder / "first.mp4")
    second = Film(seconds=3.0, width=480, height=272).write(folder / "second.mp4")
    return [inspect(first), inspect(second)]


def pictures(items: list[SourceItem]) -> list[Packet]:
    return [one for one in items if isinstance(one, Packet) and one.kind is Kind.VIDEO]


def test_each_begins_where_the_one_before_has_ended(clips: list[Clip]) -> None:
    items = list(produced(ListProducer(clips, loops=False), seconds=60))

    made = packaged(iter(items))
    seen = [one.clock for init in (0, 1) for one in shown(made.stream(init))]
    apart = [segment.line.discontinuity for segment in made.segments].count(True)
    assert [one.video.width for one in items if isinstance(one, Formats)] == [320, 480]
    assert seen == [*range(0, 2_000, 40), *range(0, 3_000, 40)]
    assert sorted(one.at - NOON for one in pictures(items)) == list(range(0, 5_000, 40))
    assert apart == 1


def test_over_and_over_the_first_follows_the_last(clips: list[Clip]) -> None:
    items = list(produced(ListProducer(clips, loops=True), seconds=11.5))

    sizes = [one.video.width for one in items if isinstance(one, Formats)]
    assert sizes == [320, 480, 320, 480, 320]
    assert pictures(items)[-1].at - NOON > 11_300


def test_who_comes_back_later_goes_on_where_it_would_be(clips: list[Clip]) -> None:
    late_ms = HEAD_START_MS + 3_500
    begun_at = NOON - late_ms

    looped = list(produced(ListProducer(clips, loops=True, begun_at=begun_at), seconds=4))
    over = list(produced(ListProducer(clips, loops=False, begun_at=begun_at), seconds=4))
    sooner = list(produced(ListProducer(clips, loops=True, begun_at=NOON - 9_000), seconds=4))

    assert isinstance(looped[0], Formats)
    # Three and a half seconds into a turn of five: within the second film.
    assert looped[0].video.width == 480
    assert -2_000 <= pictures(looped)[0].at - NOON <= 1_000
    assert over == []
    assert isinstance(sooner[0], Formats)
    assert sooner[0].video.width == 320
