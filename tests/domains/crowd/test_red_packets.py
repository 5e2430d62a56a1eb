"""Red packets: parts of chance that make up the pot, one to each, and nobody's line is faster."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.crowd import api, pages
from livehouse.domains.crowd.errors import PacketsGoingOn, PacketsGone
from livehouse.domains.crowd.model import drops as rules
from livehouse.domains.crowd.model.drops import Drop, Grab, Packet
from livehouse.domains.crowd.model.rewards import lot_of
from livehouse.foundation.errors import DomainError, InvalidInput
from livehouse.foundation.ids import PersonId
from livehouse.foundation.roles import Role
from tests.support.crowd_world import a_coupon, later, packets_open
from tests.support.draws_world import a_live_show
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import an_identity

SEED = bytes(range(32))
seeds = st.binary(min_size=32, max_size=32)


@given(seeds, st.integers(1, 300), st.integers(0, 5_000))
def test_the_parts_make_up_the_pot_and_none_is_empty(seed: bytes, count: int, over: int) -> None:
    parts = rules.amounts(seed, count + over, count)

    assert (len(parts), sum(parts)) == (count, count + over)
    assert min(parts) >= 1


def test_the_same_seed_says_the_same_parts_for_ever() -> None:
    assert rules.amounts(SEED, 100, 7) == [12, 4, 2, 39, 1, 22, 20]


def test_no_place_is_better_than_another_before_the_seed_is_known() -> None:
    sums = [0] * 5
    for number in range(2_000):
        for place, part in enumerate(rules.amounts(number.to_bytes(32), 500, 5)):
            sums[place] += part

    # Fixed seeds, so these are always the same: each place has 100 on average.
    assert all(95 <= total / 2_000 <= 105 for total in sums)


def a_grab(drop: Drop, number: int, address: str = "") -> Grab:
    return Grab(drop_id=drop.id, person_id=PersonId(UUID(int=number)), address=address)


def codes(told: list[Packet | DomainError]) -> list[str]:
    return [one.code for one in told if isinstance(one, DomainError)]


async def test_a_crowd_gets_exactly_the_pot_each_of_them_once(world: ShowsWorld) -> None:
    drop = await packets_open(world, count=5, points=1_000)
    crowd = [a_grab(drop, number) for number in range(1, 9)]

    told = await asyncio.gather(*(world.crowd.drops.grab(crowd) for _ in range(3)))

    answers = [[one if isinstance(one, Packet) else one.code for one in group] for group in told]
    assert answers[0] == answers[1] == answers[2], "asking again is answered the same"
    got = [one for one in told[0] if isinstance(one, Packet)]
    assert sorted(one.number for one in got) == [0, 1, 2, 3, 4]
    assert sum(one.amount for one in got) == 1_000
    assert codes(told[0]) == ["packets_gone"] * 3
    quota = await world.quota(drop.quota_id)
    assert (quota.spent, quota.left) == (1_000, 0)
    for one in got:
        account = await world.crowd.rewards.account(one.person_id)
        assert list(account.balances.values()) == [one.amount]


async def test_who_came_in_the_same_moment_is_served_by_lot(world: ShowsWorld) -> None:
    drop = await packets_open(world, count=3, points=30)
    crowd = [a_grab(drop, number) for number in range(1, 7)]

    told = await world.crowd.drops.grab(crowd)

    by_lot = sorted(crowd, key=lambda one: lot_of(drop.seed, one.person_id))
    served = {one.person_id for one in told if isinstance(one, Packet)}
    assert served == {one.person_id for one in by_lot[:3]}


async def test_an_address_gets_no_more_than_a_family_and_the_staff_nothing(
    world: ShowsWorld,
) -> None:
    drop = await packets_open(world, count=50, points=500)
    farm = [a_grab(drop, number, "203.0.113.7") for number in range(1, 24)]
    host = Grab(drop_id=drop.id, person_id=PersonId(UUID(int=99)), of_staff=True)

    told = await world.crowd.drops.grab([*farm, host])

    assert sorted(codes(told)) == ["staff_take_nothing", *["too_many_there"] * 3]


async def test_nothing_is_taken_before_the_time_or_after_it(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    drop = await world.crowd.drops.drop(show.slug, "For you", count=2, points=10, seconds=30)

    assert codes(await world.crowd.drops.grab([a_grab(drop, 1)])) == ["packets_not_open"]
    await later(world, 3 + 30 + 2)
    assert codes(await world.crowd.drops.grab([a_grab(drop, 1)])) == ["packets_gone"]


async def test_two_rains_at_once_and_pots_that_do_not_suffice_are_refused(
    world: ShowsWorld,
) -> None:
    drop = await packets_open(world, count=2, points=10)
    show = await world.shows.by_slug("tea-time")

    with pytest.raises(PacketsGoingOn):
        await world.crowd.drops.drop(show.slug, "More", count=2, points=10)
    with pytest.raises(InvalidInput):
        await world.crowd.drops.drop(show.slug, "Too few", count=20, points=10)
    await world.crowd.drops.grab([a_grab(drop, 1), a_grab(drop, 2)])
    assert await world.crowd.drops.end_due() == 1
    await world.crowd.drops.drop(show.slug, "More", count=2, points=10)


async def test_a_coupon_is_in_each_of_these(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    coupon_id = await a_coupon(world, show, uses=2)
    with pytest.raises(DomainError, match="only 2 are left"):
        await world.crowd.drops.drop(show.slug, "Rain", count=3, coupon_id=coupon_id)
    drop = await world.crowd.drops.drop(show.slug, "Rain", count=2, coupon_id=coupon_id)
    await later(world, 4)

    told = await world.crowd.drops.grab([a_grab(drop, number) for number in (1, 2, 3)])

    for one in told:
        if isinstance(one, Packet):
            (mine,) = await world.coupons.of_person(one.person_id)
            assert (mine.coupon.id, one.amount) == (coupon_id, 1)
    assert codes(told) == [PacketsGone.code]


async def test_the_seed_comes_out_at_the_end_and_shows_what_was_in_each(world: ShowsWorld) -> None:
    drop = await packets_open(world, count=3, points=300)
    (mine,) = await world.crowd.drops.grab([a_grab(drop, 7)])
    assert isinstance(mine, Packet)
    async with world.web(*api.routes, *pages.routes) as client:
        early = (await client.get_json(f"/api/packets/{drop.id}")).json()
        await later(world, 120)
        await world.crowd.drops.end_due()
        told = (await client.get_json(f"/api/packets/{drop.id}")).json()
        client.sign_in_as(an_identity(7))
        page = (await client.get(f"/packets/{drop.id}")).text
        points = (await client.get("/points")).text

    assert (early["seed"], early["amounts"]) == ("", [])
    seed = bytes.fromhex(told["seed"])
    assert rules.commitment_to(drop.id, seed) == early["commitment"]
    assert rules.amounts(seed, told["total"], told["count"]) == told["amounts"]
    assert told["amounts"][mine.number] == mine.amount
    assert f"Number {mine.number + 1}" in page
    assert "A red packet" in points
    cards: Any = (await world.rooms.show())["packets"]
    assert cards[str(drop.id)]["given"] == mine.amount


async def test_a_host_lets_packets_fall_from_the_studio(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    here = f"/studio/{show.slug}/crowd"
    async with world.web(*pages.routes) as client:
        client.sign_in_as(member_of(show.room.store_id, Role.HOST))
        wrong = await client.post_form(
            f"{here}/packets", title="Rain", count="20", total="5", seconds="30"
        )
        done = await client.post_form(
            f"{here}/packets", title="Rain", count="20", total="500", seconds="30"
        )
        page = (await client.get(here)).text

    assert "At least one point for each packet" in wrong.text
    assert (wrong.status_code, done.status_code) == (422, 303)
    assert "500 points" in page
