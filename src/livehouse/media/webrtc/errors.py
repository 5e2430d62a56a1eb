"""Why WebRTC may decline."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class MalformedOffer(DomainError):
    """WHIP answers it with 400, as RFC 9725 has it. `reason` is for whoever writes a client."""

    kind = Refusal.INVALID
    code = "malformed_offer"
    message = N_("This is not an offer that WebRTC knows: {reason}")


class UnsuitableOffer(DomainError):
    kind = Refusal.INVALID
    code = "unsuitable_offer"
    message = N_("This offer cannot be taken: {reason}")


class NoSuchSession(DomainError):
    kind = Refusal.NOT_FOUND
    code = "no_such_session"
    message = N_("There is no such connection, or it has ended.")


class TooManySessions(DomainError):
    kind = Refusal.UNAVAILABLE
    code = "too_many_sessions"
    message = N_("This machine carries as many cameras and viewers over WebRTC as it can.")


class TooManyFromAddress(DomainError):
    kind = Refusal.EXHAUSTED
    code = "too_many_from_address"
    message = N_("Too many watch over WebRTC from this address. The usual way is open.")


class UnsuitablePictures(DomainError):
    kind = Refusal.CONFLICT
    code = "unsuitable_pictures"
    message = N_("This picture can be seen by the usual way only: it is sent out of order.")
