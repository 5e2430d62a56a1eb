"""Cues of a run-sheet that the crowd's games carry out: a quiz, red packets, questions."""

from dataclasses import dataclass
from uuid import UUID

from livehouse.domains.crowd.model.drops import PacketsPlan
from livehouse.domains.crowd.model.quizzes import Quiz
from livehouse.domains.crowd.service.drops import Drops
from livehouse.domains.crowd.service.questions import Questions
from livehouse.domains.crowd.service.quizzes import Quizzes
from livehouse.domains.programmes import Cue, Preparations, Thing, ThingState
from livehouse.domains.shows import Run, Show
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import QuizId, ShowId
from livehouse.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class QuizCues:
    """Starts the quiz that the cue names (a `CueHandler`)."""

    quizzes: Quizzes

    async def carry_out(self, tx: Transaction, show: Show, run: Run, cue: Cue) -> None:
        try:
            quiz_id = QuizId(UUID(cue.target))
        except ValueError:
            raise NotFound from None
        await self.quizzes.start_within(tx, show, run, quiz_id)


@dataclass(frozen=True, slots=True)
class PacketCues:
    """Lets the red packets fall that were prepared for the cue (a `CueHandler`)."""

    drops: Drops
    preparations: Preparations

    async def carry_out(self, tx: Transaction, show: Show, run: Run, cue: Cue) -> None:
        plan = await self.preparations.begun(tx, show, run, cue, PacketsPlan)
        await self.drops.drop_within(tx, show, run, plan)


@dataclass(frozen=True, slots=True)
class QuestionCues:
    """Takes questions from now on (a `CueHandler`)."""

    questions: Questions

    async def carry_out(self, tx: Transaction, show: Show, run: Run, cue: Cue) -> None:  # noqa: ARG002
        await self.questions.set_open_within(tx, run, is_open=True)


@dataclass(frozen=True, slots=True)
class CuedQuizzes:
    """The quizzes that cues name (a `CueHome`)."""

    quizzes: Quizzes

    async def whose(self, tx: Transaction, target: str) -> ShowId | None:
        try:
            return await self.quizzes.show_of(tx, QuizId(UUID(target)))
        except ValueError:
            return None

    async def of_show(self, tx: Transaction, show_id: ShowId) -> list[Thing]:
        found = await self.quizzes.of_show_within(tx, show_id)
        return [Thing(str(one.id), one.text, _state(one)) for one in found]


def _state(quiz: Quiz) -> ThingState:
    return ThingState.OVER if quiz.opens_at else ThingState.READY
