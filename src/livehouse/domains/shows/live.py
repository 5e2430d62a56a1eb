"""A show in its room: it opens with an empty stage and ends for everybody at once."""

from livehouse.domains.shows.events import RunEnded, RunStarted
from livehouse.engine.canonical import State
from livehouse.engine.folds import Fold
from livehouse.engine.ports import Change
from livehouse.foundation.ids import RunId


def seed(run: RunId) -> State:
    """What a room is before anything has happened in it."""
    return {
        "show": {"title": "", "state": "live", "simulated": False, "kind": "live"},
        "stage": {"pin": ""},
        "offers": {},
        "coupons": {},
        "drop": {},
        "programme": {},
        "draws": {},
        "battles": {},
        "chat": {"slow_seconds": 0},
        "counts": {"viewers": 0, "likes": 0, "orders": 0},
    }


def _started(state: State, fact: RunStarted, at_ms: int) -> Change:
    return Change(
        {"show": {"title": fact.title, "simulated": fact.simulated, "kind": fact.run_kind}}
    )


def _ended(state: State, fact: RunEnded, at_ms: int) -> Change:
    return Change({"show": {"state": "ended"}})


FOLDS = (Fold(RunStarted, _started), Fold(RunEnded, _ended))
