"""The goods of the atelier that are worn: knitted things, laid out flat."""

from collections.abc import Callable, Sequence
from math import pi, sin

from livehouse.app.demo_pictures.canvas import (
    Canvas,
    Shape,
    arc,
    box,
    ellipse,
    mirrored,
    path,
    smooth,
)
from livehouse.app.demo_pictures.scenery import floor, lie

MIDDLE = 480.0
BODY = path(
    "M 350 190 C 320 196 288 208 262 226 L 286 420 L 290 820 C 400 842 560 842 670 820 L 674 420 "
    "L 698 226 C 672 208 640 196 610 190 C 560 232 400 232 350 190 Z"
)
SLEEVE = path(
    "M 266 224 C 210 262 176 330 160 420 C 142 520 128 640 122 746 C 150 764 196 764 224 750 "
    "C 236 640 256 540 290 452 Z"
)


def jumper(wool: str) -> Canvas:
    """A fisher's jumper with cables down the front."""
    ground, edge, colour, dark, light = {
        "oat": ("#7f8f92", "#4c5b60", "#e8dcc2", "#8d7a55", "#fffaf0"),
        "sea": ("#e6d8c3", "#b89f80", "#2f5266", "#0d2230", "#7fa3b5"),
        "rust": ("#d5d9c8", "#9aa287", "#b2532f", "#521d0c", "#e8a27f"),
    }[wool]
    canvas = floor(ground, edge)
    _jumper(canvas, colour, dark, lambda: _cables(canvas, dark, light))
    return canvas


def striped_jumper() -> Canvas:
    """Broad stripes like the lighthouse on the point."""
    canvas = floor("#f0c987", "#c48f43")

    def stripes() -> None:
        for number in range(9):
            if number % 2 == 0:
                canvas.fill([box(100, 230 + number * 66, 760, 66)], "#bd3b2f")
        _stitches(canvas, "#7a2018")

    _jumper(canvas, "#f4efe4", "#6b3a2c", stripes)
    return canvas


def yoke_jumper() -> Canvas:
    """A round yoke of stars and waves."""
    canvas = floor("#c8d3d9", "#8499a5")

    def yoke() -> None:
        for ring, colour in (
            (268, "#f3ead7"),
            (236, "#c9582f"),
            (206, "#f3ead7"),
            (170, "#2b3d5b"),
        ):
            canvas.fill([ellipse(480, 176, ring * 1.08, ring)], colour)
        for number in range(25):
            angle = 18 + number * 6
            x, y = arc(480, 176, 268, 250, angle, angle + 1)[0]
            canvas.fill([[(x, y - 12), (x + 9, y), (x, y + 12), (x - 9, y)]], "#2b3d5b")
        for number in range(21):
            angle = 20 + number * 7
            x, y = arc(480, 176, 206, 189, angle, angle + 1)[0]
            canvas.fill([[(x, y - 9), (x + 8, y + 6), (x - 8, y + 6)]], "#c9582f")
        _stitches(canvas, "#141f33")

    _jumper(canvas, "#2b3d5b", "#0b1424", yoke)
    return canvas


def _jumper(canvas: Canvas, colour: str, dark: str, pattern: Callable[[], None]) -> None:
    right = mirrored(SLEEVE, MIDDLE)
    lie(canvas, [BODY, SLEEVE, right])
    for sleeve in (SLEEVE, right):
        canvas.fill([sleeve], colour)
    canvas.fill([BODY], colour)
    neck = path("M 350 190 C 400 170 560 170 610 190 C 560 236 400 236 350 190 Z")
    with canvas.inside([BODY, SLEEVE, right]):
        pattern()
    for sleeve, near, far in ((SLEEVE, 290, 120), (right, 670, 840)):
        canvas.shade([sleeve], dark, ((near + far) / 2, 420), (near, 470), alpha=0.6)
        canvas.shade([sleeve], dark, ((near + far) / 2, 400), (far, 430), alpha=0.3)
    canvas.shade([BODY], dark, (480, 420), (720, 470), alpha=0.5)
    canvas.shade([BODY], dark, (430, 420), (270, 420), alpha=0.28)
    hem = path("M 289 752 L 290 820 C 400 842 560 842 670 820 L 671 752 Q 480 776 289 752 Z")
    _ribs(canvas, [hem], colour, dark)
    cuff = path("M 125 690 L 122 746 C 150 764 196 764 224 750 L 228 694 Z")
    for one in (cuff, mirrored(cuff, MIDDLE)):
        _ribs(canvas, [one], colour, dark)
    canvas.fill([neck], dark)
    collar = path("M 344 192 C 380 262 580 262 616 192 L 600 178 C 566 226 394 226 360 178 Z")
    _ribs(canvas, [collar], colour, dark)
    back = path("M 360 180 C 410 156 550 156 600 180 C 550 196 410 196 360 180 Z")
    _ribs(canvas, [back], colour, dark)


def _ribs(canvas: Canvas, shape: Shape, colour: str, dark: str) -> None:
    """Ribbed knitting that fills the shape."""
    across = [x for outline in shape for x, _ in outline]
    down = [y for outline in shape for _, y in outline]
    left, right, top, bottom = min(across), max(across), min(down), max(down)
    canvas.fill(shape, colour)
    with canvas.inside(shape):
        x = left + 6
        while x < right:
            canvas.stroke([(x, top), (x, bottom)], dark, 4, alpha=0.35)
            x += 13
    canvas.shade(shape, dark, (left + (right - left) * 0.4, 0), (right + 40, 0), alpha=0.4)


def _cables(canvas: Canvas, dark: str, light: str) -> None:
    _stitches(canvas, dark)
    for x, width in ((480, 44), (372, 26), (588, 26), (196, 22), (764, 22)):
        for phase in (0.0, pi):
            line = [(x + width * sin(y / 27 + phase), float(y)) for y in range(200, 770, 6)]
            canvas.stroke([(px + 4, py + 5) for px, py in line], dark, 13, alpha=0.45)
            canvas.stroke(line, light, 11, alpha=0.55)
    for x in (426, 534, 320, 640):
        canvas.stroke([(x, 200), (x, 770)], dark, 4, alpha=0.4)


def _stitches(canvas: Canvas, dark: str) -> None:
    """Rows of small arrows, as knitting has them."""
    for x in range(110, 860, 17):
        line: list[tuple[float, float]] = []
        for y in range(196, 780, 12):
            line += [(x - 4.0, float(y)), (x + 4.0, y + 6.0)]
        canvas.stroke(line, dark, 1.6, alpha=0.16)


def scarf(wool: str) -> Canvas:
    """A long scarf in one loose knot, with fringes."""
    ground, edge, bands = {
        "tide": ("#ecdcc6", "#c1a37c", ("#1f4e5f", "#79a8a9", "#f1ebdd", "#c9582f")),
        "heather": ("#cfd8cf", "#93a593", ("#6f4a6b", "#b68fae", "#efe3e8", "#d9a441")),
    }[wool]
    canvas = floor(ground, edge)
    tails = (
        path("M 400 430 L 520 420 L 440 860 L 300 850 Z"),
        path("M 470 430 L 590 420 L 690 800 L 560 830 Z"),
    )
    loop = path("M 480 120 C 700 110 730 330 590 450 L 400 450 C 230 330 270 120 480 120 Z ")
    hole = path("M 480 196 C 600 196 620 320 540 396 L 436 396 C 350 320 370 196 480 196 Z")
    lie(canvas, [*tails, loop])
    for tail, slant in zip(tails, (-0.22, 0.24), strict=True):
        canvas.fill([tail], bands[0])
        with canvas.inside([tail]):
            for number, y in enumerate(range(560, 860, 36)):
                band = bands[(number + 1) % 4]
                centre = 460 + (y - 430) * slant + (70 if slant > 0 else 0)
                canvas.stroke(
                    [(centre - 160, y - 20 * slant), (centre + 160, y + 20 * slant)], band, 24
                )
            _stitches(canvas, "#000000")
        canvas.shade([tail], "#101416", (440, 480), (560, 900), alpha=0.45)
        _fringe(canvas, tail[-2], tail[-1], bands)
    canvas.fill([loop], bands[0])
    with canvas.inside([loop]):
        for ring, colour in ((228, bands[1]), (196, bands[2]), (172, bands[0])):
            canvas.stroke(ellipse(480, 290, ring * 0.92, ring * 0.86), colour, 20)
        _stitches(canvas, "#000000")
    canvas.shade([loop], "#101416", (430, 250), (700, 460), alpha=0.5)
    canvas.fill([hole], ground)
    canvas.shade([hole], "#2b1d10", (520, 420), (420, 180), alpha=0.5)
    knot = path(
        "M 390 396 C 440 376 540 376 592 398 C 620 440 606 500 566 512 "
        "C 500 528 440 526 410 508 C 374 490 370 430 390 396 Z"
    )
    canvas.glow([[(x + 6, y + 12) for x, y in knot]], "#0c0f10", blur=14, alpha=0.5)
    canvas.fill([knot], bands[0])
    with canvas.inside([knot]):
        canvas.stroke(path("M 380 440 C 440 420 540 424 604 450"), bands[1], 22)
        canvas.stroke(path("M 384 480 C 450 466 540 470 600 490"), bands[3], 12)
        _stitches(canvas, "#000000")
    canvas.shade([knot], "#101416", (460, 420), (610, 530), alpha=0.5)
    return canvas


def _fringe(
    canvas: Canvas, start: tuple[float, float], end: tuple[float, float], bands: Sequence[str]
) -> None:
    for number in range(13):
        share = (number + 0.5) / 13
        x, y = start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
        sway = 6 * sin(number * 2.1)
        canvas.stroke(
            smooth([(x, y - 4), (x + sway, y + 26), (x - sway * 0.5, y + 54)]),
            bands[0] if number % 3 else bands[1],
            6,
        )


def beanie(style: str) -> Canvas:
    """A knitted cap: with a bobble, or plain for the watch."""
    ground, edge, colour, dark, band = {
        "bobble": ("#cfe0e6", "#8fb0bb", "#d9a032", "#6d4508", "#f4ead6"),
        "watch": ("#d8c8b4", "#a68d6e", "#39424a", "#0d1114", "#55616b"),
    }[style]
    canvas = floor(ground, edge)
    dome = path("M 214 640 C 200 380 320 214 480 214 C 640 214 760 380 746 640 Z")
    brim = box(192, 596, 576, 170, 44)
    pompon = ellipse(480, 190, 96, 92)
    bobble = [pompon] if style == "bobble" else []
    lie(canvas, [dome, brim, *bobble], depth=18)
    canvas.fill([dome], colour)
    with canvas.inside([dome]):
        if style == "bobble":
            for number in range(15):
                x = 230 + number * 36
                canvas.fill([[(x, 470), (x + 18, 440), (x + 36, 470), (x + 18, 500)]], band)
            for y in (418, 522):
                canvas.stroke(arc(480, y + 40, 300, 40, 180, 360), band, 10)
        for number in range(17):
            top = 480 + (number - 8) * 9
            bottom = 480 + (number - 8) * 36
            line = path(f"M {top} 220 Q {bottom} 380 {bottom} 640")
            canvas.stroke(line, dark, 5, alpha=0.28)
    canvas.shade([dome], dark, (440, 380), (770, 560), alpha=0.6)
    canvas.shade([dome], dark, (420, 400), (200, 440), alpha=0.25)
    canvas.glow([box(206, 590, 550, 20)], dark, blur=12, alpha=0.6)
    _ribs(canvas, [brim], band if style == "bobble" else colour, dark)
    if style == "bobble":
        _pompon(canvas, 480, 190, dark)
    else:
        canvas.fill([box(560, 650, 92, 58, 6)], "#b2743a")
        canvas.stroke(box(566, 656, 80, 46, 4), "#f0d9b0", 2)
        canvas.stroke(path("M 586 684 Q 606 664 626 684"), "#f0d9b0", 4)
    return canvas


def _pompon(canvas: Canvas, x: float, y: float, dark: str) -> None:
    for number in range(150):
        angle = number * 2.39996
        reach = 94 * (number / 150) ** 0.5
        px, py = x + reach * sin(angle + pi / 2), y + reach * sin(angle)
        colour = ("#f4ead6", "#e3d3b4", "#fffaf0")[number % 3]
        canvas.stroke([(px, py), (px + (px - x) * 0.16, py + (py - y) * 0.16)], colour, 15)
    canvas.shade([ellipse(x, y, 108, 104)], dark, (x - 10, y - 10), (x + 120, y + 110), alpha=0.55)


def mittens() -> Canvas:
    """A pair with a star on the back of the hand."""
    canvas = floor("#e2e6d6", "#a9b28f")
    left = path(
        "M 250 700 L 244 420 C 240 250 300 170 352 170 C 410 170 452 250 450 420 L 452 700 Z"
    )
    thumb = path("M 440 560 C 470 500 500 440 536 446 C 566 456 548 540 452 640 Z")
    for flip in (False, True):
        hand, finger = (mirrored(part, 540) if flip else part for part in (left, thumb))
        hand = [(x, y + (34 if flip else 0)) for x, y in hand]
        finger = [(x, y + (34 if flip else 0)) for x, y in finger]
        middle, low = (729, 34) if flip else (351, 0)
        shape: Shape = [hand, finger]
        lie(canvas, shape)
        canvas.fill(shape, "#a63a3a")
        with canvas.inside([hand]):
            _star(canvas, middle, 400 + low, 92, "#f6ecdc")
            for y in (250, 560, 590):
                for number in range(11):
                    x = middle - 110 + number * 21
                    canvas.fill([ellipse(x, y + low, 6, 6)], "#f6ecdc")
            _stitches(canvas, "#3d0c0c")
        canvas.shade(shape, "#3d0c0c", (middle - 20, 300), (middle + 150, 640), alpha=0.55)
        cuff = [box(middle - 108, 670 + low, 214, 130, 18)]
        _ribs(canvas, cuff, "#f1e5cf", "#6d4a35")
    canvas.stroke(
        smooth([(352, 800), (380, 880), (480, 850), (640, 900), (728, 834)]), "#a63a3a", 9
    )
    return canvas


def _star(canvas: Canvas, x: float, y: float, reach: float, colour: str) -> None:
    for turn in range(0, 360, 45):
        tip = arc(x, y, reach, reach, turn, turn + 1)[0]
        one = arc(x, y, reach * 0.6, reach * 0.6, turn - 22.5, turn)[0]
        other = arc(x, y, reach * 0.6, reach * 0.6, turn + 22.5, turn + 23)[0]
        canvas.fill([[(x, y), one, tip]], colour)
        canvas.fill([[(x, y), other, tip]], colour, alpha=0.72)


def socks() -> Canvas:
    """House socks with soles of leather."""
    canvas = floor("#d9cfe0", "#a493b0")
    sock = path(
        "M 300 150 L 452 150 L 456 470 C 460 540 540 580 640 610 C 730 640 730 740 630 746 "
        "L 430 746 C 330 740 296 690 296 600 Z"
    )
    for shift_x, shift_y, tone in ((110, -30, "#c47f6b"), (-70, 60, "#d9957f")):
        one = [(x + shift_x, y + shift_y) for x, y in sock]
        lie(canvas, [one])
        canvas.fill([one], tone)
        with canvas.inside([one]):
            for number, y in enumerate((290, 330, 370)):
                canvas.stroke(
                    [(250 + shift_x, y + shift_y), (500 + shift_x, y + shift_y)],
                    ("#f6eadb", "#5f6f8f", "#f6eadb")[number],
                    16,
                )
            canvas.fill([ellipse(330 + shift_x, 690 + shift_y, 110, 96)], "#5f6f8f")
            canvas.fill([ellipse(690 + shift_x, 690 + shift_y, 96, 90)], "#5f6f8f")
            _stitches(canvas, "#4b1f14")
        canvas.shade([one], "#3d1710", (380 + shift_x, 400), (620 + shift_x, 820), alpha=0.45)
        rim = [box(292 + shift_x, 140 + shift_y, 168, 104, 14)]
        _ribs(canvas, rim, "#f6eadb", "#7d5a48")
        sole = path(
            "M 330 738 L 640 742 C 700 740 716 700 706 690 C 690 730 660 756 600 760 "
            "L 420 760 C 360 756 330 748 330 738 Z"
        )
        canvas.fill([[(x + shift_x, y + shift_y) for x, y in sole]], "#6b4630")
    return canvas
