"""Quizzes: made, started, answered under seal, closed."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

from msgspec.structs import replace

from livehouse.domains.crowd.errors import QuizStarted
from livehouse.domains.crowd.events import AnswersCounted, QuizBegun, QuizClosed
from livehouse.domains.crowd.model import quizzes as rules
from livehouse.domains.crowd.model.quizzes import Answering, Outcome, Quiz
from livehouse.domains.crowd.model.rewards import Reward, Source, by_lot
from livehouse.domains.crowd.service.gathered import Gathered
from livehouse.domains.crowd.service.rewards import Rewards
from livehouse.domains.crowd.store import quizzes as store
from livehouse.domains.shows import Run, RunKind, Show, Shows
from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import IdSource, PersonId, QuizId, ShowId
from livehouse.storage.database import Database, Transaction

LISTED_MAX = 20
CLOSED_PER_LOOK_MAX = 20
EXPORTED_MAX = 10_000
# Sessions on this node that wait for the end of a quiz.
TOLD_MAX = 100_000
WINDOWS_PER_PERSON_MAX = 4

Tell: TypeAlias = Callable[[Outcome], None]


@dataclass(slots=True)
class Quizzes:
    """`answers` are written a few times a second; `tell` and `close_due` are periodic work."""

    database: Database
    clock: Clock
    ids: IdSource
    shows: Shows
    rewards: Rewards
    chance: Callable[[int], bytes] = secrets.token_bytes
    answers: Gathered[Answering, int] = field(init=False)
    _waiting: dict[QuizId, dict[PersonId, list[Tell]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.answers = Gathered("answers", self.answer, lambda one: (one.quiz_id, one.person_id))

    # The host's part.

    async def make(
        self,
        show: Show,
        text: str,
        choices: Sequence[str],
        *,
        right: int,
        seconds: int,
        reward: Reward,
        winners_max: int,
    ) -> Quiz:
        """Keep a question ready; nobody sees it until it is started."""
        quiz = rules.checked(
            Quiz(
                id=QuizId(self.ids.new()), show_id=show.id, store_id=show.room.store_id,
                text=" ".join(text.split()),
                choices=tuple(" ".join(one.split()) for one in choices),
                right=right, seconds=seconds, reward=reward, winners_max=winners_max,
                salt=self.chance(rules.SALT_BYTES),
            )
        )  # fmt: skip
        async with self.database.transaction() as tx:
            await self.rewards.check(tx, reward, quiz.store_id, winners_max)
            await store.add(tx, quiz)
        return quiz

    async def throw_away(self, show: Show, quiz_id: QuizId) -> None:
        async with self.database.transaction() as tx:
            if not await store.throw_away(tx, quiz_id, show.id):
                raise QuizStarted

    async def start(self, show_slug: str, quiz_id: QuizId) -> Quiz:
        """Show the question to everybody; from here on nobody changes it."""
        async with self.database.transaction() as tx:
            show, run = await self.shows.running(tx, show_slug)
            return await self.start_within(tx, show, run, quiz_id)

    async def start_within(self, tx: Transaction, show: Show, run: Run, quiz_id: QuizId) -> Quiz:
        """The same as part of another use case, under the lock of the show."""
        quiz = await store.lock(tx, quiz_id)
        if quiz is None or quiz.show_id != show.id:
            raise NotFound
        if quiz.opens_at is not None:
            raise QuizStarted
        now = self.clock.now()
        if run.kind is RunKind.REHEARSAL:
            # What is rehearsed is a copy, with a seal of its own: the question stays as it was.
            salt = self.chance(rules.SALT_BYTES)
            quiz = replace(quiz, id=QuizId(self.ids.new()), salt=salt, rehearsal=True)
            await store.add(tx, quiz)
        closes_at = now + timedelta(seconds=quiz.seconds)
        quiz = replace(quiz, run_id=run.id, opens_at=now, closes_at=closes_at)
        await store.save(tx, quiz)
        fact = QuizBegun(
            quiz_id=quiz.id, text=quiz.text, choices=quiz.choices,
            points=quiz.reward.points, has_coupon=quiz.reward.coupon_id is not None,
            winners_max=quiz.winners_max, sealed=quiz.sealed,
            opens_at_ms=to_ms(now), closes_at_ms=to_ms(closes_at),
        )  # fmt: skip
        tx.record(fact, run_id=run.id)
        return quiz

    async def of_show(self, show: Show) -> list[Quiz]:
        """The newest first; what was rehearsed is gone with its rehearsal."""
        on = show.run.id if show.run is not None and show.run.on else None
        async with self.database.transaction() as tx:
            return await store.of_show(tx, show.id, LISTED_MAX, rehearsed_in=on)

    async def of_show_within(self, tx: Transaction, show_id: ShowId) -> list[Quiz]:
        """The newest of a show, as part of another use case; without what was rehearsed."""
        return await store.of_show(tx, show_id, LISTED_MAX)

    async def show_of(self, tx: Transaction, quiz_id: QuizId) -> ShowId | None:
        """Whose a quiz is; None where there is none, and of a copy that was rehearsed."""
        return await store.show_of(tx, quiz_id)

    async def close_due(self) -> int:
        """Close those whose time is up: the right answer comes out, and who found it is paid."""
        now = self.clock.now()
        async with self.database.transaction() as tx:
            due = await store.due(tx, now - rules.GRACE, CLOSED_PER_LOOK_MAX)
            for quiz in due:
                await self._close(tx, quiz)
        return len(due)

    # The viewers' part.

    async def answer(self, wishes: Sequence[Answering]) -> list[int | DomainError]:
        """Seal a group of answers; told is the choice that counts, which is a person's first."""
        now = self.clock.now()
        told: dict[tuple[QuizId, PersonId], int | DomainError] = {}
        async with self.database.transaction() as tx:
            for quiz_id in sorted({wish.quiz_id for wish in wishes}):
                quiz = await store.lock(tx, quiz_id)
                people = [wish.person_id for wish in wishes if wish.quiz_id == quiz_id]
                known = await store.answers_of(tx, quiz_id, people)
                fresh: dict[PersonId, int] = {}
                for wish in wishes:
                    if wish.quiz_id != quiz_id:
                        continue
                    key = (quiz_id, wish.person_id)
                    if wish.person_id in known:
                        told[key] = known[wish.person_id][0]
                        continue
                    try:
                        rules.check_answering(quiz, wish, now)
                        told[key] = fresh.setdefault(wish.person_id, wish.choice)
                    except DomainError as refusal:
                        told[key] = refusal
                if fresh and quiz is not None:
                    await self._seal(tx, quiz, fresh)
        return [told[wish.quiz_id, wish.person_id] for wish in wishes]

    def await_outcome(self, quiz_id: QuizId, person_id: PersonId, tell: Tell) -> None:
        """Let somebody on this node hear how it went, once it is closed."""
        people = self._waiting.setdefault(quiz_id, {})
        if person_id not in people and len(people) >= TOLD_MAX:
            return
        windows = people.setdefault(person_id, [])
        windows.append(tell)
        del windows[:-WINDOWS_PER_PERSON_MAX]

    async def tell(self) -> int:
        """Tell those who wait on this node how it went."""
        if not self._waiting:
            return 0
        told = 0
        async with self.database.transaction() as tx:
            for quiz in await store.closed(tx, list(self._waiting)):
                people = self._waiting.pop(quiz.id)
                found = await store.answers_of(tx, quiz.id, list(people))
                for person_id, (choice, won) in found.items():
                    for window in people[person_id]:
                        window(Outcome(quiz, choice, won))
                told += len(found)
        return told

    async def export(self, person_id: PersonId) -> dict[str, object]:
        async with self.database.transaction() as tx:
            found = await store.of_person(tx, person_id, EXPORTED_MAX)
        return {
            "quiz_answers": [
                {"quiz": str(quiz_id), "choice": choice, "won": won}
                for quiz_id, choice, won in found
            ]
        }

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        """Answers hold ids alone, and stand in the counts."""

    async def _seal(self, tx: Transaction, quiz: Quiz, fresh: dict[PersonId, int]) -> None:
        more = await store.answer(tx, quiz.id, fresh)
        quiz = replace(quiz, answers=quiz.answers + more)
        await store.save(tx, quiz)
        tx.record(AnswersCounted(quiz.id, quiz.answers), run_id=quiz.run_id)

    async def _close(self, tx: Transaction, quiz: Quiz) -> None:
        right = await store.who_chose(tx, quiz.id, quiz.right)
        winners = by_lot(quiz.salt, right, quiz.winners_max) if quiz.reward.is_something else []
        await store.note_won(tx, quiz.id, winners)
        if not quiz.rehearsal:
            source = Source("quiz", quiz.id)
            await self.rewards.give(tx, quiz.reward, quiz.store_id, winners, source)
        await store.save(tx, replace(quiz, closed_at=self.clock.now(), won=len(winners)))
        counts = rules.counts_of(quiz, await store.counted(tx, quiz.id))
        fact = QuizClosed(
            quiz_id=quiz.id, right=quiz.right, salt=quiz.salt.hex(), counts=counts,
            won=len(winners),
        )  # fmt: skip
        tx.record(fact, run_id=quiz.run_id)
