"""The test stage: worth looking at, on time, and never in the way."""

from itertools import pairwise

import numpy as np
import pytest
from typing_extensions import override

from livehouse.media import timecode
from livehouse.media.packets import Formats, Kind, Packet
from livehouse.media.sources.scene import StagePicture, lettering
from livehouse.media.sources.scene.paint import Planes, blank
from livehouse.media.sources.stage import StageProducer
from livehouse.media.specs import TestStage
from tests.support.media_material import NOON, SMALL, FreePace, packaged, produced, shown


def painted(at: int, *, title: str = "Warm evening", size: tuple[int, int] = (640, 360)) -> Planes:
    planes = blank(*size)
    StagePicture(*size, title, "Tea and bowls").put_on(planes, at)
    return planes


@pytest.mark.parametrize("size", [(1280, 720), (960, 540), (720, 1280), (256, 256), (854, 480)])
def test_every_size_is_filled_and_tells_the_time(size: tuple[int, int]) -> None:
    planes = painted(NOON + 123, size=size)

    assert timecode.read(planes.luma) == NOON + 123
    below = planes.luma[timecode.band_height(size[1]) :]
    assert below.std() > 20


def test_the_same_moment_looks_the_same() -> None:
    first, again = painted(NOON + 777), painted(NOON + 777)

    assert all(
        np.array_equal(a, b) for (a, _), (b, _) in zip(first.each(), again.each(), strict=True)
    )


def test_the_stage_moves() -> None:
    now, later = painted(NOON), painted(NOON + 1500)

    moved = np.mean(now.luma.astype(int) != later.luma)
    assert moved > 0.05


def test_a_chinese_title_is_shown_or_replaced_but_never_boxes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lettering, "FONT_FILES", ())

    shown_title, _ = lettering.lettering("今晚的茶会", 40, files=())

    assert shown_title == lettering.PLACEHOLDER


def test_a_single_odd_character_costs_only_itself() -> None:
    shown_title, _ = lettering.lettering("Tea 茶 tonight", 40, files=())

    assert shown_title == "Tea tonight"


def test_long_titles_fit() -> None:
    shown_title, font = lettering.fitted("W" * 60, size=60, width=400)

    assert shown_title
    assert font.getlength(shown_title) <= 400


def test_titles_from_people_break_nothing() -> None:
    for title in ("", " ", "\n\t", "🎉🎉🎉", "a" * 200, "\u202e\u0000x", "<b>&amp;"):
        assert timecode.read(painted(NOON, title=title).luma) == NOON


class LatePace(FreePace):
    """Once, a wait takes far longer than asked for."""

    def __init__(self, *, late_ms: int, seconds: float) -> None:
        super().__init__(seconds=seconds)
        self._late_ms = late_ms

    @override
    def wait_until(self, at: int) -> bool:
        going = super().wait_until(at)
        if at > NOON + 2000 and self._late_ms:
            self.now += self._late_ms
            self._late_ms = 0
        return going


def test_late_pictures_are_left_out_and_the_rest_is_on_time() -> None:
    producer = StageProducer(SMALL)
    pictures = [
        item
        for item in producer.items(LatePace(late_ms=1500, seconds=6))
        if isinstance(item, Packet) and item.kind is Kind.VIDEO
    ]

    assert producer.dropped >= 6
    assert all(picture.at - NOON == pytest.approx(picture.pts / 90, abs=1) for picture in pictures)
    keys = [picture.at - NOON for picture in pictures if picture.key]
    assert all(later - earlier <= 3500 for earlier, later in pairwise(keys))


def test_a_clock_set_forward_or_back_starts_a_new_stretch() -> None:
    for late_ms in (3_600_000, -3_600_000):
        pace = LatePace(late_ms=late_ms, seconds=4)
        pace.end += max(late_ms, 0)

        stretches = []
        for item in StageProducer(SMALL).items(pace):
            if isinstance(item, Formats):
                stretches.append(pace.now)
            if len(stretches) > 1:
                break

        assert abs(stretches[1] - stretches[0] - late_ms) < 4000


def test_portrait_plays() -> None:
    spec = TestStage(title="Warm evening", width=360, height=640, fps=15, kbps=400)

    made = packaged(produced(StageProducer(spec), seconds=1))

    assert all(frame.clock for frame in shown(made.stream()))
