"""Whom a node lets in: as many as it can serve. The others follow the room through HTTP frames,
which any cache serves, and ask again later."""

from collections import Counter
from collections.abc import Callable

from livehouse.engine import limits


class Admission:
    """Counts who is here. `chance` gives numbers from 0 up to 1: not all return at once."""

    def __init__(self, most: int, most_per_address: int, chance: Callable[[], float]) -> None:
        self._most = most
        self._most_per_address = most_per_address
        self._chance = chance
        self._addresses: Counter[str] = Counter()
        self._late = 0
        self._late_ms = 0
        self.count = 0

    def enter(self, address: str) -> str | None:
        """Count one in; the reason to close it with at once, or None for who may stay."""
        self.count += 1
        self._addresses[address] += 1
        if self.count > self._most or self._late >= limits.LATE_PULSES_MAX:
            return self._elsewhere("node")
        if self._addresses[address] > self._most_per_address:
            return self._elsewhere("address")
        return None

    def leave(self, address: str) -> None:
        self.count -= 1
        self._addresses[address] -= 1
        if self._addresses[address] <= 0:
            del self._addresses[address]

    def note(self, late_ms: int, now_ms: int) -> None:
        """How late the node's pulse was; when it is for long, nobody else is let in for a while."""
        if late_ms > limits.LATE_MS_MAX:
            self._late += 1
            self._late_ms = now_ms
        elif now_ms - self._late_ms > limits.LATE_CALM_MS:
            self._late = 0

    def is_beyond(self, connections: int) -> bool:
        """Whether even an answer is too much, with so many open, the turned away among them."""
        return connections >= self._most + limits.TURNED_AWAY_MAX

    def _elsewhere(self, why: str) -> str:
        retry_ms = limits.ELSEWHERE_MS + int(limits.ELSEWHERE_MS * self._chance())
        return f'{{"why":"{why}","carrier":"http","retry_ms":{retry_ms}}}'
