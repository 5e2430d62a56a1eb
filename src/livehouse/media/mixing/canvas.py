"""Puts the pictures of the stage into one."""

from collections.abc import Sequence

import av
import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter

from livehouse.media.mixing.layout import Box
from livehouse.media.mixing.nameplate import Nameplates, Rows

# Limited range: a dark plum, as the slate is.
BACKGROUND = 28, 134, 134


class Canvas:
    """Scales and copies; one per place, so that a picture that stands still is scaled once."""

    def __init__(self, width: int, height: int) -> None:
        self._width, self._height = width, height
        self._places: list[_Place] = []
        self._nameplates = Nameplates()

    def painted(self, pictures: Sequence[tuple[Box, av.VideoFrame, str]]) -> av.VideoFrame:
        """One picture with each in its box, and its name on it; a later one lies above those
        before it."""
        frame = av.VideoFrame(self._width, self._height, "yuv420p")
        planes = [_rows(plane) for plane in frame.planes]
        for plane, shade in zip(planes, BACKGROUND, strict=True):
            plane[:] = shade
        while len(self._places) < len(pictures):
            self._places.append(_Place())
        for place, (box, picture, name) in zip(self._places, pictures, strict=False):
            place.put(planes, box, picture)
            if name and (plate := self._nameplates.of(name, box)) is not None:
                plate.blend(planes)
        return frame


class _Place:
    def __init__(self) -> None:
        self._reformatter = VideoReformatter()
        self._of: tuple[Box, av.VideoFrame] | None = None
        self._scaled: av.VideoFrame | None = None

    def put(self, planes: list[Rows], box: Box, picture: av.VideoFrame) -> None:
        if self._scaled is None or self._of != (box, picture):
            width, height = scaled_size(picture.width, picture.height, box)
            self._scaled = self._reformatter.reformat(
                picture, width, height, "yuv420p", interpolation=Interpolation.BILINEAR
            )
            self._of = box, picture
        for number, (target, plane) in enumerate(zip(planes, self._scaled.planes, strict=True)):
            _copy(target, _rows(plane), box, 2 if number else 1)


def scaled_size(width: int, height: int, box: Box) -> tuple[int, int]:
    """How large a picture must be to fit into a box, or to fill it; even, and of its shape."""
    across, down = box.width / width, box.height / height
    scale = min(across, down) if box.fitted else max(across, down)
    return _even(width * scale, box.width, fitted=box.fitted), _even(
        height * scale, box.height, fitted=box.fitted
    )


def _even(side: float, wanted: int, *, fitted: bool) -> int:
    """Rounding may neither stand out of a box nor leave a line of it empty."""
    rounded = max(2, round(side / 2) * 2)
    return min(rounded, wanted) if fitted else max(rounded, wanted)


def _copy(target: Rows, source: Rows, box: Box, step: int) -> None:
    """The middle of `source` into the middle of the box; chroma has every second row only."""
    height, width = box.height // step, box.width // step
    top, left = box.top // step, box.left // step
    down, across = min(height, source.shape[0]), min(width, source.shape[1])
    from_top, from_left = (source.shape[0] - down) // 2, (source.shape[1] - across) // 2
    top, left = top + (height - down) // 2, left + (width - across) // 2
    target[top : top + down, left : left + across] = source[
        from_top : from_top + down, from_left : from_left + across
    ]


def _rows(plane: "av.video.plane.VideoPlane") -> Rows:
    """A plane's own memory."""
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]
