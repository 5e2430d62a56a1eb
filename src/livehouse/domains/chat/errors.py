"""Why the chat may decline."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class LineEmpty(DomainError):
    kind = Refusal.INVALID
    code = "line_empty"
    message = N_("Write something first.")


class LineTooLong(DomainError):
    kind = Refusal.INVALID
    code = "line_too_long"
    message = N_("That is too long. At most {characters} characters.")


class BannedFromChat(DomainError):
    kind = Refusal.FORBIDDEN
    code = "banned_from_chat"
    message = N_("The host has taken away your right to write here.")


class SlowMode(DomainError):
    kind = Refusal.EXHAUSTED
    code = "slow_mode"
    message = N_("Slow mode: one line every {seconds} s. You can write again in {retry_seconds} s.")


class LineIdTaken(DomainError):
    kind = Refusal.CONFLICT
    code = "line_id_taken"
    message = N_("This line's number is taken. Please send it again.")


class StaffStays(DomainError):
    kind = Refusal.CONFLICT
    code = "staff_stays"
    message = N_("The store's own people cannot be banned from its room.")
