"""Cameras for tests: a gate with a few keys, and a publisher that sends what it is told."""

from typing_extensions import override

from livehouse.media.ingest.errors import UnknownStreamKey
from livehouse.media.ingest.gate import Gate, Welcome
from livehouse.media.ingest.inputs import Publication
from livehouse.media.packets import Packet, SourceItem
from tests.support.media_material import formats, pictures

ROOM, KEY = "room-1", "the-key-of-room-1"


class KeyedGate(Gate):
    """Knows whose each key is, as the app does, and remembers who asked."""

    def __init__(self, **keys: Welcome) -> None:
        self.welcomes = {KEY: Welcome(ROOM), **keys}
        self.asked: list[tuple[str, str]] = []

    @override
    async def authorise(self, key: str, *, protocol: str, address: str) -> Welcome:
        self.asked.append((protocol, address))
        if key not in self.welcomes:
            raise UnknownStreamKey
        return self.welcomes[key]


def a_film(seconds: float = 4.0) -> list[SourceItem]:
    """Formats and pictures, five a second, a keyframe every two seconds."""
    return [formats(), *pictures(seconds)]


def sent(publication: Publication, items: list[SourceItem]) -> list[Packet]:
    """Put all of it, and say which packets that were."""
    for item in items:
        publication.put(item)
    return [item for item in items if isinstance(item, Packet)]
