"""Why a room or a show may decline."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class AlreadyLive(DomainError):
    kind = Refusal.CONFLICT
    code = "already_live"
    message = N_("This show is live already.")


class NotLive(DomainError):
    kind = Refusal.CONFLICT
    code = "not_live"
    message = N_("This show is not on air.")


class ShowOver(DomainError):
    kind = Refusal.CONFLICT
    code = "show_over"
    message = N_("This show is over.")


class RehearsalRunning(DomainError):
    kind = Refusal.CONFLICT
    code = "rehearsal_running"
    message = N_("A rehearsal is running. End it first.")


class ShowChanged(DomainError):
    kind = Refusal.CONFLICT
    code = "show_changed"
    message = N_("Somebody else has changed this show meanwhile. Load it again.")


class FormFrozen(DomainError):
    kind = Refusal.CONFLICT
    code = "form_frozen"
    message = N_("This can be changed while the show is not on: players keep what they began with.")


class FormNotOffered(DomainError):
    kind = Refusal.INVALID
    code = "form_not_offered"
    message = N_("This house does not offer the short delay.")


class SlugTaken(DomainError):
    kind = Refusal.CONFLICT
    code = "slug_taken"
    message = N_("The address “{slug}” is taken or was used before. Please choose another.")
