"""What a venue page is made of: blocks that an operator puts one below the other."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from livehouse.domains.campaigns.model.seasons import Words
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.text import N_

BLOCKS_MAX = 40
TEXT_CHARACTERS_MAX = 4_000
HEADING_CHARACTERS_MAX = 120

BoardKind: TypeAlias = Literal["sales", "watched", "newest"]
BOARD_KINDS: tuple[BoardKind, ...] = ("sales", "watched", "newest")
Moment: TypeAlias = Literal["start", "sale", "end"]
Count: TypeAlias = Annotated[int, Meta(ge=1, le=48)]
# The key of a picture that we hold, empty for none.
PictureKey: TypeAlias = Annotated[str, Meta(pattern=r"^([0-9a-f]{40})?$")]
# Within the house: a page must not send its visitors anywhere else unseen.
LocalLink: TypeAlias = Annotated[
    str, Meta(pattern=r"^(/([!-.0-\[\]-~][!-\[\]-~]*)?)?$", max_length=200)
]
BlockMove: TypeAlias = Literal["up", "down", "remove"]


class Hero(Struct, frozen=True, tag="hero"):
    """How the page opens."""

    heading: Words = Words()
    text: Words = Words()
    picture: PictureKey = ""


class Countdown(Struct, frozen=True, tag="countdown"):
    heading: Words = Words()
    until: Moment = "sale"


class Prose(Struct, frozen=True, tag="text"):
    heading: Words = Words()
    text: Words = Words()


class Lines(Struct, frozen=True, tag="lines"):
    heading: Words = Words()


class Schedule(Struct, frozen=True, tag="schedule"):
    """The next shows, of all lines or of one."""

    heading: Words = Words()
    line: str = ""
    count: Count = 12


class Tiles(Struct, frozen=True, tag="tiles"):
    """What is on now, what most watch first."""

    heading: Words = Words()
    line: str = ""
    count: Count = 12


class Board(Struct, frozen=True, tag="board"):
    """Rooms by clean sales in one currency, shows by their audience, or the newest on air."""

    heading: Words = Words()
    by: BoardKind = "sales"
    currency: Annotated[str, Meta(pattern=r"^([A-Z]{3})?$")] = ""
    count: Count = 10


class OfferShelf(Struct, frozen=True, tag="offers"):
    """What a show offers."""

    heading: Words = Words()
    show: Annotated[str, Meta(max_length=64)] = ""
    count: Count = 8


class PictureBlock(Struct, frozen=True, tag="picture"):
    """`text` says what is to be seen, for who cannot see it."""

    text: Words = Words()
    picture: PictureKey = ""
    link: LocalLink = ""


Block: TypeAlias = (
    Hero | Countdown | Prose | Lines | Schedule | Tiles | Board | OfferShelf | PictureBlock
)
_TYPES: tuple[type[Block], ...] = (
    Hero, Countdown, Prose, Lines, Schedule, Tiles, Board, OfferShelf, PictureBlock,
)  # fmt: skip
KINDS: Mapping[str, type[Block]] = {str(kind.__struct_config__.tag): kind for kind in _TYPES}


def new_block(kind: str, values: Mapping[str, object]) -> Block:
    """A block of what was typed; what this kind has no place for is left out."""
    made = KINDS.get(kind)
    if made is None:
        raise InvalidInput(field="kind", problem=N_("there is no such block"))
    fields = {one.name for one in msgspec.structs.fields(made)}
    sound = {name: value for name, value in values.items() if name in fields}
    for name in ("heading", "text"):
        words = sound.get(name, Words())
        assert isinstance(words, Words), "who asks has made words of it"
        limit = TEXT_CHARACTERS_MAX if name == "text" else HEADING_CHARACTERS_MAX
        if max(len(words.en), len(words.zh)) > limit:
            raise InvalidInput(field=name, problem=N_("this is too long"))
    try:
        return msgspec.convert(sound, made, from_attributes=True, strict=False)
    except msgspec.ValidationError:
        raise InvalidInput(field="block", problem=N_("one of these values cannot be")) from None


def moved(blocks: Sequence[Block], place: int, move: BlockMove) -> list[Block]:
    """The blocks with one of them a step up or down, or gone."""
    found = list(blocks)
    block = found.pop(place)
    if move != "remove":
        found.insert(max(0, place - 1) if move == "up" else place + 1, block)
    return found


def first_blocks(name: Words) -> tuple[Block, ...]:
    """What a new campaign begins with, so that nobody faces an empty page."""
    return (Hero(heading=name), Countdown(), Tiles(), Lines(), Schedule(), Board())
