"""The crowd in a room: it asks, answers, claps and grabs, and everybody sees how that goes."""

from uuid import UUID

from livehouse.domains.chat import cleaned
from livehouse.domains.crowd.events import (
    AnswersCounted,
    ApplauseAsked,
    PacketsDropped,
    PacketsEnded,
    PacketsTaken,
    QuestionSettled,
    QuestionsTold,
    QuestionTaken,
    QuizBegun,
    QuizClosed,
)
from livehouse.domains.crowd.model.drops import Grab, Packet
from livehouse.domains.crowd.model.questions import Question
from livehouse.domains.crowd.model.quizzes import Answering, Outcome
from livehouse.domains.crowd.service.crowd import Crowd
from livehouse.domains.crowd.service.drops import Drops
from livehouse.domains.crowd.service.questions import Questions, Raising
from livehouse.domains.crowd.service.quizzes import Quizzes
from livehouse.domains.crowd.wire import (
    AnswerQuiz,
    AnswerSealed,
    AskQuestion,
    GrabPacket,
    QuestionNoted,
    RaiseQuestion,
    grabbed,
    outcome,
)
from livehouse.engine.canonical import State
from livehouse.engine.folds import Fold
from livehouse.engine.ports import Change
from livehouse.engine.protocol import Command
from livehouse.engine.session import Session
from livehouse.engine.vocabulary import Handler
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import DomainError, InvalidInput, SignInRequired
from livehouse.foundation.ids import PersonId, QuestionId, is_version_7
from livehouse.foundation.text import N_

STAFF = frozenset({"host", "moderator"})


def handlers(clock: Clock, crowd: Crowd) -> dict[type[Command], Handler]:
    """What viewers may send, and who hears it."""
    return {
        AskQuestion: asking(crowd.questions, clock),
        RaiseQuestion: raising(crowd.questions),
        AnswerQuiz: answering(crowd.quizzes),
        GrabPacket: grabbing(crowd.drops),
    }


def asking(questions: Questions, clock: Clock) -> Handler:
    def ask(session: Session, command: Command) -> None:
        assert isinstance(command, AskQuestion), "registered for it"
        person_id = _signed_in(session)
        if not is_version_7(command.id):
            raise InvalidInput(field="id", problem=N_("it must be a UUID of version 7"))
        question = Question(
            id=QuestionId(command.id),
            run_id=session.run,
            person_id=person_id,
            text=cleaned(command.text),
            asked_at=clock.now(),
            shown_as=session.visitor.grant.get("shown_as", ""),
        )

        def answer(decision: Question | DomainError) -> None:
            if isinstance(decision, DomainError):
                session.refuse(str(command.id), decision)
            else:
                session.push(QuestionNoted(str(command.id)))

        questions.asks.submit(question, answer)

    return ask


def raising(questions: Questions) -> Handler:
    def raise_up(session: Session, command: Command) -> None:
        assert isinstance(command, RaiseQuestion), "registered for it"

        def answer(decision: Raising | DomainError) -> None:
            if isinstance(decision, DomainError):
                session.refuse(command.id, decision)
            else:
                session.push(QuestionNoted(command.id))

        questions.raises.submit(Raising(command.question_id, _signed_in(session)), answer)

    return raise_up


def answering(quizzes: Quizzes) -> Handler:
    """The answer is sealed at once; how it went is pushed at the end."""

    def answer_quiz(session: Session, command: Command) -> None:
        assert isinstance(command, AnswerQuiz), "registered for it"
        wish = Answering(
            quiz_id=command.quiz_id,
            person_id=_signed_in(session),
            choice=command.choice,
            of_staff=session.visitor.role in STAFF,
        )

        def tell(told: Outcome) -> None:
            session.push(outcome(told))

        def answer(decision: int | DomainError) -> None:
            if isinstance(decision, DomainError):
                session.refuse(command.id, decision)
            else:
                session.push(AnswerSealed(command.id, command.quiz_id, decision))
                quizzes.await_outcome(command.quiz_id, wish.person_id, tell)

        quizzes.answers.submit(wish, answer)

    return answer_quiz


def grabbing(drops: Drops) -> Handler:
    def grab(session: Session, command: Command) -> None:
        assert isinstance(command, GrabPacket), "registered for it"

        def answer(decision: Packet | DomainError) -> None:
            if isinstance(decision, DomainError):
                session.refuse(command.id, decision)
            else:
                session.push(grabbed(command.id, decision))

        wish = Grab(
            drop_id=command.drop_id,
            person_id=_signed_in(session),
            address=session.address,
            of_staff=session.visitor.role in STAFF,
        )
        drops.grabs.submit(wish, answer)

    return grab


def _signed_in(session: Session) -> PersonId:
    if not session.visitor.signed_in:
        raise SignInRequired
    return PersonId(UUID(session.visitor.id[1:]))


def _queue(state: State, fact: QuestionsTold, at_ms: int) -> Change:
    board: dict[str, object] = {
        str(one.id): {"text": one.text, "by": one.by, "raised": one.raised, "rank": rank}
        for rank, one in enumerate(fact.board)
    }
    before = state.get("questions")
    shown = before.get("board") if isinstance(before, dict) else None
    gone = dict.fromkeys(shown) if isinstance(shown, dict) else {}
    queue = {"open": fact.is_open, "waiting": fact.waiting, "board": {**gone, **board}}
    return Change({"questions": queue})


def _taken(state: State, fact: QuestionTaken, at_ms: int) -> Change:
    """What the host answers is held up: it waits for the picture, as whatever is on the stage."""
    one = fact.question
    return Change({"stage": {"question": {"id": str(one.id), "text": one.text, "by": one.by}}})


def _settled(state: State, fact: QuestionSettled, at_ms: int) -> Change:
    stage = state.get("stage")
    shown = stage.get("question") if isinstance(stage, dict) else None
    if not isinstance(shown, dict) or shown.get("id") != str(fact.question_id):
        return Change()
    return Change({"stage": {"question": None}})


def _begun(state: State, fact: QuizBegun, at_ms: int) -> Change:
    card: dict[str, object] = {
        "text": fact.text, "state": "open", "points": fact.points, "coupon": fact.has_coupon,
        "winners_max": fact.winners_max, "sealed": fact.sealed, "opens_at": fact.opens_at_ms,
        "closes_at": fact.closes_at_ms, "answers": 0, "right": -1, "salt": "", "won": 0,
        "choices": {str(number): name for number, name in enumerate(fact.choices)},
    }  # fmt: skip
    return _alone(state, "quizzes", str(fact.quiz_id), card)


def _answers(state: State, fact: AnswersCounted, at_ms: int) -> Change:
    return _grown(state, "quizzes", str(fact.quiz_id), "answers", fact.answers)


def _closed(state: State, fact: QuizClosed, at_ms: int) -> Change:
    counts = {str(number): people for number, people in enumerate(fact.counts)}
    card = {
        "state": "closed", "right": fact.right, "salt": fact.salt, "counts": counts,
        "answers": sum(fact.counts), "won": fact.won,
    }  # fmt: skip
    return Change({"quizzes": {str(fact.quiz_id): card}})


def _dropped(state: State, fact: PacketsDropped, at_ms: int) -> Change:
    card: dict[str, object] = {
        "title": fact.title, "kind": fact.drop_kind, "state": "falling", "count": fact.count,
        "total": fact.total, "taken": 0, "commitment": fact.commitment, "seed": "", "given": 0,
        "opens_at": fact.opens_at_ms, "closes_at": fact.closes_at_ms,
    }  # fmt: skip
    return _alone(state, "packets", str(fact.drop_id), card)


def _grabs(state: State, fact: PacketsTaken, at_ms: int) -> Change:
    return _grown(state, "packets", str(fact.drop_id), "taken", fact.taken)


def _ended(state: State, fact: PacketsEnded, at_ms: int) -> Change:
    card = {"state": "ended", "taken": fact.taken, "given": fact.given, "seed": fact.seed}
    return Change({"packets": {str(fact.drop_id): card}})


def _applause(state: State, fact: ApplauseAsked, at_ms: int) -> Change:
    counts = state.get("counts")
    claps = counts.get("claps", 0) if isinstance(counts, dict) else 0
    call = {"title": fact.title, "goal": fact.goal, "closes_at": fact.closes_at_ms, "base": claps}
    return Change({"applause": call})


def _alone(state: State, name: str, key: str, card: dict[str, object]) -> Change:
    """One at a time: what was before it leaves the room."""
    before = state.get(name)
    gone: dict[str, object] = dict.fromkeys(before) if isinstance(before, dict) else {}
    return Change({name: {**gone, key: card}})


def _grown(state: State, name: str, key: str, count: str, value: int) -> Change:
    """What several nodes counted may be told out of order; it never falls, and none counts of
    what is no longer in the room."""
    cards = state.get(name)
    card = cards.get(key) if isinstance(cards, dict) else None
    if not isinstance(card, dict):
        return Change()
    before = card.get(count, 0)
    return Change({name: {key: {count: max(value, before if isinstance(before, int) else 0)}}})


FOLDS = (
    Fold(QuestionsTold, _queue),
    Fold(QuestionTaken, _taken),
    Fold(QuestionSettled, _settled),
    Fold(QuizBegun, _begun),
    Fold(AnswersCounted, _answers),
    Fold(QuizClosed, _closed),
    Fold(PacketsDropped, _dropped),
    Fold(PacketsTaken, _grabs),
    Fold(PacketsEnded, _ended),
    Fold(ApplauseAsked, _applause),
)
