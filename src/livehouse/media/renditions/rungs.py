"""The sizes in which a show's picture is encoded, besides its own."""

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

from msgspec import Struct

from livehouse.media.renditions.limits import SHAPE_SHARE_MAX

RungName: TypeAlias = Literal["540p", "360p"]
RenditionName: TypeAlias = Literal["540p", "360p", "audio"]
RENDITION_NAMES: tuple[RenditionName, ...] = get_args(RenditionName)
AUDIO: Literal["audio"] = "audio"


class Rung(Struct, frozen=True):
    """`side` is the shorter one, in pixels: a show may be filmed upright."""

    name: RungName
    side: int
    kbps: int


class Size(Struct, frozen=True):
    width: int
    height: int


# From the most expensive to the cheapest: the first is the first to be dropped.
RUNGS = (Rung("540p", 540, 1_500), Rung("360p", 360, 800))


def sizes(source: Size, before: Mapping[RungName, Size]) -> dict[RungName, Size]:
    """What to encode a source of this size in, after it was encoded as `before`.

    A rendition keeps its size whatever the source does, as long as the picture has the same shape.
    """
    found: dict[RungName, Size] = {}
    for rung in RUNGS:
        was = before.get(rung.name)
        if was is not None and _has_shape(was, source):
            found[rung.name] = was
        elif was is not None or min(source.width, source.height) > rung.side:
            found[rung.name] = _shrunk(source, rung.side)
    return found


def _has_shape(one: Size, other: Size) -> bool:
    ratio = (one.width * other.height) / (one.height * other.width)
    return abs(ratio - 1) <= SHAPE_SHARE_MAX


def _shrunk(source: Size, side: int) -> Size:
    longer = max(source.width, source.height) * side / min(source.width, source.height)
    even = round(longer / 2) * 2
    return Size(even, side) if source.width >= source.height else Size(side, even)
