"""A complaint: the store answers in time, or the operator decides."""

from datetime import datetime, timedelta
from enum import Enum
from typing import NewType, TypeAlias
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.aftersales.errors import ComplaintNotOpen
from livehouse.domains.aftersales.model.pieces import OrderRef
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.text import N_

ComplaintId = NewType("ComplaintId", UUID)

WORDS_MAX = 2_000


class About(Enum):
    NOT_ARRIVED = "not_arrived"
    NOT_AS_SHOWN = "not_as_shown"
    RETURN_REFUSED = "return_refused"
    OTHER = "other"


class Raised(Struct, frozen=True, tag="raised"):
    """The store answers by then; if it does not, the operator decides."""

    answer_by: datetime


class Answered(Struct, frozen=True, tag="answered"):
    """`refund_minor` is what the store gave back with its answer."""

    answered_at: datetime
    answer: str
    refund_minor: int = 0


class Escalated(Struct, frozen=True, tag="escalated"):
    """`answer` is empty where the store kept silent."""

    escalated_at: datetime
    answer: str = ""


class Settled(Struct, frozen=True, tag="settled"):
    settled_at: datetime
    answer: str


class Decided(Struct, frozen=True, tag="decided"):
    decided_at: datetime
    ruling: str
    refund_minor: int
    answer: str = ""


ComplaintState: TypeAlias = Raised | Answered | Escalated | Settled | Decided
COMPLAINT_STATES = ("raised", "answered", "escalated", "settled", "decided")
OPEN_COMPLAINTS = ("raised", "answered", "escalated")


class Complaint(Struct, frozen=True, kw_only=True):
    id: ComplaintId
    order: OrderRef
    about: About
    words: str
    state: ComplaintState
    raised_at: datetime

    @property
    def is_open(self) -> bool:
        return complaint_state(self) in OPEN_COMPLAINTS


def complain(
    complaint_id: ComplaintId,
    order: OrderRef,
    about: About,
    words: str,
    *,
    hours: int,
    now: datetime,
) -> Complaint:
    """A new complaint; the store has so many `hours` to answer."""
    return Complaint(
        id=complaint_id, order=order, about=about,
        words=_words(words, "words"), state=Raised(now + timedelta(hours=hours)), raised_at=now,
    )  # fmt: skip


def answer(one: Complaint, words: str, refund_minor: int, now: datetime) -> Complaint:
    if not isinstance(one.state, Raised):
        raise ComplaintNotOpen
    return replace(one, state=Answered(now, _words(words, "answer"), refund_minor))


def settle(one: Complaint, now: datetime) -> Complaint:
    """The buyer is content with the answer."""
    if not isinstance(one.state, Answered):
        raise ComplaintNotOpen
    return replace(one, state=Settled(now, one.state.answer))


def escalate(one: Complaint, now: datetime) -> Complaint:
    """Bring it before the operator: the answer does not help, or none came in time."""
    match one.state:
        case Answered(answer=words):
            return replace(one, state=Escalated(now, words))
        case Raised(answer_by=limit) if now >= limit:
            return replace(one, state=Escalated(now))
        case _:
            raise ComplaintNotOpen


def decide(one: Complaint, ruling: str, refund_minor: int, now: datetime) -> Complaint:
    """The operator's word is the last."""
    if not isinstance(one.state, Escalated):
        raise ComplaintNotOpen
    state = Decided(now, _words(ruling, "ruling"), refund_minor, one.state.answer)
    return replace(one, state=state)


def complaint_state(one: Complaint) -> str:
    tag = one.state.__struct_config__.tag
    assert isinstance(tag, str), "every state has a name"
    return tag


def _words(text: str, field: str) -> str:
    text = text.strip()
    if not 0 < len(text) <= WORDS_MAX:
        raise InvalidInput(field=field, problem=N_("write 1 to 2,000 characters"))
    return text
