"""Invites: a person's own link to a show, a draw, a battle or a campaign, and who brought whom."""

from livehouse.domains.invites.errors import UnknownInvite, UnknownSubject
from livehouse.domains.invites.model import Invite, Place, Subject, sound_code
from livehouse.domains.invites.ports import Places
from livehouse.domains.invites.service import Arrived, Invites

__all__ = [
    "Arrived",
    "Invite",
    "Invites",
    "Place",
    "Places",
    "Subject",
    "UnknownInvite",
    "UnknownSubject",
    "sound_code",
]
