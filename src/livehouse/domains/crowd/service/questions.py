"""Questions to the host: asked, raised, answered, dismissed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from livehouse.domains.chat import Chat
from livehouse.domains.crowd.errors import QuestionGone
from livehouse.domains.crowd.events import (
    QuestionSettled,
    QuestionShown,
    QuestionsTold,
    QuestionTaken,
)
from livehouse.domains.crowd.model import questions as rules
from livehouse.domains.crowd.model.questions import Question, Queue, State
from livehouse.domains.crowd.service.gathered import Gathered
from livehouse.domains.crowd.store import questions as store
from livehouse.domains.shows import Run, Show, Shows
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import PersonId, QuestionId, RunId
from livehouse.storage.database import Database, Transaction

EXPORTED_MAX = 1_000


class Raising(Struct, frozen=True):
    question_id: QuestionId
    person_id: PersonId


class Standing(Struct, frozen=True):
    """The queue as the staff sees it."""

    is_open: bool
    on_stage: Question | None
    waiting: list[Question]


@dataclass(slots=True)
class Questions:
    """`asks` and `raises` are written a few times a second, by the app's periodic work."""

    database: Database
    shows: Shows
    chat: Chat
    asks: Gathered[Question, Question] = field(init=False)
    raises: Gathered[Raising, Raising] = field(init=False)

    def __post_init__(self) -> None:
        self.asks = Gathered("questions", self.ask, lambda one: one.id)
        self.raises = Gathered("raises", self.raise_up, lambda one: one)

    # The viewers' part.

    async def ask(self, asked: Sequence[Question]) -> list[Question | DomainError]:
        """Put a group of questions into their queues; harmless to repeat."""
        runs = sorted({one.run_id for one in asked})
        async with self.database.transaction() as tx:
            is_open = await store.open_queues(tx, runs, lock=True)
            known = await store.known(tx, [one.id for one in asked])
            queues = {}
            for run_id in runs:
                people = [one.person_id for one in asked if one.run_id == run_id]
                mine = await store.waiting_by_person(tx, run_id)
                queues[run_id] = Queue(
                    is_open.get(run_id, False), sum(mine.values()), mine,
                    await self.chat.barred(tx, run_id, people),
                )  # fmt: skip
            decisions = rules.admit(asked, queues, known)
            fresh = {
                one.id: one
                for one in decisions
                if isinstance(one, Question) and one.id not in known
            }
            await store.add(tx, list(fresh.values()))
            for run_id in sorted({one.run_id for one in fresh.values()}):
                await self._tell(tx, run_id)
        return decisions

    async def raise_up(self, wishes: Sequence[Raising]) -> list[Raising | DomainError]:
        """Say that one wants to hear this, too: each person counts once for a question."""
        async with self.database.transaction() as tx:
            known = await store.known(tx, [wish.question_id for wish in wishes])
            runs = sorted({one.run_id for one in known.values()})
            await store.open_queues(tx, runs, lock=True)
            known = await store.known(tx, list(known))
            waits = {id_ for id_, one in known.items() if one.state is State.WAITING}
            pairs = [
                (wish.question_id, wish.person_id) for wish in wishes if wish.question_id in waits
            ]
            if pairs:
                await store.raise_up(tx, pairs)
                for run_id in sorted({known[question_id].run_id for question_id, _ in pairs}):
                    await self._tell(tx, run_id)
        return [wish if wish.question_id in waits else QuestionGone() for wish in wishes]

    # The host's part.

    async def standing(self, show: Show) -> Standing:
        if show.run is None:
            return Standing(is_open=False, on_stage=None, waiting=[])
        async with self.database.transaction() as tx:
            is_open = await store.open_queues(tx, [show.run.id], lock=False)
            return Standing(
                is_open.get(show.run.id, False),
                await store.on_stage(tx, show.run.id),
                rules.queued(await store.waiting(tx, show.run.id)),
            )

    async def set_open(self, show_slug: str, *, is_open: bool) -> None:
        """Take questions from now on, or no more; those in the queue stay."""
        async with self.database.transaction() as tx:
            _, run = await self.shows.running(tx, show_slug)
            await self.set_open_within(tx, run, is_open=is_open)

    async def set_open_within(self, tx: Transaction, run: Run, *, is_open: bool) -> None:
        """The same as part of another use case, under the lock of the show."""
        await store.set_open(tx, run.id, is_open=is_open)
        await self._tell(tx, run.id)

    async def take(self, show_slug: str, question_id: QuestionId) -> None:
        """Answer a question now: it is held up before everybody; the one before it is answered."""

        async def step(tx: Transaction, run_id: RunId) -> None:
            before = await store.on_stage(tx, run_id)
            if before is not None and before.id != question_id:
                await self._settle(tx, run_id, before.id, State.ANSWERED)
            found = await store.move(
                tx, run_id, question_id, to=State.ON_STAGE, of=(State.WAITING, State.ON_STAGE)
            )
            if found is None:
                raise QuestionGone
            tx.record(QuestionTaken(_shown(found)), run_id=run_id)

        await self._change(show_slug, step)

    async def answered(self, show_slug: str, question_id: QuestionId) -> None:
        await self._change(
            show_slug, lambda tx, run: self._settle(tx, run, question_id, State.ANSWERED)
        )

    async def dismiss(self, show_slug: str, question_id: QuestionId) -> None:
        """Take a question out of the queue, for everybody."""
        await self._change(
            show_slug, lambda tx, run: self._settle(tx, run, question_id, State.DISMISSED)
        )

    async def withdraw(self, run_id: RunId, person_id: PersonId) -> None:
        """Somebody was banned from the chat: what they asked goes, too."""
        async with self.database.transaction() as tx:
            await store.open_queues(tx, [run_id], lock=True)
            await self._withdraw(tx, person_id, run_id)

    async def export(self, person_id: PersonId) -> dict[str, object]:
        async with self.database.transaction() as tx:
            found = await store.of_person(tx, person_id, EXPORTED_MAX)
        return {"questions": [{"text": one.text, "at": one.asked_at} for one in found]}

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        """Their words go, from what is shown, too."""
        await self._withdraw(tx, person_id, None)
        await store.forget(tx, person_id)

    async def _change(
        self, show_slug: str, step: Callable[[Transaction, RunId], Awaitable[None]]
    ) -> None:
        async with self.database.transaction() as tx:
            _, run = await self.shows.running(tx, show_slug)
            await store.open_queues(tx, [run.id], lock=True)
            await step(tx, run.id)
            await self._tell(tx, run.id)

    async def _settle(
        self, tx: Transaction, run_id: RunId, question_id: QuestionId, to: State
    ) -> None:
        moved = await store.move(tx, run_id, question_id, to=to, of=(State.WAITING, State.ON_STAGE))
        if moved is None:
            raise QuestionGone
        tx.record(QuestionSettled(question_id), run_id=run_id)

    async def _withdraw(self, tx: Transaction, person_id: PersonId, run_id: RunId | None) -> None:
        for gone_of, question_id in await store.withdraw(tx, person_id, run_id):
            tx.record(QuestionSettled(question_id), run_id=gone_of)
            await self._tell(tx, gone_of)

    async def _tell(self, tx: Transaction, run_id: RunId) -> None:
        """The room hears how the queue stands now."""
        waiting = await store.waiting(tx, run_id)
        is_open = (await store.open_queues(tx, [run_id], lock=False)).get(run_id, False)
        shown = tuple(_shown(one) for one in rules.board(waiting))
        tx.record(QuestionsTold(is_open, len(waiting), shown), run_id=run_id)


def _shown(one: Question) -> QuestionShown:
    return QuestionShown(one.id, one.text, one.shown_as, one.raised)
