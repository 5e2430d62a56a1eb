"""Draws the picture that stands for a show of which there is none yet."""

import colorsys
import io
from hashlib import sha256

from PIL import Image, ImageDraw

# Messengers and social sites show pictures of this shape uncut.
WIDTH, HEIGHT = 1_200, 630
WARM = (255, 197, 110)
LAMP = (255, 233, 196)
_Colour = tuple[int, int, int]


def stage_png(seed: str) -> bytes:
    """A stage at night as a PNG of `WIDTH` by `HEIGHT`, in colours of `seed`'s own."""
    dice = sha256(seed.encode()).digest()
    hue = int.from_bytes(dice[:2], "big") % 360
    top, floor = _colour(hue, 0.24, 0.42), _colour(hue + 40, 0.12, 0.48)
    whole = (WIDTH, HEIGHT)
    night = Image.composite(
        Image.new("RGB", whole, floor),
        Image.new("RGB", whole, top),
        Image.linear_gradient("L").resize(whole),
    )
    glow = Image.radial_gradient("L").resize((WIDTH, HEIGHT)).point(lambda value: 255 - value)
    ground = Image.new("L", whole)
    ground.paste(glow, (0, HEIGHT // 2))
    night.paste(Image.new("RGB", whole, WARM), mask=ground.point(lambda value: value * 3 // 5))
    draw = ImageDraw.Draw(night)
    for n in range(3, 30, 3):
        x, y, radius = dice[n] * WIDTH // 256, dice[n + 1] % 190, 3 + dice[n + 2] % 8
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=LAMP)
    for half, height, colour in ((200, 390, _colour(hue, 0.46, 0.55)), (145, 330, WARM)):
        draw.rounded_rectangle(
            (WIDTH // 2 - half, HEIGHT - height, WIDTH // 2 + half, HEIGHT + half),
            radius=half, fill=colour,
        )  # fmt: skip
    left, middle = WIDTH // 2 - 40, HEIGHT - 150
    draw.polygon(
        [(left, middle - 75), (left, middle + 75), (left + 120, middle)],
        fill=_colour(hue + 40, 0.14, 0.48),
    )
    out = io.BytesIO()
    night.save(out, "PNG", optimize=True)
    return out.getvalue()


def _colour(hue: int, lightness: float, saturation: float) -> _Colour:
    red, green, blue = colorsys.hls_to_rgb(hue % 360 / 360, lightness, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)
