"""Makes our own sizes of a picture, and draws one where there is none."""

import asyncio
import hashlib
import io
from collections.abc import Sequence
from html import escape
from math import cos, pi, sin

from msgspec import Struct
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_
from livehouse.web.fetching import NotAPicture

PIXELS_MAX = 50_000_000
SIDE_MAX = 16_000
QUALITY = 82
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")

# Pillow only warns of large pictures; we refuse them ourselves, before a pixel is unpacked.
Image.MAX_IMAGE_PIXELS = None


class PictureTooManyPixels(DomainError):
    kind = Refusal.TOO_LARGE
    code = "picture_too_many_pixels"
    message = N_("The picture has more pixels than we unpack.")


class WebpSizes:
    """Re-encoding takes tens of milliseconds of a core, so it happens beside the loop."""

    async def sizes(self, content: bytes, sizes: tuple[int, ...]) -> dict[int, bytes]:
        return await asyncio.to_thread(make_sizes, content, sizes)


def make_sizes(content: bytes, sizes: Sequence[int]) -> dict[int, bytes]:
    """WebP pictures that fit within squares of `sizes`, upright and with nothing but pixels.

    What the camera noted (place, time, owner) is lost on purpose. Small pictures stay small.
    """
    with _opened(content) as opened:
        try:
            opened.draft("RGB", (max(sizes), max(sizes)))  # JPEG unpacks no more than needed
            upright = ImageOps.exif_transpose(opened)
            picture = _in_plain_colours(upright)
        except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
            raise NotAPicture from error
    return {size: _encoded(picture, size) for size in sizes}


def _opened(content: bytes) -> Image.Image:
    try:
        opened = Image.open(io.BytesIO(content), formats=FORMATS)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise NotAPicture from error
    width, height = opened.size
    if width * height > PIXELS_MAX or max(width, height) > SIDE_MAX:
        opened.close()
        raise PictureTooManyPixels
    return opened


def _in_plain_colours(picture: Image.Image) -> Image.Image:
    """sRGB, with transparency where the picture has it: a profile is applied, then dropped."""
    has_alpha = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    profile = picture.info.get("icc_profile")
    mode = "RGBA" if has_alpha else "RGB"
    if profile and picture.mode in {"RGB", "CMYK", "L"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken profile is worth less than the picture
    return picture.convert(mode)


def _encoded(picture: Image.Image, size: int) -> bytes:
    smaller = picture.copy()
    smaller.thumbnail((size, size), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    smaller.save(out, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()


class _Palette(Struct, frozen=True):
    ground: str
    shade: str
    accent: str
    ink: str


# Each is one mood: a ground, its darker shade, an accent, and an ink that reads on the ground.
_PALETTES = (
    _Palette("#f3e3d3", "#e5c9ac", "#d9744f", "#5b2a1c"),
    _Palette("#dfe9e2", "#bdd3c5", "#4f8a72", "#17402f"),
    _Palette("#e1e6f2", "#bfcbe4", "#5673b8", "#1f2f5c"),
    _Palette("#f6e4e8", "#ebc3cc", "#c2566f", "#5c1a2c"),
    _Palette("#f5ecd0", "#e8d596", "#c6932b", "#523a07"),
    _Palette("#e6e1ef", "#cabfe0", "#7d63b0", "#35235c"),
    _Palette("#dcebee", "#b3d3da", "#3b8a9a", "#0f414b"),
    _Palette("#eae6df", "#d2c8b9", "#8c7355", "#3d2f1e"),
)
_SIDE = 480


def stand_in(seed: str, label: str) -> str:
    """An SVG for what has no picture: the same for the same `seed`, with `label` in it."""
    dice = hashlib.sha256(seed.encode("utf-8", "replace")).digest()
    palette = _PALETTES[dice[0] % len(_PALETTES)]
    pattern = (_hills, _rings, _tiles, _rays)[dice[1] % 4](dice, palette)
    text = escape(label[:2])
    size = 132 if label[1:] else 168
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIDE} {_SIDE}" '
        f'width="{_SIDE}" height="{_SIDE}">'
        f'<rect width="{_SIDE}" height="{_SIDE}" fill="{palette.ground}"/>{pattern}'
        f'<circle cx="240" cy="240" r="124" fill="{palette.ground}"/>'
        f'<circle cx="240" cy="240" r="108" fill="none" stroke="{palette.accent}" '
        f'stroke-width="3"/>'
        f'<text x="240" y="240" dy="0.35em" text-anchor="middle" font-size="{size}" '
        f"font-family=\"Georgia, 'Songti SC', 'Noto Serif CJK SC', serif\" "
        f'fill="{palette.ink}">{text}</text></svg>'
    )


def _hills(dice: bytes, palette: _Palette) -> str:
    lines = []
    for number in range(5):
        top = 150 + number * 66
        lift = 40 + dice[2 + number] % 70
        shift = dice[8 + number] % 160 - 80
        fill = palette.accent if number == dice[14] % 5 else palette.shade
        lines.append(
            f'<path d="M-20 {top} C {120 + shift} {top - lift}, {250 + shift} {top + lift}, 500 '
            f'{top - lift // 2} V 500 H -20 Z" fill="{fill}" opacity="{0.45 + number * 0.1:.2f}"/>'
        )
    return "".join(lines)


def _rings(dice: bytes, palette: _Palette) -> str:
    x, y = 60 + dice[2] % 360, 60 + dice[3] % 360
    return "".join(
        f'<circle cx="{x}" cy="{y}" r="{36 + number * 40}" fill="none" stroke="{colour}" '
        f'stroke-width="{6 + dice[4 + number] % 14}" opacity="0.7"/>'
        for number in range(12)
        for colour in [palette.accent if number % 4 == dice[17] % 4 else palette.shade]
    )


def _tiles(dice: bytes, palette: _Palette) -> str:
    """Quarter circles, each turned as the dice say."""
    corners = ("M0 0H80A80 80 0 0 1 0 80Z", "M80 0V80A80 80 0 0 1 0 0Z",
               "M80 80H0A80 80 0 0 1 80 0Z", "M0 80V0A80 80 0 0 1 80 80Z")  # fmt: skip
    parts = []
    for number in range(36):
        turn = dice[number % 32] + number
        colour = palette.accent if turn % 5 == 0 else palette.shade
        parts.append(
            f'<path transform="translate({number % 6 * 80} {number // 6 * 80})" '
            f'd="{corners[turn % 4]}" fill="{colour}" opacity="0.8"/>'
        )
    return "".join(parts)


def _rays(dice: bytes, palette: _Palette) -> str:
    count = 16 + dice[2] % 12
    parts = []
    for number in range(count):
        start = 2 * pi * number / count + dice[3] / 40
        end = start + pi / count
        points = " ".join(
            f"{240 + 360 * cos(angle):.1f},{240 + 360 * sin(angle):.1f}" for angle in (start, end)
        )
        colour = palette.accent if number % 4 == 0 else palette.shade
        parts.append(f'<polygon points="240,240 {points}" fill="{colour}" opacity="0.75"/>')
    return "".join(parts)
