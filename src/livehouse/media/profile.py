"""How finely a run is cut: short pieces are sooner on the screen, long ones kinder to caches."""

import math
from typing import Literal, TypeAlias

from msgspec import Struct

from livehouse.media.limits import SEGMENT_SECONDS, SEGMENT_SECONDS_MAX

ProfileName: TypeAlias = Literal["default", "fast"]


class Profile(Struct, frozen=True):
    """`segment_seconds` is aimed at; the others are never exceeded.

    The values leave room for a whole number of pictures at 15 to 60 a second, also when a camera's
    clock rounds to milliseconds.
    """

    segment_seconds: float
    part_seconds_max: float
    segment_seconds_max: float = SEGMENT_SECONDS_MAX

    @property
    def target_seconds(self) -> int:
        """EXT-X-TARGETDURATION: it must not change while a playlist lives."""
        return math.floor(self.segment_seconds_max + 0.5)

    @property
    def part_hold_back_seconds(self) -> float:
        """How far from the end players stay: three parts, as the draft advises."""
        return round(3 * self.part_seconds_max, 3)

    @property
    def skip_until_seconds(self) -> int:
        """What is further from the end than this may be left out of a playlist's update."""
        return 6 * self.target_seconds


PROFILES: dict[ProfileName, Profile] = {
    "default": Profile(segment_seconds=SEGMENT_SECONDS, part_seconds_max=0.34),
    "fast": Profile(segment_seconds=SEGMENT_SECONDS / 2, part_seconds_max=0.21),
}
