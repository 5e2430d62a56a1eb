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
    Sheet,
)
from livehouse.domains.programmes.ports import CueHandler, PlannedOffers
from livehouse.domains.programmes.service import (
    Companions,
    Formats,
    Programmes,
    Reminders,
    RemindersKept,
    ShowLetters,
)

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
    "ProgrammeFinished",
    "Programmes",
    "Reminders",
    "RemindersKept",
    "Sheet",
    "ShowLetters",
    "Slates",
    "known_formats",
]
