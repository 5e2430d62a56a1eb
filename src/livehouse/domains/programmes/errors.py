"""Why a run-sheet may decline."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class SheetChanged(DomainError):
    kind = Refusal.CONFLICT
    code = "sheet_changed"
    message = N_("Somebody else has changed the run-sheet meanwhile. Load it again.")


class StepTaken(DomainError):
    kind = Refusal.CONFLICT
    code = "step_taken"
    message = N_("The show has gone on meanwhile: somebody else pressed first.")


class ActPlayed(DomainError):
    kind = Refusal.CONFLICT
    code = "act_played"
    message = N_("What has been on stage stays in the run-sheet as it was.")


class ProgrammeOver(DomainError):
    kind = Refusal.CONFLICT
    code = "programme_over"
    message = N_("There is no further act.")


class CueDone(DomainError):
    kind = Refusal.CONFLICT
    code = "cue_done"
    message = N_("This cue has been given already.")


class CompanionTaken(DomainError):
    kind = Refusal.CONFLICT
    code = "companion_taken"
    message = N_("This show belongs to a stage already, or is one.")


class NotReady(DomainError):
    kind = Refusal.CONFLICT
    code = "not_ready"
    message = N_("This show's format asks for more before it can go live: {missing}")


class NoCamera(DomainError):
    kind = Refusal.CONFLICT
    code = "no_camera"
    message = N_("No camera is connected to this room.")


class PartUnclear(DomainError):
    kind = Refusal.INVALID
    code = "part_unclear"
    message = N_("{name} has two parts in one act.")


class CueLost(DomainError):
    kind = Refusal.INVALID
    code = "cue_lost"
    message = N_("A cue of “{act}” names what is not there.")


class CueElsewhere(DomainError):
    kind = Refusal.CONFLICT
    code = "cue_elsewhere"
    message = N_("A cue of “{act}” names what is of a show that does not stand beside this one.")


class CompanionNotOn(DomainError):
    kind = Refusal.CONFLICT
    code = "companion_not_on"
    message = N_("“{title}” is not on air with this show.")


class NothingToCome(DomainError):
    kind = Refusal.CONFLICT
    code = "nothing_to_come"
    message = N_("There is nothing here that one could be reminded of.")


class AlreadyHeld(DomainError):
    kind = Refusal.CONFLICT
    code = "already_held"
    message = N_("“{title}” was held already. Prepare another one.")


class CueIncomplete(DomainError):
    kind = Refusal.INVALID
    code = "cue_incomplete"
    message = N_("This cue does not say what it is about.")
