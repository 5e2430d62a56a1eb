"""Why a draw may decline what it is given."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class BadNonce(DomainError):
    kind = Refusal.INVALID
    code = "bad_nonce"
    message = N_("A nonce must be 32 random bytes, written as 64 digits of 0-9 and a-f.")
