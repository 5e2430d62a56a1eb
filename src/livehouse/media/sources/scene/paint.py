"""Colours and planes: we paint in RGB with floats and show in YUV with bytes."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from PIL import Image, ImageFilter

# Mostly 32 bits; arithmetic with constants may widen it, which nobody minds.
Paint: TypeAlias = NDArray[np.floating]
Plane: TypeAlias = NDArray[np.uint8]

# BT.709, limited range.
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
LUMA_SPAN, LUMA_FLOOR = 219.0, 16.0
CHROMA_SPAN, CHROMA_MIDDLE = 224.0, 128.0
BLUE_SCALE, RED_SCALE = 1.8556, 1.5748
GRAIN = 0.006
SEED = 618


class Planes(Struct, frozen=True):
    """One picture in 4:2:0; the colour planes are half as wide and half as high."""

    luma: Plane
    blue: Plane
    red: Plane

    def each(self) -> tuple[tuple[Plane, int], ...]:
        """The planes, and how many luma pixels one of their own stands for."""
        return ((self.luma, 1), (self.blue, 2), (self.red, 2))

    def put(self, other: "Planes", left: int, top: int) -> None:
        """Copy `other` here. Even positions only, so that colour stays with its pixels."""
        for (mine, step), (theirs, _) in zip(self.each(), other.each(), strict=True):
            height, width = theirs.shape
            x, y = left // step, top // step
            mine[y : y + height, x : x + width] = theirs

    def part(self, left: int, top: int, width: int, height: int) -> "Planes":
        cut = [
            plane[top // step : (top + height) // step, left // step : (left + width) // step]
            for plane, step in self.each()
        ]
        return Planes(*cut)


class Opacity(Struct, frozen=True):
    """How much of each pixel something covers, from 0 to 256."""

    full: NDArray[np.int32]
    half: NDArray[np.int32]


def opacity(mask: Paint) -> Opacity:
    return Opacity((mask * 256).astype(np.int32), (halved(mask) * 256).astype(np.int32))


def blend(under: Planes, over: Planes, cover: Opacity) -> None:
    """Lay `over` on `under`, which has the same size, in place."""
    pairs = zip(under.each(), over.each(), (cover.full, cover.half, cover.half), strict=True)
    for (below, _), (above, _), share in pairs:
        step = (above.astype(np.int32) - below) * share
        np.add(below, (step >> 8).astype(np.uint8), out=below)


def colour(code: str) -> Paint:
    """`d97b3a` as three numbers from 0 to 1."""
    return np.array([int(code[index : index + 2], 16) / 255 for index in (0, 2, 4)], np.float32)


def mix(first: Paint, second: Paint, share: Paint) -> Paint:
    """From `first` to `second` by `share` (0 to 1), which may differ for every pixel."""
    return first + (second - first) * share[..., None]


def grid(width: int, height: int) -> tuple[Paint, Paint]:
    """x and y of every pixel's middle."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return x + np.float32(0.5), y + np.float32(0.5)


def smooth(low: float, high: float, value: Paint) -> Paint:
    """0 below `low`, 1 above `high`, and a soft step between."""
    share = np.clip((value - low) / (high - low), 0, 1)
    result: Paint = share * share * (3 - 2 * share)
    return result


def grain(height: int, width: int) -> Paint:
    """Fine noise that keeps slow gradients from showing bands. The same every time."""
    noise = np.random.default_rng(SEED).normal(0, GRAIN, (height, width, 1))
    return noise.astype(np.float32)


def split(paint: Paint) -> tuple[Paint, Paint, Paint]:
    """Luma and both colour differences as bytes' values in floats, colour at full size."""
    luma = paint @ LUMA
    blue = (paint[..., 2] - luma) / BLUE_SCALE
    red = (paint[..., 0] - luma) / RED_SCALE
    return luma * LUMA_SPAN, blue * CHROMA_SPAN, red * CHROMA_SPAN


def halved(plane: Paint) -> Paint:
    height, width = plane.shape
    result: Paint = plane.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
    return result


def planes(paint: Paint) -> Planes:
    luma, blue, red = split(np.clip(paint, 0, 1))
    return Planes(
        _bytes(luma + LUMA_FLOOR),
        _bytes(halved(blue) + CHROMA_MIDDLE),
        _bytes(halved(red) + CHROMA_MIDDLE),
    )


def blank(width: int, height: int) -> Planes:
    return Planes(
        np.full((height, width), round(LUMA_FLOOR), np.uint8),
        np.full((height // 2, width // 2), round(CHROMA_MIDDLE), np.uint8),
        np.full((height // 2, width // 2), round(CHROMA_MIDDLE), np.uint8),
    )


def drawn(width: int, height: int, draw: Callable[[Image.Image, int], None]) -> Paint:
    """A mask from 0 to 1 that `draw` paints white on black at twice the size, for soft edges."""
    scale = 2
    image = Image.new("L", (width * scale, height * scale), 0)
    draw(image, scale)
    small = image.resize((width, height), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / 255


def blurred(mask: Paint, radius: float) -> Paint:
    image = Image.fromarray((np.clip(mask, 0, 1) * 255).astype(np.uint8))
    soft = image.filter(ImageFilter.GaussianBlur(radius))
    return np.asarray(soft, np.float32) / 255


def _bytes(values: Paint) -> Plane:
    return np.clip(np.rint(values), 1, 254).astype(np.uint8)
