"""What happened in a simulated world, in order; and the first law that it broke."""

from collections.abc import Callable, Iterator
from hashlib import sha256

SHOWN_EVENTS = 60


class History:
    """Events are (seconds, who, what, about); the newest are shown when a law is broken."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.events: list[tuple[float, str, str, str]] = []
        self.broken: list[str] = []
        self.is_closed = False  # after the verdict, whatever is left of the world just ends
        self._now = now

    def note(self, who: str, what: str, about: object = "") -> None:
        if not self.is_closed:
            self.events.append((self._now(), who, what, str(about)))

    def demand(self, holds: bool, law: str, about: str = "") -> None:  # noqa: FBT001 - a sentence
        """Remember that the law was broken. It never raises: the engine would catch it."""
        if not holds and not self.is_closed:
            self.broken.append(f"{law}: {about}" if about else law)
            self.note("LAW", "broken", self.broken[-1])

    def digest(self) -> str:
        """The same for two runs of one seed, and different as soon as anything differs."""
        return sha256(repr(self.events).encode()).hexdigest()[:16]

    def excerpt(self) -> Iterator[str]:
        """The last events until the first law was broken, and that."""
        end = next(
            (place for place, event in enumerate(self.events) if event[1] == "LAW"),
            len(self.events) - 1,
        )
        for moment, who, what, about in self.events[max(0, end - SHOWN_EVENTS) : end + 1]:
            yield f"{moment:10.4f}  {who:<10} {what:<14} {about}"
