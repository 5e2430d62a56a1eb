"""Why a publisher over RTMP is sent away."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class Garbage(ValueError):
    """Bytes that are not RTMP, or RTMP that goes beyond every measure."""


class UnsupportedCodec(DomainError):
    kind = Refusal.INVALID
    code = "unsupported_codec"
    message = N_("Please send H.264 pictures (4:2:0, 8 bits) and AAC sound; this was {found}.")


class PublisherIdle(DomainError):
    kind = Refusal.INVALID
    code = "publisher_idle"
    message = N_("Nothing came for {seconds} seconds.")


class PublisherTooFast(DomainError):
    kind = Refusal.TOO_LARGE
    code = "publisher_too_fast"
    message = N_("That is more than {kbps} kbit/s. Please choose a lower bitrate.")
