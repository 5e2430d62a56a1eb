"""What guests need of the machine they appear on."""

from typing import Protocol, runtime_checkable
from uuid import UUID


@runtime_checkable
class GuestCameras(Protocol):
    """Where guests' cameras come in."""

    @property
    def ice_servers(self) -> list[dict[str, str]]:
        """What a browser's RTCPeerConnection is given."""
        ...

    async def send_away(self, guest_id: UUID) -> None:
        """Make the guest's camera leave, if there is one."""
        ...
