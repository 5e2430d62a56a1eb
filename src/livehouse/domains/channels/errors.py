"""Why something about a channel may be declined."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class TooManyChannels(DomainError):
    kind = Refusal.EXHAUSTED
    code = "too_many_channels"
    message = N_("A room has {most} channels at most.")


class TermsNotConfirmed(DomainError):
    kind = Refusal.INVALID
    code = "terms_not_confirmed"
    message = N_("Please confirm that you may show it there.")


class KeyLost(DomainError):
    kind = Refusal.CONFLICT
    code = "key_lost"
    message = N_("The key of this channel can no longer be read. Delete it and add it again.")
