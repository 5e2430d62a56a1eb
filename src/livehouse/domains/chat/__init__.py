"""Chat: lines that are stored before they are shown, and can be taken back."""

from livehouse.domains.chat.errors import (
    BannedFromChat,
    LineEmpty,
    LineIdTaken,
    LineTooLong,
    StaffStays,
)
from livehouse.domains.chat.events import LinesTakenBack
from livehouse.domains.chat.service import Chat

__all__ = [
    "BannedFromChat",
    "Chat",
    "LineEmpty",
    "LineIdTaken",
    "LineTooLong",
    "LinesTakenBack",
    "StaffStays",
]
