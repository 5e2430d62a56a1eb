"""Who says whose camera it is: the app, which knows the rooms and their stream keys."""

from typing import Literal, Protocol, TypeAlias

from msgspec import Struct
from typing_extensions import override

from livehouse.media.ingest.errors import IngestUnavailable

SecondPublisher: TypeAlias = Literal["refuse", "take_over"]


class Welcome(Struct, frozen=True):
    """Where a stream key leads, and what its room does with a second camera."""

    input_id: str
    second: SecondPublisher = "take_over"


class Gate(Protocol):
    async def authorise(self, key: str, *, protocol: str, address: str) -> Welcome:
        """Whose key it is; `UnknownStreamKey` if nobody's, `IngestUnavailable` if unknown."""
        ...


class ClosedGate(Gate):
    """Lets nobody in: while the app has not said where it can be asked."""

    @override
    async def authorise(self, key: str, *, protocol: str, address: str) -> Welcome:
        raise IngestUnavailable
