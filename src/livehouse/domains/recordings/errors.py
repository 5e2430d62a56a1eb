"""Why something about a recording may be declined."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class NotRecorded(DomainError):
    kind = Refusal.CONFLICT
    code = "not_recorded"
    message = N_("Nothing of this has been recorded yet.")


class ShowStillOn(DomainError):
    kind = Refusal.CONFLICT
    code = "show_still_on"
    message = N_("This is possible once the show is over.")


class BrokenCaptions(DomainError):
    kind = Refusal.INVALID
    code = "broken_captions"
    message = N_("These are no captions in WebVTT: {problem}")


class TooManyCaptions(DomainError):
    kind = Refusal.TOO_LARGE
    code = "too_many_captions"
    message = N_("There is no room for more captions: {most} lines at most.")


class TooManyFiles(DomainError):
    kind = Refusal.EXHAUSTED
    code = "too_many_files"
    message = N_("A recording has {most} files at most. Delete one first.")
