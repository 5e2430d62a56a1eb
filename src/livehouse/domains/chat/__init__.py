"""Chat: lines that are stored before they are shown, and can be taken back."""

from livehouse.domains.chat.errors import (
    BannedFromChat,
    LineEmpty,
    LineIdTaken,
    LineTooLong,
    SlowMode,
    StaffStays,
)
from livehouse.domains.chat.events import LinesTakenBack, PaceSet
from livehouse.domains.chat.model import LINE_CHARACTERS_MAX, ChatLine, cleaned
from livehouse.domains.chat.service import Chat

__all__ = [
    "LINE_CHARACTERS_MAX",
    "BannedFromChat",
    "Chat",
    "ChatLine",
    "LineEmpty",
    "LineIdTaken",
    "LineTooLong",
    "LinesTakenBack",
    "PaceSet",
    "SlowMode",
    "StaffStays",
    "cleaned",
]
