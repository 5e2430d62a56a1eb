"""Rooms that belong together: a stage, and the rooms beside it."""

from enum import Enum

from msgspec import Struct

from livehouse.domains.shows import Show

COMPANIONS_MAX = 12
# Who is asked by more has others to answer first.
ASKED_MAX = 30


class CompanionKind(Enum):
    """What a room is to the others of its night; `STAGE` is the one that they stand beside."""

    STAGE = "stage"
    DEAL = "deal"
    BACKSTAGE = "backstage"
    LANGUAGE = "language"


class Asked(Struct, frozen=True):
    """`stage` asks `show`, of another store, to stand beside it."""

    stage: Show
    show: Show
    kind: CompanionKind


class Companion(Struct, frozen=True):
    show: Show
    kind: CompanionKind
