"""The pots of the tea house, each with a light and a table of its own."""

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
    leaf,
    pebble,
    room,
    round_off,
    shine,
    stand,
    steam,
    twig,
)


def teapot() -> Canvas:
    """A round pot in celadon with a bamboo handle over it."""
    canvas = room("#efe4d0", "#d9c4a3", "#8a5a3c", "#f7d9a8")
    stand(canvas, 470, 700, 215)
    glaze, dark = "#9fc3ae", "#2c5447"
    canvas.stroke(path("M 306 430 C 300 190 640 190 634 430"), "#7a5230", 26)
    canvas.stroke(path("M 306 425 C 300 196 640 196 634 425"), "#c99a5b", 13)
    for x, y in ((318, 352), (372, 272), (470, 242), (568, 272), (622, 352)):
        canvas.fill([ellipse(x, y, 9, 9)], "#7a5230")
    spout: Shape = [
        path("M 640 600 C 730 590 742 500 790 430 L 826 446 C 800 560 760 660 640 668 Z")
    ]
    canvas.fill(spout, glaze)
    canvas.shade(spout, dark, (700, 480), (790, 640), alpha=0.7)
    canvas.fill([ellipse(808, 438, 21, 9, 24)], "#2f5247")
    body = turned(470, [(430, 120), (480, 190), (560, 218), (640, 180), (690, 118)])
    canvas.fill(body, glaze)
    round_off(canvas, body, 252, 688, dark=dark)
    with canvas.inside(body):
        for y, width in ((505, 200), (640, 182)):
            canvas.stroke(arc(470, y, width, width * 0.17, 8, 172), "#e7f1e6", 3, alpha=0.6)
        leaf(canvas, 452, 640, "#6fa389", scale=0.72, lean=-26)
        leaf(canvas, 486, 646, "#7fb096", scale=0.62, lean=30)
    lid = turned(470, [(386, 40), (400, 92), (432, 126)])
    canvas.fill(lid, "#b2d1bd")
    round_off(canvas, lid, 344, 596, dark=dark)
    canvas.stroke(arc(470, 434, 124, 21, 5, 175), "#4c7a68", 3)
    knob = [ellipse(470, 372, 30, 25)]
    canvas.fill(knob, glaze)
    round_off(canvas, knob, 440, 500, dark=dark)
    shine(canvas, ellipse(392, 530, 22, 66, 14))
    shine(canvas, ellipse(460, 362, 8, 6), blur=4)
    steam(canvas, 822, 410, height=150)
    return canvas


def gaiwan() -> Canvas:
    """A lidded bowl on its saucer, white as the moon."""
    canvas = room("#38404f", "#232936", "#171b25", "#f0c987", disc_at=520)
    stand(canvas, 480, 724, 250)
    white, dark = "#f4f1ea", "#5b6272"
    saucer = turned(480, [(690, 250), (712, 214), (726, 110)], tilt=0.2)
    canvas.fill(saucer, white)
    round_off(canvas, saucer, 230, 730, dark=dark)
    canvas.fill([ellipse(480, 690, 236, 46)], "#e3e0da")
    canvas.glow([ellipse(500, 692, 150, 24)], "#20242e", blur=10, alpha=0.6)
    bowl = turned(480, [(476, 214), (540, 196), (620, 140), (668, 84), (694, 78)])
    canvas.fill(bowl, white)
    round_off(canvas, bowl, 266, 694, dark=dark)
    with canvas.inside(bowl):
        canvas.stroke(arc(480, 510, 206, 36, 0, 180), "#c5a15c", 4)
        canvas.stroke(
            smooth([(300, 610), (370, 570), (430, 600), (520, 556), (640, 590)]),
            "#8fa6c4",
            5,
            alpha=0.7,
        )
        canvas.stroke(
            smooth([(330, 650), (420, 618), (500, 640), (600, 610)]), "#8fa6c4", 4, alpha=0.5
        )
    canvas.fill([ellipse(480, 476, 214, 36)], "#d8d4cb")
    canvas.fill([ellipse(480, 480, 200, 30)], "#a9772f")
    canvas.shade([ellipse(480, 480, 200, 30)], "#5b3610", (380, 470), (640, 500), alpha=0.8)
    lid = turned(470, [(352, 60), (384, 134), (444, 196)], tilt=0.14)
    canvas.fill(lid, "#fbf9f4")
    round_off(canvas, lid, 274, 666, dark=dark)
    canvas.stroke(arc(470, 446, 194, 27, 8, 172), "#c5a15c", 4)
    knob = turned(470, [(316, 62), (336, 50), (356, 46)])
    canvas.fill(knob, white)
    round_off(canvas, knob, 408, 532, dark=dark)
    canvas.fill([ellipse(470, 316, 62, 11)], "#dcd8cf")
    shine(canvas, ellipse(372, 400, 44, 14, -30))
    shine(canvas, ellipse(330, 540, 14, 50, -14))
    steam(canvas, 690, 450)
    return canvas


def brushed_cup(motif: str) -> Canvas:
    """A cup with cobalt under the glaze: a crane, bamboo or a wave."""
    grounds = {
        "crane": ("#dbe6ee", "#b5cbdb", "#5d7690", "#f2f6f8"),
        "bamboo": ("#e3ead9", "#c2d0ae", "#6d7b55", "#f4f6ec"),
        "wave": ("#f3dcd0", "#e6bda9", "#9a5f4a", "#fbeee5"),
    }
    canvas = room(*grounds[motif])
    stand(canvas, 480, 706, 190)
    cup = turned(480, [(380, 218), (470, 210), (570, 184), (650, 130), (700, 108)])
    canvas.fill(cup, "#f7f5ef")
    with canvas.inside(cup):
        canvas.stroke(arc(480, 408, 217, 35, 0, 180), "#28549b", 7)
        canvas.stroke(arc(480, 660, 140, 24, 0, 180), "#28549b", 5)
        {"crane": _crane, "bamboo": _bamboo, "wave": _wave}[motif](canvas)
    round_off(canvas, cup, 262, 698, dark="#56657a")
    canvas.fill([ellipse(480, 380, 218, 36)], "#e9e6dd")
    tea = [ellipse(480, 388, 200, 29)]
    canvas.fill(tea, "#c78a35")
    canvas.shade(tea, "#7a430f", (360, 380), (660, 400), alpha=0.8)
    shine(canvas, ellipse(400, 386, 50, 5), alpha=0.6, blur=5)
    shine(canvas, ellipse(318, 480, 14, 60, -6))
    steam(canvas, 470, 350, height=210)
    return canvas


def _crane(canvas: Canvas) -> None:
    ink = "#28549b"
    canvas.fill([path("M 390 560 C 450 500 560 500 620 470 C 590 540 520 590 440 590 Z")], ink)
    canvas.fill(
        [path("M 470 540 C 500 470 580 440 660 440 C 610 480 560 530 520 560 Z")], "#4f79ba"
    )
    canvas.stroke(path("M 400 566 C 350 560 356 500 340 474"), ink, 9)
    canvas.stroke(path("M 340 476 L 306 486"), ink, 6)
    canvas.fill([ellipse(344, 466, 9, 6)], "#c8402f")
    canvas.stroke(path("M 446 588 L 420 640"), ink, 4)
    canvas.stroke(path("M 470 588 L 462 644"), ink, 4)


def _bamboo(canvas: Canvas) -> None:
    ink = "#2b5a8f"
    for x, top in ((420, 400), (520, 410)):
        for joint in range(4):
            y = top + joint * 70
            canvas.stroke([(x + joint * 3, y + 6), (x + joint * 3 + 2, y + 60)], ink, 13)
    for x, y, reach, rise in (
        (430, 480, 90, 40),
        (528, 470, 100, -20),
        (426, 560, -90, 30),
        (532, 570, 84, 46),
        (424, 470, -96, -10),
    ):
        tip_x, tip_y = x + reach, y + rise
        canvas.fill(
            [
                path(
                    f"M {x} {y} Q {x + reach * 0.5:.0f} {y + rise * 0.5 - 24:.0f} {tip_x} {tip_y} "
                    f"Q {x + reach * 0.5:.0f} {y + rise * 0.5 + 12:.0f} {x} {y} Z"
                )
            ],
            "#4877ac",
        )


def _wave(canvas: Canvas) -> None:
    for row, y in enumerate((500, 548, 596, 640)):
        for number in range(9):
            x = 270 + number * 54 + (row % 2) * 27
            for ring, colour in ((36, "#28549b"), (26, "#f7f5ef"), (17, "#4f79ba"), (8, "#f7f5ef")):
                canvas.fill([ellipse(x, y, ring, ring)], colour)


def tenmoku_bowl() -> Canvas:
    """Iron-black glaze that ran in the fire like a hare's fur."""
    canvas = room("#6f2f22", "#4a1d17", "#2a1613", "#e0803c")
    stand(canvas, 480, 700, 170)
    bowl = turned(480, [(410, 290), (480, 262), (570, 190), (640, 110), (690, 92)])
    canvas.fill(bowl, "#1d1412")
    with canvas.inside(bowl):
        for number in range(120):
            x = 190 + number * 4.9
            lean = (480 - x) * 0.34
            deep = 40 + (number * 37) % 130
            colour = ("#8a4a1f", "#b8702f", "#5c2d16")[number % 3]
            canvas.stroke([(x, 425), (x + lean * deep / 170, 430 + deep)], colour, 2.4)
        canvas.stroke(arc(480, 422, 286, 46, 0, 180), "#c98a45", 9)
        canvas.fill([box(360, 646, 240, 80)], "#7b4a32")
    round_off(canvas, bowl, 190, 770, dark="#060303")
    canvas.fill([ellipse(480, 410, 290, 47)], "#a8662c")
    canvas.fill([ellipse(480, 413, 276, 41)], "#221512")
    tea = [ellipse(480, 424, 244, 29)]
    canvas.fill(tea, "#6f9440")
    canvas.shade(tea, "#38521b", (340, 410), (720, 440), alpha=0.85)
    for x, y, size in ((420, 420, 11), (446, 428, 7), (398, 430, 6), (520, 434, 9), (548, 428, 5)):
        canvas.fill([ellipse(x, y, size, size * 0.4)], "#b9cf83")
    shine(canvas, ellipse(296, 500, 12, 60, -30), alpha=0.4)
    return canvas


def caddy() -> Canvas:
    """A jar in persimmon red that keeps tea dry."""
    canvas = room("#f1d7c4", "#deb093", "#6e3f2b", "#fbe9d4")
    stand(canvas, 480, 722, 190)
    jar = turned(480, [(420, 150), (450, 196), (540, 214), (650, 200), (716, 160)])
    canvas.fill(jar, "#cf5f33")
    with canvas.inside(jar):
        drip = smooth(
            [
                (250, 470),
                (300, 520),
                (350, 480),
                (410, 560),
                (470, 490),
                (540, 540),
                (600, 480),
                (660, 530),
                (720, 460),
            ]
        )
        canvas.fill([[*drip, (720, 380), (250, 380)]], "#8c2f1b")
        canvas.stroke(drip, "#e8925c", 5, alpha=0.7)
        label = [box(424, 560, 112, 112, 8)]
        canvas.fill(label, "#f3e3c6")
        for x in (452, 480, 508):
            canvas.stroke([(x, 580), (x, 650)], "#5a2114", 6, alpha=0.8)
        canvas.fill([box(500, 634, 22, 22, 3)], "#b9331f")
    round_off(canvas, jar, 266, 694, dark="#3c0f08")
    lid = turned(480, [(352, 96), (372, 142), (424, 156)])
    canvas.fill(lid, "#b84d28")
    round_off(canvas, lid, 324, 636, dark="#3c0f08")
    canvas.stroke(arc(480, 424, 154, 25, 4, 176), "#43140b", 4)
    canvas.fill([ellipse(480, 352, 96, 16)], "#d8703f")
    knob = [ellipse(480, 340, 26, 20)]
    canvas.fill(knob, "#b84d28")
    round_off(canvas, knob, 454, 506, dark="#3c0f08")
    shine(canvas, ellipse(352, 560, 16, 76, 4))
    for x, y in ((220, 742), (262, 762), (186, 774), (742, 752)):
        leaf(canvas, x, y, "#56683a", scale=0.26, lean=40)
    return canvas


def vase(glaze: str) -> Canvas:
    """A bottle vase with one branch in it."""
    grounds = {
        "celadon": ("#f2ead9", "#dfcda9", "#9a7a55", "#fdf7e9"),
        "moon": ("#c5b6cf", "#9c89ab", "#5f4d6d", "#efe6f2"),
        "iron": ("#e8b7a0", "#d18d70", "#7a4632", "#f9ddcb"),
    }
    colour, dark = {
        "celadon": ("#98bda6", "#2c5447"),
        "moon": ("#efece6", "#6d6678"),
        "iron": ("#2d2a2c", "#060506"),
    }[glaze]
    canvas = room(*grounds[glaze])
    twig(canvas, [(480, 380), (500, 260), (580, 180), (640, 80)], "#5a3d2b", 9)
    twig(canvas, [(500, 262), (430, 200), (400, 130)], "#5a3d2b", 6)
    twig(canvas, [(580, 182), (680, 190), (730, 150)], "#5a3d2b", 5)
    for x, y in (
        (640, 84),
        (600, 160),
        (398, 132),
        (432, 206),
        (690, 186),
        (734, 148),
        (520, 236),
        (662, 120),
    ):
        for turn in range(0, 360, 72):
            petal = ellipse(x, y, 22, 12, turn)
            canvas.fill(
                [[(px + (px - x) * 0.3, py + (py - y) * 0.3) for px, py in petal]],
                "#fbeaec" if (x + turn) % 2 else "#f4cdd4",
            )
        canvas.fill([ellipse(x, y, 7, 7)], "#c9566a")
    stand(canvas, 480, 726, 170)
    body = turned(
        480, [(360, 52), (430, 40), (500, 60), (560, 140), (640, 178), (700, 150), (724, 110)]
    )
    canvas.fill(body, colour)
    round_off(canvas, body, 302, 658, dark=dark)
    canvas.fill([ellipse(480, 360, 52, 10)], "#1f1815")
    canvas.stroke(arc(480, 360, 52, 9, 0, 360), colour, 5)
    shine(canvas, ellipse(396, 620, 16, 52, 10), alpha=0.5)
    shine(canvas, ellipse(462, 450, 6, 40), alpha=0.4, blur=5)
    pebble(canvas, 760, 756, 46, "#b7a894")
    return canvas
