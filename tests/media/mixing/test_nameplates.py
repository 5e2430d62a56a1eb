"""Names of guests in their pictures: read where they should stand, and nowhere else."""

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livehouse.media.mixing.canvas import Canvas
from livehouse.media.mixing.layout import Box, boxes
from livehouse.media.mixing.nameplate import Rows, draw_plate, plain
from livehouse.media.specs import Layout, StagePlan, StageSeat
from tests.media.mixing.test_mixing import ANN, GREY, HOST, a_camera, mixed, the_last_picture

WIDTH, HEIGHT = 1280, 720
WHOLE = Box(0, 0, WIDTH, HEIGHT, fitted=True)
LIGHT, DARK = 200, 100
NAMES = ("Ann of the kiln", "陶艺师 林清", "آن الخزّافة", "Zoë – Ƶ 3", "W" * 40, "x" * 80)


def a_picture(shade: int = GREY) -> av.VideoFrame:
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    for plane, value in zip(frame.planes, (shade, 60, 200), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    return frame


def planes_of(frame: av.VideoFrame) -> list[Rows]:
    return [
        np.frombuffer(memoryview(plane), np.uint8)
        .reshape(-1, plane.line_size)[: plane.height, : plane.width]
        .copy()
        for plane in frame.planes
    ]


def named(name: str, box: Box = WHOLE) -> tuple[list[Rows], list[Rows]]:
    """The planes of a picture in that box, with its name and without."""
    with_name, without = (Canvas(WIDTH, HEIGHT).painted([(box, a_picture(), one)])
                          for one in (name, ""))  # fmt: skip
    return planes_of(with_name), planes_of(without)


def changed(one: Rows, other: Rows) -> tuple[slice, slice]:
    """The smallest part in which they differ."""
    rows, columns = np.nonzero(one != other)
    return slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)


@pytest.mark.parametrize(
    ("name", "layout"),
    [("Ann", "solo"), ("陶艺师 林清", "corner"), ("آن الخزّافة", "grid"), ("W" * 80, "grid")],
)
def test_a_name_is_read_at_the_lower_left_of_its_box(name: str, layout: Layout) -> None:
    for box in boxes(layout, 4, WIDTH, HEIGHT):
        ours, theirs = named(name, box)
        part = changed(ours[0], theirs[0])
        plate = ours[0][part]

        assert box.left <= part[1].start < part[1].stop <= box.left + box.width
        assert box.top + box.height / 2 < part[0].start
        assert part[0].stop <= box.top + box.height
        assert (plate > LIGHT).mean() > 0.02, "there are letters"
        assert (plate < DARK).mean() > 0.3, "on a bar"
        for chroma, before in zip(ours[1:], theirs[1:], strict=True):
            rows, columns = changed(chroma, before)
            assert part[0].start // 2 <= rows.start < rows.stop <= (part[0].stop + 1) // 2
            assert part[1].start // 2 <= columns.start < columns.stop <= (part[1].stop + 1) // 2


def test_another_name_looks_different() -> None:
    looks = {named(name)[0][0].tobytes() for name in NAMES}

    assert len(looks) == len(NAMES)


@pytest.mark.parametrize("name", ["", "   ", "🎉🎉", "\u202e\u200b\u0007"])
def test_where_there_is_nothing_to_read_nothing_is_drawn(name: str) -> None:
    ours, theirs = named(name)

    assert all((one == other).all() for one, other in zip(ours, theirs, strict=True))


def test_what_cannot_be_read_is_left_out_and_turns_nothing_round() -> None:
    assert named("Ann 🎉")[0][0].tobytes() == named("Ann")[0][0].tobytes()
    assert named("\u202eAnn\u202c")[0][0].tobytes() == named("Ann")[0][0].tobytes()
    assert plain("می\u200cخواهم\u2066") == "می\u200cخواهم"


@settings(max_examples=10, deadline=None)
@given(st.text(max_size=80), st.sampled_from(boxes("corner", 3, WIDTH, HEIGHT)))
def test_no_name_stands_out_of_its_box(name: str, box: Box) -> None:
    plate = draw_plate(name, box)
    if plate is None:
        return
    height, width = plate.planes[0][0].shape

    assert box.left <= plate.left
    assert plate.left + width <= box.left + box.width
    assert box.top <= plate.top
    assert plate.top + height <= box.top + box.height
    for keeps, adds in plate.planes:
        assert (keeps.astype(int) * 255 + adds).max() >> 8 <= 255


def test_the_mix_shows_the_name_of_a_guest_and_nobody_elses() -> None:
    def picture(name: str) -> Rows:
        plan = StagePlan(guests=(StageSeat(ANN, name=name),))
        cameras = {HOST: a_camera(GREY, 440), ANN: a_camera(GREY, 880)}
        return the_last_picture(mixed(plan, cameras, seconds=0.6))

    with_name, without = picture("林清"), picture("")
    differs = np.abs(with_name.astype(int) - without) > 30
    rows, columns = np.nonzero(differs)

    assert (with_name[differs] > LIGHT).any()
    assert rows.min() > HEIGHT * 3 // 4
    assert columns.min() > WIDTH // 2
    assert columns.max() < WIDTH * 3 // 4
