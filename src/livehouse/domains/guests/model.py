"""Guests of a show: who was invited, who is here, who is on stage. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.guests.errors import GuestLinkGone, StageFull, TooManyGuests
from livehouse.foundation.ids import ShowId

NAME_CHARACTERS_MAX = 40
GUESTS_MAX = 8
ON_STAGE_MAX = 3
LINK_LASTS = timedelta(hours=24)
# A guest's page says every two seconds that it is there.
HERE_FOR = timedelta(seconds=7)
LEVEL_MAX = 100

# One alone; one with the others small in its corner; all beside each other.
Layout: TypeAlias = Literal["solo", "corner", "grid"]


class Guest(Struct, frozen=True, kw_only=True):
    """Whoever holds one link. `muted` by the guest, `silenced` by the host; `level` from 0 to 100
    is how loud the guest's microphone is."""

    id: UUID
    show_id: ShowId
    made_at: datetime
    expires_at: datetime
    name: str = ""
    on_stage: bool = False
    silenced: bool = False
    muted: bool = False
    sending: bool = False
    level: int = 0
    seen_at: datetime | None = None

    def is_here(self, now: datetime) -> bool:
        return self.seen_at is not None and now - self.seen_at < HERE_FOR


class Setting(Struct, frozen=True):
    """How a show's stage is laid out; `main` is the guest who is largest, None for the host;
    with `names` those of the guests stand in their pictures."""

    show_id: ShowId
    layout: Layout = "grid"
    main: UUID | None = None
    names: bool = False


def invited(guest_id: UUID, show_id: ShowId, others: Sequence[Guest], now: datetime) -> Guest:
    if len(others) >= GUESTS_MAX:
        raise TooManyGuests(most=GUESTS_MAX)
    return Guest(id=guest_id, show_id=show_id, made_at=now, expires_at=now + LINK_LASTS)


def checked(guest: Guest | None, now: datetime) -> Guest:
    """The guest, while the link lasts."""
    if guest is None or guest.expires_at <= now:
        raise GuestLinkGone
    return guest


def brought_on(guest: Guest, others: Sequence[Guest]) -> Guest:
    """On stage, if there is room; who is on stage stays."""
    if sum(one.on_stage for one in others if one.id != guest.id) >= ON_STAGE_MAX:
        raise StageFull(most=ON_STAGE_MAX)
    return replace(guest, on_stage=True)


def shown_name(name: str) -> str:
    """As the host reads it: one line, not too long."""
    return " ".join(name.split())[:NAME_CHARACTERS_MAX]
