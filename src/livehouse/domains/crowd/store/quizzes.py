"""Quizzes and their sealed answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    ARRAY,
    Integer,
    Uuid,
    any_,
    bindparam,
    delete,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from livehouse.domains.crowd.errors import QuizGoingOn
from livehouse.domains.crowd.model.quizzes import Quiz
from livehouse.domains.crowd.model.rewards import Reward
from livehouse.domains.crowd.tables import quiz_answers, quizzes
from livehouse.foundation.ids import CouponId, PersonId, QuizId, RunId, ShowId
from livehouse.storage.database import Transaction

_ANSWER = text("""
insert into quiz_answers (quiz_id, person_id, choice)
select :quiz, w.person_id, w.choice from unnest(:people, :choices) as w(person_id, choice)
order by w.person_id
on conflict do nothing
returning person_id
""").bindparams(
    bindparam("quiz", type_=Uuid),
    bindparam("people", type_=ARRAY(Uuid)),
    bindparam("choices", type_=ARRAY(Integer)),
)
_WON = text("""
update quiz_answers set won = true where quiz_id = :quiz and person_id = any(:people)
""").bindparams(bindparam("quiz", type_=Uuid), bindparam("people", type_=ARRAY(Uuid)))
_OWN = ("reward",)


async def add(tx: Transaction, quiz: Quiz) -> None:
    values = {name: getattr(quiz, name) for name in Quiz.__struct_fields__ if name not in _OWN}
    await tx.execute(
        quizzes.insert().values(
            **values
            | {"choices": list(quiz.choices), "points": quiz.reward.points,
               "coupon_id": quiz.reward.coupon_id}
        )
    )  # fmt: skip


async def save(tx: Transaction, quiz: Quiz) -> None:
    """Write how far it has come."""
    try:
        await tx.execute(
            update(quizzes)
            .where(quizzes.c.id == quiz.id)
            .values(
                run_id=quiz.run_id, opens_at=quiz.opens_at, closes_at=quiz.closes_at,
                closed_at=quiz.closed_at, answers=quiz.answers, won=quiz.won,
            )
        )  # fmt: skip
    except IntegrityError as error:
        if "uq_quizzes_open" in str(error):
            raise QuizGoingOn from None
        raise


async def throw_away(tx: Transaction, quiz_id: QuizId, show_id: ShowId) -> bool:
    """Forget a quiz that has not been started."""
    gone = await tx.execute(
        delete(quizzes).where(
            quizzes.c.id == quiz_id, quizzes.c.show_id == show_id, quizzes.c.opens_at.is_(None)
        )
    )
    return gone.rowcount > 0


async def lock(tx: Transaction, quiz_id: QuizId) -> Quiz | None:
    """Read it and keep others from answering or closing it until the commit."""
    rows = await tx.execute(
        select(quizzes).where(quizzes.c.id == quiz_id).with_for_update(key_share=True)
    )
    row = rows.first()
    return None if row is None else _quiz(row)


async def show_of(tx: Transaction, quiz_id: QuizId) -> ShowId | None:
    rows = await tx.execute(
        select(quizzes.c.show_id).where(quizzes.c.id == quiz_id, quizzes.c.rehearsal.is_(False))
    )
    row = rows.first()
    return row and ShowId(row.show_id)


async def due(tx: Transaction, now: datetime, limit: int) -> list[Quiz]:
    rows = await tx.execute(
        select(quizzes)
        .where(quizzes.c.closed_at.is_(None), quizzes.c.closes_at < now)
        .order_by(quizzes.c.id)
        .limit(limit)
        .with_for_update(key_share=True, skip_locked=True)
    )
    return [_quiz(row) for row in rows]


async def closed(tx: Transaction, quiz_ids: Sequence[QuizId]) -> list[Quiz]:
    """Of these, the ones that are over."""
    rows = await tx.execute(
        select(quizzes).where(quizzes.c.id.in_(quiz_ids), quizzes.c.closed_at.is_not(None))
    )
    return [_quiz(row) for row in rows]


async def of_show(
    tx: Transaction, show_id: ShowId, limit: int, *, rehearsed_in: RunId | None = None
) -> list[Quiz]:
    """The newest first; of rehearsals those of that run alone."""
    is_shown = quizzes.c.rehearsal.is_(False) | (quizzes.c.run_id == rehearsed_in)
    rows = await tx.execute(
        select(quizzes).where(quizzes.c.show_id == show_id, is_shown).order_by(quizzes.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [_quiz(row) for row in rows]


async def answer(tx: Transaction, quiz_id: QuizId, choices: Mapping[PersonId, int]) -> int:
    """Seal what people answered for the first time; tells how many did."""
    found = await tx.execute(
        _ANSWER.bindparams(quiz=quiz_id, people=list(choices), choices=list(choices.values()))
    )
    return len(found.all())


async def answers_of(
    tx: Transaction, quiz_id: QuizId, people: Sequence[PersonId]
) -> dict[PersonId, tuple[int, bool]]:
    """What each of these has chosen, and whether they got the reward."""
    rows = await tx.execute(
        select(quiz_answers).where(
            quiz_answers.c.quiz_id == quiz_id,
            quiz_answers.c.person_id == any_(literal(list(people), ARRAY(Uuid))),
        )
    )
    return {PersonId(row.person_id): (row.choice, row.won) for row in rows}


async def counted(tx: Transaction, quiz_id: QuizId) -> dict[int, int]:
    rows = await tx.execute(
        select(quiz_answers.c.choice, func.count().label("people"))
        .where(quiz_answers.c.quiz_id == quiz_id)
        .group_by(quiz_answers.c.choice)
    )
    return {row.choice: row.people for row in rows}


async def who_chose(tx: Transaction, quiz_id: QuizId, choice: int) -> list[PersonId]:
    rows = await tx.execute(
        select(quiz_answers.c.person_id).where(
            quiz_answers.c.quiz_id == quiz_id, quiz_answers.c.choice == choice
        )
    )
    return [PersonId(row.person_id) for row in rows]


async def note_won(tx: Transaction, quiz_id: QuizId, people: Sequence[PersonId]) -> None:
    if people:
        await tx.execute(_WON.bindparams(quiz=quiz_id, people=list(people)))


async def of_person(
    tx: Transaction, person_id: PersonId, limit: int
) -> list[tuple[QuizId, int, bool]]:
    rows = await tx.execute(
        select(quiz_answers)
        .where(quiz_answers.c.person_id == person_id)
        .order_by(quiz_answers.c.quiz_id.desc())
        .limit(limit)
    )
    return [(QuizId(row.quiz_id), row.choice, row.won) for row in rows]


def _quiz(row: object) -> Quiz:
    values = {name: getattr(row, name) for name in Quiz.__struct_fields__ if name not in _OWN}
    coupon_id = getattr(row, "coupon_id")  # noqa: B009 - rows know their columns at run time
    return Quiz(
        **values | {"choices": tuple(values["choices"])},
        reward=Reward(
            points=getattr(row, "points"),  # noqa: B009 - as above
            coupon_id=CouponId(coupon_id) if coupon_id else None,
        ),
    )
