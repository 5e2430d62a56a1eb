"""Guests as the media process knows them: their inputs, and the plan of a show's stage."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from livehouse.domains.guests import Guest, Setting
from livehouse.foundation.clock import Clock
from livehouse.media.specs import StagePlan, StageSeat
from livehouse.media.supervisor import MediaSupervisor
from livehouse.media.webrtc.links import WebRtcLinks

SENT_AWAY = "sent_away"


def guest_input(guest_id: UUID) -> str:
    """Where a guest's camera comes in; no room's input is called so."""
    return f"guest.{guest_id}"


def stage_plan(setting: Setting, guests: Sequence[Guest]) -> StagePlan:
    """What the media process is told: those on stage, and nothing of those who wait."""
    seats = tuple(
        StageSeat(guest_input(one.id), one.silenced, one.name if setting.names else "")
        for one in guests
        if one.on_stage
    )
    if not seats:
        return StagePlan()
    return StagePlan(seats, setting.layout, guest_input(setting.main) if setting.main else "")


class MediaGuests:
    """The guests' cameras as the media process of this node knows them."""

    def __init__(self, media: MediaSupervisor, links: WebRtcLinks, clock: Clock) -> None:
        self._media = media
        self._links = links
        self._clock = clock

    @property
    def ice_servers(self) -> list[dict[str, str]]:
        found = self._links.for_browsers(self._clock.now())
        return [msgspec.to_builtins(server) for server in found]

    async def send_away(self, guest_id: UUID) -> None:
        await self._media.kick_camera(guest_input(guest_id), SENT_AWAY)
