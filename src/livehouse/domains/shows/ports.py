"""What shows need from the domains above them and from the machine they run on."""

from collections.abc import Collection, Sequence
from typing import Protocol, runtime_checkable

from livehouse.domains.shows.model import CameraState, Notice, Run, Show, Video
from livehouse.foundation.ids import RoomId, RunId, StoreId
from livehouse.storage.database import Transaction


class RunHook(Protocol):
    """Takes part in the transactions that start and end a run, as offers do to list themselves
    and to note when their prices are public."""

    async def run_started(self, tx: Transaction, show: Show, run: Run) -> None: ...

    async def run_ended(self, tx: Transaction, show: Show, run: Run) -> None: ...


class PlanHook(Protocol):
    """Takes part in the transaction that plans a show."""

    async def planned(self, tx: Transaction, show: Show) -> None: ...


class EditHook(Protocol):
    """Takes part in the transaction that edits or cancels a show to come: `after` has the new
    start, the new place, or is cancelled."""

    async def edited(
        self, tx: Transaction, before: Show, after: Show, *, openings_follow: bool
    ) -> None:
        """With `openings_follow` what opens by itself at a moment moves with the start."""
        ...


@runtime_checkable
class Pictures(Protocol):
    """Keeps pictures by their keys."""

    async def put(self, key: str, content: bytes) -> None: ...

    async def get(self, key: str) -> bytes | None: ...


class Archive(Protocol):
    """Knows which runs can be watched again."""

    async def playable(self, run_ids: Sequence[RunId]) -> Collection[RunId]: ...


@runtime_checkable
class Noticeboard(Protocol):
    """What the domains above have to say on the front page, the most urgent first."""

    async def notices(self, language: str) -> Sequence[Notice]: ...


@runtime_checkable
class Videos(Protocol):
    """The files that a store's shows may play. Nobody names a path: they choose what is offered,
    and what the installation has laid out is offered to owners alone."""

    async def offered(self, store_id: StoreId, *, to_owner: bool) -> Sequence[Video]: ...

    async def path(self, store_id: StoreId, name: str, *, to_owner: bool) -> str:
        """Where the file of that name lies; `InvalidInput` for any other name, `NotAllowed` for
        what only owners choose."""
        ...


@runtime_checkable
class Cameras(Protocol):
    """What arrives from the rooms' cameras on this node."""

    @property
    def rtmp_address(self) -> str:
        """What a host types in OBS as the server; empty where none is received."""
        ...

    def state(self, room_id: RoomId) -> CameraState | None:
        """None while no camera is connected."""
        ...

    def problem(self, run_id: RunId) -> str:
        """Why a run shows a slate, as a code; empty while it shows what it should."""
        ...

    async def kick(self, room_id: RoomId, reason: str) -> None:
        """Make the room's camera leave, if there is one."""
        ...
