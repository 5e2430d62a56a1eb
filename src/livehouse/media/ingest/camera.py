"""The camera of a room as the source of a run."""

from collections.abc import AsyncGenerator

from livehouse.media.ingest.inputs import Inputs
from livehouse.media.packets import SourceItem
from livehouse.media.specs import Camera


class CameraSource:
    """Listens to the room's input. Nothing is encoded here, hence no load and no progress."""

    load = 0.0
    progress = 1.0

    def __init__(self, spec: Camera, inputs: Inputs) -> None:
        self._spec = spec
        self._inputs = inputs
        self.dropped = 0

    async def start(self) -> None:
        pass

    async def packets(self) -> AsyncGenerator[SourceItem]:
        with self._inputs.at(self._spec.input).listening() as subscription:
            async for item in subscription.items():
                self.dropped = subscription.dropped
                yield item

    async def stop(self) -> None:
        pass
