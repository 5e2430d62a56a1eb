"""Heads before the stage, and a few light sticks that sway to the music."""

import math

import numpy as np
from PIL import Image, ImageDraw

from livehouse.media.sources.scene.layout import Layout
from livehouse.media.sources.scene.paint import (
    SEED,
    Paint,
    Planes,
    blurred,
    colour,
    drawn,
    mix,
    planes,
)

NEAR = colour("0d0512")
FAR = colour("2a1226")
RIM = colour("f0a45b")
STICKS = tuple(colour(code) for code in ("ffcf70", "ff8aa8", "8fd8ff", "ffcf70", "d9a1ff"))
PHASES = 16
SWAY_SECONDS = 2.4
SWAY = 0.30


class Audience:
    """The lowest part of the picture, in a few phases of one sway."""

    def __init__(self, where: Layout, stage: Paint) -> None:
        self._top = where.audience_top
        floor = stage[where.audience_top :]
        self._people = _people(where, floor)
        self._where = where
        self._phases: list[Planes | None] = [None] * PHASES

    def put_on(self, stage: Planes, at: int) -> None:
        turn = (at / 1000) % SWAY_SECONDS / SWAY_SECONDS
        share = (1 - math.cos(turn * 2 * math.pi)) / 2
        index = round(share * (PHASES - 1))
        phase = self._phases[index]
        if phase is None:
            swing = (index / (PHASES - 1) * 2 - 1) * SWAY
            phase = self._phases[index] = planes(_sticks(self._where, self._people, swing))
        stage.put(phase, 0, self._top)


def _people(where: Layout, floor: Paint) -> Paint:
    height, width, _ = floor.shape
    random = np.random.default_rng(SEED)
    paint = floor
    for size, top, tone, glow in ((0.036, 0.42, FAR, 0.55), (0.056, 0.62, NEAR, 0.30)):
        head = where.unit * size
        spots = np.arange(-head, width + head, head * 2.55)
        heads = [
            (
                float(spot + random.normal(0, head * 0.28)),
                float(height * top + random.normal(0, head * 0.26)),
                float(head * random.uniform(0.88, 1.10)),
            )
            for spot in spots
        ]
        mask = _silhouettes(width, height, heads)
        up = np.roll(mask, max(1, round(where.unit * 0.004)), axis=0)
        rim = np.clip(mask - up, 0, 1)
        paint = mix(paint, np.broadcast_to(tone, paint.shape).astype(np.float32), mask)
        paint = mix(paint, RIM, blurred(rim, 0.8) * glow)
    return paint


def _silhouettes(width: int, height: int, heads: list[tuple[float, float, float]]) -> Paint:
    def draw(image: Image.Image, scale: int) -> None:
        pen = ImageDraw.Draw(image)
        for head in heads:
            x, y, half = (length * scale for length in head)
            pen.ellipse((x - half * 0.78, y - half, x + half * 0.78, y + half), fill=255)
            pen.rectangle((x - half * 0.34, y, x + half * 0.34, y + half * 1.6), fill=255)
            shoulders = (x - half * 1.75, y + half * 1.12, x + half * 1.75, y + half * 5)
            pen.rounded_rectangle(shoulders, half * 1.1, fill=255)

    return drawn(width, height, draw)


def _sticks(where: Layout, people: Paint, swing: float) -> Paint:
    height, width, _ = people.shape
    paint = people.copy()
    random = np.random.default_rng(SEED + 1)
    count = 9 if where.width > where.height else 6
    for index in range(count):
        x = width * (index + 0.5 + random.uniform(-0.28, 0.28)) / count
        y = height * random.uniform(0.50, 0.72)
        length = where.unit * random.uniform(0.062, 0.082)
        lean = swing * random.uniform(0.7, 1.2) + random.uniform(-0.12, 0.12)
        reach = length + where.unit * 0.06
        left, top = max(0, int(x - reach)), max(0, int(y - reach))
        # Only what is near the stick changes: a phase must be made in less than a picture's time.
        near = paint[top : int(y + reach), left : int(x + reach)]
        foot = (x - left, y - top)
        tip = (foot[0] + math.sin(lean) * length, foot[1] - math.cos(lean) * length)
        near[:] = _lit(near, where.unit, foot, tip, STICKS[index % len(STICKS)])
    return paint


def _lit(
    paint: Paint, unit: float, foot: tuple[float, float], tip: tuple[float, float], tone: Paint
) -> Paint:
    height, width, _ = paint.shape
    mask = _line(width, height, foot, tip, unit * 0.0062)
    halo = blurred(mask, unit * 0.014)
    paint = mix(paint, tone, np.clip(halo * 2.2, 0, 1) * 0.55)
    return mix(paint, mix(tone * np.ones_like(paint), tone * 0 + 1, mask * 0.55), mask)


def _line(
    width: int, height: int, start: tuple[float, float], end: tuple[float, float], thick: float
) -> Paint:
    def draw(image: Image.Image, scale: int) -> None:
        points = [(x * scale, y * scale) for x, y in (start, end)]
        pen = ImageDraw.Draw(image)
        pen.line(points, fill=255, width=max(2, round(thick * scale)))
        for x, y in points:
            half = thick * scale / 2
            pen.ellipse((x - half, y - half, x + half, y + half), fill=255)

    return drawn(width, height, draw)
