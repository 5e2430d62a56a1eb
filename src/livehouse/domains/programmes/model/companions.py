"""Rooms that belong together: a stage, and the rooms beside it."""

from enum import Enum

from msgspec import Struct

from livehouse.domains.shows import Show

COMPANIONS_MAX = 12


class CompanionKind(Enum):
    """What a room is to the others of its night; `STAGE` is the one that they stand beside."""

    STAGE = "stage"
    DEAL = "deal"
    BACKSTAGE = "backstage"
    LANGUAGE = "language"


class Companion(Struct, frozen=True):
    show: Show
    kind: CompanionKind
