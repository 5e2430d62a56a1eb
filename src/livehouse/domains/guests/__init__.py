"""Guests of a show: invited by a link, in the waiting room, on stage."""

from livehouse.domains.guests.errors import GuestLinkGone, StageFull, TooManyGuests
from livehouse.domains.guests.model import Guest, Setting
from livehouse.domains.guests.ports import GuestCameras
from livehouse.domains.guests.service import PREFIX, Guests

__all__ = [
    "PREFIX",
    "Guest",
    "GuestCameras",
    "GuestLinkGone",
    "Guests",
    "Setting",
    "StageFull",
    "TooManyGuests",
]
