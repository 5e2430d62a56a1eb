"""What a world is made of, so that a test can plant another part."""

from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass
from random import Random

from livehouse.engine.conductor import Conductor
from livehouse.engine.gateway import Gateway
from tests.simulation.bus import Bus
from tests.simulation.database import Database
from tests.simulation.history import History
from tests.simulation.laws import Laws
from tests.simulation.shop import SimulatedChat, SimulatedTill
from tests.simulation.tables import (
    SimulatedFacts,
    SimulatedFrameLog,
    SimulatedLeases,
    SimulatedRuns,
    Tables,
)
from tests.simulation.weather import Weather


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The classes of which each node is built; a planted bug is another class."""

    frame_log: type[SimulatedFrameLog] = SimulatedFrameLog
    leases: type[SimulatedLeases] = SimulatedLeases
    facts: type[SimulatedFacts] = SimulatedFacts
    runs: type[SimulatedRuns] = SimulatedRuns
    chat: type[SimulatedChat] = SimulatedChat
    till: type[SimulatedTill] = SimulatedTill
    conductor: type[Conductor] = Conductor
    gateway: type[Gateway] = Gateway


SOUND = Parts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all nodes of a world share."""

    chance: Random
    weather: Weather
    history: History
    laws: Laws
    tables: Tables
    database: Database
    bus: Bus
    outside: Context  # where no node runs


def shared_by_all(chance: Random, weather: Weather, now: Callable[[], float]) -> Shared:
    history = History(now)
    laws = Laws(history)
    return Shared(
        chance=chance,
        weather=weather,
        history=history,
        laws=laws,
        tables=Tables(),
        database=Database(chance, weather, history),
        bus=Bus(chance, weather, history, laws),
        outside=copy_context(),
    )
