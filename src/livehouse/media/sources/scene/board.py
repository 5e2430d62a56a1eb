"""The sign above the stage: title, subtitle, the clock, and light bulbs that run around it."""

import numpy as np
from PIL import Image, ImageDraw

from livehouse.foundation.clock import from_ms
from livehouse.media.sources.scene.layout import Layout, even
from livehouse.media.sources.scene.lettering import Font, fitted
from livehouse.media.sources.scene.paint import (
    Paint,
    Planes,
    blurred,
    colour,
    drawn,
    grid,
    mix,
    planes,
)

WOOD = colour("1b0d1c")
WOOD_LIGHT = colour("33172f")
GOLD = colour("e8b45c")
CREAM = colour("fff1d6")
AMBER = colour("ffb45e")
BULB = colour("ffd98a")
BULB_OFF = colour("6d3f22")
# The frame that holds the bulbs, as shares of the height.
FRAME_OUTER, FRAME_INNER = 0.012, 0.095
CHASE_PHASES = 3
CHASE_MS = 400
DIGITS = "0123456789:."


class Board:
    """Hangs in front of everything; nothing shines through it."""

    def __init__(self, where: Layout, title: str, subtitle: str) -> None:
        self._where = where
        self.width, self.height = where.board_width, where.board_height
        sign = _words(where, _plate(self.width, self.height), title, subtitle)
        self._phases = [
            planes(_bulbs(self.width, self.height, sign, phase)) for phase in range(CHASE_PHASES)
        ]
        self._clock = _Clock(self.width, self.height)

    def put_on(self, stage: Planes, at: int) -> None:
        where = self._where
        phase = self._phases[at // CHASE_MS % CHASE_PHASES]
        stage.put(phase, where.board_left, where.board_top)
        self._clock.put_on(stage, where.board_left, where.board_top, at)


class _Clock:
    """HH:MM:SS.mmm, UTC: every digit in a cell of one width, so that nothing dances."""

    def __init__(self, width: int, height: int) -> None:
        size = int(height * 0.235)
        shown, font = fitted("00:00:00.000", size=size, width=width * 0.80)
        assert shown, "every font has digits"
        self._cell = even(max(font.getlength(digit) for digit in "0123456789") + 1)
        self._narrow = even(max(font.getlength(mark) for mark in ":.") + 1)
        self._height = even(size * 1.1)
        self._glyphs = {mark: self._glyph(mark, font) for mark in DIGITS}
        total = self._cell * 9 + self._narrow * 3
        self._left = even((width - total) / 2)
        self._top = even(height * 0.7425 - self._height / 2)

    def put_on(self, stage: Planes, left: int, top: int, at: int) -> None:
        moment = from_ms(at)
        x = left + self._left
        for mark in f"{moment:%H:%M:%S}.{at % 1000:03d}":
            glyph = self._glyphs[mark]
            stage.put(glyph, x, top + self._top)
            x += glyph.luma.shape[1]

    def _glyph(self, mark: str, font: Font) -> Planes:
        width = self._cell if mark.isdigit() else self._narrow
        mask = _text(width, self._height, mark, font, self._height / 2, like="0")
        paint = mix(
            np.broadcast_to(WOOD * 0.6, (*mask.shape, 3)).astype(np.float32),
            mix(AMBER * np.ones((*mask.shape, 1), np.float32), CREAM, mask * 0.75),
            mask,
        )
        return planes(paint)


def _plate(width: int, height: int) -> Paint:
    x, y = grid(width, height)
    paint = mix(
        np.broadcast_to(WOOD_LIGHT, (height, width, 3)).astype(np.float32), WOOD, y / height
    )
    edge = np.minimum(np.minimum(x, width - x), np.minimum(y, height - y)) / height
    frame = ((edge < FRAME_INNER) & (edge > FRAME_OUTER)).astype(np.float32)
    bevel = 0.55 + 0.45 * np.cos((edge - 0.05) / 0.05 * np.pi)
    paint = mix(paint, mix(GOLD * 0.22, GOLD * 0.55, bevel), frame)
    line = np.exp(-(((edge - 0.104) / 0.005) ** 2))
    return mix(paint, GOLD, line)


def _words(where: Layout, paint: Paint, title: str, subtitle: str) -> Paint:
    width, height = where.board_width, where.board_height
    room = width * 0.84
    rows = (
        (title, 0.245, 0.285, CREAM, 0.85),
        (subtitle, 0.115, 0.51, AMBER, 0.35),
    )
    for text, size, middle, tone, glow in rows:
        shown, font = fitted(text, size=int(height * size), width=room)
        mask = _text(width, height, shown, font, middle * height)
        halo = blurred(mask, height * 0.035) * glow
        paint = mix(paint, AMBER, np.clip(halo, 0, 1) * 0.8)
        paint = mix(paint, tone, mask)
    paint = _panel(paint)
    shown, font = fitted("UTC", size=max(8, int(height * 0.07)), width=room)
    mask = _text(int(width * 1.7), height, shown, font, height * 0.7425)[:, :width]
    return mix(paint, AMBER, mask * 0.8)


def _panel(paint: Paint) -> Paint:
    """A dark field behind the clock."""
    height, width, _ = paint.shape

    def draw(image: Image.Image, scale: int) -> None:
        box = (width * 0.08, height * 0.60, width * 0.92, height * 0.885)
        ImageDraw.Draw(image).rounded_rectangle(
            tuple(edge * scale for edge in box), height * 0.03 * scale, fill=255
        )

    return mix(paint, WOOD * 0.6, drawn(width, height, draw))


def _bulbs(width: int, height: int, sign: Paint, phase: int) -> Paint:
    paint = sign.copy()
    x, y = grid(width, height)
    for index, (middle_x, middle_y) in enumerate(_around(width, height)):
        lit = index % CHASE_PHASES != phase
        distance = np.sqrt((x - middle_x) ** 2 + (y - middle_y) ** 2) / height
        if lit:
            paint = mix(paint, BULB, np.exp(-((distance / 0.050) ** 2)) * 0.42)
        body = np.clip((0.026 - distance) / 0.006 + 0.5, 0, 1)
        paint = mix(paint, CREAM if lit else BULB_OFF, body)
    return paint


def _around(width: int, height: int) -> list[tuple[float, float]]:
    """Places of the bulbs: even steps along the frame, a multiple of the chase in number."""
    inset = height * 0.054
    wide, high = width - 2 * inset, height - 2 * inset
    length = 2 * (wide + high)
    count = max(12, round(length / (height * 0.125) / CHASE_PHASES) * CHASE_PHASES)
    places = []
    for index in range(count):
        way = length * index / count
        if way < wide:
            places.append((inset + way, inset))
        elif way < wide + high:
            places.append((inset + wide, inset + way - wide))
        elif way < 2 * wide + high:
            places.append((inset + wide - (way - wide - high), inset + high))
        else:
            places.append((inset, inset + high - (way - 2 * wide - high)))
    return places


def _text(
    width: int, height: int, text: str, font: Font, middle: float, *, like: str = ""
) -> Paint:
    """A mask of words in the middle of a field; `like` has the height that counts."""
    image = Image.new("L", (width, height), 0)
    _, top, _, bottom = font.getbbox(like or text or " ", anchor="ms")
    baseline = middle - (top + bottom) / 2
    ImageDraw.Draw(image).text((width / 2, baseline), text, fill=255, font=font, anchor="ms")
    return np.asarray(image, np.float32) / 255
