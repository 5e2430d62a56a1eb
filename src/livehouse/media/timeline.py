"""Places the ticks of every source on the one timeline of a run, and tells the programme time."""

from livehouse.media.limits import CLOCK_JUMP_MS
from livehouse.media.packets import TICKS_PER_MS, VIDEO_RATE, Packet

# Each picture moves the correction by this share of its error: jitter of arrival averages out
# over some ten seconds, while a camera's clock that runs 100 ppm off stays within a millisecond.
GAIN = 1 / 300
# A jump must last this many pictures before we believe it.
JUMP_PICTURES = 15


class Timeline:
    """Ticks of the run: 0 at `anchor_at` (ms), and linear to the wall clock from there.

    Within a stretch the ticks follow the source's own clock, because decoders want them even.
    The difference to the wall clock is kept beside them, as a slowly moving correction.
    """

    def __init__(self, anchor_at: int) -> None:
        self.anchor_at = anchor_at
        self._shift = 0
        self._correction_ms = 0.0
        self._jumped_for = 0

    def begin(self, first: Packet, not_before: int) -> None:
        """Start a stretch with `first`; ticks never run back before `not_before`."""
        wanted = (first.at - self.anchor_at) * TICKS_PER_MS
        placed = max(wanted, not_before)
        self._shift = placed - first.pts
        self._correction_ms = (wanted - placed) / TICKS_PER_MS
        self._jumped_for = 0

    def video(self, ticks: int) -> int:
        return ticks + self._shift

    def audio(self, samples: int, rate: int) -> int:
        return samples + round(self._shift * rate / VIDEO_RATE)

    def programme_at(self, placed: int) -> int:
        """Programme time (ms) of a place on the timeline."""
        return round(self.anchor_at + placed / TICKS_PER_MS + self._correction_ms)

    def follow(self, packet: Packet) -> bool:
        """Learn from a picture's capture time; False when the clocks have parted for good."""
        placed_at = self.anchor_at + self.video(packet.pts) / TICKS_PER_MS
        error = packet.at - placed_at - self._correction_ms
        if abs(error) > CLOCK_JUMP_MS:
            self._jumped_for += 1
            return self._jumped_for < JUMP_PICTURES
        self._jumped_for = 0
        self._correction_ms += error * GAIN
        return True
