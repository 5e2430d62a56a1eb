"""The clock that machines read from the picture."""

import av
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from livehouse.media import timecode
from livehouse.media.sources.encoding import VideoEncoder
from tests.support.media_material import luma

moments = st.integers(min_value=0, max_value=2**48 - 1)
sizes = st.tuples(st.integers(128, 960), st.integers(128, 640)).map(lambda s: (s[0] * 2, s[1] * 2))


@given(moments, sizes)
def test_what_is_written_is_read(at: int, size: tuple[int, int]) -> None:
    luma = np.full((size[1], size[0]), 90, np.uint8)

    timecode.write(luma, at)

    assert timecode.read(luma) == at


def test_it_survives_a_poor_encode() -> None:
    encoder = VideoEncoder(width=640, height=360, fps=15, kbps=200, preset="ultrafast")
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata = encoder.format.parameters.record()
    assert isinstance(decoder, av.VideoCodecContext)
    random = np.random.default_rng(3)
    read: list[int | None] = []
    for number in range(20):
        planes = (128 + random.normal(0, 12, (540, 640))).astype(np.uint8)
        timecode.write(planes[:360], 1_795_435_200_000 + number * 66)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        for picture in encoder.encode(frame, pts=number * 6000, key=number == 0):
            decoded = decoder.decode(av.Packet(picture.data))
            read += [timecode.read(luma(shown)) for shown in decoded]

    assert len(read) >= 18
    assert read == [1_795_435_200_000 + number * 66 for number in range(len(read))]


def test_another_picture_is_not_taken_for_a_clock() -> None:
    assert timecode.read(np.full((360, 640), 128, np.uint8)) is None
