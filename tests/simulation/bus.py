"""The backplane between nodes, which may lose, delay, repeat and reorder, and says when it cannot.

It promises what `tests/contracts/test_backplanes.py` asks of one in good health, and in bad health
what every implementation may do.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from msgspec import Struct

from livehouse.engine.backplane import Signals, Spread, Stop
from livehouse.foundation.ids import RunId
from tests.simulation.history import History
from tests.simulation.laws import Laws
from tests.simulation.loop import Place, loop_here
from tests.simulation.weather import Weather

M = TypeVar("M")
LATE_SECONDS_MAX = 4.0
MOMENT = 1e-6


class BusRefuses(Exception):
    """The node's connection to the others is gone, or its buffer is full."""


class _Receiver(Struct):
    place: Place
    receive: Callable[[object], None]
    next_at: float = 0.0


@dataclass(slots=True)
class Bus:
    """What all nodes share."""

    chance: Random
    weather: Weather
    history: History
    laws: Laws
    cut_off: set[str] = field(default_factory=set)
    calm: bool = False
    _receivers: dict[tuple[str, RunId], list[_Receiver]] = field(default_factory=dict)

    def settle(self) -> None:
        self.calm = True
        self.cut_off.clear()

    def subscribe(self, channel: tuple[str, RunId], receiver: _Receiver) -> Stop:
        self._receivers.setdefault(channel, []).append(receiver)

        def stop() -> None:
            if receiver in self._receivers[channel]:
                self._receivers[channel].remove(receiver)

        return stop

    def send(self, channel: tuple[str, RunId], message: object, sender: Place) -> None:
        for receiver in tuple(self._receivers.get(channel, ())):
            if receiver.place is sender and self.weather.bus_calls:
                receiver.receive(message)
            elif not self._lost(sender, receiver.place):
                for _ in range(2 if self.happens(self.weather.bus_twice) else 1):
                    self._deliver(channel, receiver, message)

    def happens(self, share: float) -> bool:
        return not self.calm and share > 0 and self.chance.random() < share

    def _lost(self, sender: Place, receiver: Place) -> bool:
        apart = sender is not receiver and not self.cut_off.isdisjoint((sender.name, receiver.name))
        return apart or self.happens(self.weather.bus_lost)

    def _deliver(self, channel: tuple[str, RunId], receiver: _Receiver, message: object) -> None:
        # In health one receiver hears in the order of sending, as on one connection.
        now = loop_here().time()
        receiver.next_at = max(now + self.weather.bus_s * self.chance.random(), receiver.next_at)
        receiver.next_at += MOMENT
        late = self.happens(self.weather.bus_late)
        delay = receiver.next_at - now + (self.chance.uniform(0, LATE_SECONDS_MAX) if late else 0)

        def arrive() -> None:
            if receiver in self._receivers.get(channel, ()):
                receiver.receive(message)

        loop_here().call_later(delay, arrive, context=receiver.place.context)


@dataclass(frozen=True, slots=True)
class SimulatedBackplane:
    """The bus as one node reaches it."""

    bus: Bus
    place: Place

    async def watch(self, run: RunId, receive: Callable[[Spread], None]) -> Stop:
        return await self._subscribe("frames", run, receive)

    async def spread(self, run: RunId, spread: Spread) -> None:
        self.bus.laws.frame_spread(run, spread.payload, self.place.name)
        self._send("frames", run, spread)

    async def conduct(self, run: RunId, receive: Callable[[Signals], None]) -> Stop:
        return await self._subscribe("signals", run, receive)

    async def signal(self, run: RunId, signals: Signals) -> None:
        self.bus.history.note(
            self.place.name, "signals", f"{signals.viewers} viewers, {signals.likes} likes, "
            f"{len(signals.lines)} lines",
        )  # fmt: skip
        self._send("signals", run, signals)

    async def _subscribe(self, kind: str, run: RunId, receive: Callable[[M], None]) -> Stop:
        if self.bus.happens(self.bus.weather.bus_refuses):
            raise BusRefuses

        def hear(message: object) -> None:
            receive(message)  # type: ignore[arg-type]  # a channel carries one kind

        return self.bus.subscribe((kind, run), _Receiver(self.place, hear))

    def _send(self, kind: str, run: RunId, message: object) -> None:
        """May refuse before the message has left, or after: the sender cannot tell."""
        refuses = self.bus.happens(self.bus.weather.bus_refuses)
        if not refuses or self.bus.chance.random() < 0.5:
            self.bus.send((kind, run), message, self.place)
        if refuses:
            raise BusRefuses
