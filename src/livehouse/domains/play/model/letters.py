"""Letters to winners: what is written when."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from msgspec import Struct

from livehouse.domains.play.model.claims import Claim, State
from livehouse.foundation.ids import PersonId, RoundId
from livehouse.foundation.text import N_

REMINDED_BEFORE = timedelta(days=1)


class Kind(Enum):
    WON = "won"
    MOVED_UP = "moved_up"
    DEADLINE = "deadline"
    SENT = "sent"


class Letter(Struct, frozen=True, kw_only=True):
    """One of each kind for each place in a drawn order."""

    round_id: RoundId
    position: int
    kind: Kind
    person_id: PersonId
    try_after: datetime
    attempts: int = 0

    @property
    def about(self) -> UUID:
        return self.round_id


SUBJECTS: Mapping[Kind, str] = {
    Kind.WON: N_("You have won: {prize}"),
    Kind.MOVED_UP: N_("You have won after all: {prize}"),
    Kind.DEADLINE: N_("Your prize waits until tomorrow: {prize}"),
    Kind.SENT: N_("Your prize is on its way: {prize}"),
}
TEXTS: Mapping[Kind, str] = {
    Kind.WON: N_(
        "Hello {name},\n\nyou have won “{prize}” in the draw “{draw}” of {store}. Claim it until\n"
        "{deadline}; after that the next in the order has it:\n\n{link}\n"
    ),
    Kind.MOVED_UP: N_(
        "Hello {name},\n\nsomebody did not claim their prize in time, and you were the next in\n"
        "the order of the draw “{draw}” of {store}: “{prize}” is yours. Claim it until\n"
        "{deadline}:\n"
        "\n{link}\n"
    ),
    Kind.DEADLINE: N_(
        "Hello {name},\n\nyou have not claimed “{prize}” yet, which you won in the draw “{draw}”\n"
        "of {store}. After {deadline} the next in the order has it:\n\n{link}\n"
    ),
    Kind.SENT: N_(
        "Hello {name},\n\n{store} has sent “{prize}”, which you won in the draw “{draw}”. {note}\n"
        "\n{link}\n"
    ),
}


def of_winning(
    kind: Kind,
    round_id: RoundId,
    position: int,
    person_id: PersonId,
    *,
    now: datetime,
    deadline: datetime,
) -> Iterator[Letter]:
    """What is written to who has won: at once, and the day before the deadline."""
    first = Letter(
        round_id=round_id, position=position, kind=kind, person_id=person_id, try_after=now
    )
    yield first
    if deadline - now > REMINDED_BEFORE:
        yield Letter(
            round_id=round_id, position=position, kind=Kind.DEADLINE, person_id=person_id,
            try_after=deadline - REMINDED_BEFORE,
        )  # fmt: skip


def is_news(letter: Letter, claim: Claim, now: datetime) -> bool:
    """Whether the letter still says how things are."""
    if claim.person_id != letter.person_id:
        return False
    if letter.kind is Kind.SENT:
        return claim.state is State.SENT
    return claim.state is State.WON and now <= claim.deadline
