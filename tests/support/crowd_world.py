"""What a crowd does, told briefly."""

from datetime import timedelta
from uuid import UUID

from livehouse.domains.crowd.model.drops import Drop
from livehouse.domains.crowd.model.questions import Question
from livehouse.domains.shows import Show
from livehouse.foundation.ids import CouponId, PersonId, QuestionId, RunId
from tests.support.discounts import a_coupon_plan
from tests.support.draws_world import a_live_show
from tests.support.shows_world import ShowsWorld


async def later(world: ShowsWorld, seconds: float) -> None:
    await world.clock.advance(timedelta(seconds=seconds))


async def packets_open(world: ShowsWorld, *, count: int, points: int) -> Drop:
    """Red packets that have just begun to fall in a live show."""
    show = await a_live_show(world)
    drop = await world.crowd.drops.drop(show.slug, "For all of you", count=count, points=points)
    await later(world, 4)
    return drop


def a_question(run_id: RunId, number: int, text: str, world: ShowsWorld) -> Question:
    """Somebody's question, asked now."""
    return Question(
        id=QuestionId(world.ids.new()), run_id=run_id, person_id=PersonId(UUID(int=number)),
        text=text, asked_at=world.clock.now(),
    )  # fmt: skip


async def a_coupon(world: ShowsWorld, show: Show, *, uses: int = 100) -> CouponId:
    """A coupon of the show's own store, which so many people can use."""
    plan = a_coupon_plan(total=uses, shown=False, code="RAIN")
    return (await world.coupons.publish(plan, show.room.store_id)).coupon.id
