"""Why the engine itself may decline what a client says."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class MalformedMessage(DomainError):
    kind = Refusal.INVALID
    code = "malformed_message"
    message = N_("This message is not valid JSON.")


class UnknownCommand(DomainError):
    kind = Refusal.INVALID
    code = "unknown_command"
    message = N_("This kind of message is not known here.")


class InvalidMessage(DomainError):
    kind = Refusal.INVALID
    code = "invalid_message"
    message = N_("A part of this message is missing or wrong: {problem}")


class JoinFirst(DomainError):
    kind = Refusal.UNAUTHENTICATED
    code = "join_first"
    message = N_("Please join the room first.")


class AlreadyJoined(DomainError):
    kind = Refusal.CONFLICT
    code = "already_joined"
    message = N_("You are in this room already.")


class BadTicket(DomainError):
    kind = Refusal.UNAUTHENTICATED
    code = "bad_ticket"
    message = N_("This ticket is not valid here, or no longer. Please fetch a new one.")


class TooEarly(DomainError):
    """Also what a client does whose clock is ahead of ours."""

    kind = Refusal.NOT_FOUND
    code = "too_early"
    message = N_("This part of the show lies further ahead than we can wait for.")


class SegmentRevised(DomainError):
    kind = Refusal.GONE
    code = "segment_revised"
    message = N_("This part of the show was written anew. Its index names the new address.")


class SegmentLate(DomainError):
    kind = Refusal.UNAVAILABLE
    code = "segment_late"
    message = N_("This part of the show is late. Please ask again.")
