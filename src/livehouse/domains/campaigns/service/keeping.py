"""Keeps what is the same for everybody for a few seconds, so that a crowd costs as one visitor."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from livehouse.foundation.clock import Clock

LASTS = timedelta(seconds=3)
# While one visitor has it made anew, the others are shown what there was.
RENEWAL_MAX = timedelta(seconds=5)
KEPT_MAX = 200


@dataclass(slots=True)
class Kept:
    """A bounded memory of texts: when it is full, what was made first goes first."""

    clock: Clock
    _texts: dict[tuple[str, str], tuple[datetime, str]] = field(default_factory=dict)

    async def get(self, key: tuple[str, str], make: Callable[[], Awaitable[str]]) -> str:
        """The text for `key`, made anew when it is older than a few seconds."""
        now = self.clock.now()
        until, text = self._texts.get(key, (now, ""))
        if until > now:
            return text
        if text:
            self._texts[key] = (now + RENEWAL_MAX, text)
        try:
            text = await make()
        except BaseException:
            self._texts.pop(key, None)
            raise
        self._texts.pop(key, None)
        if len(self._texts) >= KEPT_MAX:
            self._texts.pop(next(iter(self._texts)))
        self._texts[key] = (self.clock.now() + LASTS, text)
        return text
