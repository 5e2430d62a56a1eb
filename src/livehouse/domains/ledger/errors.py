"""Why settling may decline."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class NothingDue(DomainError):
    kind = Refusal.CONFLICT
    code = "nothing_due"
    message = N_("There is nothing to pay out: no statement waits with an amount above zero.")
