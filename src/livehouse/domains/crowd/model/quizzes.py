"""Quiz questions: the right answer is sealed at the start and shown at the end, to all at once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from msgspec import Struct

from livehouse.domains.crowd.errors import QuizOver, StaffTakeNothing
from livehouse.domains.crowd.model.rewards import REWARDED_MAX, Reward
from livehouse.domains.crowd.model.rewards import checked as checked_reward
from livehouse.foundation.errors import InvalidInput, NotFound
from livehouse.foundation.ids import PersonId, QuizId, RunId, ShowId, StoreId
from livehouse.foundation.text import N_

CHOICES_MIN, CHOICES_MAX = 2, 6
CHOICE_CHARACTERS_MAX = 80
TEXT_CHARACTERS_MAX = 200
SECONDS_MIN, SECONDS_MAX = 5, 300
SALT_BYTES = 32
# An answer that was on its way at the end still counts.
GRACE = timedelta(seconds=1)


class Quiz(Struct, frozen=True, kw_only=True):
    """`right` is the number of the right choice; of those who found it at most `winners_max` get
    the reward. Without `opens_at` it has not been started. In a `rehearsal` nobody gets anything.
    """

    id: QuizId
    show_id: ShowId
    store_id: StoreId
    text: str
    choices: tuple[str, ...]
    right: int
    seconds: int
    reward: Reward
    winners_max: int
    salt: bytes
    run_id: RunId | None = None
    rehearsal: bool = False
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    closed_at: datetime | None = None
    answers: int = 0
    won: int = 0

    @property
    def sealed(self) -> str:
        return sealed(self.id, self.salt, self.right)


class Answering(Struct, frozen=True, kw_only=True):
    quiz_id: QuizId
    person_id: PersonId
    choice: int
    of_staff: bool = False


class Outcome(Struct, frozen=True):
    """How a quiz went for somebody."""

    quiz: Quiz
    choice: int
    won: bool


def sealed(quiz_id: QuizId, salt: bytes, right: int) -> str:
    """What stands in the room from the start: with the salt anybody sees that the right answer was
    fixed before anybody had answered."""
    return sha256(b"livehouse/quiz\0" + quiz_id.bytes + salt + bytes([right])).hexdigest()


def checked(quiz: Quiz) -> Quiz:
    """The quiz, or a refusal."""
    names = quiz.choices
    wanted = (
        ("text", 1 <= len(quiz.text) <= TEXT_CHARACTERS_MAX, N_("write 1 to 200 characters")),
        ("choices", CHOICES_MIN <= len(names) <= CHOICES_MAX
         and all(1 <= len(name) <= CHOICE_CHARACTERS_MAX for name in names),
         N_("write 2 to 6 answers, one in each line")),
        ("choices", len(set(names)) == len(names), N_("each answer may stand there once")),
        ("right", 0 <= quiz.right < len(names), N_("choose one of the answers")),
        ("seconds", SECONDS_MIN <= quiz.seconds <= SECONDS_MAX, N_("between 5 and 300 seconds")),
        ("winners_max", 1 <= quiz.winners_max <= REWARDED_MAX, N_("between 1 and 100,000 people")),
    )  # fmt: skip
    for field, holds, problem in wanted:
        if not holds:
            raise InvalidInput(field=field, problem=problem)
    checked_reward(quiz.reward)
    return quiz


def check_answering(quiz: Quiz | None, wish: Answering, now: datetime) -> Quiz:
    """The quiz that may be answered now, by the house's clock."""
    if quiz is None or quiz.opens_at is None or quiz.closes_at is None:
        raise NotFound
    if wish.of_staff and not quiz.rehearsal:
        raise StaffTakeNothing
    if quiz.closed_at is not None or now > quiz.closes_at + GRACE:
        raise QuizOver
    if not 0 <= wish.choice < len(quiz.choices):
        raise InvalidInput(field="choice", problem=N_("choose one of the answers"))
    return quiz


def counts_of(quiz: Quiz, counted: Mapping[int, int]) -> tuple[int, ...]:
    """How many chose each, in the order of the choices."""
    return tuple(counted.get(number, 0) for number in range(len(quiz.choices)))
