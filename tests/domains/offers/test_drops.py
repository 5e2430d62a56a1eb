"""Coupons that fall into a room: who taps first takes one, nobody two, and none too many."""

from collections import Counter
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.offers import DropGone, DropOver, UnknownCoupon, UnknownDrop
from livehouse.domains.offers.api import routes as api
from livehouse.domains.offers.events import CouponDropped, DropTaken
from livehouse.domains.offers.live import FOLDS
from livehouse.domains.offers.model import Drop, Taken, Taking, decide_takings
from livehouse.domains.shows import Show
from livehouse.domains.shows.live import seed
from livehouse.engine.canonical import State
from livehouse.engine.folds import Folds
from livehouse.engine.ports import RoomFact
from livehouse.foundation.clock import to_ms
from livehouse.foundation.errors import DomainError, InvalidInput
from livehouse.foundation.ids import CouponId, DropId, PersonId, QuotaId, RunId
from livehouse.foundation.roles import Role
from livehouse.storage.outbox import StoredFact
from tests.support.builders import a_person
from tests.support.discounts import DAY, a_coupon_plan
from tests.support.moments import NOON
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import an_identity

F = TypeVar("F", CouponDropped, DropTaken)

RUN = RunId(UUID(int=1))
LASTING = Drop(
    id=DropId(UUID(int=2)),
    run_id=RUN,
    coupon_id=CouponId(UUID(int=3)),
    quota_id=QuotaId(UUID(int=4)),
    ends_at=NOON + timedelta(minutes=1),
)


@given(st.integers(0, 5), st.lists(st.lists(st.integers(1, 6), max_size=8), max_size=5))
def test_in_whatever_groups_people_tap_each_has_one_and_the_first_have_them_all(
    total: int, groups: list[list[int]]
) -> None:
    owners: list[PersonId] = []
    for group in groups:
        takings = [Taking(LASTING.id, a_person(number)) for number in group]
        claimed = {(LASTING.coupon_id, owner) for owner in owners}
        left = {LASTING.quota_id: total - len(owners)}
        decisions = decide_takings(takings, {LASTING.id: LASTING}, claimed, left, NOON)
        owners += [one.person_id for one in decisions if isinstance(one, Taken) and one.is_new]
        for taking, decision in zip(takings, decisions, strict=True):
            assert isinstance(decision, Taken) == (taking.person_id in owners)

    arrived = dict.fromkeys(a_person(number) for group in groups for number in group)
    assert owners == list(arrived)[:total]


async def test_who_takes_one_has_a_coupon_of_the_drop_and_only_one(world: ShowsWorld) -> None:
    drop = await a_drop(world, count=5)

    first = await world.drops.commit([Taking(drop.id, a_person(1)), Taking(drop.id, a_person(1))])
    again = await world.drops.commit([Taking(drop.id, a_person(1))])

    assert [one.is_new for one in (*first, *again) if isinstance(one, Taken)] == [
        True, False, False,
    ]  # fmt: skip
    (coupon,) = await world.coupons.of_person(a_person(1))
    assert (coupon.coupon.id, coupon.uses.left) == (drop.coupon_id, 5)


async def test_no_more_are_taken_than_fell_and_each_is_told_to_the_room(
    world: ShowsWorld,
) -> None:
    drop = await a_drop(world, count=3)

    takings = [Taking(drop.id, a_person(number)) for number in range(1, 6)]
    decisions = [*await world.drops.commit(takings[:2]), *await world.drops.commit(takings[2:])]

    assert kinds(decisions) == {"Taken": 3, "DropGone": 2}
    told = [read(DropTaken, fact) for fact in await world.facts("offers.drop_taken")]
    assert [fact.left for fact in told] == [1, 0]


async def test_after_its_end_nobody_takes_one_but_who_has_one_keeps_it(world: ShowsWorld) -> None:
    drop = await a_drop(world, seconds=30)
    await world.drops.commit([Taking(drop.id, a_person(1))])

    await world.clock.advance(timedelta(seconds=30))
    decisions = await world.drops.commit(
        [Taking(drop.id, a_person(1)), Taking(drop.id, a_person(2))]
    )

    assert [type(one) for one in decisions] == [Taken, DropOver]


async def test_a_host_ends_a_drop_early_and_the_room_hears_the_new_end(world: ShowsWorld) -> None:
    drop = await a_drop(world, seconds=600)
    await world.clock.advance(timedelta(seconds=5))

    ended = await world.drops.end(drop.id)
    again = await world.drops.end(drop.id)

    told = [read(CouponDropped, fact) for fact in await world.facts("offers.coupon_dropped")]
    assert ended.ends_at == again.ends_at == NOON + timedelta(seconds=5)
    assert [fact.ends_at_ms for fact in told] == [to_ms(drop.ends_at), to_ms(ended.ends_at)]


async def test_a_drop_never_outlives_the_coupon_that_it_is_like(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    plan = a_coupon_plan(ends_at=NOON + timedelta(seconds=20))
    like = await world.coupons.publish(plan, show.room.store_id)

    drop, _ = await world.drops.drop(show.slug, like.coupon.id, count=1, seconds=60)

    assert drop.ends_at == NOON + timedelta(seconds=20)


async def test_what_falls_in_a_rehearsal_is_nobodys_and_nothing_falls_from_other_pockets(
    world: ShowsWorld,
) -> None:
    show = await world.a_show()
    own = await world.coupons.publish(a_coupon_plan(), show.room.store_id)
    others = await world.coupons.publish(a_coupon_plan(), (await world.a_store("cups")).id)
    await world.shows.rehearse(show.slug)
    drop, _ = await world.drops.drop(show.slug, own.coupon.id, count=1, seconds=60)
    await world.drops.commit([Taking(drop.id, a_person(number)) for number in (1, 2)])
    assert await world.coupons.of_person(a_person(1)) == []
    assert await world.coupons.issued_by(show.room.store_id) == [own]
    await world.shows.end(show.slug)
    await world.shows.go_live(show.slug)

    with pytest.raises(UnknownCoupon):
        await world.drops.drop(show.slug, others.coupon.id, count=1, seconds=60)


@pytest.mark.parametrize(("count", "seconds"), [(0, 60), (10_000_001, 60), (1, 9), (1, 1_801)])
async def test_a_drop_that_makes_no_sense_is_refused(
    world: ShowsWorld, count: int, seconds: int
) -> None:
    with pytest.raises(InvalidInput):
        await a_drop(world, count=count, seconds=seconds)


async def test_what_does_not_exist_is_taken_by_nobody(world: ShowsWorld) -> None:
    (refused,) = await world.drops.commit([Taking(LASTING.id, a_person(1))])

    assert isinstance(refused, UnknownDrop)


def test_a_room_shows_the_newest_drop_and_what_is_left_of_it() -> None:
    seen = [
        told(seed(RUN), fallen(1, left=3)),
        told({"drop": {"id": str(UUID(int=1)), "left": 3, "v": 0}}, taken(1, left=1, version=2)),
        told({"drop": {"id": str(UUID(int=1)), "left": 1, "v": 2}}, taken(1, left=2, version=1)),
        told({"drop": {"id": str(UUID(int=1)), "left": 1, "v": 2}}, fallen(2, left=9)),
        told({"drop": {"id": str(UUID(int=2)), "left": 9, "v": 0}}, taken(1, left=0, version=3)),
    ]

    assert seen == [3, 1, None, 9, None]


async def test_one_taps_over_http_and_a_guest_is_asked_to_sign_in(world: ShowsWorld) -> None:
    drop = await a_drop(world, count=1)
    async with world.web(*api) as web:
        guest = await web.post_json(f"/api/drops/{drop.id}/take", {})
        web.sign_in_as(an_identity(1))
        taken = await web.post_json(f"/api/drops/{drop.id}/take", {})
        web.sign_in_as(an_identity(2))
        late = await web.post_json(f"/api/drops/{drop.id}/take", {})

    assert guest.status_code == 401
    assert (taken.status_code, taken.json()["id"]) == (200, str(drop.coupon_id))
    assert (late.status_code, late.json()["code"]) == (409, DropGone.code)


async def test_only_who_runs_the_show_lets_coupons_fall_and_ends_it(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    like = await world.coupons.publish(a_coupon_plan(), show.room.store_id)
    other = await world.a_store("cups")
    asked = {"coupon_id": str(like.coupon.id), "count": 5, "seconds": 60}
    async with world.web(*api) as web:
        web.sign_in_as(member_of(other.id, Role.OWNER))
        strange = await web.post_json(f"/api/shows/{show.slug}/drops", asked)
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        fallen = await web.post_json(f"/api/shows/{show.slug}/drops", asked)
        drop_id = fallen.json()["id"]
        web.sign_in_as(member_of(other.id, Role.OWNER))
        stranger = await web.post_json(f"/api/drops/{drop_id}/end", {})
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        ended = await web.post_json(f"/api/drops/{drop_id}/end", {})

    assert [one.status_code for one in (strange, fallen, stranger, ended)] == [404, 201, 404, 200]


def fallen(number: int, *, left: int) -> CouponDropped:
    return CouponDropped(
        drop_id=DropId(UUID(int=number)), coupon_id=CouponId(UUID(int=8)), label="Welcome",
        currency="EUR", amount_minor=500, basis_points=0, from_minor=0, cap_minor=0,
        ends_at_ms=2, total=10, left=left, version=0,
    )  # fmt: skip


def taken(number: int, *, left: int, version: int) -> DropTaken:
    return DropTaken(DropId(UUID(int=number)), left, version)


def told(state: State, fact: CouponDropped | DropTaken) -> object:
    """What a fact makes of how many are left; None where it changes nothing."""
    kind = str(fact.__struct_config__.tag)
    heard = RoomFact((1, 1), RUN, kind, msgspec.json.encode(fact))
    drop = Folds(seed, FOLDS).fold(state, heard, 0).patch.get("drop", {})
    assert isinstance(drop, dict)
    return drop.get("left")


def kinds(decisions: list[Taken | DomainError]) -> dict[str, int]:
    return dict(Counter(type(one).__name__ for one in decisions))


def read(kind: type[F], fact: StoredFact) -> F:
    return msgspec.json.decode(fact.payload, type=kind)


async def a_live_show(world: ShowsWorld) -> Show:
    return await world.shows.go_live((await world.a_show()).slug)


async def a_drop(world: ShowsWorld, *, count: int = 10, seconds: int = 60) -> Drop:
    """Coupons like one that the store has published, in a show that is live."""
    show = await a_live_show(world)
    like = await world.coupons.publish(a_coupon_plan(ends_at=NOON + DAY), show.room.store_id)
    drop, _ = await world.drops.drop(show.slug, like.coupon.id, count=count, seconds=seconds)
    return drop
