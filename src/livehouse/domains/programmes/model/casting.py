"""Who is on stage, and as what. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from unicodedata import normalize

from msgspec import Struct

from livehouse.domains.programmes.errors import PartUnclear
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.text import N_

CAST_MAX = 20
NAME_CHARACTERS_MAX = 80
_BETWEEN_NAMES = re.compile(r"[,;/&、，；]")


class Part(Enum):
    """What somebody is in a show; `PLATFORM` is an executive of the house that carries it."""

    HOST = "host"
    PRESIDENT = "president"
    PLATFORM = "platform"
    EXPERT = "expert"
    ARTIST = "artist"
    CREATOR = "creator"
    MAKER = "maker"
    SHOPKEEPER = "shopkeeper"
    GUEST = "guest"


class Performer(Struct, frozen=True):
    """Somebody in an act; the same name is the same person in all of them."""

    name: str
    part: Part


def checked_cast(cast: Sequence[Performer]) -> tuple[Performer, ...]:
    """The cast in plain words, each once, or what is wrong with it."""
    if len(cast) > CAST_MAX:
        raise InvalidInput(field="cast", problem=N_("at most 20 in an act"))
    found: dict[str, Performer] = {}
    for one in cast:
        name = " ".join(one.name.replace("\x00", "").split())
        if not 1 <= len(name) <= NAME_CHARACTERS_MAX or not known_as(name):
            raise InvalidInput(field="cast", problem=N_("a name has 1 to 80 characters"))
        if found.setdefault(known_as(name), Performer(name, one.part)).part is not one.part:
            raise PartUnclear(name=name)
    return tuple(found.values())


def known_as(name: str) -> str:
    """The same for every way to write a name."""
    return " ".join(normalize("NFKC", name).casefold().split())


def names_in(text: str) -> Iterator[str]:
    """The names in a line that was written by hand."""
    for part in _BETWEEN_NAMES.split(text):
        if name := known_as(part):
            yield name


def unfilled(wanted: Mapping[Part, int], cast: Iterable[Performer]) -> list[Part]:
    """The parts for which somebody is missing, where nobody fills two.

    Somebody may be host in one act and president in another; whom to count for what is looked for
    by augmenting paths (Kuhn 1955), so that nobody is missing who need not be.
    """
    plays: dict[str, set[Part]] = {}
    for one in cast:
        plays.setdefault(known_as(one.name), set()).add(one.part)
    places = [part for part, count in wanted.items() for _ in range(count)]
    taken: dict[str, int] = {}

    def found(place: int, tried: set[str]) -> bool:
        for name, parts in plays.items():
            if places[place] in parts and name not in tried:
                tried.add(name)
                if name not in taken or found(taken[name], tried):
                    taken[name] = place
                    return True
        return False

    return [part for place, part in enumerate(places) if not found(place, set())]
