"""The rules of a run-sheet. Pure: no clock, no database, no network."""

from livehouse.domains.programmes.model.boards import Board, Given
from livehouse.domains.programmes.model.casting import Part, Performer
from livehouse.domains.programmes.model.companions import Companion, CompanionKind
from livehouse.domains.programmes.model.prepared import Prepared, Thing, ThingState, Within
from livehouse.domains.programmes.model.progress import (
    Played,
    Progress,
    Slot,
    SlotState,
    Step,
    StepKind,
    follow,
    next_act,
    slots,
    step_delayed,
    step_on,
    step_skipping,
    taken,
)
from livehouse.domains.programmes.model.reminding import Opening
from livehouse.domains.programmes.model.sheets import (
    NEEDS_TARGET,
    Act,
    Cue,
    CueKind,
    Sheet,
    check_begun,
    checked_acts,
    copied,
)

__all__ = [
    "NEEDS_TARGET",
    "Act",
    "Board",
    "Companion",
    "CompanionKind",
    "Cue",
    "CueKind",
    "Given",
    "Opening",
    "Part",
    "Performer",
    "Played",
    "Prepared",
    "Progress",
    "Sheet",
    "Slot",
    "SlotState",
    "Step",
    "StepKind",
    "Thing",
    "ThingState",
    "Within",
    "check_begun",
    "checked_acts",
    "copied",
    "follow",
    "next_act",
    "slots",
    "step_delayed",
    "step_on",
    "step_skipping",
    "taken",
]
