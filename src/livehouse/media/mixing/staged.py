"""The camera of a room as the source of a run, mixed with its guests for as long as there are any.

A host alone is passed through as before. When a guest comes, the mix is got ready beside that, and
takes over at a moment that both know; when the last one has gone, the camera takes over again at a
keyframe. Each change is another stretch on the one timeline of the run, without a hole.
"""

from collections.abc import AsyncGenerator
from contextlib import ExitStack, aclosing

from msgspec.structs import replace

from livehouse.foundation.clock import Clock, to_ms
from livehouse.media.ingest.camera import CameraSource
from livehouse.media.ingest.inputs import Inputs
from livehouse.media.ingest.subscription import Subscription
from livehouse.media.mixing.asides import Asides
from livehouse.media.mixing.limits import HOLD_MS
from livehouse.media.mixing.mixer import MixProducer
from livehouse.media.mixing.seat import Mailbox
from livehouse.media.packets import Aside, Kind, Packet, SourceItem
from livehouse.media.sources.source import ThreadedSource
from livehouse.media.specs import Camera, SourceSpec


class StagedCamera:
    progress = 1.0
    is_patient = True

    def __init__(self, spec: Camera, inputs: Inputs, clock: Clock, asides: Asides) -> None:
        self._spec = spec
        self._inputs = inputs
        self._clock = clock
        self._asides = asides
        self._camera = CameraSource(spec, inputs, clock, gives_way=self._gives_way)
        self._ears: dict[str, tuple[Mailbox, ExitStack]] = {}
        self._mailboxes: dict[str, Mailbox] = {}
        self._mix: _Mix | None = None
        self._dropped = 0
        self._guests_at = 0

    @property
    def dropped(self) -> int:
        mixed = self._mix.source.dropped if self._mix else 0
        return self._dropped + self._camera.dropped + mixed

    @property
    def load(self) -> float:
        return self._mix.source.load if self._mix else 0.0

    @property
    def problem(self) -> str:
        return "" if self._mix else self._camera.problem

    async def start(self) -> None:
        await self._camera.start()

    def direct(self, spec: SourceSpec) -> bool:
        """Another plan for the stage is taken up at the next picture."""
        if not isinstance(spec, Camera) or replace(spec, stage=self._spec.stage) != self._spec:
            return False
        self._spec = spec
        return True

    async def packets(self) -> AsyncGenerator[SourceItem]:
        with ExitStack() as listening:
            heard: Subscription | None = None
            while True:
                async with aclosing(self._alone(heard)) as items:
                    async for item in items:
                        yield item
                listening.close()
                heard = None
                async with aclosing(self._together()) as items:
                    async for item in items:
                        if self._returns(heard, item):
                            break
                        if heard is None and not self._has_guests and self._is_there(self._host):
                            heard = listening.enter_context(self._inputs.at(self._host).listening())
                        elif heard is not None and self._has_guests:
                            listening.close()
                            heard = None
                        yield item
                await self._end_mix()

    async def stop(self) -> None:
        await self._end_mix()
        await self._camera.stop()

    async def _alone(self, heard: Subscription | None) -> AsyncGenerator[SourceItem]:
        """The camera or its slate, until the mix has something to show."""
        async with aclosing(self._camera.packets(heard)) as items:
            async for item in items:
                begins_at = self._mix.producer.begins_at if self._mix else None
                if isinstance(item, Packet) and begins_at is not None and item.at >= begins_at:
                    if item.kind is Kind.VIDEO:
                        return
                    continue
                yield item

    async def _together(self) -> AsyncGenerator[SourceItem]:
        """The mix, for as long as it goes."""
        assert self._mix is not None, "the camera gives way to a mix alone"
        async with aclosing(self._mix.source.packets()) as items:
            async for item in items:
                self._attend()
                if isinstance(item, Aside):
                    self._asides.tell(item)
                else:
                    yield item

    def _returns(self, heard: Subscription | None, item: SourceItem) -> bool:
        """Whether the camera goes on from here, because nobody is left to be mixed with it."""
        if self._has_guests or not isinstance(item, Packet) or item.kind is not Kind.VIDEO:
            return False
        if not self._is_there(self._host):
            return True
        return heard is not None and heard.begins_at is not None and item.at >= heard.begins_at

    def _gives_way(self) -> bool:
        """Asked at every packet of the camera, and a few times a second where there is none."""
        self._attend()
        if self._mix is None and len(self._mailboxes) > (self._host in self._mailboxes):
            self._mix = self._begin_mix()
        begins_at = self._mix.producer.begins_at if self._mix else None
        # While the camera has pictures, they tell when its turn is over.
        silent_ms = self._now() - begins_at if begins_at is not None else 0
        return silent_ms > 0 and not self._is_there(self._host)

    def _attend(self) -> None:
        """Listen to whoever is on stage and there, and to nobody else."""
        guests = {seat.input for seat in self._spec.stage.guests}
        there = {one for one in guests if self._is_there(one)}
        if there:
            self._guests_at = self._now()
        if (there or self._mix) and self._is_there(self._host):
            there.add(self._host)
        if there == self._ears.keys():
            return
        for gone in self._ears.keys() - there:
            self._ears.pop(gone)[1].close()
        for come in there - self._ears.keys():
            stack, mailbox = ExitStack(), Mailbox()
            stack.enter_context(self._inputs.at(come).hearing(mailbox))
            self._ears[come] = mailbox, stack
        self._mailboxes = {one: mailbox for one, (mailbox, _) in self._ears.items()}

    def _begin_mix(self) -> "_Mix":
        producer = MixProducer(self._host, lambda: self._spec.stage, lambda: self._mailboxes)
        mix = _Mix(producer, ThreadedSource(producer, self._clock, name="mix"))
        mix.source.begin()
        return mix

    async def _end_mix(self) -> None:
        mix, self._mix = self._mix, None
        if mix is not None:
            await mix.source.stop()
            self._dropped += mix.source.dropped
        for _, stack in self._ears.values():
            stack.close()
        self._ears, self._mailboxes = {}, {}

    @property
    def _host(self) -> str:
        return self._spec.input

    @property
    def _has_guests(self) -> bool:
        """Also for a moment after the last one was cut off, who may come back."""
        return bool(self._spec.stage.guests) and self._now() - self._guests_at <= HOLD_MS

    def _is_there(self, input_id: str) -> bool:
        found = self._inputs.input(input_id)
        return (
            found is not None
            and found.publication is not None
            and (found.publication.formats is not None)
        )

    def _now(self) -> int:
        return to_ms(self._clock.now())


class _Mix:
    def __init__(self, producer: MixProducer, source: ThreadedSource) -> None:
        self.producer = producer
        self.source = source
