"""What stands around the goods: walls, tables, light, steam, leaves."""

from collections.abc import Sequence

from livehouse.app.demo_pictures.canvas import (
    Canvas,
    Outline,
    Shape,
    box,
    ellipse,
    moved,
    path,
    smooth,
)

TABLE = 690.0


def room(wall: str, wall_low: str, table: str, disc: str, *, disc_at: float = 480) -> Canvas:
    """A wall in soft light, a disc behind the goods, and a table to stand on."""
    canvas = Canvas(wall)
    canvas.shade([box(0, 0, 960, TABLE)], wall_low, (300, 60), (620, TABLE), alpha=1.0)
    canvas.fill([ellipse(disc_at, 420, 300, 300)], disc)
    canvas.shade([ellipse(disc_at, 420, 300, 300)], wall, (480, 200), (480, 760), alpha=0.65)
    ground = [box(0, TABLE, 960, 960 - TABLE)]
    canvas.fill(ground, table)
    canvas.shade(ground, "#ffffff", (480, TABLE + 130), (480, TABLE - 10), alpha=0.14)
    canvas.shade(ground, "#000000", (480, TABLE + 90), (480, 1010), alpha=0.16)
    return canvas


def floor(colour: str, edge: str) -> Canvas:
    """A cloth seen from above, for what lies flat."""
    canvas = Canvas(colour)
    whole = [box(0, 0, 960, 960)]
    canvas.shade(whole, "#ffffff", (620, 620), (0, 0), alpha=0.22)
    canvas.shade(whole, edge, (300, 300), (960, 960), alpha=0.7)
    return canvas


def stand(canvas: Canvas, x: float, y: float, half: float) -> None:
    """The shadow of something that stands at (x, y)."""
    canvas.glow(
        [ellipse(x + half * 0.25, y + 6, half * 1.25, half * 0.17)], "#1c1210", blur=26, alpha=0.5
    )
    canvas.glow([ellipse(x, y + 2, half * 0.98, half * 0.12)], "#120a08", blur=8, alpha=0.55)


def lie(canvas: Canvas, shape: Shape, *, depth: float = 14) -> None:
    """The shadow of something that lies flat."""
    under = [moved(outline, depth * 0.6, depth) for outline in shape]
    canvas.glow(under, "#17100f", blur=depth * 1.5, alpha=0.42)
    canvas.glow(under, "#17100f", blur=depth * 0.4, alpha=0.25)


def round_off(canvas: Canvas, shape: Shape, left: float, right: float, *, dark: str) -> None:
    """Light from the left: the body turns away into shadow at both sides."""
    span = right - left
    canvas.shade(shape, dark, (left + span * 0.45, 0), (right + span * 0.05, 0), alpha=0.62)
    canvas.shade(shape, dark, (left + span * 0.2, 0), (left - span * 0.08, 0), alpha=0.38)


def shine(canvas: Canvas, outline: Outline, *, alpha: float = 0.55, blur: float = 9) -> None:
    canvas.glow([outline], "#ffffff", blur=blur, alpha=alpha)


def steam(canvas: Canvas, x: float, y: float, *, height: float = 190) -> None:
    """Three ribbons that sway together and grow thin."""
    for shift, tall, strength in ((-44, 0.7, 0.3), (0, 1.0, 0.42), (42, 0.8, 0.26)):
        rise = height * tall
        line = smooth(
            [
                (x + shift, y),
                (x + shift + 16, y - rise * 0.3),
                (x + shift - 14, y - rise * 0.62),
                (x + shift + 12, y - rise),
            ]
        )
        last = len(line) - 1
        widths = [11 * (1 - 0.85 * number / last) for number in range(last + 1)]
        left = [(px - width, py) for (px, py), width in zip(line, widths, strict=True)]
        right = [(px + width, py) for (px, py), width in zip(line, widths, strict=True)]
        canvas.glow([left + right[::-1]], "#ffffff", blur=7, alpha=strength)


def leaf(
    canvas: Canvas, x: float, y: float, colour: str, *, scale: float = 1.0, lean: float = 0.0
) -> None:
    """A tea leaf with its rib; `lean` moves the tip sideways."""
    outline = path(
        f"M 0 0 C {-46 + lean} -34 {-34 + lean} -104 {lean} -150 "
        f"C {40 + lean} -106 {44 + lean} -40 0 0 Z"
    )
    shape = [moved(outline, x, y, scale)]
    canvas.fill(shape, colour)
    canvas.shade(shape, "#10241a", (x, y - 120 * scale), (x + 50 * scale, y), alpha=0.4)
    rib = path(f"M 0 0 Q {lean * 0.2} -80 {lean} -140")
    canvas.stroke(moved(rib, x, y, scale), "#ffffff", 3 * scale, alpha=0.35)


def twig(canvas: Canvas, points: Sequence[tuple[float, float]], colour: str, width: float) -> None:
    canvas.stroke(smooth(points), colour, width)


def pebble(canvas: Canvas, x: float, y: float, half: float, colour: str) -> None:
    stand(canvas, x, y + half * 0.5, half)
    shape = [ellipse(x, y, half, half * 0.58, -6)]
    canvas.fill(shape, colour)
    canvas.shade(
        shape, "#1d1714", (x - half * 0.2, y - half * 0.4), (x + half, y + half * 0.6), alpha=0.55
    )
