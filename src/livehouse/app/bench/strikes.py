"""Killing a house in the middle of a sale, at moments that chance chooses and a seed repeats."""

import os
import random
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from signal import SIGKILL
from time import monotonic_ns
from typing import Final

from msgspec import Struct

from livehouse.app.bench.history import Said
from livehouse.app.bench.house import HouseProcess
from livehouse.app.bench.machine import children_of
from livehouse.foundation.clock import SystemClock

HOUSE, DATABASE, BACKEND = "house", "database", "backend"
TARGETS: Final = (HOUSE, DATABASE, BACKEND)
FIRST, LAST = 0.01, 0.97
WAIT_SECONDS_MAX = 60.0
_LOOK_AGAIN = timedelta(milliseconds=50)


class Strike(Struct, frozen=True):
    """`after` so many attempts, `kill -9` of the house, of PostgreSQL or of one of its backends."""

    after: int
    target: str


class Struck(Struct, frozen=True):
    """What was killed, and when on the monotonic clock (ns)."""

    target: str
    pid: int
    at: int


class NothingToKill(Exception):
    """The house has no database for longer than it may take to start one."""


def strikes(count: int, attempts: int, seed: int) -> list[Strike]:
    """Where to strike: anywhere between, and every target as often as the others."""
    chance = random.Random(seed)  # noqa: S311 - chosen to be repeatable
    places = sorted(int(chance.uniform(FIRST, LAST) * attempts) for _ in range(count))
    targets = [TARGETS[number % len(TARGETS)] for number in range(count)]
    chance.shuffle(targets)
    return [Strike(after, target) for after, target in zip(places, targets, strict=True)]


async def strike(target: str, house: HouseProcess) -> Struck:
    """Kill it; a house has to be started again by the caller, its database starts by itself."""
    pid = house.pid if target == HOUSE else await _find(target, house)
    with suppress(ProcessLookupError):
        os.kill(pid, SIGKILL)
    return Struck(target, pid, monotonic_ns())


def recoveries(struck: Sequence[Struck], said: Iterable[Said]) -> list[float]:
    """From each kill to the first answer to a buy that was asked after it, in ms."""
    kills = [one.at for one in struck]
    first: dict[int, int] = {}
    for one in said:
        if one.do == "buy" and one.answered and (kill := bisect_right(kills, one.asked)):
            first[kill] = min(first.get(kill, one.answered), one.answered)
    return [(answered - kills[kill - 1]) / 1e6 for kill, answered in first.items()]


async def _find(target: str, house: HouseProcess) -> int:
    """A process that may just be coming back from the last strike."""
    clock = SystemClock()
    deadline = clock.now() + timedelta(seconds=WAIT_SECONDS_MAX)
    while clock.now() < deadline:
        with suppress(FileNotFoundError):
            found = _postmasters(house.pid)
            if target == BACKEND:
                found = [pid for server in found for pid in children_of(server) if _serves(pid)]
            if found:
                return found[0]
        await clock.sleep(_LOOK_AGAIN)
    raise NothingToKill(target)


def _postmasters(house: int) -> Sequence[int]:
    return [pid for pid in children_of(house) if _words(pid)[0].endswith("/postgres")]


def _serves(pid: int) -> bool:
    return "livehouse livehouse" in " ".join(_words(pid))


def _words(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
