"""Inputs: where the camera of a room arrives, whether or not a show is on."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from livehouse.foundation.clock import Clock, to_ms
from livehouse.media.ingest.errors import (
    IngestUnavailable,
    InputBusy,
    TooManyInputs,
    UnknownStreamKey,
)
from livehouse.media.ingest.figures import Figures
from livehouse.media.ingest.gate import Gate, Welcome
from livehouse.media.ingest.limits import (
    ASKING_MAX,
    AUTHORISE_SECONDS_MAX,
    INPUTS_MAX,
    KEY_CHARACTERS_MAX,
    SILENT_PUBLISHER,
    SUBSCRIBERS_MAX,
    TAKING_BACK_AFTER,
)
from livehouse.media.ingest.subscription import Ear, Listeners, Subscription
from livehouse.media.packets import Formats, SourceItem
from livehouse.media.specs import InputStatus

log = structlog.get_logger()

TAKEN_OVER, SENT_AWAY = "taken_over", "sent_away"


class Publication:
    """One camera's stay at its input. Whoever received it holds it, and closes it at the end."""

    def __init__(self, at: "Input", clock: Clock, *, protocol: str, address: str) -> None:
        self.input = at
        self.protocol = protocol
        self.address = address
        self.since = clock.now()
        # A receiver that can ask its camera for a keyframe says how.
        self.ask_keyframe: Callable[[], None] | None = None
        self.figures = Figures()
        self.formats: Formats | None = None
        self.dropped = 0
        self.rtt_ms: float | None = None
        self.loss: float | None = None
        self._clock = clock
        self._kicked: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def put(self, item: SourceItem) -> None:
        """Hand on formats or a packet. Never blocks; after a kick nobody hears it any more."""
        if not self.is_current:
            return
        if isinstance(item, Formats):
            self.formats = item
            self.input.listeners.tell(item)
        elif self.formats is not None:
            self.figures.count(item, to_ms(self._clock.now()))
            self.input.listeners.tell(item)

    def note(
        self, *, dropped: int = 0, rtt_ms: float | None = None, loss: float | None = None
    ) -> None:
        """What the receiver knows of the link; `dropped` are packets lost since the last note."""
        self.dropped += dropped
        self.rtt_ms = self.rtt_ms if rtt_ms is None else rtt_ms
        self.loss = self.loss if loss is None else loss

    async def kicked(self) -> str:
        """Wait until this camera must leave; the reason. The receiver then says so and closes."""
        return await asyncio.shield(self._kicked)

    def kick(self, reason: str) -> None:
        """Make it leave; from now on nobody hears it."""
        if not self._kicked.done():
            self._kicked.set_result(reason)
            log.info("publisher_kicked", input=self.input.input_id, reason=reason)
        self.close()

    def close(self) -> None:
        self.input.leave(self)

    @property
    def is_current(self) -> bool:
        return self.input.publication is self

    @property
    def is_silent(self) -> bool:
        """Whether nothing has come for so long that another camera may have the place."""
        newest = self.figures.newest_at or to_ms(self.since)
        silent_ms = to_ms(self._clock.now()) - newest
        return silent_ms > SILENT_PUBLISHER.total_seconds() * 1000


class Input:
    """One camera at a time comes in, any number of listeners go out."""

    def __init__(self, inputs: "Inputs", input_id: str, clock: Clock) -> None:
        self.input_id = input_id
        self.publication: Publication | None = None
        self.listeners = Listeners()
        self._inputs = inputs
        self._clock = clock
        self._taken_over = "", clock.now()

    def taken_over_from(self, address: str) -> None:
        self._taken_over = address, self._clock.now() + TAKING_BACK_AFTER

    def was_taken_over_from(self, address: str) -> bool:
        """Whether a camera of this address has just lost its place, and comes again by itself."""
        loser, until = self._taken_over
        return loser == address and self._clock.now() < until

    def enter(self, protocol: str, address: str) -> Publication:
        entered = Publication(self, self._clock, protocol=protocol, address=address)
        self.publication = entered
        log.info("publisher_came", input=self.input_id, protocol=protocol, address=address)
        return entered

    def leave(self, publication: Publication) -> None:
        if self.publication is publication:
            self.publication = None
            log.info("publisher_left", input=self.input_id, protocol=publication.protocol)
        self._inputs.forget_unused(self)

    @contextmanager
    def listening(self) -> Iterator[Subscription]:
        """Listen for as long as the block lasts, from camera to camera."""
        subscription = Subscription()
        with self.hearing(subscription):
            yield subscription

    @contextmanager
    def hearing(self, ear: Ear) -> Iterator[None]:
        """The same with an ear of one's own."""
        if len(self.listeners) >= SUBSCRIBERS_MAX:
            raise TooManyInputs
        here = self.publication
        if here is not None and here.ask_keyframe is not None:
            here.ask_keyframe()
        try:
            with self.listeners.hearing(ear, here.formats if here else None):
                yield
        finally:
            self._inputs.forget_unused(self)

    @property
    def status(self) -> InputStatus:
        here = self.publication
        if here is None:
            return InputStatus(input_id=self.input_id)
        video = here.formats.video if here.formats else None
        rates = here.figures.rates(to_ms(self._clock.now()))
        return InputStatus(
            input_id=self.input_id,
            connected=True,
            protocol=here.protocol,
            since_at=to_ms(here.since),
            width=video.width if video else 0,
            height=video.height if video else 0,
            fps=rates.fps,
            kbps=rates.kbps,
            key_interval_seconds=here.figures.key_interval_seconds,
            dropped=here.dropped + self.listeners.dropped,
            rtt_ms=here.rtt_ms,
            loss=here.loss,
        )


class Inputs:
    """All inputs of the media process. An input exists while somebody sends to it or listens."""

    def __init__(self, gate: Gate, clock: Clock) -> None:
        self.gate = gate
        self._clock = clock
        self._inputs: dict[str, Input] = {}
        self._asking = 0

    async def publish(self, key: str, *, protocol: str, address: str) -> Publication:
        """Let a camera in by its stream key, or refuse: `UnknownStreamKey`, `InputBusy`,
        `TooManyInputs`, `IngestUnavailable`. What comes second to a room is settled here."""
        welcome = await self.authorise(key, protocol=protocol, address=address)
        return self.enter(welcome, protocol=protocol, address=address)

    def enter(self, welcome: Welcome, *, protocol: str, address: str) -> Publication:
        """Let in whom the app has welcomed already."""
        found = self.at(welcome.input_id)
        first = found.publication
        if first is not None:
            is_taking_back = found.was_taken_over_from(address)
            if (welcome.second == "refuse" or is_taking_back) and not first.is_silent:
                raise InputBusy
            found.taken_over_from(first.address)
        entered = found.enter(protocol, address)
        if first is not None:
            first.kick(TAKEN_OVER)
        return entered

    def at(self, input_id: str) -> Input:
        """The input, also where no camera has come yet."""
        found = self._inputs.get(input_id)
        if found is None:
            if len(self._inputs) >= INPUTS_MAX:
                raise TooManyInputs
            found = self._inputs[input_id] = Input(self, input_id, self._clock)
        return found

    def input(self, input_id: str) -> Input | None:
        return self._inputs.get(input_id)

    def kick(self, input_id: str, reason: str) -> None:
        found = self._inputs.get(input_id)
        if found is not None and found.publication is not None:
            found.publication.kick(reason)

    def statuses(self) -> list[InputStatus]:
        return [found.status for found in self._inputs.values()]

    def forget_unused(self, one: Input) -> None:
        if one.publication is None and not one.listeners:
            self._inputs.pop(one.input_id, None)

    async def authorise(self, key: str, *, protocol: str, address: str) -> Welcome:
        """Ask whose key it is, for a receiver that has more to look at before it enters."""
        if not 0 < len(key) <= KEY_CHARACTERS_MAX:
            raise UnknownStreamKey
        if self._asking >= ASKING_MAX:
            raise TooManyInputs
        self._asking += 1
        try:
            async with asyncio.timeout(AUTHORISE_SECONDS_MAX):
                return await self.gate.authorise(key, protocol=protocol, address=address)
        except TimeoutError as error:
            raise IngestUnavailable from error
        finally:
            self._asking -= 1
