"""All there is to know of a show's programme at one moment."""

from datetime import datetime

from msgspec import Struct

from livehouse.domains.programmes.model.progress import Progress, Slot
from livehouse.domains.programmes.model.sheets import Sheet
from livehouse.domains.shows import Show
from livehouse.foundation.ids import CueId


class Given(Struct, frozen=True):
    """How a cue stands in a run: waiting, given, dropped with its act, or refused."""

    cue_id: CueId
    state: str
    due_at: datetime | None
    given_at: datetime | None
    code: str


class Board(Struct, frozen=True):
    """Steps and cues are those of the show's run."""

    show: Show
    sheet: Sheet
    progress: Progress
    slots: tuple[Slot, ...]
    given: tuple[Given, ...]
