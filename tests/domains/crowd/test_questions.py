"""Questions to the host: asked in a queue, raised by others, held up, answered or dismissed."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.crowd import pages
from livehouse.domains.crowd.errors import QuestionGone
from livehouse.domains.crowd.model import questions as rules
from livehouse.domains.crowd.model.questions import Question
from livehouse.domains.crowd.service.questions import Raising
from livehouse.domains.shows import Show
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import PersonId, QuestionId, RunId
from livehouse.foundation.roles import Role
from tests.support.crowd_world import a_question
from tests.support.draws_world import a_live_show
from tests.support.moments import NOON
from tests.support.shows_world import OWNER, ShowsWorld, member_of

kinds = st.builds(
    Question,
    id=st.integers(0, 1_000).map(lambda number: QuestionId(UUID(int=number))),
    run_id=st.just(RunId(UUID(int=1))),
    person_id=st.just(PersonId(UUID(int=2))),
    text=st.just("Is it blue?"),
    asked_at=st.just(NOON),
    raised=st.integers(0, 9),
)


@given(st.lists(kinds, max_size=60, unique_by=lambda one: one.id))
def test_the_room_sees_what_most_want_to_hear_and_the_newest(waiting: list[Question]) -> None:
    seen = rules.board(waiting)

    assert len(seen) <= rules.TOP_SHOWN + rules.NEWEST_SHOWN
    assert seen[: rules.TOP_SHOWN] == rules.queued(waiting)[: rules.TOP_SHOWN]
    newest = sorted(waiting, key=lambda one: one.id)[-rules.NEWEST_SHOWN :]
    assert {one.id for one in newest} <= {one.id for one in seen}


def run_of(show: Show) -> RunId:
    assert show.run is not None
    return show.run.id


async def a_show_with_questions(world: ShowsWorld) -> Show:
    show = await a_live_show(world)
    await world.crowd.questions.set_open(show.slug, is_open=True)
    return show


async def asks(world: ShowsWorld, show: Show, number: int, text: str) -> Question:
    (told,) = await world.crowd.questions.ask([a_question(run_of(show), number, text, world)])
    assert isinstance(told, Question), told
    return told


async def refusal(world: ShowsWorld, question: Question) -> str:
    (told,) = await world.crowd.questions.ask([question])
    assert isinstance(told, DomainError)
    return told.code


async def board(world: ShowsWorld) -> list[tuple[object, object]]:
    """Text and raises of what the room shows, in its order."""
    queue = (await world.rooms.show())["questions"]
    assert isinstance(queue, dict)
    shown = queue["board"]
    assert isinstance(shown, dict)
    rows = sorted(shown.values(), key=lambda one: one["rank"])
    return [(one["text"], one["raised"]) for one in rows]


async def test_what_most_want_to_hear_comes_first_and_each_person_counts_once(
    world: ShowsWorld,
) -> None:
    show = await a_show_with_questions(world)
    await asks(world, show, 1, "Is it blue?")
    second = await asks(world, show, 2, "How heavy is it?")
    wishes = [Raising(second.id, PersonId(UUID(int=number))) for number in (3, 4, 4)]

    await world.crowd.questions.raise_up(wishes)
    await world.crowd.questions.raise_up(wishes)

    assert await board(world) == [("How heavy is it?", 2), ("Is it blue?", 0)]


async def test_the_host_holds_a_question_up_and_then_takes_the_next(world: ShowsWorld) -> None:
    show = await a_show_with_questions(world)
    first = await asks(world, show, 1, "Is it blue?")
    second = await asks(world, show, 2, "How heavy is it?")
    questions = world.crowd.questions

    await questions.take(show.slug, first.id)
    stage = (await world.rooms.show())["stage"]
    assert stage == {"question": {"id": str(first.id), "text": "Is it blue?", "by": ""}}
    await questions.take(show.slug, second.id)
    await questions.answered(show.slug, second.id)

    assert (await world.rooms.show())["stage"] == {}
    assert await board(world) == []
    with pytest.raises(QuestionGone):
        await questions.take(show.slug, first.id)
    (told,) = await questions.raise_up([Raising(first.id, OWNER)])
    assert isinstance(told, QuestionGone)


async def test_nobody_asks_unasked_too_often_banned_or_under_the_id_of_another(
    world: ShowsWorld,
) -> None:
    show = await a_live_show(world)
    early = a_question(run_of(show), 1, "Is it blue?", world)
    assert await refusal(world, early) == "questions_closed"
    await world.crowd.questions.set_open(show.slug, is_open=True)
    asked = [await asks(world, show, 1, f"Is it {color}?") for color in ("red", "green", "blue")]
    assert await refusal(world, early) == "too_many_questions"
    taken = a_question(run_of(show), 2, "Mine", world)
    stolen = Question(
        id=asked[0].id, run_id=taken.run_id, person_id=taken.person_id, text="Mine",
        asked_at=taken.asked_at,
    )  # fmt: skip
    assert await refusal(world, stolen) == "question_id_taken"
    assert await world.crowd.questions.ask([asked[0]]) == [asked[0]], "asked again"
    await world.chat.ban(show.slug, PersonId(UUID(int=2)), by=OWNER)
    assert await refusal(world, taken) == "banned_from_chat"


async def test_who_is_banned_or_erased_takes_their_questions_along(world: ShowsWorld) -> None:
    show = await a_show_with_questions(world)
    first = await asks(world, show, 1, "Rude words")
    await asks(world, show, 2, "My name is Bo, hello?")
    await world.crowd.questions.take(show.slug, first.id)

    await world.crowd.questions.withdraw(run_of(show), first.person_id)
    assert (await world.rooms.show())["stage"] == {}
    async with world.database.transaction() as tx:
        await world.crowd.questions.erase(tx, PersonId(UUID(int=2)))

    assert await board(world) == []
    kept = await world.crowd.questions.export(PersonId(UUID(int=2)))
    assert kept == {"questions": [{"text": "", "at": NOON}]}


async def test_the_queue_is_worked_off_in_the_studio_by_moderators_too(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    here = f"/studio/{show.slug}/crowd"
    async with world.web(*pages.routes) as client:
        client.sign_in_as(member_of(show.room.store_id, Role.MODERATOR))
        await client.post_form(f"{here}/questions/open")
        asked = await asks(world, show, 1, "Is it blue?")
        assert "Is it blue?" in (await client.get(here)).text
        await client.post_form(f"{here}/questions/take", question_id=str(asked.id))
        assert "You answer it now" in (await client.get(here)).text
        await client.post_form(f"{here}/questions/dismiss", question_id=str(asked.id))
        again = await client.post_form(f"{here}/questions/dismiss", question_id=str(asked.id))
        client.sign_in_as(member_of((await world.a_store("kiln")).id, Role.OWNER))
        assert (await client.get(here)).status_code == 404

    assert again.status_code == 303
    assert await board(world) == []
