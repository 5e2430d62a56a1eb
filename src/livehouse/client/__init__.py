"""Follow a room from Python: for programs of anybody's, our benchmarks, the simulated audience.

`Room` heals itself and is what most programs want; `livehouse.client.wire` is the lean layer below
it, for thousands of connections in one process.
"""

from livehouse.client.answers import Bought, Joined, Said, You
from livehouse.client.errors import NotJoined, Refused
from livehouse.client.room import By, Room

__all__ = ["Bought", "By", "Joined", "NotJoined", "Refused", "Room", "Said", "You"]
