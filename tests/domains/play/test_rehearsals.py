"""A rehearsal leaves everything as it was: plans, stock, points, prizes and coupons."""

from datetime import timedelta
from uuid import UUID

from livehouse.domains.crowd import Reward
from livehouse.domains.crowd.model.drops import Grab
from livehouse.domains.crowd.model.quizzes import Answering, Quiz
from livehouse.domains.play.model.battles import BattlePlan, Vote
from livehouse.domains.play.model.terms import Prize, PrizeKind
from livehouse.domains.play.service.draws import StartedDraw
from livehouse.domains.quotas import quotas
from livehouse.domains.shows import Show
from livehouse.foundation.ids import PersonId, QuotaId
from tests.support.draws_world import a_plan, card, frames, joining, newest, record, time_is_up
from tests.support.shows_world import OWNER, ShowsWorld

STAFF = 77
STAR = PersonId(UUID(int=STAFF))


async def a_prize_from_stock(world: ShowsWorld) -> tuple[Prize, QuotaId]:
    store = await world.stores.by_slug("tea-house")
    variant = (await world.a_product(store)).variants[0]
    prize = Prize(
        kind=PrizeKind.GOODS, title="A cup", quantity=2, value_minor=500, source_id=variant.id
    )
    return prize, variant.stock_quota_id


async def what_there_is(world: ShowsWorld, show: Show, stock: QuotaId) -> dict[str, object]:
    """All that a game could use up or give away."""
    async with world.database.transaction() as tx:
        (quota,) = (await quotas.read(tx, [stock])).values()
    account = await world.crowd.rewards.account(STAR)
    listed = await world.shows.by_slug(show.slug)
    return {
        "stock": quota.left,
        "plans": await world.draws.plans(listed),
        "draws": await world.draws.started(listed),
        "quizzes": await world.crowd.quizzes.of_show(listed),
        "packets": await world.crowd.drops.of_show(listed),
        "battles": await world.battles.of_show(listed),
        "prizes": await world.prizes.of_person(STAR),
        "to_send": await world.prizes.of_store(show.room.store_id),
        "points": (account.balances, account.entries),
        "files": dict(world.records.files),
    }


async def rehearse_a_draw(world: ShowsWorld, show: Show) -> StartedDraw:
    ((plan_id, _),) = await world.draws.plans(show)
    one = await world.draws.start(show.slug, plan_id, by=OWNER)
    await frames(world)
    await world.draws.join([joining(world, one, STAFF, of_staff=True)])
    await time_is_up(world)
    assert card(world, one)["won"] == 1, "who rehearses sees how it goes"
    (started,) = await world.draws.started(await world.shows.by_slug(show.slug))
    return started


async def rehearse_the_rest(world: ShowsWorld, show: Show, quiz: Quiz) -> None:
    crowd = world.crowd
    asked = await crowd.quizzes.start(show.slug, quiz.id)
    falling = await crowd.drops.drop(show.slug, "For all", count=5, points=100)
    battle = await world.battles.begin(
        show.slug,
        BattlePlan("Stars", ["Ann", "Bo"], 5, timedelta(minutes=5), reward=Reward(points=7)),
    )
    await world.clock.advance(timedelta(seconds=4))
    answer = Answering(quiz_id=asked.id, person_id=STAR, choice=1, of_staff=True)
    assert await crowd.quizzes.answer([answer]) == [1]
    (packet,) = await crowd.drops.grab([Grab(drop_id=falling.id, person_id=STAR, of_staff=True)])
    assert not isinstance(packet, Exception)
    await world.battles.count([Vote(battle.id, STAR, 0, 3)])
    await world.clock.advance(timedelta(minutes=6))
    ended = (
        await crowd.quizzes.close_due(),
        await crowd.drops.end_due(),
        await world.battle_ends.end_due(),
    )
    assert ended == (1, 1, 1)


async def test_after_a_rehearsal_everything_is_as_before_it(world: ShowsWorld) -> None:
    show = await world.a_show()
    prize, stock = await a_prize_from_stock(world)
    await world.draws.plan(show, a_plan(prize))
    quiz = await world.crowd.quizzes.make(
        show, "Where is this tea from?", ["Fujian", "Assam"],
        right=1, seconds=20, reward=Reward(points=10), winners_max=9,
    )  # fmt: skip
    before = await what_there_is(world, show, stock)

    await world.shows.rehearse(show.slug)
    await rehearse_a_draw(world, show)
    await rehearse_the_rest(world, show, quiz)
    await world.shows.end(show.slug)

    assert await what_there_is(world, show, stock) == before


async def test_what_was_rehearsed_is_there_on_the_night(world: ShowsWorld) -> None:
    show = await world.a_show()
    plan_id = await world.draws.plan(show, a_plan())
    await world.shows.rehearse(show.slug)
    rehearsed = await world.draws.start(show.slug, plan_id, by=OWNER)
    await world.shows.end(show.slug)
    await frames(world)

    await world.shows.go_live(show.slug)
    one = await world.draws.start(show.slug, plan_id, by=OWNER)
    await frames(world)
    await world.draws.join([joining(world, one, 1), joining(world, one, 2)])
    await time_is_up(world)

    assert rehearsed.draw_id != plan_id == one.draw_id
    assert len(record(world, newest(world, one)).places) == 2
    assert len(await world.prizes.of_person(PersonId(UUID(int=1)))) == 1
