"""A video server of the operator's in front: what the house fetches from it."""

import pytest

from livehouse.foundation.clock import SystemClock
from livehouse.media.errors import InvalidSource
from livehouse.media.ingest.inputs import Inputs
from livehouse.media.ingest.pull import Pulls
from livehouse.media.specs import Playback
from tests.support.cameras import ROOM, KeyedGate


@pytest.mark.parametrize("url", ["file:///etc/passwd", "/etc/passwd", "concat:a|b", "pipe:0"])
async def test_nothing_is_fetched_from_this_machine(url: str) -> None:
    pulls = Pulls(Inputs(KeyedGate(), SystemClock()), SystemClock())
    async with pulls.carrying():
        with pytest.raises(InvalidSource):
            pulls.start(ROOM, Playback(url))
