"""A server elsewhere as the source of a run: fetched into an input, and shown from it."""

from collections.abc import AsyncGenerator

from livehouse.foundation.clock import Clock
from livehouse.media.ingest.camera import CameraSource
from livehouse.media.ingest.inputs import Inputs
from livehouse.media.ingest.pull import Pulls
from livehouse.media.packets import SourceItem
from livehouse.media.specs import Camera, Remote, SourceSpec


class RemoteSource:
    """A camera that we go and fetch: it has the same slate, and no stream key leads to it."""

    load = 0.0
    progress = 1.0
    is_patient = True

    def __init__(self, spec: Remote, name: str, inputs: Inputs, pulls: Pulls, clock: Clock) -> None:
        self._spec = spec
        self._input_id = f"fetched-{name}"
        self._pulls = pulls
        camera = Camera(self._input_id, title=spec.title, grace_seconds=spec.grace_seconds)
        self._camera = CameraSource(camera, inputs, clock)

    @property
    def dropped(self) -> int:
        return self._camera.dropped

    @property
    def problem(self) -> str:
        """Why the slate is shown, as well as it is known."""
        return self._camera.problem and (
            self._pulls.problem(self._input_id) or self._camera.problem
        )

    async def start(self) -> None:
        self._pulls.fetch(self._input_id, self._spec)
        await self._camera.start()

    def packets(self) -> AsyncGenerator[SourceItem]:
        return self._camera.packets()

    def direct(self, _: SourceSpec) -> bool:
        return False

    async def stop(self) -> None:
        self._pulls.stop(self._input_id)
        await self._camera.stop()
