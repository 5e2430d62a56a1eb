"""What screens refuse."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class UnknownScreen(DomainError):
    """Also of a screen that was let go, or of somebody else's."""

    kind = Refusal.NOT_FOUND
    code = "unknown_screen"
    message = N_("This screen is not paired any more.")


class UnknownCode(DomainError):
    """Also of a code that is too old, or was used."""

    kind = Refusal.NOT_FOUND
    code = "unknown_screen_code"
    message = N_("No TV shows this code. Codes are good for ten minutes and for one phone.")
