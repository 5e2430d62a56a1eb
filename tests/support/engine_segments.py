"""What a client does that follows a room by segments, and a gateway that a test feeds."""

import gzip
import json
from collections.abc import Callable, Sequence
from typing import Any

from livehouse.engine.ports import LoggedFrame, Packed
from livehouse.engine.shelves import Hear
from livehouse.foundation.ids import RunId
from tests.support.engine_viewers import Follower


def opened(packed: Packed) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(gzip.decompress(packed.body))
    return document


def frames_in(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The segment's frames as a session is to see them: with the names put back."""
    names = document.get("names", {})
    for frame in document["frames"]:
        for say in frame.get("says", []):
            if say[0].startswith("c"):
                say[2] = names.get(say[1], "")
    found: list[dict[str, Any]] = document["frames"]
    return found


class SegmentFollower:
    """Follows segment by segment, and remembers the state's hash by n like any other viewer."""

    def __init__(self) -> None:
        self.follower = Follower()

    def hear(self, document: dict[str, Any]) -> None:
        for frame in frames_in(document):
            if frame["n"] <= self.follower.n:
                continue
            if "state" in frame and self.follower.n and frame["n"] == self.follower.n + 1:
                expected = self.follower.n + 1
                assert frame["n"] == expected, "segments leave no gap"
            self.follower.hear(json.dumps(frame).encode())


class FedFrames:
    """Stands for the gateway: what the test feeds is heard, as a hub tells it."""

    def __init__(self, *known: RunId) -> None:
        self.known = set(known)
        self.listeners: set[Hear] = set()
        self.follows = 0

    async def follow(self, run: RunId, hear: Hear) -> Callable[[], None] | None:
        if run not in self.known:
            return None
        self.follows += 1
        self.listeners.add(hear)
        return lambda: self.listeners.discard(hear)

    def is_followed(self, run: RunId, hear: Hear) -> bool:
        return run in self.known and hear in self.listeners

    def feed(self, frames: Sequence[LoggedFrame]) -> None:
        for logged in frames:
            for hear in tuple(self.listeners):
                hear(logged.payload)
