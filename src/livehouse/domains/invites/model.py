"""What an invitation is. Pure.

Who makes a link, arrives by one or joins gets a place in the subject's tree, once and for all:
under who brought them, or at a root. A parent is therefore always there before its child, so that
nobody can stand above themselves, whatever links friends exchange afterwards.
"""

import re
import unicodedata
from hashlib import sha256
from uuid import UUID

from msgspec import Struct

from livehouse.foundation.ids import PersonId

CODE_BYTES = 9
# How a poster sets its title: so many letters of Latin script in a line.
LINE_WIDTH = 19
LINES_MAX = 4
# A word with the space before it; of scripts without spaces each character is one.
_WORDS = re.compile(r"\s*[\u2e80-\uffef]|\s*[^\s\u2e80-\uffef]+")
_CODE = re.compile(r"[A-Za-z0-9_-]{12}")


class Subject(Struct, frozen=True, order=True):
    """What somebody is invited to: `kind` is a word such as show, draw or campaign."""

    kind: str
    id: UUID


class Place(Struct, frozen=True, kw_only=True):
    """Where a subject is, for links and posters.

    With `joins_on_arrival` a person has taken part as soon as they come by somebody's link; else
    the subject's own domain says when they do.
    """

    path: str
    title: str
    image: str = ""
    text: str = ""
    joins_on_arrival: bool = False


class Invite(Struct, frozen=True):
    """A person's own link: there is one for each person and subject."""

    code: str
    subject: Subject
    person_id: PersonId

    @property
    def path(self) -> str:
        return f"/i/{self.code}"


def is_code(text: str) -> bool:
    """Whether this could be the code of an invite at all."""
    return _CODE.fullmatch(text) is not None


def sound_code(text: str) -> str:
    """The code, or nothing: PostgreSQL takes no NUL in a text, and nobody's code is a novel."""
    return text if is_code(text) else ""


def with_code(path: str, code: str) -> str:
    """The subject's page, which is told by whom the viewer comes."""
    return f"{path}{'&' if '?' in path else '?'}by={code}"


def lines_of(title: str) -> list[str]:
    """A title in lines for a poster, where nothing breaks them by itself; its end may be cut."""
    lines, room = [""], LINE_WIDTH
    for word in _WORDS.findall(" ".join(title.split())):
        width = sum(2 if wide(one) else 1 for one in word)
        if width > room and lines[-1].strip():
            lines.append("")
            room = LINE_WIDTH
            word = word.lstrip()  # noqa: PLW2901 - a line does not begin with a space
        lines[-1] += word
        room -= width
    cut = [line.strip()[:LINE_WIDTH] for line in lines if line.strip()]
    if len(cut) > LINES_MAX:
        cut = [*cut[: LINES_MAX - 1], f"{cut[LINES_MAX - 1]}…"]
    return cut


def wide(character: str) -> bool:
    """Whether it takes the room of two letters, as Chinese characters do."""
    return unicodedata.east_asian_width(character) in {"W", "F"}


def hue_of(text: str) -> int:
    """A colour of its own for each title, in degrees."""
    return int.from_bytes(sha256(text.encode()).digest()[:2], "big") % 360
