"""Why a quota may decline."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class SoldOut(DomainError):
    kind = Refusal.CONFLICT
    code = "sold_out"
    message = N_("Sold out. If somebody does not pay in time, it comes back.")


class LimitReached(DomainError):
    kind = Refusal.CONFLICT
    code = "limit_reached"
    message = N_("You have reached this offer's limit per person.")


class BelowTaken(DomainError):
    kind = Refusal.CONFLICT
    code = "below_taken"
    message = N_("{taken} are already held or sold, so the total cannot be less.")
