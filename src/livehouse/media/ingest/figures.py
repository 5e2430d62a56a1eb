"""Counts what a camera sends: rate, pictures a second, time between keyframes."""

from collections import deque

from msgspec import Struct

from livehouse.media.ingest.limits import FIGURES_PACKETS_MAX, FIGURES_SPAN_MS
from livehouse.media.packets import VIDEO_RATE, Kind, Packet


class Rates(Struct, frozen=True):
    kbps: int
    fps: float


class Figures:
    """Rates are those of the last five seconds."""

    def __init__(self) -> None:
        self._recent: deque[tuple[int, int, bool]] = deque(maxlen=FIGURES_PACKETS_MAX)
        self._last_key: int | None = None
        self.key_interval_seconds = 0.0
        self.newest_at: int | None = None

    def count(self, packet: Packet, now_ms: int) -> None:
        is_picture = packet.kind is Kind.VIDEO
        self._recent.append((now_ms, len(packet.data), is_picture))
        self.newest_at = now_ms
        if is_picture and packet.key:
            if self._last_key is not None and packet.dts > self._last_key:
                self.key_interval_seconds = round((packet.dts - self._last_key) / VIDEO_RATE, 2)
            self._last_key = packet.dts

    def rates(self, now_ms: int) -> Rates:
        while self._recent and now_ms - self._recent[0][0] > FIGURES_SPAN_MS:
            self._recent.popleft()
        if not self._recent:
            return Rates(kbps=0, fps=0.0)
        # A camera that has just come is not slow: it is counted from when it came.
        seconds = max(now_ms - self._recent[0][0], 500) / 1000
        bits = sum(size for _, size, _ in self._recent) * 8
        pictures = sum(is_picture for _, _, is_picture in self._recent)
        return Rates(kbps=round(bits / seconds / 1000), fps=round(pictures / seconds, 1))
