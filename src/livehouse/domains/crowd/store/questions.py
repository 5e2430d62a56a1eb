"""Questions and who raised them, a whole group in one statement."""

from collections.abc import Sequence

from sqlalchemy import ARRAY, Uuid, bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.crowd.model.questions import Question, State
from livehouse.domains.crowd.tables import question_queues, question_raises, questions
from livehouse.foundation.ids import PersonId, QuestionId, RunId
from livehouse.storage.database import Transaction

# Who raises a question again adds nothing; what no longer waits is not raised.
_RAISE = text("""
with wish as (
    select w.question_id, w.person_id from unnest(:questions, :people) as w(question_id, person_id)
    join questions q on q.id = w.question_id and q.state = 'waiting'
), fresh as (
    insert into question_raises (question_id, person_id)
    select distinct question_id, person_id from wish order by question_id, person_id
    on conflict do nothing
    returning question_id
), counted as (
    select question_id, count(*) as more from fresh group by question_id
)
update questions q set raised = raised + counted.more from counted
where q.id = counted.question_id
""").bindparams(bindparam("questions", type_=ARRAY(Uuid)), bindparam("people", type_=ARRAY(Uuid)))


async def set_open(tx: Transaction, run_id: RunId, *, is_open: bool) -> None:
    wish = insert(question_queues).values(run_id=run_id, is_open=is_open)
    await tx.execute(
        wish.on_conflict_do_update(index_elements=["run_id"], set_={"is_open": is_open})
    )


async def open_queues(
    tx: Transaction, run_ids: Sequence[RunId], *, lock: bool
) -> dict[RunId, bool]:
    """Whether each queue is open. Locked in the order of their ids, so that groups of several
    nodes change a queue one after the other."""
    statement = (
        select(question_queues)
        .where(question_queues.c.run_id.in_(run_ids))
        .order_by(question_queues.c.run_id)
    )
    rows = await tx.execute(statement.with_for_update(key_share=True) if lock else statement)
    return {RunId(row.run_id): row.is_open for row in rows}


async def waiting_by_person(tx: Transaction, run_id: RunId) -> dict[PersonId, int]:
    """How many wait of each who asked; together they are the queue."""
    rows = await tx.execute(
        select(questions.c.person_id, func.count().label("waiting"))
        .where(questions.c.run_id == run_id, questions.c.state == State.WAITING.value)
        .group_by(questions.c.person_id)
    )
    return {PersonId(row.person_id): row.waiting for row in rows}


async def known(tx: Transaction, ids: Sequence[QuestionId]) -> dict[QuestionId, Question]:
    rows = await tx.execute(select(questions).where(questions.c.id.in_(ids)))
    return {row.id: _question(row) for row in rows}


async def add(tx: Transaction, fresh: Sequence[Question]) -> None:
    if fresh:
        await tx.execute(
            questions.insert(),
            [
                {
                    "id": one.id, "run_id": one.run_id, "person_id": one.person_id,
                    "text": one.text, "shown_as": one.shown_as, "state": one.state.value,
                    "asked_at": one.asked_at,
                }
                for one in fresh
            ],
        )  # fmt: skip


async def raise_up(tx: Transaction, wishes: Sequence[tuple[QuestionId, PersonId]]) -> None:
    ids, people = zip(*wishes, strict=True)
    await tx.execute(_RAISE.bindparams(questions=list(ids), people=list(people)))


async def waiting(tx: Transaction, run_id: RunId) -> list[Question]:
    rows = await tx.execute(
        select(questions).where(
            questions.c.run_id == run_id, questions.c.state == State.WAITING.value
        )
    )
    return [_question(row) for row in rows]


async def on_stage(tx: Transaction, run_id: RunId) -> Question | None:
    rows = await tx.execute(
        select(questions).where(
            questions.c.run_id == run_id, questions.c.state == State.ON_STAGE.value
        )
    )
    row = rows.first()
    return None if row is None else _question(row)


async def move(
    tx: Transaction, run_id: RunId, question_id: QuestionId, *, to: State, of: Sequence[State]
) -> Question | None:
    """Change where a question stands, if it stands where that is possible."""
    rows = await tx.execute(
        update(questions)
        .where(
            questions.c.id == question_id,
            questions.c.run_id == run_id,
            questions.c.state.in_([state.value for state in of]),
        )
        .values(state=to.value)
        .returning(*questions.c)
    )
    row = rows.first()
    return None if row is None else _question(row)


async def withdraw(
    tx: Transaction, person_id: PersonId, run_id: RunId | None
) -> list[tuple[RunId, QuestionId]]:
    """Dismiss what somebody asked and nobody has answered, in a run or in all."""
    statement = update(questions).where(
        questions.c.person_id == person_id,
        questions.c.state.in_([State.WAITING.value, State.ON_STAGE.value]),
    )
    if run_id is not None:
        statement = statement.where(questions.c.run_id == run_id)
    rows = await tx.execute(
        statement.values(state=State.DISMISSED.value).returning(questions.c.run_id, questions.c.id)
    )
    return [(RunId(row.run_id), QuestionId(row.id)) for row in rows]


async def forget(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(
        update(questions).where(questions.c.person_id == person_id).values(text="", shown_as="")
    )
    await tx.execute(question_raises.delete().where(question_raises.c.person_id == person_id))


async def of_person(tx: Transaction, person_id: PersonId, limit: int) -> list[Question]:
    rows = await tx.execute(
        select(questions)
        .where(questions.c.person_id == person_id)
        .order_by(questions.c.id.desc())
        .limit(limit)
    )
    return [_question(row) for row in rows]


def _question(row: object) -> Question:
    values = {name: getattr(row, name) for name in Question.__struct_fields__}
    return Question(**values | {"state": State(values["state"])})
