"""What an invitation is. Pure.

Who makes a link, arrives by one or joins gets a place in the subject's tree, once and for all:
under who brought them, or at a root. A parent is therefore always there before its child, so that
nobody can stand above themselves, whatever links friends exchange afterwards.
"""

import re
from uuid import UUID

from msgspec import Struct

from livehouse.foundation.ids import PersonId

CODE_BYTES = 9
_CODE = re.compile(r"[A-Za-z0-9_-]{12}")
_KIND = re.compile(r"[a-z][a-z_]{0,19}")


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


def is_kind(text: str) -> bool:
    return _KIND.fullmatch(text) is not None


def with_code(path: str, code: str) -> str:
    """The subject's page, which is told by whom the viewer comes."""
    return f"{path}{'&' if '?' in path else '?'}by={code}"
