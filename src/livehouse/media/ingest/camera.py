"""The camera of a room as the source of a run, and the slate while no camera is there."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, nullcontext

from livehouse.foundation.clock import Clock, to_ms
from livehouse.media.ingest.inputs import Input, Inputs
from livehouse.media.ingest.limits import (
    CAMERA_LOOK_SECONDS,
    CAMERA_SILENCE_MS_MAX,
    KEYFRAME_SECONDS_MAX,
)
from livehouse.media.ingest.slate import HEIGHT, WIDTH, Slate, make_slate
from livehouse.media.ingest.subscription import Subscription
from livehouse.media.packets import Formats, Packet, SourceItem, VideoFormat
from livehouse.media.specs import Camera, SourceSpec

AWAITED, GONE = "camera_awaited", "camera_gone"


class CameraSource:
    """Gives what comes in at the room's input; a slate for a while when nothing does.

    After that while it waits on, for as long as the show lasts: a show is ended by its host, not
    by a network. Nothing of the camera is encoded here, hence no load and no progress.
    """

    load = 0.0
    progress = 1.0
    # It waits for its camera as long as it takes: silence is no reason to begin anew.
    is_patient = True

    def __init__(
        self,
        spec: Camera,
        inputs: Inputs,
        clock: Clock,
        *,
        gives_way: Callable[[], bool] = lambda: False,
    ) -> None:
        """`gives_way` is asked at each packet and each look: once it is so, packets end."""
        self._spec = spec
        self._inputs = inputs
        self._clock = clock
        self._gives_way = gives_way
        self._size = WIDTH, HEIGHT
        self._formats: Formats | None = None
        self._slates: dict[tuple[int, int], Slate] = {}
        self.problem = AWAITED
        self.dropped = 0

    async def start(self) -> None:
        await self._slate()

    async def packets(self, heard: Subscription | None = None) -> AsyncGenerator[SourceItem]:
        """`heard` where the camera has been listened to already; it stays open."""
        camera = self._inputs.at(self._spec.input)
        with camera.listening() if heard is None else nullcontext(heard) as listener:
            if camera.publication is not None:
                # Its next keyframe is near: nobody needs a slate until then.
                await listener.ready(KEYFRAME_SECONDS_MAX)
            while not self._gives_way():
                async with aclosing(self._stand_in(listener)) as standing_in:
                    async for item in standing_in:
                        yield item
                if self._gives_way():
                    return
                self.problem = ""
                async with aclosing(self._show(camera, listener)) as shown:
                    async for item in shown:
                        yield item
                self.problem = GONE

    def direct(self, _: SourceSpec) -> bool:
        return False

    async def stop(self) -> None:
        pass

    async def _show(self, camera: Input, listener: Subscription) -> AsyncGenerator[SourceItem]:
        """What the camera sends, until it is gone or silent."""
        newest = self._now()
        while not self._gives_way():
            item = await _taken(listener, CAMERA_LOOK_SECONDS)
            if item is None:
                silent_ms = self._now() - newest
                if camera.publication is None or silent_ms > CAMERA_SILENCE_MS_MAX:
                    if self._formats is not None:
                        # It may go on where it was: behind the slate its form is said anew.
                        listener.begin(self._formats)
                    return
                continue
            newest = self._now()
            self.dropped = listener.dropped
            self._remember(item)
            yield item

    async def _stand_in(self, listener: Subscription) -> AsyncGenerator[SourceItem]:
        """The slate, in the pace of the clock, until the camera has something to show."""
        if not listener.waiting:
            slate = await self._slate()
            begin_at = self._now()
            for item in slate.items(begin_at):
                if isinstance(item, Packet):
                    if item.at - begin_at > self._spec.grace_seconds * 1000:
                        break
                    # A clock that is set back must not freeze the slate for long.
                    early = min((item.at - self._now()) / 1000, KEYFRAME_SECONDS_MAX)
                    if await listener.ready(early) or self._gives_way():
                        return
                yield item
        while not (await listener.ready(CAMERA_LOOK_SECONDS) or self._gives_way()):
            pass

    async def _slate(self) -> Slate:
        """As large as the camera's picture was: players then need not change anything."""
        found = self._slates.get(self._size)
        if found is None:
            found = await asyncio.to_thread(make_slate, self._spec.title, *self._size)
            self._slates = {self._size: found}
        return found

    def _remember(self, item: SourceItem) -> None:
        if isinstance(item, Formats):
            self._formats = item
            self._size = _even(item.video)

    def _now(self) -> int:
        return to_ms(self._clock.now())


async def _taken(listener: Subscription, seconds: float) -> SourceItem | None:
    return await listener.take() if await listener.ready(seconds) else None


def _even(form: VideoFormat) -> tuple[int, int]:
    return form.width // 2 * 2, form.height // 2 * 2
