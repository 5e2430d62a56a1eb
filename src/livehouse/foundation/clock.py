"""Time as a dependency: production waits for it, tests move it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated, Protocol, TypeAlias

from msgspec import Meta

# A moment that knows its zone; one without is refused where it enters.
Instant: TypeAlias = Annotated[datetime, Meta(tz=True)]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


class Clock(Protocol):
    def now(self) -> datetime: ...
    async def sleep(self, duration: timedelta) -> None: ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - the one place

    async def sleep(self, duration: timedelta) -> None:
        await asyncio.sleep(duration.total_seconds())  # noqa: TID251 - the one place


def to_ms(moment: datetime) -> int:
    """Whole milliseconds since 1970 in UTC, the clock of EXT-X-PROGRAM-DATE-TIME and of frames."""
    return (moment - EPOCH) // MILLISECOND


def from_ms(ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=ms)
