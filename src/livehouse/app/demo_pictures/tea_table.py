"""What else stands on a tea table: tray, pitcher, whisk, kettle, tins, cloth."""

from livehouse.app.demo_pictures.canvas import (
    Canvas,
    Shape,
    arc,
    box,
    ellipse,
    path,
    smooth,
    turned,
)
from livehouse.app.demo_pictures.scenery import (
    floor,
    leaf,
    lie,
    room,
    round_off,
    shine,
    stand,
    steam,
    twig,
)


def tray() -> Canvas:
    """Slats of bamboo over a hidden bowl, set for two."""
    canvas = room("#d9e2d2", "#b9c8ad", "#7c8b6b", "#eef3e4")
    stand(canvas, 480, 744, 360)
    top = path("M 190 610 L 770 610 L 862 716 L 98 716 Z")
    canvas.fill([path("M 98 716 L 862 716 L 850 764 L 110 764 Z")], "#8d6335")
    canvas.fill([top], "#d3a667")
    with canvas.inside([top]):
        for number in range(13):
            y = 610 + number * 8.6
            canvas.stroke([(80, y), (880, y)], "#a87a41", 2.4)
    canvas.shade([top], "#6f4620", (300, 620), (900, 740), alpha=0.5)
    canvas.stroke([(190, 610), (98, 716)], "#9a6c37", 10)
    canvas.stroke([(770, 610), (862, 716)], "#9a6c37", 10)
    for x, y, half in ((300, 662, 52), (420, 686, 52)):
        _small_cup(canvas, x, y, half, "#8fb7a1")
    pot = turned(610, [(500, 70), (540, 112), (600, 124), (650, 100), (672, 70)])
    canvas.glow([ellipse(640, 676, 150, 18)], "#3c2a14", blur=10, alpha=0.55)
    canvas.fill(
        [path("M 500 590 C 440 580 450 520 410 500 L 426 480 C 480 500 500 540 520 560 Z")],
        "#8a4a36",
    )
    canvas.stroke(arc(728, 576, 44, 50, -80, 100), "#8a4a36", 18)
    canvas.fill(pot, "#a2573f")
    round_off(canvas, pot, 486, 734, dark="#3d1710")
    canvas.fill(turned(610, [(470, 26), (484, 58), (502, 72)]), "#b5664b")
    canvas.fill([ellipse(610, 462, 17, 14)], "#8a4a36")
    shine(canvas, ellipse(560, 570, 12, 36, 12))
    steam(canvas, 408, 480, height=120)
    return canvas


def _small_cup(canvas: Canvas, x: float, y: float, half: float, colour: str) -> None:
    canvas.glow([ellipse(x + 10, y + 6, half, 12)], "#3c2a14", blur=7, alpha=0.55)
    cup = turned(x, [(y - 62, half), (y - 30, half * 0.9), (y, half * 0.56)])
    canvas.fill(cup, colour)
    round_off(canvas, cup, x - half, x + half, dark="#2c5447")
    canvas.fill([ellipse(x, y - 62, half, half * 0.17)], "#dcebdd")
    canvas.fill([ellipse(x, y - 60, half * 0.86, half * 0.12)], "#b9823a")


def pitcher() -> Canvas:
    """A pitcher of clear glass, so that every guest gets the same tea."""
    canvas = room("#cfe0e4", "#a6c3cb", "#e5d8c6", "#fdfaf2")
    stand(canvas, 470, 724, 150)
    glass = turned(470, [(330, 150), (380, 128), (470, 160), (600, 184), (690, 160), (718, 130)])
    canvas.stroke(path("M 620 420 C 770 400 760 640 640 640"), "#f3fafa", 24, alpha=0.85)
    canvas.stroke(path("M 620 420 C 770 400 760 640 640 640"), "#8fb2b8", 3, alpha=0.7)
    canvas.fill(glass, "#ffffff", alpha=0.42)
    with canvas.inside(glass):
        tea: Shape = [box(260, 500, 430, 240)]
        canvas.fill(tea, "#d98b2b")
        canvas.shade(tea, "#8c3f0c", (380, 520), (700, 740), alpha=0.85)
        canvas.fill([ellipse(470, 500, 168, 24)], "#f0b65a")
    canvas.shade(glass, "#2b4a52", (540, 0), (690, 0), alpha=0.35)
    canvas.fill([path("M 330 326 L 262 300 Q 290 360 350 366 Z")], "#f3fafa", alpha=0.8)
    canvas.stroke(arc(470, 330, 150, 24, 0, 360), "#8fb2b8", 4)
    shine(canvas, ellipse(366, 580, 12, 96, 4), alpha=0.85, blur=5)
    shine(canvas, ellipse(394, 430, 7, 34, 8), alpha=0.8, blur=4)
    leaf(canvas, 226, 772, "#5b7c48", scale=0.5, lean=50)
    leaf(canvas, 258, 790, "#74955a", scale=0.42, lean=70)
    return canvas


def whisk() -> Canvas:
    """A whisk cut from one piece of bamboo, beside a bowl of green."""
    canvas = room("#dfe7c8", "#bccb96", "#4d5a34", "#f2f5df")
    stand(canvas, 330, 712, 110)
    tines = 25
    for number in range(tines):
        spread = (number / (tines - 1) - 0.5) * 2
        line = smooth(
            [(330 + spread * 44, 500), (330 + spread * 112, 600), (330 + spread * 74, 700)]
        )
        canvas.stroke(line, "#e6c889" if number % 2 else "#c79f58", 5)
    canvas.stroke(arc(330, 520, 62, 14, 0, 180), "#5a2f1c", 7)
    grip = [box(282, 300, 96, 214, 16)]
    canvas.fill(grip, "#d9b26a")
    round_off(canvas, grip, 282, 378, dark="#6d4517")
    canvas.stroke(arc(330, 400, 47, 8, 0, 180), "#9a7132", 4)
    canvas.fill([ellipse(330, 304, 46, 11)], "#efd49a")
    stand(canvas, 650, 730, 150)
    bowl = turned(650, [(540, 190), (600, 186), (680, 150), (724, 90)])
    canvas.fill(bowl, "#3f4a4d")
    with canvas.inside(bowl):
        canvas.stroke(arc(650, 606, 186, 30, 0, 180), "#e9dfc7", 12, alpha=0.8)
    round_off(canvas, bowl, 460, 840, dark="#11181a")
    canvas.fill([ellipse(650, 540, 190, 31)], "#56635f")
    canvas.fill([ellipse(650, 546, 174, 25)], "#9dbb45")
    for x, y, size in (
        (590, 544, 12),
        (622, 552, 7),
        (700, 540, 10),
        (676, 552, 14),
        (736, 548, 6),
    ):
        canvas.fill([ellipse(x, y, size, size * 0.42)], "#c4da76")
    shine(canvas, ellipse(500, 630, 8, 40, -14), alpha=0.45)
    return canvas


def kettle() -> Canvas:
    """A clay kettle with a side handle on its small stove."""
    canvas = room("#2f3a3a", "#1b2424", "#3a2a22", "#d96a35")
    stand(canvas, 480, 744, 170)
    stove = turned(480, [(590, 150), (640, 160), (700, 168), (742, 150)])
    canvas.fill(stove, "#a08a77")
    mouth = [path("M 420 742 L 420 690 Q 480 630 540 690 L 540 742 Z")]
    canvas.fill(mouth, "#1a0d09")
    canvas.glow([ellipse(480, 724, 40, 26)], "#ff7a2a", blur=12, alpha=0.95)
    canvas.glow([ellipse(480, 732, 20, 12)], "#ffe08a", blur=6, alpha=0.9)
    round_off(canvas, stove, 312, 648, dark="#2a1e17")
    canvas.stroke(path("M 650 500 L 830 446"), "#4d3628", 40)
    canvas.stroke(path("M 690 486 L 826 445"), "#c39a63", 28)
    spout: Shape = [
        path("M 330 510 C 270 500 250 450 210 420 L 236 396 C 300 430 330 440 360 470 Z")
    ]
    canvas.fill(spout, "#6d4a3a")
    pot = turned(480, [(416, 92), (450, 156), (510, 182), (570, 156), (600, 120)])
    canvas.fill(pot, "#7d5644")
    with canvas.inside(pot):
        for y in (470, 486, 502):
            canvas.stroke(arc(480, y, 176, 28, 0, 180), "#5d3d2f", 3)
    round_off(canvas, pot, 298, 662, dark="#1e110b")
    lid = turned(480, [(376, 30), (390, 74), (418, 94)])
    canvas.fill(lid, "#8b624e")
    round_off(canvas, lid, 386, 574, dark="#1e110b")
    canvas.fill([ellipse(480, 364, 22, 18)], "#6d4a3a")
    shine(canvas, ellipse(398, 500, 14, 40, 16), alpha=0.4)
    steam(canvas, 222, 390, height=170)
    return canvas


def tin(blend: str) -> Canvas:
    """A tea tin; its paper tells the blend by a drawing."""
    grounds = {
        "peony": ("#f4e6e2", "#e6c6bf", "#a77b74", "#fdf6f1"),
        "jasmine": ("#e0ead8", "#bdd1ae", "#5f7a52", "#f7faee"),
        "smoke": ("#d9cfc4", "#b3a190", "#4a3a30", "#efe6da"),
    }
    metal, paper = {
        "peony": ("#d9d3c9", "#f9ece6"),
        "jasmine": ("#c9d0c3", "#f6f7e8"),
        "smoke": ("#4a4540", "#e9d9bf"),
    }[blend]
    canvas = room(*grounds[blend])
    stand(canvas, 480, 744, 180)
    body = turned(480, [(330, 176), (440, 176), (600, 176), (738, 176)])
    canvas.fill(body, metal)
    with canvas.inside(body):
        band: Shape = [box(290, 440, 380, 240)]
        canvas.fill(band, paper)
        {"peony": _peony, "jasmine": _jasmine, "smoke": _pine}[blend](canvas)
        for y in (446, 676):
            canvas.stroke(arc(480, y, 178, 28, 0, 180), "#b08d4f", 4)
    round_off(canvas, body, 304, 656, dark="#3a2f29")
    lid = turned(480, [(262, 180), (300, 182), (346, 182)])
    canvas.fill(lid, metal)
    round_off(canvas, lid, 298, 662, dark="#3a2f29")
    canvas.stroke(arc(480, 346, 182, 29, 0, 180), "#3a2f29", 3, alpha=0.6)
    canvas.fill([ellipse(480, 262, 180, 29)], "#ffffff", alpha=0.35)
    shine(canvas, ellipse(356, 540, 10, 150), alpha=0.5)
    return canvas


def _peony(canvas: Canvas) -> None:
    for x, y, turn in (
        (480, 600, 0),
        (440, 588, -50),
        (520, 588, 50),
        (454, 556, -25),
        (506, 556, 25),
    ):
        canvas.fill([ellipse(x, y - 20, 30, 52, turn)], "#e39aa4")
        canvas.stroke(ellipse(x, y - 20, 30, 52, turn), "#c8707f", 3)
    canvas.fill([ellipse(480, 572, 17, 17)], "#f0c65e")
    leaf(canvas, 440, 668, "#7d9a6f", scale=0.42, lean=-60)
    leaf(canvas, 522, 668, "#7d9a6f", scale=0.42, lean=60)


def _jasmine(canvas: Canvas) -> None:
    for x, y in ((430, 530), (530, 560), (470, 622), (560, 640), (396, 622)):
        for turn in range(0, 360, 72):
            petals = ellipse(x, y, 30, 11, turn)
            canvas.fill(
                [[(px + (px - x) * 0.15, py + (py - y) * 0.15) for px, py in petals]], "#ffffff"
            )
        canvas.fill([ellipse(x, y, 8, 8)], "#e6b84a")
    twig(canvas, [(360, 660), (440, 600), (520, 600), (610, 530)], "#5f7a52", 4)


def _pine(canvas: Canvas) -> None:
    for x, y, size in ((420, 668, 1.0), (500, 672, 1.4), (570, 668, 0.8)):
        for level in range(4):
            half, top = (48 - level * 10) * size, y - level * 38 * size
            canvas.fill([[(x - half, top), (x + half, top), (x, top - 62 * size)]], "#2f4a41")
    canvas.fill([ellipse(560, 500, 24, 24)], "#c4552d")


def incense() -> Canvas:
    """Three hills of clay; the smoke draws the rest."""
    canvas = room("#cdd6dd", "#9fb0bd", "#53616d", "#f3efe4")
    stand(canvas, 480, 726, 270)
    for text, colour in (
        ("M 210 716 C 270 640 300 560 350 540 C 400 560 440 650 500 716 Z", "#7f95a3"),
        ("M 330 720 C 400 620 430 480 490 440 C 560 490 600 640 670 720 Z", "#5d7585"),
        ("M 500 722 C 560 650 590 590 630 570 C 690 600 720 660 770 722 Z", "#8fa4b0"),
    ):
        hill = [path(text)]
        canvas.fill(hill, colour)
        canvas.shade(hill, "#1f2d38", (420, 520), (640, 760), alpha=0.6)
    canvas.fill(
        [path("M 452 512 C 470 460 480 448 490 440 C 510 456 524 480 540 520 Q 500 500 452 512 Z")],
        "#f5f3ee",
    )
    canvas.fill([ellipse(490, 724, 300, 26)], "#46545f")
    canvas.stroke([(492, 446), (520, 250)], "#6b4630", 6)
    canvas.fill([ellipse(520, 250, 5, 7)], "#ff8a3c")
    smoke = smooth([(520, 244), (546, 200), (500, 160), (560, 110), (520, 60), (580, 20)])
    for width, alpha in ((16, 0.25), (6, 0.5)):
        canvas.glow(
            [[(x - width, y) for x, y in smoke] + [(x + width, y) for x, y in reversed(smoke)]],
            "#ffffff",
            blur=7,
            alpha=alpha,
        )
    return canvas


def runner() -> Canvas:
    """Indigo cloth with rows of white stitches, seen from above."""
    canvas = floor("#e9dfcc", "#b59f7d")
    cloth: Shape = [path("M 250 60 L 720 60 L 720 900 L 250 900 Z")]
    lie(canvas, cloth, depth=10)
    canvas.fill(cloth, "#2a4675")
    with canvas.inside(cloth):
        for row in range(-2, 15):
            for column in range(6):
                x, y = 250 + column * 94 + (row % 2) * 47, 90 + row * 62
                for ring in (46, 32, 18):
                    _stitched(canvas, arc(x, y + 62, ring, ring, 180, 360))
        for x in (268, 702):
            _stitched(canvas, [(x, 60 + step * 4) for step in range(211)])
    canvas.shade(cloth, "#0a1429", (420, 300), (760, 960), alpha=0.5)
    fold: Shape = [path("M 250 720 L 250 900 L 430 900 Z")]
    canvas.glow([path("M 250 716 L 436 904 L 420 920 L 250 760 Z")], "#0a1020", blur=16, alpha=0.5)
    canvas.fill([path("M 246 716 L 434 904 L 246 904 Z")], "#dccfb8")
    canvas.fill([path("M 250 720 L 430 900 L 410 720 Q 330 730 250 720 Z")], "#48699f")
    canvas.shade(fold, "#b59f7d", (250, 900), (340, 810), alpha=0.3)
    for x, y, lean in ((800, 250, 30), (836, 330, 70), (150, 620, -30), (120, 300, 40)):
        leaf(canvas, x, y, "#6d8455", scale=0.5, lean=lean)
    return canvas


def _stitched(canvas: Canvas, line: list[tuple[float, float]]) -> None:
    for start in range(0, len(line) - 3, 6):
        canvas.stroke(line[start : start + 4], "#f3efe4", 3)
