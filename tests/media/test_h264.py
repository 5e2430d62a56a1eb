"""Units, parameter sets and the size of the picture."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.media import h264
from livehouse.media.sources.encoding import VideoEncoder

# A unit begins with its type and does not end with a zero byte.
units = st.lists(
    st.binary(min_size=1, max_size=40)
    .map(lambda data: b"\x41" + data.replace(b"\x00", b"\x07") + b"\x80")
    .filter(bool),
    min_size=1,
    max_size=8,
)


@given(units)
def test_both_forms_hold_the_same_units(parts: list[bytes]) -> None:
    annex_b = b"".join(b"\x00\x00\x00\x01" + part for part in parts)

    assert list(h264.split_annex_b(annex_b)) == parts
    assert list(h264.split_avcc(h264.join_avcc(parts))) == parts
    assert h264.for_container(annex_b, None) == h264.for_container(h264.join_avcc(parts), 4)


def test_a_length_that_looks_like_a_start_code_is_a_length() -> None:
    unit = b"\x41" + b"\x55" * 0x120
    packet = h264.join_avcc([unit])
    assert h264.is_annex_b(packet)

    assert h264.for_container(packet, 4) == packet


@given(st.binary(max_size=200))
def test_rubbish_is_refused_and_never_crashes(data: bytes) -> None:
    for read in (h264.parameter_sets, h264.picture_shape, h264.is_keyframe):
        with suppress(h264.MalformedStream):
            read(data)
    for length_bytes in (None, 1, 2, 4):
        with suppress(h264.MalformedStream):
            h264.for_container(data, length_bytes)


@pytest.mark.parametrize("size", [(1280, 720), (960, 540), (720, 1280), (426, 240), (1918, 1078)])
def test_the_size_of_the_picture_is_read(size: tuple[int, int]) -> None:
    width, height = size
    encoder = VideoEncoder(width=width, height=height, fps=25, kbps=500, preset="ultrafast")

    shape = h264.picture_shape(encoder.format.parameters.sequence)

    assert (shape.width, shape.height) == size
    assert shape.progressive
    assert h264.parameter_sets(encoder.format.parameters.record()) == encoder.format.parameters
