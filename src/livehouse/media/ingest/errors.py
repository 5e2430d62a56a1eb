"""Why a camera may be turned away."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class UnknownStreamKey(DomainError):
    kind = Refusal.FORBIDDEN
    code = "unknown_stream_key"
    message = N_("This stream key is not valid. Copy the current one from the studio.")


class InputBusy(DomainError):
    kind = Refusal.CONFLICT
    code = "input_busy"
    message = N_("Another camera is connected to this room already.")


class TooManyInputs(DomainError):
    kind = Refusal.EXHAUSTED
    code = "too_many_inputs"
    message = N_("This machine receives as many cameras as it can.")


class IngestUnavailable(DomainError):
    kind = Refusal.UNAVAILABLE
    code = "ingest_unavailable"
    message = N_("Cameras cannot be connected right now. Please try again in a moment.")


class FetchNotAllowed(DomainError):
    kind = Refusal.INVALID
    code = "fetch_not_allowed"
    message = N_("This address is not on the public internet, or not one for video.")


class FetchUnreachable(DomainError):
    kind = Refusal.UNAVAILABLE
    code = "fetch_unreachable"
    message = N_("Nobody answers at this address.")
