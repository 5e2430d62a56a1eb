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
    message = N_("This show's format asks for more before it can go live. Missing: {count}.")


class CueIncomplete(DomainError):
    kind = Refusal.INVALID
    code = "cue_incomplete"
    message = N_("This cue does not say what it is about.")
