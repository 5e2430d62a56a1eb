"""Front door of programmes: the run-sheet of a show, its cues, reminders, what comes next."""

from livehouse.domains.programmes.adapters.cues import Invitations, InvitedShows, Notes, Slates
from livehouse.domains.programmes.adapters.formats import FormatsRefused, known_formats
from livehouse.domains.programmes.errors import CueIncomplete
from livehouse.domains.programmes.events import ActBegun, ProgrammeFinished
from livehouse.domains.programmes.model import (
    Act,
    Board,
    CompanionKind,
    Cue,
    CueKind,
    Opening,
    Part,
    Performer,
    Prepared,
    Sheet,
    Thing,
    ThingState,
)
from livehouse.domains.programmes.ports import CueHandler, PlannedOffers
from livehouse.domains.programmes.service import (
    Companions,
    Formats,
    Preparations,
    PreparedThings,
    Programmes,
    Reminders,
    RemindersKept,
    ShowLetters,
)
from livehouse.domains.programmes.wire import PreparedInfo, prepared_info

__all__ = [
    "Act",
    "ActBegun",
    "Board",
    "CompanionKind",
    "Companions",
    "Cue",
    "CueHandler",
    "CueIncomplete",
    "CueKind",
    "Formats",
    "FormatsRefused",
    "Invitations",
    "InvitedShows",
    "Notes",
    "Opening",
    "Part",
    "Performer",
    "PlannedOffers",
    "Preparations",
    "Prepared",
    "PreparedInfo",
    "PreparedThings",
    "ProgrammeFinished",
    "Programmes",
    "Reminders",
    "RemindersKept",
    "Sheet",
    "ShowLetters",
    "Slates",
    "Thing",
    "ThingState",
    "known_formats",
    "prepared_info",
]
