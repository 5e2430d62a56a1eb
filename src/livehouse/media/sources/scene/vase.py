"""The thing on the pedestal: a glazed vase, thrown and lit by arithmetic, that turns slowly."""

import numpy as np

from livehouse.media.sources.scene.layout import Layout, even
from livehouse.media.sources.scene.paint import (
    Paint,
    Planes,
    blend,
    colour,
    grid,
    mix,
    opacity,
    planes,
)

# The pattern repeats so many times around, so that a part of a turn shows all of it.
REPEATS = 6
PHASES = 60
TURN_SECONDS = 14.0

GLAZE = colour("1f7f86")
GLAZE_DEEP = colour("0c3a4d")
PORCELAIN = colour("fbf1e2")
GOLD = colour("f0bd62")
BLOSSOM = colour("f6a7a0")
WARM = colour("ffd9a0")
COOL = colour("c79bff")

# Radius along the height, from foot to lip, as shares of the height.
PROFILE_HEIGHTS = (0.0, 0.03, 0.10, 0.30, 0.50, 0.66, 0.78, 0.86, 0.92, 0.97, 1.0)
PROFILE_RADII = (0.17, 0.175, 0.18, 0.29, 0.355, 0.315, 0.20, 0.125, 0.115, 0.15, 0.175)


class Vase:
    """Stands at the middle of the stage."""

    def __init__(self, where: Layout) -> None:
        self.height = even(where.unit * 0.285)
        self.width = even(self.height * 0.80)
        self.left = even(where.middle - self.width / 2)
        self.top = even(where.pedestal_top + where.unit * 0.012 - self.height)
        self._shape = _Shape(self.width, self.height)
        self._opacity = opacity(self._shape.cover)
        self._phases: list[Planes | None] = [None] * PHASES

    def put_on(self, stage: Planes, at: int) -> None:
        """Lay the vase over a frame at a programme time (ms)."""
        turned = (at / 1000) % TURN_SECONDS / TURN_SECONDS * REPEATS % 1.0
        index = int(turned * PHASES) % PHASES
        phase = self._phases[index]
        if phase is None:
            phase = self._phases[index] = self._shape.seen(index / PHASES)
        under = stage.part(self.left, self.top, self.width, self.height)
        blend(under, phase, self._opacity)


class _Shape:
    """A body of revolution: where each pixel lies on it, and how the light meets it there."""

    def __init__(self, width: int, height: int) -> None:
        x, y = grid(width, height)
        self.up = 1 - y / height
        radius = _profile(self.up[:, 0], height)[:, None] * np.ones_like(x)
        slope = np.gradient(radius, axis=0) * -height
        across = (x - width / 2) / height / radius
        self.cover = np.clip((1 - np.abs(across)) * radius * height + 0.5, 0, 1)
        # The foot is round too: its edge towards us hangs lower than its sides.
        foot = 0.022 * (1 - np.sqrt(np.clip(1 - across**2, 0, 1)))
        self.cover *= np.clip((self.up - foot) * height, 0, 1)
        self.angle = np.arcsin(np.clip(across, -1, 1))
        lean = 1 / np.sqrt(1 + slope**2)
        self._normal = np.stack(
            [np.sin(self.angle) * lean, -slope * lean, np.cos(self.angle) * lean], axis=-1
        )

    def seen(self, turned: float) -> Planes:
        """The vase, turned by a share of one repeat of its pattern."""
        around = self.angle * REPEATS / (2 * np.pi) + turned
        paint = self._glaze(around)
        paint = paint * (0.22 + 0.88 * self._lit((-0.55, 0.45, 0.70)))[..., None]
        paint = paint + WARM * (self._shine((-0.42, 0.38, 0.82), 60) * 0.85)[..., None]
        paint = paint + COOL * (self._shine((0.93, 0.15, 0.32), 7) * 0.16)[..., None]
        return planes(paint)

    def _glaze(self, around: Paint) -> Paint:
        """Waves at the foot, blossoms on the belly, bands of gold between."""
        depth = np.clip(self.up * 1.1, 0, 1)
        paint = mix(GLAZE_DEEP, GLAZE, depth)
        wave = 0.155 + 0.035 * np.cos(around * 2 * np.pi * 2)
        paint = mix(paint, PORCELAIN, _soft(wave - self.up, 0.010))
        crest = np.abs(self.up - wave - 0.020)
        paint = mix(paint, GOLD, _soft(0.007 - crest, 0.004))
        paint = self._blossoms(paint, around)
        for height, thickness in ((0.715, 0.010), (0.745, 0.004), (0.975, 0.03)):
            paint = mix(paint, GOLD, _soft(thickness - np.abs(self.up - height), 0.004))
        dots = np.sqrt((((around * 4) % 1 - 0.5) * 0.10) ** 2 + (self.up - 0.83) ** 2)
        return mix(paint, PORCELAIN, _soft(0.014 - dots, 0.005))

    def _blossoms(self, paint: Paint, around: Paint) -> Paint:
        belly = 0.335
        across = ((around % 1) - 0.5) * (2 * np.pi / REPEATS) * belly
        up = self.up - 0.47
        distance = np.sqrt(across**2 + up**2)
        direction = np.arctan2(up, across)
        petals = 0.075 + 0.034 * np.cos(direction * 5)
        paint = mix(paint, PORCELAIN, _soft(petals - distance, 0.006))
        paint = mix(paint, BLOSSOM, _soft(petals * 0.62 - distance, 0.014) * 0.9)
        paint = mix(paint, GOLD, _soft(0.018 - distance, 0.005))
        between = (((around + 0.5) % 1) - 0.5) * (2 * np.pi / REPEATS) * belly
        leaf = np.sqrt((between * 2.6) ** 2 + ((self.up - 0.47) * 0.9) ** 2)
        return mix(paint, GOLD * 0.9, _soft(0.055 - leaf, 0.006) * 0.85)

    def _lit(self, towards: tuple[float, float, float]) -> Paint:
        result: Paint = np.clip(self._normal @ _unit(towards), 0, 1)
        return result

    def _shine(self, towards: tuple[float, float, float], sharpness: float) -> Paint:
        half = _unit(tuple(_unit(towards) + np.array([0, 0, 1], np.float32)))
        result: Paint = np.clip(self._normal @ half, 0, 1) ** sharpness
        return result


def _profile(up: Paint, height: int) -> Paint:
    """The radius at each height: straight between the points, then rounded by a soft window."""
    reach = max(2, height // 14)
    window = np.hanning(2 * reach + 1)
    beyond = np.pad(np.interp(up, PROFILE_HEIGHTS, PROFILE_RADII), reach, mode="edge")
    result: Paint = np.convolve(beyond, window / window.sum(), mode="valid").astype(np.float32)
    return result


def _unit(direction: tuple[float, ...]) -> Paint:
    vector = np.array(direction, np.float32)
    result: Paint = vector / np.float32(np.linalg.norm(vector))
    return result


def _soft(inside: Paint, edge: float) -> Paint:
    result: Paint = np.clip(inside / edge * 0.5 + 0.5, 0, 1)
    return result
