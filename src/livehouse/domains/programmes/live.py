"""The programme in a room: what is on stage in step with the picture, and what is to come."""

from livehouse.domains.programmes.events import (
    ActBegun,
    JumpInvited,
    ProgrammeChanged,
    ProgrammeFinished,
    SlateShown,
)
from livehouse.engine.canonical import State
from livehouse.engine.folds import Fold
from livehouse.engine.ports import Change


def _changed(state: State, fact: ProgrammeChanged, at_ms: int) -> Change:
    known = state.get("programme")
    gone: dict[str, object] = dict.fromkeys(known) if isinstance(known, dict) else {}
    acts = {
        str(act.id): {
            "title": act.title,
            "people": act.people,
            "starts_at": act.starts_at_ms,
            "ends_at": act.ends_at_ms,
            "rank": rank,
        }
        for rank, act in enumerate(fact.acts, start=1)
    }
    return Change({"programme": gone | acts})


def _begun(state: State, fact: ActBegun, at_ms: int) -> Change:
    """A slate and an invitation belong to their act, and go with it."""
    return Change({"stage": {"act": str(fact.act_id), "slate": None, "invite": None}})


def _finished(state: State, fact: ProgrammeFinished, at_ms: int) -> Change:
    return Change({"stage": {"act": None, "slate": None, "invite": None}})


def _slate(state: State, fact: SlateShown, at_ms: int) -> Change:
    return Change({"stage": {"slate": fact.text or None}})


def _invited(state: State, fact: JumpInvited, at_ms: int) -> Change:
    return Change({"stage": {"invite": {"slug": fact.slug, "text": fact.text}}})


FOLDS = (
    Fold(ProgrammeChanged, _changed),
    Fold(ActBegun, _begun),
    Fold(ProgrammeFinished, _finished),
    Fold(SlateShown, _slate),
    Fold(JumpInvited, _invited),
)
