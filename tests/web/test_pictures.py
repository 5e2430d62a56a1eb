"""Our own sizes of a picture, and the drawing where there is none."""

import io
import struct
import zlib
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from livehouse.web.fetching import NotAPicture
from livehouse.web.pictures import PictureTooManyPixels, WebpSizes, make_sizes, stand_in

SIZES = (160, 480, 960)
# A busy machine is no failure.
UNHURRIED = settings(deadline=None)


def a_picture(
    kind: str = "JPEG", size: tuple[int, int] = (1200, 800), mode: str = "RGB", **options: object
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, kind, **options)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
async def test_every_kind_becomes_webp_in_each_size(kind: str) -> None:
    made = await WebpSizes().sizes(a_picture(kind), SIZES)

    pictures = {size: opened(content) for size, content in made.items()}
    assert {size: picture.size for size, picture in pictures.items()} == {
        160: (160, 107),
        480: (480, 320),
        960: (960, 640),
    }
    assert {picture.format for picture in pictures.values()} == {"WEBP"}


def test_a_small_picture_is_not_blown_up() -> None:
    assert opened(make_sizes(a_picture(size=(100, 50)), SIZES)[960]).size == (100, 50)


def test_what_the_camera_noted_is_lost() -> None:
    exif = Image.Exif()
    exif[0x013B] = "Ann Owner"  # Artist
    content = a_picture(exif=exif, comment=b"Secret place")
    assert b"Ann Owner" in content

    made = make_sizes(content, SIZES)[960]

    assert b"Ann Owner" not in made
    assert dict(opened(made).getexif()) == {}


def test_a_picture_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: turned by a quarter
    content = a_picture(exif=exif)

    assert opened(make_sizes(content, (480,))[480]).size == (320, 480)


def test_transparency_stays() -> None:
    content = a_picture("PNG", mode="RGBA", size=(64, 64))
    assert opened(make_sizes(content, (160,))[160]).mode in {"RGBA", "RGB"}

    clear = io.BytesIO()
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(clear, "PNG")
    made = opened(make_sizes(clear.getvalue(), (160,))[160])
    assert made.mode == "RGBA"
    assert made.getpixel((5, 5))[3] == 0  # type: ignore[index] # a colour with alpha


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1", "I;16"])
def test_other_ways_to_keep_colours_are_read(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (64, 64)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert opened(make_sizes(out.getvalue(), (160,))[160]).size == (64, 64)


def test_a_colour_profile_is_applied_and_dropped() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    made = opened(make_sizes(a_picture(icc_profile=profile), (160,))[160])

    assert "icc_profile" not in made.info
    red, green, blue = made.convert("RGB").getpixel((5, 5))  # type: ignore[misc] # a colour
    assert (red > 240, green < 16, blue < 16) == (True, True, True)


def test_a_broken_colour_profile_costs_nothing() -> None:
    assert make_sizes(a_picture(icc_profile=b"no profile at all"), (160,))


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"RIFF\x04\x00\x00\x00WEBP", b"<svg/>", b"%PDF-1.7"],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        make_sizes(content, SIZES)


def test_a_picture_cut_short_is_refused() -> None:
    with pytest.raises(NotAPicture):
        make_sizes(a_picture()[:800], SIZES)


def test_a_bomb_of_pixels_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(PictureTooManyPixels):
        make_sizes(a_png_that_claims(30_000, 30_000), SIZES)
    with pytest.raises(PictureTooManyPixels):
        make_sizes(a_png_that_claims(60_000, 2), SIZES)


def a_png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00" * 1000)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@UNHURRIED
@given(st.binary(max_size=300), st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]))
def test_no_bytes_make_the_reader_fail(noise: bytes, kind: str) -> None:
    content = a_picture(kind, size=(40, 30))
    broken = content[: len(content) // 2] + noise
    try:
        make_sizes(broken, (160,))
    except (NotAPicture, PictureTooManyPixels):
        return


@UNHURRIED
@given(st.text(max_size=40), st.text(max_size=4))
def test_a_stand_in_is_the_same_for_the_same_seed_and_runs_nothing(seed: str, label: str) -> None:
    printable = "".join(character for character in label if character.isprintable())

    drawn = stand_in(seed, printable)

    assert drawn == stand_in(seed, printable)
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(drawn).iter()}
    assert tags <= {"svg", "rect", "circle", "path", "polygon", "text"}


def test_stand_ins_differ() -> None:
    assert len({stand_in(f"cup-{number}", "C") for number in range(50)}) == 50
