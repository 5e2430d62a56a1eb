"""What has happened among the crowd; the room hears of it."""

from msgspec import Struct

from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import PacketsId, QuestionId, QuizId


class QuestionShown(Struct, frozen=True):
    """`by` is a masked name of who agreed to be seen, or empty."""

    id: QuestionId
    text: str
    by: str
    raised: int


class QuestionsTold(Fact, frozen=True, tag="crowd.questions_told"):
    """The queue as the room sees it: how many wait, and the first and newest of them."""

    is_open: bool
    waiting: int
    board: tuple[QuestionShown, ...]


class QuestionTaken(Fact, frozen=True, tag="crowd.question_taken"):
    """The host answers it now."""

    question: QuestionShown


class QuestionSettled(Fact, frozen=True, tag="crowd.question_settled"):
    """It is answered, or dismissed: it stands on the stage no more."""

    question_id: QuestionId


class QuizBegun(Fact, frozen=True, kw_only=True, tag="crowd.quiz_begun"):
    """`sealed` is a hash of the right answer, which nobody knows yet."""

    quiz_id: QuizId
    text: str
    choices: tuple[str, ...]
    points: int
    has_coupon: bool
    winners_max: int
    sealed: str
    opens_at_ms: int
    closes_at_ms: int


class AnswersCounted(Fact, frozen=True, tag="crowd.answers_counted"):
    quiz_id: QuizId
    answers: int


class QuizClosed(Fact, frozen=True, kw_only=True, tag="crowd.quiz_closed"):
    """The right answer, and how many chose each; `salt` shows that it was fixed before."""

    quiz_id: QuizId
    right: int
    salt: str
    counts: tuple[int, ...]
    won: int


class PacketsDropped(Fact, frozen=True, kw_only=True, tag="crowd.packets_dropped"):
    drop_id: PacketsId
    title: str
    drop_kind: str
    count: int
    total: int
    commitment: str
    opens_at_ms: int
    closes_at_ms: int


class PacketsTaken(Fact, frozen=True, tag="crowd.packets_taken"):
    drop_id: PacketsId
    taken: int


class PacketsEnded(Fact, frozen=True, tag="crowd.packets_ended"):
    """All are gone, or the time is up; the seed shows what was in each."""

    drop_id: PacketsId
    taken: int
    given: int
    seed: str


class ApplauseAsked(Fact, frozen=True, tag="crowd.applause_asked"):
    title: str
    goal: int
    closes_at_ms: int
