"""How much disk recordings may take: all together, and each store's."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from livehouse.media.folder import free_bytes
from livehouse.media.limits import DISK_FREE_BYTES_MIN, RECORDING_RESUME_SHARE
from livehouse.media.specs import DiskRoom, RecordingProblem


class DiskQuota:
    """Counts bytes by their owner, for whom shows are recorded; an empty one stands for nobody.

    Each owner has a share as soon as there are others, so that one cannot end the recordings of
    all (decision 0163).
    """

    def __init__(
        self,
        data: Path,
        room: DiskRoom,
        *,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        self.room = room
        self._data = data
        self._free = free
        self._counting = threading.Lock()
        self._used: Counter[str] = Counter()

    @property
    def used(self) -> int:
        return self._used.total()

    def begin(self, used: Mapping[str, int]) -> None:
        """So much lies there already, by owner."""
        with self._counting:
            self._used = Counter(used)

    def count(self, size: int, owner: str = "") -> None:
        """So much more is there, or less. From any thread."""
        with self._counting:
            self._used[owner] += size

    def refusal(self, size: int, owner: str = "", *, resuming: bool = False) -> RecordingProblem:
        """Why `size` more bytes do not fit; empty where they do. Who stopped before needs more
        than a sliver of room."""
        share = 1 - RECORDING_RESUME_SHARE if resuming else 1
        with self._counting:
            used, own = self._used.total(), self._used[owner]
        if used > own and own + size > self.room.owner_bytes_max * share:
            return "store_full"
        if used + size > self.room.bytes_max * share:
            return "house_full"
        if self._free(self._data) - size <= DISK_FREE_BYTES_MIN:
            return "disk_full"
        return ""
