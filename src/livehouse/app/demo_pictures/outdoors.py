"""The goods of the atelier for outside and for the hut."""

from math import sin

from livehouse.app.demo_pictures.canvas import (
    Canvas,
    Shape,
    arc,
    box,
    ellipse,
    mirrored,
    path,
    smooth,
    turned,
)
from livehouse.app.demo_pictures.scenery import (
    lie,
    pebble,
    room,
    round_off,
    shine,
    stand,
    steam,
)


def blanket() -> Canvas:
    """A heavy blanket folded in three, its checks woven and not printed."""
    canvas = room("#dfe3e0", "#b5c0bb", "#7c6a55", "#f7f3e8")
    stand(canvas, 480, 760, 320)
    for top, colour in ((640, "#33574d"), (540, "#3d6659"), (440, "#477566")):
        fold: Shape = [box(170, top, 620, 120, 56)]
        canvas.fill(fold, colour)
        with canvas.inside(fold):
            for number in range(9):
                x = 190 + number * 74
                canvas.fill([box(x, top, 30, 130)], "#f1e7d2", alpha=0.55)
                canvas.fill([box(x + 44, top, 8, 130)], "#d98a3d", alpha=0.8)
            canvas.fill([box(160, top + 34, 640, 24)], "#f1e7d2", alpha=0.45)
            canvas.fill([box(160, top + 76, 640, 7)], "#d98a3d", alpha=0.8)
        canvas.shade(fold, "#0e1f1a", (480, top + 40), (480, top + 130), alpha=0.65)
        canvas.shade(fold, "#0e1f1a", (520, top), (840, top), alpha=0.45)
        canvas.shade(fold, "#ffffff", (480, top + 40), (480, top - 10), alpha=0.18)
    for number in range(40):
        x = 186 + number * 15
        canvas.stroke(
            [(x, 750), (x + 3 * sin(number), 786)], "#33574d" if number % 2 else "#e9dcc0", 5
        )
    strap: Shape = [box(436, 436, 88, 326, 10)]
    canvas.fill(strap, "#8a5230")
    canvas.shade(strap, "#2c1307", (450, 0), (540, 0), alpha=0.6)
    canvas.stroke(box(448, 566, 64, 58, 10), "#e0b35a", 9)
    canvas.stroke([(480, 572), (480, 622)], "#e0b35a", 6)
    return canvas


def lantern() -> Canvas:
    """A storm lantern, lit."""
    canvas = room("#233042", "#131b29", "#2c2320", "#35506b")
    canvas.glow([ellipse(480, 520, 220, 240)], "#ffb84d", blur=120, alpha=0.75)
    stand(canvas, 480, 764, 150)
    canvas.stroke(arc(480, 332, 144, 190, 180, 360), "#9aa7ae", 9)
    for x in (336, 624):
        canvas.stroke([(x, 330), (x, 700)], "#b5322c", 20)
        canvas.stroke([(x - 4, 336), (x - 4, 696)], "#ffffff", 3, alpha=0.35)
    base = turned(480, [(664, 120), (690, 150), (730, 164), (756, 160)])
    canvas.fill(base, "#b5322c")
    round_off(canvas, base, 316, 644, dark="#360907")
    glass = turned(480, [(390, 74), (450, 116), (530, 128), (610, 108), (664, 78)])
    canvas.fill(glass, "#ffe3a3", alpha=0.5)
    canvas.glow([ellipse(480, 560, 50, 76)], "#fff3cf", blur=26, alpha=0.9)
    canvas.fill(
        [
            path(
                "M 480 452 C 520 520 530 560 512 594 "
                "C 500 612 460 612 448 594 C 430 560 446 520 480 452 Z"
            )
        ],
        "#ff9c2e",
    )
    canvas.fill(
        [
            path(
                "M 480 508 C 500 548 504 572 494 590 "
                "C 488 598 472 598 466 590 C 456 572 462 546 480 508 Z"
            )
        ],
        "#fff2c2",
    )
    canvas.stroke(smooth([(364, 520), (480, 556), (596, 520)]), "#8a949a", 4)
    canvas.stroke(smooth([(374, 600), (480, 566), (590, 600)]), "#8a949a", 4)
    shine(canvas, ellipse(404, 520, 9, 66, 4), alpha=0.6, blur=5)
    cap = turned(480, [(268, 56), (300, 66), (330, 124), (352, 130), (384, 84)])
    canvas.fill(cap, "#b5322c")
    round_off(canvas, cap, 350, 610, dark="#360907")
    canvas.stroke(arc(480, 268, 26, 30, 180, 360), "#9aa7ae", 8)
    return canvas


def mug(paint: str) -> Canvas:
    """An enamel mug, chipped by nobody yet."""
    wall, low, table, disc, colour, dark, picture = {
        "pine": ("#e8dfca", "#cdbb95", "#7a5c3c", "#fbf5e6", "#2f5a4c", "#0b201a", "#f1e7d2"),
        "cream": ("#bcd0d6", "#8aa7b1", "#4d5d63", "#e9f1f2", "#f5ecd9", "#7d6a4a", "#2f4a63"),
    }[paint]
    canvas = room(wall, low, table, disc)
    stand(canvas, 460, 726, 190)
    canvas.stroke(path("M 640 440 C 810 420 800 650 632 630"), colour, 36)
    canvas.stroke(path("M 650 446 C 790 432 780 630 640 618"), "#ffffff", 5, alpha=0.3)
    body = turned(460, [(370, 196), (480, 192), (620, 188), (718, 180)])
    canvas.fill(body, colour)
    with canvas.inside(body):
        for x, y, size in ((380, 640, 1.0), (460, 652, 1.5), (540, 640, 0.9)):
            for level in range(4):
                half, top = (46 - level * 10) * size, y - level * 34 * size
                canvas.fill([[(x - half, top), (x + half, top), (x, top - 56 * size)]], picture)
        canvas.stroke(smooth([(280, 664), (400, 650), (520, 668), (650, 652)]), picture, 6)
    round_off(canvas, body, 264, 656, dark=dark)
    canvas.fill([ellipse(460, 370, 196, 32)], "#2d2b2a" if paint == "cream" else "#dfe3de")
    canvas.fill([ellipse(460, 372, 184, 27)], "#e9e2d2")
    canvas.fill([ellipse(460, 382, 168, 19)], "#4a2a18")
    shine(canvas, ellipse(318, 540, 11, 96, 1), alpha=0.5)
    steam(canvas, 460, 346)
    return canvas


def rucksack() -> Canvas:
    """Waxed canvas, leather straps, brass."""
    canvas = room("#dfe0cf", "#b9bb9b", "#6a5a42", "#f4f3e4")
    stand(canvas, 480, 770, 220)
    for x in (250, 710):
        pocket: Shape = [box(x - 60, 520, 120, 210, 40)]
        canvas.fill(pocket, "#5d6640")
        canvas.shade(pocket, "#191d0e", (x - 40, 540), (x + 80, 740), alpha=0.6)
    bag = path(
        "M 290 330 C 270 480 262 640 276 740 C 300 776 660 776 684 740 C 698 640 690 480 670 330 Z"
    )
    canvas.fill([bag], "#6e784c")
    canvas.shade([bag], "#191d0e", (470, 480), (740, 600), alpha=0.6)
    canvas.shade([bag], "#191d0e", (420, 480), (240, 520), alpha=0.3)
    front: Shape = [box(342, 560, 276, 176, 34)]
    canvas.glow(front, "#14180a", blur=10, alpha=0.5)
    canvas.fill(front, "#7a8556")
    canvas.shade(front, "#191d0e", (440, 600), (660, 760), alpha=0.5)
    canvas.stroke(box(354, 572, 252, 152, 26), "#aab183", 2)
    flap = path("M 270 300 C 300 220 660 220 690 300 L 700 470 C 640 540 320 540 260 470 Z")
    canvas.glow([[(x, y + 14) for x, y in flap]], "#14180a", blur=14, alpha=0.55)
    canvas.fill([flap], "#7f8a59")
    canvas.shade([flap], "#191d0e", (440, 300), (740, 540), alpha=0.5)
    canvas.stroke(path("M 276 462 C 330 522 630 522 684 462"), "#b3ba8b", 3)
    canvas.stroke(arc(480, 232, 60, 54, 180, 360), "#8a5230", 20)
    for x in (392, 568):
        strap: Shape = [box(x - 20, 400, 40, 230, 8)]
        canvas.fill(strap, "#8a5230")
        canvas.shade(strap, "#2c1307", (x - 8, 0), (x + 26, 0), alpha=0.6)
        canvas.stroke(box(x - 26, 540, 52, 40, 6), "#e0b35a", 7)
        canvas.stroke([(x, 544), (x, 578)], "#e0b35a", 4)
    canvas.stroke(arc(480, 236, 58, 52, 190, 260), "#c08452", 5)
    return canvas


def rain_cape() -> Canvas:
    """A yellow oilskin, hung up to drip."""
    canvas = room("#b9cdd6", "#87a3b0", "#55646b", "#e6eff2")
    canvas.stroke([(300, 120), (660, 120)], "#6b4630", 22)
    canvas.stroke(path("M 480 210 C 480 160 540 170 520 128"), "#8a949a", 10)
    coat = path(
        "M 410 220 C 340 250 280 300 262 400 L 214 640 L 300 664 L 320 560 L 300 840 "
        "C 400 866 560 866 660 840 L 640 560 L 660 664 L 746 640 L 698 400 "
        "C 680 300 620 250 550 220 Z"
    )
    lie(canvas, [coat], depth=10)
    canvas.fill([coat], "#e9b52f")
    canvas.shade([coat], "#7a4a06", (480, 480), (760, 620), alpha=0.55)
    canvas.shade([coat], "#7a4a06", (420, 480), (210, 560), alpha=0.28)
    hood = path("M 396 236 C 380 150 580 150 564 236 C 540 300 420 300 396 236 Z")
    canvas.fill([hood], "#d9a220")
    canvas.fill(
        [path("M 424 244 C 420 190 540 190 536 244 C 520 284 440 284 424 244 Z")], "#7a4a06"
    )
    canvas.fill([box(466, 286, 30, 556, 6)], "#f4cb58")
    canvas.stroke([(498, 290), (498, 842)], "#8a5a0c", 3, alpha=0.7)
    for y in (340, 440, 540, 640, 740):
        canvas.fill([ellipse(481, y, 11, 11)], "#2f3f49")
    for x in (340, 540):
        pocket: Shape = [box(x, 600, 92, 26, 10)]
        canvas.glow(pocket, "#6b4206", blur=6, alpha=0.5)
        canvas.fill(pocket, "#f4cb58")
    for line in (
        "M 322 560 Q 330 460 318 380",
        "M 638 560 Q 630 460 642 380",
        "M 400 840 Q 410 700 396 640",
        "M 580 846 Q 572 720 590 660",
    ):
        canvas.stroke(path(line), "#8a5a0c", 4, alpha=0.4)
    for x, y in ((300, 690), (660, 700), (420, 892), (560, 884)):
        canvas.fill(
            [path(f"M {x} {y - 22} Q {x + 12} {y} {x} {y + 6} Q {x - 12} {y} {x} {y - 22} Z")],
            "#6f9fb5",
        )
    return canvas


def yarn() -> Canvas:
    """Three balls and two needles: everything to mend what you love."""
    canvas = room("#f2dfd6", "#dcb9a8", "#8f6a58", "#fdf3ec")
    for start, end in (((250, 300), (620, 640)), ((720, 270), (380, 660))):
        canvas.stroke([start, end], "#d3a667", 13)
        canvas.stroke([(start[0] - 2, start[1] - 3), (end[0] - 2, end[1] - 3)], "#f0d3a0", 3)
        canvas.fill([ellipse(*start, 20, 20)], "#8a5230")
    for x, y, size, colour, dark in (
        (350, 610, 136, "#2f6f7a", "#0b2a30"),
        (620, 620, 124, "#cf6f4f", "#4a180a"),
        (480, 690, 110, "#e3b448", "#6b4706"),
    ):
        stand(canvas, x, y + size * 0.94, size * 0.8)
        ball: Shape = [ellipse(x, y, size, size)]
        canvas.fill(ball, colour)
        with canvas.inside(ball):
            for turn, squeeze in (
                (20, 0.3),
                (20, 0.62),
                (20, 0.9),
                (-50, 0.25),
                (-50, 0.55),
                (80, 0.4),
                (80, 0.75),
            ):
                line = ellipse(x, y, size * 1.02, size * squeeze, turn)
                canvas.stroke([*line, line[0]], dark, 3.4, alpha=0.34)
                canvas.stroke([(px - 3, py - 3) for px, py in line], "#ffffff", 2.4, alpha=0.25)
        canvas.shade(ball, dark, (x - size * 0.2, y - size * 0.3), (x + size, y + size), alpha=0.7)
        shine(
            canvas,
            ellipse(x - size * 0.4, y - size * 0.45, size * 0.2, size * 0.13, -35),
            alpha=0.35,
        )
    canvas.stroke(
        smooth([(560, 770), (640, 800), (720, 770), (800, 820), (880, 790)]), "#e3b448", 7
    )
    return canvas


def flask() -> Canvas:
    """A steel flask in a knitted sleeve."""
    canvas = room("#d4dbe6", "#a9b7cc", "#5b6577", "#f3f5f9")
    stand(canvas, 450, 764, 120)
    body = turned(450, [(330, 60), (370, 108), (500, 118), (660, 118), (756, 110)])
    canvas.fill(body, "#b9c2c9")
    round_off(canvas, body, 332, 568, dark="#2a333b")
    knit: Shape = [box(324, 470, 252, 240, 16)]
    canvas.fill(knit, "#d8653f")
    with canvas.inside(knit):
        for number in range(18):
            x = 330 + number * 15
            for y in range(474, 720, 18):
                canvas.stroke([(x - 5, y), (x, y + 9), (x + 5, y)], "#7a2b14", 2.4, alpha=0.5)
        for y in (520, 640):
            for number in range(9):
                x = 340 + number * 28
                canvas.fill([[(x, y - 13), (x + 13, y), (x, y + 13), (x - 13, y)]], "#f5e6cd")
    round_off(canvas, knit, 324, 576, dark="#4a1405")
    cap = turned(450, [(220, 66), (250, 70), (330, 74)])
    canvas.fill(cap, "#3f4a54")
    round_off(canvas, cap, 376, 524, dark="#0d1318")
    canvas.fill([ellipse(450, 220, 66, 11)], "#65727d")
    shine(canvas, ellipse(376, 410, 7, 40, 2), alpha=0.7, blur=5)
    stand(canvas, 680, 760, 80)
    cup = turned(680, [(640, 84), (700, 78), (754, 66)])
    canvas.fill(cup, "#3f4a54")
    round_off(canvas, cup, 596, 764, dark="#0d1318")
    canvas.fill([ellipse(680, 640, 84, 14)], "#8d99a3")
    canvas.fill([ellipse(680, 643, 72, 10)], "#6b3f1c")
    steam(canvas, 680, 628, height=150)
    return canvas


def enamel_pot() -> Canvas:
    """A pot for the fire, its lid askew."""
    canvas = room("#ead9c0", "#d0b48b", "#4b3a2e", "#f9efdd")
    stand(canvas, 480, 744, 230)
    for x, flip in ((262, False), (698, True)):
        handle = path(f"M {x} 520 C {x - 80} 510 {x - 80} 600 {x + 4} 596")
        canvas.stroke(mirrored(handle, x) if flip else handle, "#22313d", 22)
    pot = turned(480, [(452, 226), (520, 230), (650, 224), (736, 196)])
    canvas.fill(pot, "#3c5a70")
    with canvas.inside(pot):
        for number in range(70):
            x, y = 256 + (number * 173) % 450, 472 + (number * number * 31) % 262
            canvas.fill([ellipse(x, y, 3.6, 2.6)], "#dfe8ee", alpha=0.85)
    round_off(canvas, pot, 250, 710, dark="#0b1822")
    canvas.fill([ellipse(480, 452, 226, 37)], "#e8eef1")
    canvas.fill([ellipse(480, 456, 210, 30)], "#b2532f")
    lid = turned(500, [(366, 60), (396, 170), (424, 236)], tilt=0.14)
    canvas.fill(lid, "#466a83")
    round_off(canvas, lid, 264, 736, dark="#0b1822")
    canvas.stroke(arc(500, 426, 236, 32, 4, 176), "#e8eef1", 6)
    canvas.fill([ellipse(500, 352, 34, 24)], "#22313d")
    shine(canvas, ellipse(340, 600, 12, 66, 2), alpha=0.45)
    steam(canvas, 262, 430, height=160)
    pebble(canvas, 800, 780, 40, "#b7a894")
    return canvas
