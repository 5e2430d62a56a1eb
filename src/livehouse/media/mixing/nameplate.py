"""Names on the stage: drawn once for a name and a place, then blended into each picture."""

import unicodedata
from collections import OrderedDict

import numpy as np
from msgspec import Struct
from PIL import Image, ImageDraw

from livehouse.media.mixing.layout import Box
from livehouse.media.mixing.limits import NAMEPLATES_MAX
from livehouse.media.sources.scene.lettering import Font, readable_best

Rows = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
Weights = np.ndarray[tuple[int, ...], np.dtype[np.uint16]]

# Limited range: nearly white on a dark plum, through which the picture is still seen.
INK, BAR = (235, 128, 128), (28, 134, 134)
BAR_SHARE = 0.62
TEXT_MAX, TEXT_MIN = 30, 14
# A name may take so much of its box's width; the rest is cut off.
WIDTH_SHARE = 0.7
MARGIN_SHARE, PAD_SHARE, HEIGHT_SHARE = 0.6, 0.55, 1.7
# Between letters of some scripts these two say how they are joined; all other controls may go.
JOINERS = "\u200c\u200d"
CUT = "…"
WHOLE = 256


class Plate(Struct, frozen=True):
    """`left` and `top` are even. Of each plane: what is left of the picture (of 256), and what is
    put on it."""

    left: int
    top: int
    planes: tuple[tuple[Weights, Weights], ...]

    def blend(self, planes: list[Rows]) -> None:
        """Into the planes of a picture in yuv420p, in place."""
        for number, (target, (keeps, adds)) in enumerate(zip(planes, self.planes, strict=True)):
            step = 2 if number else 1
            top, left = self.top // step, self.left // step
            part = target[top : top + keeps.shape[0], left : left + keeps.shape[1]]
            part[:] = (part * keeps + adds) >> 8


class Nameplates:
    """Remembers those that were drawn last."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[tuple[str, Box], Plate | None] = OrderedDict()

    def of(self, name: str, box: Box) -> Plate | None:
        """None where there is nothing to read."""
        wanted = name, box
        if wanted not in self._drawn:
            self._drawn[wanted] = draw_plate(name, box)
        self._drawn.move_to_end(wanted)
        while len(self._drawn) > NAMEPLATES_MAX:
            self._drawn.popitem(last=False)
        return self._drawn[wanted]


def draw_plate(name: str, box: Box) -> Plate | None:
    """Blocking, some ten milliseconds: a bar at the lower left of the box, as wide as the name."""
    size = round(min(max(min(box.width / 16, box.height / 12), TEXT_MIN), TEXT_MAX))
    shown, font = readable_best(plain(name), size)
    if not shown:
        return None
    shown = cut(shown, font, box.width * WIDTH_SHARE)
    pad, height = round(size * PAD_SHARE), _even(size * HEIGHT_SHARE)
    width = min(_even(font.getlength(shown) + 2 * pad), box.width // 2 * 2)
    bar, ink = (Image.new("L", (width, height)) for _ in range(2))
    ImageDraw.Draw(bar).rounded_rectangle(
        (0, 0, width - 1, height - 1), radius=height // 4, fill=round(255 * BAR_SHARE)
    )
    ImageDraw.Draw(ink).text((width / 2, height / 2), shown, fill=255, font=font, anchor="mm")
    margin = round(size * MARGIN_SHARE)
    left, top = box.left + margin, box.top + box.height - margin - height
    return Plate(left // 2 * 2, max(top, box.top) // 2 * 2, _weights(bar, ink))


def plain(name: str) -> str:
    """Without what cannot be seen: a name must not turn the direction of what stands beside it."""
    kept = (one for one in name if one in JOINERS or unicodedata.category(one)[0] != "C")
    return " ".join("".join(kept).split())


def cut(shown: str, font: Font, width: float) -> str:
    """As much of the beginning as fits; letters keep the marks that belong to them."""
    if font.getlength(shown) <= width:
        return shown
    while shown and font.getlength(shown + CUT) > width:
        shown = shown[:-1]
        while shown and (unicodedata.combining(shown[-1]) or shown[-1] in JOINERS):
            shown = shown[:-1]
    return shown.rstrip() + CUT


def _weights(bar: Image.Image, ink: Image.Image) -> tuple[tuple[Weights, Weights], ...]:
    """The ink lies on the bar, and the bar on the picture."""
    half = bar.width // 2, bar.height // 2
    found = []
    for number, (light, dark) in enumerate(zip(INK, BAR, strict=True)):
        below, above = (
            np.asarray(one if number == 0 else one.resize(half, Image.Resampling.BOX), float) / 255
            for one in (bar, ink)
        )
        keeps = (1 - below) * (1 - above)
        adds = light * above + dark * below * (1 - above)
        found.append((np.round(keeps * WHOLE).astype(np.uint16),
                      np.round(adds * WHOLE).astype(np.uint16)))  # fmt: skip
    return tuple(found)


def _even(side: float) -> int:
    return max(2, round(side / 2) * 2)
