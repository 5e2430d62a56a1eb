"""Words on the stage: finds a font that has every character, and never shows an empty box."""

from pathlib import Path
from typing import TypeAlias

from PIL import ImageFont

Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont

PLACEHOLDER = "Livehouse"
# Where systems keep fonts that know Chinese, then good Latin ones. The first that fits wins.
FONT_FILES = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Medium.ttc",
    "/Library/Fonts/Arial Unicode.ttf",
    "C:/Windows/Fonts/msyhbd.ttc",
    "C:/Windows/Fonts/simhei.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
)
# No font has a glyph for this: its picture is what a missing character looks like.
NOT_A_CHARACTER = "\U0010ffff"
READABLE_SHARE = 0.6


def lettering(text: str, size: int, files: tuple[str, ...] = FONT_FILES) -> tuple[str, Font]:
    """What can be shown of `text`, and the font for it; a placeholder if that is too little."""
    text = " ".join(text.split())
    best, font = readable_best(text, size, files)
    enough = len(best) >= len(text) * READABLE_SHARE
    return (best, font) if enough or not text else (PLACEHOLDER, font)


def readable_best(text: str, size: int, files: tuple[str, ...] = FONT_FILES) -> tuple[str, Font]:
    """The most that any font can show of `text`, which may be nothing, and that font."""
    best, best_font = "", ImageFont.load_default(size)
    for font in _fonts(size, files):
        shown = readable(text, font)
        if len(shown) > len(best):
            best, best_font = shown, font
        if shown == text:
            break
    return best, best_font


def readable(text: str, font: Font) -> str:
    """`text` without the characters that the font would show as boxes."""
    missing = bytes(font.getmask(NOT_A_CHARACTER))
    shown = [
        character
        for character in text
        if character.isspace() or bytes(font.getmask(character)) != missing
    ]
    return " ".join("".join(shown).split())


def fitted(text: str, *, size: int, width: float, size_min: int = 8) -> tuple[str, Font]:
    """As `lettering`, in the largest size up to `size` in which the words fit; else cut off."""
    shown, font = lettering(text, size)
    while font.getlength(shown) > width and size > size_min:
        size = max(size_min, min(size - 1, int(size * width / font.getlength(shown))))
        shown, font = lettering(text, size)
    while font.getlength(shown) > width:
        shown = shown[:-1]
    return shown, font


def _fonts(size: int, files: tuple[str, ...]) -> list[Font]:
    found = [ImageFont.truetype(file, size) for file in files if Path(file).exists()]
    return [*found, ImageFont.load_default(size)]
