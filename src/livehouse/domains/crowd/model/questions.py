"""Questions to the host: who may ask, and which of them the room sees."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from enum import Enum

from msgspec import Struct

from livehouse.domains.chat import BannedFromChat
from livehouse.domains.crowd.errors import (
    QuestionIdTaken,
    QuestionsClosed,
    QueueFull,
    TooManyQuestions,
)
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import PersonId, QuestionId, RunId

# Of one person so many wait at once: who wants to ask more hears an answer first.
WAITING_PER_PERSON_MAX = 3
WAITING_MAX = 500
# What the room sees of the queue: those that most want to hear, and the newest, which nobody
# could raise otherwise.
TOP_SHOWN = 8
NEWEST_SHOWN = 4


class State(Enum):
    """`ON_STAGE` is what the host answers just now: there is one at most."""

    WAITING = "waiting"
    ON_STAGE = "on_stage"
    ANSWERED = "answered"
    DISMISSED = "dismissed"


class Question(Struct, frozen=True, kw_only=True):
    """`shown_as` is the masked name of who agreed to be seen, else empty."""

    id: QuestionId
    run_id: RunId
    person_id: PersonId
    text: str
    asked_at: datetime
    shown_as: str = ""
    state: State = State.WAITING
    raised: int = 0


class Queue(Struct, frozen=True):
    """What is known of a run's questions when somebody asks."""

    is_open: bool
    waiting: int
    by_person: Mapping[PersonId, int]
    banned: Set[PersonId] = frozenset()


SHUT = Queue(is_open=False, waiting=0, by_person={})


def admit(
    asked: Sequence[Question],
    queues: Mapping[RunId, Queue],
    known: Mapping[QuestionId, Question],
) -> list[Question | DomainError]:
    """Decide a group of questions in their order. What is known already stands as it is."""
    found = dict(known)
    waiting = {run_id: queue.waiting for run_id, queue in queues.items()}
    mine = {
        (run_id, person_id): count
        for run_id, queue in queues.items()
        for person_id, count in queue.by_person.items()
    }
    decisions: list[Question | DomainError] = []
    for one in asked:
        before = found.get(one.id)
        if before is not None:
            is_same = (before.run_id, before.person_id) == (one.run_id, one.person_id)
            decisions.append(before if is_same else QuestionIdTaken())
            continue
        key = (one.run_id, one.person_id)
        refusal = _refusal(
            one, queues.get(one.run_id, SHUT), waiting.get(one.run_id, 0), mine.get(key, 0)
        )
        if refusal is not None:
            decisions.append(refusal)
            continue
        found[one.id] = one
        waiting[one.run_id] = waiting.get(one.run_id, 0) + 1
        mine[key] = mine.get(key, 0) + 1
        decisions.append(one)
    return decisions


def _refusal(one: Question, queue: Queue, waiting: int, mine: int) -> DomainError | None:
    if one.person_id in queue.banned:
        return BannedFromChat()
    if not queue.is_open:
        return QuestionsClosed()
    if mine >= WAITING_PER_PERSON_MAX:
        return TooManyQuestions(count=WAITING_PER_PERSON_MAX)
    if waiting >= WAITING_MAX:
        return QueueFull()
    return None


def queued(questions: Sequence[Question]) -> list[Question]:
    """In the order in which they should be answered: what most want to hear, then the oldest."""
    return sorted(questions, key=lambda one: (-one.raised, one.asked_at, one.id))


def board(questions: Sequence[Question]) -> list[Question]:
    """What the room sees of those that wait, in the order of the queue."""
    order = queued(questions)
    newest = sorted(order, key=lambda one: (one.asked_at, one.id), reverse=True)[:NEWEST_SHOWN]
    seen = {one.id for one in (*order[:TOP_SHOWN], *newest)}
    return [one for one in order if one.id in seen]
