"""A small drawing board: smooth shapes, soft light, and nothing that needs a font or a file."""

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from math import cos, pi, sin
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFilter

SIDE = 960
SCALE = 2  # drawn twice as large, so that edges are smooth
CURVE_STEPS = 18
BLUR_SHRINK = 8

Point: TypeAlias = tuple[float, float]
Outline: TypeAlias = Sequence[Point]
# Outlines that belong together; what any of them covers is covered.
Shape: TypeAlias = Sequence[Outline]

_PARTS = re.compile(r"[MLCQZ]|-?[0-9]+(?:\.[0-9]+)?")
_COUNTS = {"M": 2, "L": 2, "C": 6, "Q": 4, "Z": 0}


class Canvas:
    """Places are in the finished picture's pixels, from the upper left."""

    def __init__(self, colour: str) -> None:
        self._image = Image.new("RGB", (SIDE * SCALE, SIDE * SCALE), colour)
        self._draw = ImageDraw.Draw(self._image, "RGBA")

    def png(self) -> bytes:
        out = io.BytesIO()
        small = self._image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        small.save(out, "PNG", compress_level=1)
        return out.getvalue()

    def fill(self, shape: Shape, colour: str, *, alpha: float = 1.0) -> None:
        for outline in shape:
            self._draw.polygon(_scaled(outline), fill=_rgba(colour, alpha))

    def stroke(self, outline: Outline, colour: str, width: float, *, alpha: float = 1.0) -> None:
        """A line with round ends; it is as wide everywhere."""
        points = _scaled(outline)
        region = self._around(points, width * SCALE + 2)
        if region[0] >= region[2] or region[1] >= region[3]:
            return  # beyond the edge
        before = self._image.crop(region)
        self._line(points, colour, width * SCALE)
        if alpha < 1.0:
            after = self._image.crop(region)
            self._image.paste(Image.blend(before, after, alpha), region)

    def _line(self, points: Outline, colour: str, width: float) -> None:
        self._draw.line(list(points), fill=colour, width=max(1, round(width)), joint="curve")
        radius = width / 2
        for x, y in (points[0], points[-1]):
            self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    def _around(self, points: Outline, margin: float) -> tuple[int, int, int, int]:
        across, down = [x for x, _ in points], [y for _, y in points]
        return (
            max(0, int(min(across) - margin)),
            max(0, int(min(down) - margin)),
            min(self._image.width, int(max(across) + margin) + 1),
            min(self._image.height, int(max(down) + margin) + 1),
        )

    @contextmanager
    def inside(self, shape: Shape) -> Iterator[None]:
        """What is drawn meanwhile shows only within `shape`."""
        before = self._image.copy()
        yield
        mask = self._mask(shape)
        box = mask.getbbox()
        drawn = self._image.copy()
        self._image.paste(before)
        if box is not None:
            self._image.paste(drawn.crop(box), box, mask.crop(box))

    def shade(
        self, shape: Shape, colour: str, start: Point, end: Point, *, alpha: float = 0.5
    ) -> None:
        """Lay `colour` over the shape: none at `start`, and up to `alpha` at `end`."""
        mask = self._mask(shape)
        box = mask.getbbox()
        if box is None:
            return
        left, top, right, bottom = box
        (x0, y0), (x1, y1) = (_at(start), _at(end))
        length = (x1 - x0) ** 2 + (y1 - y0) ** 2
        across = (np.arange(left, right, dtype=np.float32) - x0) * (x1 - x0) / length
        down = (np.arange(top, bottom, dtype=np.float32) - y0) * (y1 - y0) / length
        slope = np.clip(across[None, :] + down[:, None], 0.0, 1.0)
        smooth = slope * slope * (3 - 2 * slope) * alpha
        opacity = np.asarray(mask.crop(box), dtype=np.float32) * smooth
        self._image.paste(colour, box, Image.fromarray(opacity.astype(np.uint8)))

    def glow(self, shape: Shape, colour: str, *, blur: float, alpha: float = 0.5) -> None:
        """The shape as soft light or shadow."""
        small = Image.new("L", (SIDE * SCALE // BLUR_SHRINK,) * 2)
        pen = ImageDraw.Draw(small)
        for outline in shape:
            scaled = [(x / BLUR_SHRINK, y / BLUR_SHRINK) for x, y in _scaled(outline)]
            pen.polygon(scaled, fill=round(255 * alpha))
        soft = small.filter(ImageFilter.GaussianBlur(blur * SCALE / BLUR_SHRINK))
        lit = soft.getbbox()
        if lit is None:
            return
        left, top, right, bottom = (edge * BLUR_SHRINK for edge in lit)
        mask = soft.crop(lit).resize((right - left, bottom - top), Image.Resampling.BICUBIC)
        self._image.paste(colour, (left, top, right, bottom), mask)

    def _mask(self, shape: Shape) -> Image.Image:
        mask = Image.new("L", self._image.size)
        pen = ImageDraw.Draw(mask)
        for outline in shape:
            pen.polygon(_scaled(outline), fill=255)
        return mask


def path(text: str) -> list[Point]:
    """An outline from SVG's letters M, L, C, Q and Z with absolute places."""
    tokens = _PARTS.findall(text)
    points: list[Point] = []
    letter, index = "M", 0
    while index < len(tokens):
        if tokens[index] in _COUNTS:
            letter, index = tokens[index], index + 1
        count = _COUNTS[letter]
        numbers = [float(token) for token in tokens[index : index + count]]
        index += count
        places = list(zip(numbers[::2], numbers[1::2], strict=True))
        if letter in "ML":
            points.extend(places)
        elif places:
            points.extend(_bezier([points[-1], *places]))
    return points


def ellipse(x: float, y: float, width: float, height: float, turn: float = 0.0) -> list[Point]:
    """`width` and `height` are from the middle; `turn` is in degrees."""
    angle = turn * pi / 180
    return [
        (
            x + width * cos(step) * cos(angle) - height * sin(step) * sin(angle),
            y + width * cos(step) * sin(angle) + height * sin(step) * cos(angle),
        )
        for step in (2 * pi * number / 72 for number in range(72))
    ]


def arc(  # noqa: PLR0917 - an ellipse and two angles
    x: float, y: float, width: float, height: float, start: float, end: float
) -> list[Point]:
    """Part of an ellipse, in degrees clockwise from three o'clock."""
    steps = 40
    return [
        (x + width * cos(angle), y + height * sin(angle))
        for angle in (
            (start + (end - start) * number / steps) * pi / 180 for number in range(steps + 1)
        )
    ]


def box(x: float, y: float, width: float, height: float, round_by: float = 0.0) -> list[Point]:
    """A rectangle with its upper left corner at (x, y), its corners rounded."""
    r = min(round_by, width / 2, height / 2)
    if r <= 0:
        return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    right, bottom = x + width, y + height
    return [
        *arc(right - r, y + r, r, r, -90, 0),
        *arc(right - r, bottom - r, r, r, 0, 90),
        *arc(x + r, bottom - r, r, r, 90, 180),
        *arc(x + r, y + r, r, r, 180, 270),
    ]


def smooth(points: Outline) -> list[Point]:
    """A curve through every point (Catmull and Rom's)."""
    padded = [points[0], *points, points[-1]]
    found: list[Point] = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for number in range(CURVE_STEPS):
            t = number / CURVE_STEPS
            found.append((_through(a[0], b[0], c[0], d[0], t), _through(a[1], b[1], c[1], d[1], t)))
    return [*found, points[-1]]


def turned(
    x: float, profile: Sequence[tuple[float, float]], tilt: float = 0.16
) -> list[list[Point]]:
    """What a potter's wheel makes: `profile` is heights with half widths, from the rim down."""
    side = smooth([(half, y) for y, half in profile])
    body = [(x - half, y) for half, y in side] + [(x + half, y) for half, y in reversed(side)]
    (top, rim), (bottom, foot) = profile[0], profile[-1]
    return [body, ellipse(x, top, rim, rim * tilt), ellipse(x, bottom, foot, foot * tilt)]


def moved(outline: Outline, x: float, y: float, scale: float = 1.0) -> list[Point]:
    return [(px * scale + x, py * scale + y) for px, py in outline]


def mirrored(outline: Outline, x: float) -> list[Point]:
    return [(2 * x - px, py) for px, py in outline]


def _bezier(corners: Sequence[Point]) -> list[Point]:
    found = []
    for number in range(1, CURVE_STEPS + 1):
        t = number / CURVE_STEPS
        layer = list(corners)
        while len(layer) > 1:
            layer = [
                (ax + (bx - ax) * t, ay + (by - ay) * t) for (ax, ay), (bx, by) in pairwise(layer)
            ]
        found.append(layer[0])
    return found


def _through(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )


def _scaled(outline: Outline) -> list[Point]:
    return [_at(point) for point in outline]


def _at(point: Point) -> Point:
    return point[0] * SCALE, point[1] * SCALE


def _rgba(colour: str, alpha: float) -> tuple[int, int, int, int]:
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue, round(255 * alpha)
