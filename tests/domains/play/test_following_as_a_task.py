"""A draw that asks one to follow the store: looked at when one joins, and kept after that."""

from msgspec.structs import replace

from livehouse.domains.fairness import verify_draw
from livehouse.domains.play import pages
from livehouse.domains.play.model.terms import Tasks
from livehouse.foundation.roles import Role
from tests.support.draws_world import (
    a_gift,
    a_live_show,
    a_plan,
    a_started_draw,
    card,
    frames,
    joined,
    joining,
    now,
    person,
    record,
    refusal,
    time_is_up,
)
from tests.support.shows_world import ShowsWorld, member_of

ANN, BOB = 1, 2


async def test_who_follows_when_they_join_keeps_their_chance_and_a_loop_gives_no_second(
    world: ShowsWorld,
) -> None:
    show = await a_live_show(world)
    plan = replace(a_plan(a_gift(1)), tasks=Tasks(follow=True))
    one = await a_started_draw(world, plan, show)
    await frames(world)
    assert '"tasks":{"follow":"when_joining","friends":0,"minutes":0}' in one.terms
    assert card(world, one)["task_follow"] is True

    assert await refusal(world, joining(world, one, ANN)) == "follow_first"
    await world.followers.follow("tea-house", person(ANN), show=show.slug)
    (first,) = await joined(world, one, [ANN])
    for _ in range(2):
        await world.followers.leave("tea-house", person(ANN))
        (again,) = await joined(world, one, [ANN])
        assert again.entry == first.entry
        await world.followers.follow("tea-house", person(ANN))
    await world.followers.leave("tea-house", person(ANN))
    await world.followers.follow("tea-house", person(BOB))
    await world.followers.leave("tea-house", person(BOB))
    assert await refusal(world, joining(world, one, BOB)) == "follow_first"
    await time_is_up(world)

    one = await now(world, one)
    assert one.entrants == 1
    published = record(world, one)
    assert "when_joining" in published.terms
    assert all(verify_draw(published, work=10).values())
    won = await world.database.pool.fetch("select person_id from draw_winners where prize >= 0")
    assert [row["person_id"] for row in won] == [person(ANN)]


async def test_the_host_asks_for_it_with_a_box_and_anybody_reads_the_rule(
    world: ShowsWorld,
) -> None:
    show = await a_live_show(world)
    async with world.web(*pages.routes) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        await web.post_form(
            f"/studio/{show.slug}/games", kind="instant", title="Posters", prize="A poster",
            quantity=1, seconds=60, claim_hours=24, follow="1",
        )  # fmt: skip
        ((plan_id, plan),) = await world.draws.plans(show)
        one = await world.draws.start(show.slug, plan_id, by=person(9))
        page = await web.get(f"/draws/{one.id}")

    assert plan.tasks == Tasks(follow=True)
    assert "Follow Tea House. It is looked at when one joins" in page.text
