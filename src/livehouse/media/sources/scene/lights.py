"""Spot lights that swing: a row of finished pictures of the stage, made when first needed."""

import math

import numpy as np
from PIL import Image

from livehouse.media.sources.scene.backdrop import LAMPS, curtain_share, lamp_height
from livehouse.media.sources.scene.layout import Layout
from livehouse.media.sources.scene.paint import (
    LUMA_FLOOR,
    Paint,
    Plane,
    Planes,
    colour,
    grid,
    halved,
    planes,
    smooth,
    split,
)

PHASES = 48
SWING_SECONDS = 11.0
# Light is soft: a quarter of the size is enough to work it out.
COARSE = 4
COLOURS = tuple(colour(code) for code in ("ffb45e", "ff7d6b", "f58ad0", "ffd27a"))
AIMS = (0.42, 0.12, -0.12, -0.42)
SWINGS = (0.20, -0.26, 0.26, -0.20)
STRENGTH = 0.52
POOL = 0.45


class Lights:
    """The stage under moving light, from the top to where the audience begins."""

    def __init__(self, where: Layout, stage: Paint) -> None:
        self._where = where
        self._stage = planes(stage[: where.audience_top])
        # Dark cloth takes less of the light than the wall, and what is bright already less still.
        cloth = (1 - 0.55 * curtain_share(where))[: where.audience_top].astype(np.float32)
        room = 1 - (self._stage.luma - np.float32(LUMA_FLOOR)) / 255
        self._takes = (cloth * room).astype(np.float32)
        self._takes_colour = halved(cloth)
        self._phases: list[Planes | None] = [None] * PHASES

    def at(self, at: int) -> Planes:
        """The stage at a programme time (ms)."""
        turn = (at / 1000) % SWING_SECONDS / SWING_SECONDS
        share = (1 - math.cos(turn * 2 * math.pi)) / 2
        index = round(share * (PHASES - 1))
        phase = self._phases[index]
        if phase is None:
            phase = self._phases[index] = self._render(index / (PHASES - 1))
        return phase

    def _render(self, share: float) -> Planes:
        """A picture must not wait for this, so nothing is worked out larger than it is shown."""
        luma, blue, red = split(self._light(share * 2 - 1))
        stage = self._stage
        return Planes(
            _added(stage.luma, luma, self._takes),
            _added(stage.blue, blue, self._takes_colour),
            _added(stage.red, red, self._takes_colour),
        )

    def _light(self, swing: float) -> Paint:
        where = self._where
        width, height = where.width // COARSE, where.audience_top // COARSE
        x, y = grid(width, height)
        x, y = x * COARSE, y * COARSE
        light = np.zeros((height, width, 3), np.float32)
        fade = smooth(where.audience_top - 1, where.audience_top - where.unit * 0.11, y)
        for lamp, aim, reach, tone in zip(LAMPS, AIMS, SWINGS, COLOURS, strict=True):
            angle = aim + reach * swing
            right, down = x - lamp * where.width, y - lamp_height(where)
            along = right * math.sin(angle) + down * math.cos(angle)
            aside = right * math.cos(angle) - down * math.sin(angle)
            half = where.unit * 0.012 + np.clip(along, 0, None) * 0.16
            beam = np.exp(-((aside / half) ** 2) * 1.6) * (along > 0)
            beam *= np.exp(-np.clip(along, 0, None) / where.unit * 1.15)
            floor = where.horizon + where.unit * 0.07
            foot = lamp * where.width + (floor - lamp_height(where)) * math.tan(angle)
            wide, flat = where.unit * 0.15, where.unit * 0.034
            pool = np.exp(-(((x - foot) / wide) ** 2) - ((y - floor) / flat) ** 2)
            # No light reaches the rows of the audience, where another layer takes over.
            beam, pool = beam * fade, pool * fade
            light += (beam * STRENGTH + pool * POOL)[..., None] * tone
        return light


def _added(plane: Plane, coarse: Paint, takes: Paint) -> Plane:
    height, width = plane.shape
    image = Image.fromarray(coarse.astype(np.float32))
    light = np.array(image.resize((width, height), Image.Resampling.BILINEAR))
    light *= takes
    light += plane
    return np.clip(light, 1, 240, out=light).astype(np.uint8)
