"""Quizzes: answers are sealed until the end, for everybody, and the lot decides beyond the cap."""

import asyncio
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from livehouse.domains.crowd import Reward, pages
from livehouse.domains.crowd.errors import QuizGoingOn, QuizStarted
from livehouse.domains.crowd.model.quizzes import Answering, Outcome, Quiz
from livehouse.domains.crowd.model.rewards import by_lot
from livehouse.domains.shows import Show
from livehouse.foundation.errors import DomainError, InvalidInput
from livehouse.foundation.ids import PersonId
from livehouse.foundation.roles import Role
from tests.support.crowd_world import a_coupon, later
from tests.support.draws_world import a_live_show
from tests.support.shows_world import ShowsWorld, member_of

SECONDS = 20


async def ready(
    world: ShowsWorld, show: Show, reward: Reward | None = None, *, most: int = 100
) -> Quiz:
    return await world.crowd.quizzes.make(
        show, "Where is this tea from?", ["Fujian", "Assam", "Kyoto"],
        right=1, seconds=SECONDS, reward=reward or Reward(points=10), winners_max=most,
    )  # fmt: skip


async def begun(world: ShowsWorld, reward: Reward | None = None, *, most: int = 100) -> Quiz:
    show = await a_live_show(world)
    quiz = await ready(world, show, reward, most=most)
    return await world.crowd.quizzes.start(show.slug, quiz.id)


def an_answer(quiz: Quiz, number: int, choice: int) -> Answering:
    return Answering(quiz_id=quiz.id, person_id=PersonId(UUID(int=number)), choice=choice)


async def closed(world: ShowsWorld) -> None:
    await later(world, SECONDS + 2)
    assert await world.crowd.quizzes.close_due() == 1


async def card(world: ShowsWorld, quiz: Quiz) -> dict[str, Any]:
    cards: Any = (await world.rooms.show())["quizzes"]
    found: dict[str, Any] = cards[str(quiz.id)]
    return found


async def points(world: ShowsWorld, number: int) -> int:
    account = await world.crowd.rewards.account(PersonId(UUID(int=number)))
    return sum(account.balances.values())


async def test_nobody_sees_the_answer_before_the_end_and_then_everybody_does(
    world: ShowsWorld,
) -> None:
    quiz = await begun(world)
    await world.crowd.quizzes.answer([an_answer(quiz, number, number % 3) for number in (1, 2, 4)])
    shown = await card(world, quiz)
    told = [fact.payload for fact in await world.facts("crowd.")]

    assert (shown["right"], shown["salt"], shown["answers"]) == (-1, "", 3)
    assert "counts" not in shown
    assert not [one for one in told if quiz.salt.hex().encode() in one]

    await closed(world)
    shown = await card(world, quiz)
    assert (shown["right"], shown["counts"]) == (1, {"0": 0, "1": 2, "2": 1})
    fixed = b"livehouse/quiz\0" + quiz.id.bytes + bytes.fromhex(shown["salt"]) + b"\1"
    assert sha256(fixed).hexdigest() == shown["sealed"], "it was fixed before anybody answered"


async def test_the_first_answer_counts_and_late_ones_do_not(world: ShowsWorld) -> None:
    quiz = await begun(world)
    first = await world.crowd.quizzes.answer([an_answer(quiz, 1, 0)])
    again = await world.crowd.quizzes.answer([an_answer(quiz, 1, 1), an_answer(quiz, 2, 9)])
    staff = Answering(quiz_id=quiz.id, person_id=PersonId(UUID(int=3)), choice=1, of_staff=True)
    (refused,) = await world.crowd.quizzes.answer([staff])
    await later(world, SECONDS + 2)
    (late,) = await world.crowd.quizzes.answer([an_answer(quiz, 4, 1)])

    assert (first, again[0]) == ([0], 0)
    assert [one.code for one in (again[1], refused, late) if isinstance(one, DomainError)] == [
        "invalid_input", "staff_take_nothing", "quiz_over",
    ]  # fmt: skip
    await world.crowd.quizzes.close_due()
    assert await points(world, 1) == 0


async def test_of_more_than_the_cap_the_lot_takes_those_who_are_paid_once(
    world: ShowsWorld,
) -> None:
    quiz = await begun(world, most=3)
    crowd = [an_answer(quiz, number, 1) for number in range(1, 9)]
    await asyncio.gather(*(world.crowd.quizzes.answer(crowd) for _ in range(2)))
    await closed(world)

    paid = {number for number in range(1, 9) if await points(world, number) == 10}
    lot = by_lot(quiz.salt, [one.person_id for one in crowd], 3)
    assert paid == {one.int for one in lot}
    assert (await card(world, quiz))["won"] == 3


async def test_who_waits_here_hears_how_it_went_for_them(world: ShowsWorld) -> None:
    quiz = await begun(world)
    await world.crowd.quizzes.answer([an_answer(quiz, 1, 1), an_answer(quiz, 2, 0)])
    heard: list[Outcome] = []
    for number in (1, 2):
        world.crowd.quizzes.await_outcome(quiz.id, PersonId(UUID(int=number)), heard.append)

    assert await world.crowd.quizzes.tell() == 0
    await closed(world)
    assert await world.crowd.quizzes.tell() == 2

    assert sorted((one.choice, one.won) for one in heard) == [(0, False), (1, True)]


async def test_a_coupon_can_be_the_reward(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    coupon_id = await a_coupon(world, show)
    quiz = await ready(world, show, Reward(coupon_id=coupon_id))
    await world.crowd.quizzes.start(show.slug, quiz.id)
    await world.crowd.quizzes.answer([an_answer(quiz, 1, 1), an_answer(quiz, 2, 2)])
    await closed(world)

    assert [one.coupon.id for one in await world.coupons.of_person(PersonId(UUID(int=1)))] == [
        coupon_id
    ]
    assert await world.coupons.of_person(PersonId(UUID(int=2))) == []


async def test_a_question_that_has_started_is_changed_by_nobody(world: ShowsWorld) -> None:
    quiz = await begun(world)
    show = await world.shows.by_slug("tea-time")
    other = await ready(world, show)

    with pytest.raises(QuizGoingOn):
        await world.crowd.quizzes.start(show.slug, other.id)
    with pytest.raises(QuizStarted):
        await world.crowd.quizzes.start(show.slug, quiz.id)
    with pytest.raises(QuizStarted):
        await world.crowd.quizzes.throw_away(show, quiz.id)
    with pytest.raises(DBAPIError, match="is refused"):
        async with world.database.transaction() as tx:
            await tx.execute(text('update quizzes set "right" = 2 where opens_at is not null'))
    with pytest.raises(InvalidInput):
        await world.crowd.quizzes.make(
            show, "Which?", ["One", "One"], right=0, seconds=20, reward=Reward(), winners_max=1
        )


async def test_a_host_makes_a_quiz_in_the_studio_and_starts_it(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    here = f"/studio/{show.slug}/crowd"
    form = {
        "text": "Where from?", "choices": "Fujian\nAssam", "right": "2", "quiz_seconds": "20",
        "winners_max": "5", "points": "10",
    }  # fmt: skip
    async with world.web(*pages.routes) as client:
        client.sign_in_as(member_of(show.room.store_id, Role.HOST))
        wrong = await client.post_form(f"{here}/quizzes", **form | {"right": "5"})
        await client.post_form(f"{here}/quizzes", **form)
        (quiz,) = await world.crowd.quizzes.of_show(show)
        await client.post_form(f"{here}/quizzes/{quiz.id}/start")
        page = (await client.get(here)).text
        clapped = await client.post_form(
            f"{here}/applause", what="the potter", goal="100", clap_seconds="30"
        )

    assert "Choose one of the answers" in wrong.text
    assert "Right: Assam" in page
    assert (await card(world, quiz))["state"] == "open"
    assert clapped.status_code == 303
    assert (await world.rooms.show())["applause"] == {
        "title": "the potter", "goal": 100, "base": 0,
        "closes_at": int(world.clock.now().timestamp() * 1000) + 30_000,
    }  # fmt: skip
