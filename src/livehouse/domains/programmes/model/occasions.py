"""What somebody can be reminded of. Pure."""

from datetime import datetime

from msgspec import Struct


class Occasion(Struct, frozen=True, kw_only=True):
    """Something that begins: where it is, and what it is called."""

    path: str
    title: str
    begins_at: datetime
