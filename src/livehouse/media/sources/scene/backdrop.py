"""What never moves: wall, arches, curtains, floor, pedestal, lamps."""

import numpy as np
from PIL import Image, ImageDraw

from livehouse.media.sources.scene.layout import Layout
from livehouse.media.sources.scene.paint import (
    Paint,
    blurred,
    colour,
    drawn,
    grain,
    grid,
    mix,
    smooth,
)

NIGHT = colour("1a0b23")
PLUM = colour("451a45")
ROSE = colour("a8434f")
AMBER = colour("f0a45b")
CREAM = colour("ffe9c4")
CURTAIN = colour("8f1f34")
CURTAIN_DEEP = colour("2b0714")
GOLD = colour("e8b45c")
WOOD = colour("3a1c1a")
STONE = colour("cbb9a6")
STONE_DARK = colour("46303a")
IRON = colour("120a14")

ARCHES = (0.36, 0.46, 0.57, 0.69)
LAMPS = (0.205, 0.40, 0.60, 0.795)
FOLDS = 9


def backdrop(where: Layout) -> Paint:
    """The whole stage in work light."""
    paint = _wall(where)
    paint = _arches(where, paint)
    paint = _floor(where, paint)
    paint = _pedestal(where, paint)
    paint = _curtains(where, paint)
    paint = _lamps(where, paint)
    return paint + grain(where.height, where.width)


def curtain_share(where: Layout) -> Paint:
    """How much of each pixel a curtain covers."""
    x, y = grid(where.width, where.height)
    side = np.minimum(x, where.width - x) / where.width
    depth = y / where.horizon
    # Drawn aside: full at the top, tied at two thirds, falling straight below.
    waist = 0.60 + 0.40 * np.abs(np.cos(np.clip(depth, 0, 1.6) * 1.9)) ** 1.5
    edge = 0.150 * waist
    hem = smooth(1.0, -1.0, (y - where.horizon * 1.045) * 0.5)
    result: Paint = smooth(0.004, -0.004, side - edge) * hem
    return result


def _wall(where: Layout) -> Paint:
    x, y = grid(where.width, where.height)
    across = (x - where.middle) / where.unit
    down = (y - where.horizon * 0.98) / where.unit
    distance = np.sqrt(across**2 + (down * 1.25) ** 2)
    paint = mix(ROSE, PLUM, smooth(0.10, 0.75, distance))
    paint = mix(paint, NIGHT, smooth(0.55, 1.35, distance))
    warm = np.exp(-((distance / 0.34) ** 2)) * 0.85
    return mix(paint, AMBER, warm)


def _arches(where: Layout, paint: Paint) -> Paint:
    x, y = grid(where.width, where.height)
    across = (x - where.middle) / where.unit
    down = (y - where.horizon) / where.unit
    distance = np.sqrt(across**2 + down**2)
    above = (y < where.horizon).astype(np.float32)
    for index, radius in enumerate(ARCHES):
        line = np.exp(-(((distance - radius) / 0.004) ** 2))
        glow = np.exp(-(((distance - radius) / 0.030) ** 2)) * 0.34
        light = (line * 0.75 + glow) * above * (0.85 - 0.16 * index)
        paint = mix(paint, CREAM if index == 0 else AMBER, np.clip(light, 0, 1))
    return paint


def _floor(where: Layout, paint: Paint) -> Paint:
    rows = where.height - where.horizon
    x, y = grid(where.width, rows)
    depth = y / rows
    mirror = paint[where.horizon - 1 :: -1][:rows]
    if mirror.shape[0] < rows:  # a low horizon has less wall than floor
        mirror = np.pad(mirror, ((0, rows - mirror.shape[0]), (0, 0), (0, 0)), mode="edge")
    # Planks run towards us; far away they are finer than pixels, so they fade there.
    lines = np.cos((x - where.middle) / (0.30 + depth * 1.10) / where.unit * 40)
    planks = 1 - np.exp(-(((1 - lines) / 0.03) ** 2)) * smooth(0.02, 0.35, depth)
    boards = mix(WOOD * 0.7, WOOD * 1.3, planks)
    shine = 0.62 * np.exp(-depth * 2.1)
    floor = mix(boards, mirror, shine)
    away = np.abs(x - where.middle) / where.unit
    floor = floor * (1.05 - 0.55 * smooth(0.25, 1.05, away) - 0.25 * depth)[..., None]
    edge = np.exp(-((y / 1.6) ** 2)) * 0.6
    paint = paint.copy()
    paint[where.horizon :] = mix(floor, AMBER, edge * smooth(0.75, 0.1, away))
    return paint


def _pedestal(where: Layout, paint: Paint) -> Paint:
    radius = where.unit * 0.150
    tilt = radius * 0.20
    top, bottom = float(where.pedestal_top), float(where.pedestal_bottom)
    x, y = grid(where.width, where.height)
    across = (x - where.middle) / radius
    inside = smooth(1.01, 0.99, np.abs(across))
    round_off = tilt * np.sqrt(np.clip(1 - across**2, 0, 1))
    shadow = np.exp(-((across / 1.5) ** 2) - (((y - bottom - tilt * 0.6) / (tilt * 1.3)) ** 2))
    paint = paint * (1 - 0.75 * shadow)[..., None]
    body = inside * smooth(-1, 1, y - top) * smooth(1, -1, y - bottom - round_off)
    light = np.clip(0.62 - 0.75 * (across + 0.32) ** 2, 0, 1) + 0.25 * smooth(0.7, 1.0, across)
    flutes = 1 - 0.10 * (0.5 + 0.5 * np.cos(np.arcsin(np.clip(across, -1, 1)) * 26))
    stone = mix(STONE_DARK, STONE, np.clip(light * flutes, 0, 1))
    stone = stone * (1 - 0.35 * smooth(top, bottom + tilt, y))[..., None]
    paint = mix(paint, stone, body)
    for offset, thickness in ((0.10, 0.020), (0.86, 0.028)):
        ring = np.exp(
            -(
                ((y - top - (bottom - top) * offset - round_off) / (where.unit * thickness * 0.4))
                ** 2
            )
        )
        gold = mix(GOLD * 0.35, GOLD * 1.15, np.clip(light * 1.4, 0, 1))
        paint = mix(paint, gold, ring * inside * 0.9)
    lid = smooth(1.04, 0.97, np.sqrt(across**2 + ((y - top) / tilt) ** 2))
    disc = mix(STONE * 0.80, CREAM, np.clip(0.75 - ((across + 0.2) ** 2) * 0.6, 0, 1))
    paint = mix(paint, disc, lid)
    rim = np.exp(-(((np.sqrt(across**2 + ((y - top) / tilt) ** 2) - 1.0) / 0.045) ** 2))
    return mix(paint, GOLD, rim * 0.75)


def _curtains(where: Layout, paint: Paint) -> Paint:
    x, y = grid(where.width, where.height)
    share = curtain_share(where)
    side = np.minimum(x, where.width - x) / where.width
    depth = y / where.height
    phase = side / (0.155 - 0.05 * np.sin(np.clip(depth, 0, 1) * 3.4)) * FOLDS * np.pi
    fold = 0.5 + 0.5 * np.cos(phase + np.sin(depth * 5.0) * 0.5)
    cloth = mix(CURTAIN_DEEP, CURTAIN, fold**1.6)
    sheen = np.clip(fold - 0.82, 0, 1) * 3.2 * (0.35 + 0.65 * smooth(0.0, 0.14, side))
    cloth = mix(cloth, ROSE * 1.15, np.clip(sheen, 0, 1) * 0.7)
    shade = np.clip(np.roll(share, 10, axis=1) + np.roll(share, -10, axis=1), 0, 1)
    paint = paint * (1 - 0.45 * blurred(shade, where.unit * 0.02))[..., None]
    paint = mix(paint, cloth * (1.05 - 0.45 * depth)[..., None], share)
    return _valance(where, paint)


def _valance(where: Layout, paint: Paint) -> Paint:
    x, y = grid(where.width, where.height)
    swags = 7 if where.width > where.height else 5
    across = (x / where.width * swags) % 1.0
    drop = where.unit * (0.045 + 0.060 * np.sin(across * np.pi)) + where.band
    cover = smooth(1.2, -1.2, y - drop)
    ripple = 0.5 + 0.5 * np.cos((y - where.band) / drop * 15 + np.abs(across - 0.5) * 7)
    cloth = mix(CURTAIN_DEEP * 1.2, CURTAIN * 0.95, ripple**1.5)
    paint = mix(paint, cloth, cover)
    fringe = np.exp(-(((y - drop) / (where.unit * 0.0045)) ** 2))
    return mix(paint, GOLD, fringe * 0.9)


def _lamps(where: Layout, paint: Paint) -> Paint:
    size = where.unit * 0.022

    def bodies(image: Image.Image, scale: int) -> None:
        pen = ImageDraw.Draw(image)
        for share in LAMPS:
            x, y = share * where.width * scale, lamp_height(where) * scale
            half = size * scale
            pen.rounded_rectangle((x - half, y - half * 2.6, x + half, y), half * 0.5, fill=255)

    paint = mix(paint, IRON, drawn(where.width, where.height, bodies))
    x, y = grid(where.width, where.height)
    for share in LAMPS:
        distance = np.sqrt((x - share * where.width) ** 2 + (y - lamp_height(where)) ** 2) / size
        paint = mix(paint, CREAM, np.clip(np.exp(-((distance / 0.9) ** 2)) * 1.1, 0, 1))
    return paint


def lamp_height(where: Layout) -> float:
    """How far from the top the lamps give their light."""
    return where.band + where.unit * 0.125
