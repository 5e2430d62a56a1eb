"""What invites refuse."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class UnknownInvite(DomainError):
    kind = Refusal.NOT_FOUND
    code = "unknown_invite"
    message = N_("This invitation leads nowhere.")


class UnknownSubject(DomainError):
    kind = Refusal.NOT_FOUND
    code = "unknown_subject"
    message = N_("There is nothing here that one could invite to.")
