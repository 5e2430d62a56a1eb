"""What a seed draws: how large the world is, what goes wrong in it, and how near the bounds are."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from random import Random

from msgspec import Struct, field

from livehouse.engine import limits


class Weather(Struct, frozen=True):
    """Chances are per message or statement; times between mishaps in seconds, 0 means never."""

    seconds: float = 8.0
    shuffled: bool = True
    nodes: int = 2
    runs: int = 1
    viewers: int = 4
    ends: bool = False  # whether the first run's show ends while we look
    facts_open_s: float = 0.3  # how long a transaction with facts stays open, at most
    units: int = 40
    # The database.
    statement_s: float = 0.004
    slow_statements: float = 0.0
    lost_requests: float = 0.0
    lost_answers: float = 0.0
    restarts_every: float = 0.0
    # Between nodes.
    bus_s: float = 0.003
    bus_calls: bool = True  # whether a node hears itself at once, as within one process
    bus_lost: float = 0.0
    bus_twice: float = 0.0
    bus_late: float = 0.0
    bus_refuses: float = 0.0
    partitions_every: float = 0.0
    # Nodes.
    skew_ms: int = 0
    kills_every: float = 0.0
    freezes_every: float = 0.0
    stops_every: float = 0.0
    # Viewers.
    link_s: float = 0.02
    bytes_per_second: float = 1e6
    cuts_every: float = 0.0
    stalls_every: float = 0.0
    # Bounds of the engine, so small that a short history meets them.
    bounds: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_calm(self) -> bool:
        """Whether nothing is ever lost between nodes, so that sums are exact."""
        lossy = (self.bus_lost, self.bus_twice, self.bus_late, self.bus_refuses)
        ill = (self.partitions_every, self.kills_every, self.freezes_every, self.stops_every)
        torn = (self.lost_requests, self.lost_answers, self.restarts_every, self.slow_statements)
        return not any((*lossy, *ill, *torn))


def weather_of(seed: int) -> Weather:
    """The weather of a seed. Each hazard is off in half of the worlds: together they hide."""
    chance = Random(f"weather {seed}")

    def sometimes(value: float, *, share: float = 0.5) -> float:
        return value * chance.uniform(0.5, 1.5) if chance.random() < share else 0.0

    stormy = 0.5 if chance.random() < 0.9 else 0.0
    return Weather(
        seconds=chance.uniform(3.0, 7.0),
        shuffled=chance.random() < 0.8,
        nodes=chance.choice([1, 2, 2, 3]),
        runs=chance.choice([1, 1, 2]),
        viewers=chance.randint(2, 5),
        ends=chance.random() < 0.25,
        facts_open_s=chance.choice([0.0, 0.3, 2.0]),
        units=chance.choice([5, 40]),
        slow_statements=sometimes(0.02, share=stormy),
        lost_requests=sometimes(0.02, share=stormy),
        lost_answers=sometimes(0.03, share=stormy),
        restarts_every=sometimes(6.0, share=stormy / 2),
        bus_s=chance.choice([0.0005, 0.003, 0.1]),
        bus_calls=chance.random() < 0.5,
        bus_lost=sometimes(0.05, share=stormy),
        bus_twice=sometimes(0.1, share=stormy),
        bus_late=sometimes(0.05, share=stormy),
        bus_refuses=sometimes(0.03, share=stormy),
        partitions_every=sometimes(5.0, share=stormy),
        skew_ms=chance.choice([0, 0, 300]),
        kills_every=sometimes(3.5, share=stormy),
        freezes_every=sometimes(3.0, share=stormy),
        stops_every=sometimes(6.0, share=stormy / 2),
        link_s=chance.choice([0.001, 0.02, 0.3]),
        bytes_per_second=chance.choice([1e6, 1e6, 8e3]),
        cuts_every=sometimes(2.0, share=0.7),
        stalls_every=sometimes(4.0),
        bounds=_bounds(chance),
    )


def _bounds(chance: Random) -> dict[str, int]:
    return {
        # Longer waits than a short history has time for.
        "PULSE_MS": chance.choice([50, 125, 250]),
        "HUB_IDLE_MS": chance.choice([1_000, 60_000]),
        "GATEWAY_SILENCE_MS_MAX": 3_000,
        "SIGNAL_EVERY_MS": 1_000,
        "LISTEN_MS": 2_000,
        "ENDED_GRACE_MS": 1_000,
        "LINE_ANSWER_MS_MAX": 3_000,
        # Fewer of everything, so that each bound is met.
        "KEYFRAME_EVERY": chance.choice([4, 10, 120]),
        "HASH_EVERY": chance.choice([1, 8]),
        "LINES_PER_TICK_MAX": chance.choice([1, 3, 30]),
        "LINES_PENDING_MAX": chance.choice([4, 2_000]),
        "FACTS_PER_TICK_MAX": chance.choice([1, 3, 500]),
        # A ring holds what it hands to a newcomer: so many frames, from a keyframe before them.
        **chance.choice(RINGS),
        "RESUME_FRAMES_MAX": chance.choice([3, 20, 1_200]),
        "RETURNING_MAX": chance.choice([1, 20]),
        "FANOUT_SLICE": chance.choice([1, 2, 1_000]),
        "FANOUT_BATCHES_MAX": chance.choice([1, 4]),
        "OUTBOX_BYTES_SLOW": chance.choice([1_024, 64 * 1_024]),
        "OUTBOX_BYTES_RESUME": 512,
        "CATCH_UP_BYTES_MAX": chance.choice([2_048, 48 * 1_024]),
        "OUTBOX_BEHIND_MS_MAX": chance.choice([1_000, 30_000]),
    }


RINGS = [
    {"RING_FRAMES_MAX": 6, "RING_KEYFRAME_EVERY": 2, "RING_CHAT_FRAMES": 0},
    {"RING_FRAMES_MAX": 12, "RING_KEYFRAME_EVERY": 4, "RING_CHAT_FRAMES": 3},
    {"RING_FRAMES_MAX": 600, "RING_KEYFRAME_EVERY": 16, "RING_CHAT_FRAMES": 16},
]


@contextmanager
def bounds(chosen: Mapping[str, int]) -> Iterator[None]:
    """The engine's limits as the weather has them, until the world is over."""
    known = {name: getattr(limits, name) for name in chosen}
    for name, value in chosen.items():
        setattr(limits, name, value)
    try:
        yield
    finally:
        for name, value in known.items():
            setattr(limits, name, value)
