"""Expected refusals. Anything else that raises is a bug and must be loud."""

from enum import Enum, auto
from typing import ClassVar

from typing_extensions import override

from livehouse.foundation.text import N_


class Refusal(Enum):
    """What kind of 'no' it is; each edge has one table from here to its own statuses."""

    NOT_FOUND = auto()
    GONE = auto()
    CONFLICT = auto()
    FORBIDDEN = auto()
    UNAUTHENTICATED = auto()
    INVALID = auto()
    EXHAUSTED = auto()
    TOO_LARGE = auto()
    UNAVAILABLE = auto()


class DomainError(Exception):
    """A request the domain understands and declines.

    `message` is an English template that the edge translates before it fills in `params`, of
    which those that are sentences, or a tuple of some, are translated too.
    """

    kind: ClassVar[Refusal]
    code: ClassVar[str]
    message: ClassVar[str]

    def __init__(self, **params: object) -> None:
        super().__init__(params)
        self.params = params

    @override
    def __str__(self) -> str:
        return self.message.format(**self.params)


class NotFound(DomainError):
    """Also the answer to a stranger: what one may not see is not there."""

    kind = Refusal.NOT_FOUND
    code = "not_found"
    message = N_("The address is mistyped or old, or it is not yours to see.")


class SignInRequired(DomainError):
    kind = Refusal.UNAUTHENTICATED
    code = "sign_in_required"
    message = N_("Please sign in first.")


class NotAllowed(DomainError):
    kind = Refusal.FORBIDDEN
    code = "not_allowed"
    message = N_("Your role does not include this.")


class InvalidInput(DomainError):
    kind = Refusal.INVALID
    code = "invalid_input"
    message = N_("{field}: {problem}")


class TooManyRequests(DomainError):
    kind = Refusal.EXHAUSTED
    code = "too_many_requests"
    message = N_("That was a lot at once. Please try again in a moment.")


class Busy(DomainError):
    kind = Refusal.UNAVAILABLE
    code = "busy"
    message = N_("We are at our limit right now. Nothing was lost; please try again.")
