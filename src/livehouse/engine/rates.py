"""How much one may do in a while: a bucket that fills slowly and empties at once."""

from msgspec import Struct


class TokenBucket(Struct):
    """Starts full. Times are in ms, as the caller's clock tells them."""

    per_second: float
    burst: float
    _level: float = -1.0
    _filled_ms: int = 0

    def take(self, count: int, now_ms: int) -> bool:
        """Take all of `count`, or nothing."""
        self._fill(now_ms)
        if self._level < count:
            return False
        self._level -= count
        return True

    def take_up_to(self, count: int, now_ms: int) -> int:
        """Take as much of `count` as there is."""
        self._fill(now_ms)
        taken = min(count, int(self._level))
        self._level -= taken
        return taken

    def _fill(self, now_ms: int) -> None:
        if self._level < 0:
            self._level = self.burst
        else:
            passed = max(0, now_ms - self._filled_ms)
            self._level = min(self.burst, self._level + passed * self.per_second / 1_000)
        self._filled_ms = now_ms
