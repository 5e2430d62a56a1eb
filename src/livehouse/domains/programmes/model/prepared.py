"""What is kept ready for a show under a name until a cue begins it."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

from msgspec import Struct

from livehouse.domains.programmes.errors import AlreadyHeld
from livehouse.domains.programmes.model.sheets import CueKind
from livehouse.domains.shows import RunKind, Show
from livehouse.foundation.errors import InvalidInput, NotFound
from livehouse.foundation.ids import PreparedId, ShowId
from livehouse.foundation.text import N_

# In one show, held ones included.
PREPARED_MAX = 100


class Prepared(Struct, frozen=True, kw_only=True):
    """`terms` are read by the domain alone that begins it. Once it was held, on the night, it is
    never held again."""

    id: PreparedId
    show_id: ShowId
    kind: CueKind
    title: str
    terms: Mapping[str, object]
    held_at: datetime | None = None


class ThingState(Enum):
    """What somebody who writes a cue has to know of a thing: whether it can still be begun."""

    READY = "ready"
    OPEN = "open"
    OVER = "over"


class Thing(Struct, frozen=True):
    """What a cue can name in a show, as people know it."""

    id: str
    title: str
    state: ThingState = ThingState.READY


class Within(Struct, frozen=True):
    """A show within the reach of a sheet, and what cues can name there; one that was asked and has
    not answered has nothing yet."""

    show: Show
    relation: str
    things: Mapping[CueKind, list[Thing]]


def check_room(count: int) -> None:
    if count >= PREPARED_MAX:
        raise InvalidInput(field="title", problem=N_("a show keeps at most 100 of them ready"))


def check_holding(found: Prepared | None, show_id: ShowId, kind: CueKind, run: RunKind) -> Prepared:
    """What may be begun in this show now. On the night each is held once; who rehearses holds a
    copy, as often as they like."""
    if found is None or found.show_id != show_id or found.kind is not kind:
        raise NotFound
    if found.held_at is not None and run is RunKind.LIVE:
        raise AlreadyHeld(title=found.title)
    return found
