"""Coupons and subsidies on a real database: publishing, taking, ending, and pricing with them."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from livehouse.domains.offers import (
    Amount,
    BadBasket,
    CodeTaken,
    CouponNotValid,
    Part,
    Percent,
    StoresMixed,
    UnknownCoupon,
    UnknownOffer,
)
from livehouse.domains.offers.events import CouponShown
from livehouse.domains.quotas import Take
from livehouse.foundation.clock import to_ms
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import CouponId, OfferId
from tests.support.builders import a_person
from tests.support.discounts import DAY, a_coupon_plan, a_subsidy_plan
from tests.support.moments import NOON
from tests.support.shows_world import ShowsWorld

NOBODYS = CouponId(UUID(int=5))


async def test_a_price_has_the_coupon_and_every_subsidy_that_runs(world: ShowsWorld) -> None:
    show, offer = await world.an_open_offer()
    coupon = (await world.coupons.publish(a_coupon_plan(), show.room.store_id)).coupon
    funded = await world.subsidies.publish(
        a_subsidy_plan(Percent(1_000), parts=(Part("tea-board", 4_000), Part("platform", 6_000)))
    )

    quoted = await world.prices.quote([(offer.id, 2)], coupon_ids=[coupon.id])

    assert [(line.kind, line.amount_minor, line.payer) for line in quoted.price.lines[:4]] == [
        ("goods", 40_00, ""),
        ("subsidy", -1_60, "tea-board"),
        ("subsidy", -2_40, "platform"),
        ("coupon", -5_00, "store"),
    ]
    assert {Take(coupon.quota_id, 1), Take(funded.budget.id, 4_00)} <= set(quoted.takes)


async def test_what_was_published_never_changes_not_even_by_hand(world: ShowsWorld) -> None:
    store = await world.a_store()
    await world.coupons.publish(a_coupon_plan(), store.id)
    await world.subsidies.publish(a_subsidy_plan())

    for statement in (
        "update coupons set amount_minor = 1",
        "delete from coupons",
        "update subsidies set parts = '[]'",
        "truncate discount_ends",
    ):
        with pytest.raises(DBAPIError, match="only grows"):
            async with world.database.transaction() as tx:
                await tx.execute(text(statement))


async def test_a_coupon_that_was_ended_early_is_refused_from_then_on(world: ShowsWorld) -> None:
    show, offer = await world.an_open_offer()
    coupon = (await world.coupons.publish(a_coupon_plan(), show.room.store_id)).coupon

    ended = await world.coupons.end(coupon.id)
    await world.clock.advance(timedelta(minutes=1))
    again = await world.coupons.end(coupon.id)

    assert ended.coupon.ends_at == again.coupon.ends_at == NOON
    with pytest.raises(CouponNotValid):
        await world.prices.quote([(offer.id, 1)], coupon_ids=[coupon.id])
    with pytest.raises(UnknownCoupon):
        await world.coupons.take(coupon.id, a_person(1))


async def test_a_subsidy_ends_by_hand_by_time_and_with_its_budget(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer()
    by_hand = await world.subsidies.publish(a_subsidy_plan(Amount(1)))
    await world.subsidies.publish(a_subsidy_plan(Amount(10), ends_at=NOON + DAY / 2))
    spent = await world.subsidies.publish(a_subsidy_plan(Amount(100), budget_minor=100))
    await world.subsidies.publish(a_subsidy_plan(Amount(1_000), starts_at=NOON + DAY * 0.6))

    async def off() -> int:
        return 20_00 - (await world.prices.quote([(offer.id, 1)])).price.total.minor

    offs = [await off()]
    await world.subsidies.end(by_hand.subsidy.id)
    offs.append(await off())
    async with world.database.transaction() as tx:
        await tx.execute(text(f"update quotas set held = 100 where id = '{spent.budget.id}'"))
    offs.append(await off())
    await world.clock.advance(DAY / 2)
    offs.append(await off())
    await world.clock.advance(DAY / 4)
    offs.append(await off())

    assert offs == [111, 110, 10, 0, 1_000]


async def test_a_subsidy_is_for_its_offer_or_store_alone(world: ShowsWorld) -> None:
    show = await world.a_show()
    one, two = await world.an_offer(show), await world.an_offer(show)
    other = await world.a_store("other-store")
    await world.shows.go_live(show.slug)
    await world.subsidies.publish(a_subsidy_plan(Amount(1), offer_id=one.id))
    await world.subsidies.publish(a_subsidy_plan(Amount(10), store_id=other.id))
    await world.subsidies.publish(a_subsidy_plan(Amount(100), store_id=show.room.store_id))

    quoted = await world.prices.quote([(one.id, 1), (two.id, 1)])

    assert quoted.pays == (20_00 - 101, 20_00 - 100)


@pytest.mark.parametrize("typed", ["SUMMER-24", " summer-24 "])
async def test_a_code_gives_its_coupon_however_it_is_typed(world: ShowsWorld, typed: str) -> None:
    store = await world.a_store()
    made = await world.coupons.publish(a_coupon_plan(code="Summer-24", shown=False), store.id)

    found = await world.coupons.redeem(typed, store.id, a_person(1))

    assert found.coupon.id == made.coupon.id
    assert [one.coupon.id for one in await world.coupons.of_person(a_person(1))] == [
        found.coupon.id
    ]


async def test_a_code_is_its_stores_own_and_the_platforms_holds_everywhere(
    world: ShowsWorld,
) -> None:
    tea, cups = await world.a_store(), await world.a_store("cups")
    own = await world.coupons.publish(a_coupon_plan(code="HELLO"), tea.id)
    platforms = await world.coupons.publish(a_coupon_plan(code="HELLO"), None)

    found = [
        (await world.coupons.redeem("hello", store.id, a_person(1))).coupon.id
        for store in (tea, cups)
    ]

    assert found == [own.coupon.id, platforms.coupon.id]
    for issuer in (tea.id, None):
        with pytest.raises(CodeTaken):
            await world.coupons.publish(a_coupon_plan(code="HELLO"), issuer)


async def test_a_code_of_another_store_or_of_yesterday_is_unknown(world: ShowsWorld) -> None:
    tea, cups = await world.a_store(), await world.a_store("cups")
    await world.coupons.publish(a_coupon_plan(code="TODAY"), tea.id)

    with pytest.raises(UnknownCoupon):
        await world.coupons.redeem("TODAY", cups.id, a_person(1))
    await world.clock.advance(DAY)
    with pytest.raises(UnknownCoupon):
        await world.coupons.redeem("TODAY", tea.id, a_person(1))


async def test_viewers_see_what_is_shown_and_can_still_be_had(world: ShowsWorld) -> None:
    store, other = await world.a_store(), await world.a_store("cups")
    shown = await world.coupons.publish(a_coupon_plan(), store.id)
    platforms = await world.coupons.publish(a_coupon_plan(), None)
    await world.coupons.publish(a_coupon_plan(code="SECRET", shown=False), store.id)
    await world.coupons.publish(a_coupon_plan(starts_at=NOON + DAY / 2), store.id)
    await world.coupons.publish(a_coupon_plan(), other.id)
    gone = await world.coupons.publish(a_coupon_plan(total=1), store.id)
    async with world.database.transaction() as tx:
        await tx.execute(text(f"update quotas set spent = 1 where id = '{gone.uses.id}'"))

    found = await world.coupons.shown_by(store.id)

    assert [one.coupon.id for one in found] == [platforms.coupon.id, shown.coupon.id]


async def test_taking_a_coupon_twice_is_taking_it_once(world: ShowsWorld) -> None:
    store = await world.a_store()
    shown = await world.coupons.publish(a_coupon_plan(), store.id)
    secret = await world.coupons.publish(a_coupon_plan(code="SECRET", shown=False), store.id)

    for _ in range(2):
        await world.coupons.take(shown.coupon.id, a_person(1))
    with pytest.raises(UnknownCoupon):
        await world.coupons.take(secret.coupon.id, a_person(1))

    assert len(await world.coupons.of_person(a_person(1))) == 1
    assert await world.coupons.of_person(a_person(2)) == []


async def test_what_a_person_took_is_exported_and_forgotten_with_them(world: ShowsWorld) -> None:
    store = await world.a_store()
    made = await world.coupons.publish(a_coupon_plan(), store.id)
    await world.coupons.take(made.coupon.id, a_person(1))
    await world.clock.advance(2 * DAY)

    exported = await world.coupons.export(a_person(1))
    async with world.database.transaction() as tx:
        await world.coupons.erase(tx, a_person(1))

    assert exported == {"coupons": [{"id": str(made.coupon.id), "label": "Welcome", "code": ""}]}
    assert await world.coupons.export(a_person(1)) == {"coupons": []}


async def test_pages_of_coupons_continue_where_the_last_one_ended(world: ShowsWorld) -> None:
    store = await world.a_store()
    made = [await world.coupons.publish(a_coupon_plan(), store.id) for _ in range(3)]

    later = await world.coupons.issued_by(store.id, before=made[2].coupon.id)

    assert [one.coupon.id for one in later] == [made[1].coupon.id, made[0].coupon.id]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"label": " "}, "label"),
        ({"currency": "CNY"}, "currency"),
        ({"discount": Amount(0)}, "amount"),
        ({"discount": Percent(10_001)}, "percent"),
        ({"total": 0}, "total"),
        ({"per_person": -1}, "per_person"),
        ({"from_minor": -1}, "from"),
        ({"cap_minor": 2**53}, "cap"),
        ({"code": "A_B", "shown": False}, "code"),
        ({"code": "", "shown": False}, "code"),
        ({"ends_at": NOON}, "ends_at"),
        ({"starts_at": NOON - 2 * DAY, "ends_at": NOON - DAY}, "ends_at"),
        ({"ends_at": NOON + 1_000 * DAY}, "ends_at"),
    ],
)
async def test_a_coupon_that_makes_no_sense_is_refused(
    world: ShowsWorld, wrong: dict[str, object], field: str
) -> None:
    store = await world.a_store()
    with pytest.raises(InvalidInput) as refused:
        await world.coupons.publish(a_coupon_plan(**wrong), store.id)

    assert refused.value.params["field"] == field
    assert await world.coupons.issued_by(store.id) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"parts": ()}, "parts"),
        ({"parts": (Part("platform", 9_999),)}, "parts"),
        ({"parts": (Part("platform", 5_000), Part("platform", 5_000))}, "parts"),
        ({"parts": (Part("Tea Board", 10_000),)}, "parts"),
        ({"parts": (Part("a", 20_000), Part("b", -10_000))}, "parts"),
        ({"budget_minor": 0}, "budget"),
        ({"discount": Percent(0)}, "percent"),
    ],
)
async def test_a_subsidy_that_makes_no_sense_is_refused(
    world: ShowsWorld, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await world.subsidies.publish(a_subsidy_plan(**wrong))

    assert refused.value.params["field"] == field
    assert await world.subsidies.listing() == []


async def test_a_subsidy_is_in_the_money_of_what_it_is_for(world: ShowsWorld) -> None:
    show, offer = await world.an_open_offer()

    for place in ({"offer_id": offer.id}, {"store_id": show.room.store_id}):
        with pytest.raises(InvalidInput):
            await world.subsidies.publish(a_subsidy_plan(currency="CNY", **place))
    with pytest.raises(UnknownOffer):
        await world.subsidies.publish(a_subsidy_plan(offer_id=OfferId(UUID(int=3))))


async def test_only_a_basket_of_one_store_on_air_has_a_price(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer()
    elsewhere = await world.a_show("cups-time", store=await world.a_store("cups"))
    planned = await world.an_offer(elsewhere)

    for wanted, refusal in (
        ([(planned.id, 1)], UnknownOffer),
        ([], BadBasket),
        ([(offer.id, 0)], BadBasket),
        ([(offer.id, 101)], BadBasket),
        ([(offer.id, 1), (offer.id, 1)], BadBasket),
    ):
        with pytest.raises(refusal):
            await world.prices.quote(wanted)
    with pytest.raises(UnknownCoupon):
        await world.prices.quote([(offer.id, 1)], coupon_ids=[NOBODYS])
    await world.shows.go_live(elsewhere.slug)
    with pytest.raises(StoresMixed):
        await world.prices.quote([(offer.id, 1), (planned.id, 1)])


async def rooms_told(world: ShowsWorld) -> list[tuple[UUID | None, str, int]]:
    """Which run was told of which coupon, and how many hours from noon it ends."""
    told = []
    for fact in await world.facts("offers.coupon_shown"):
        shown = msgspec.json.decode(fact.payload, type=CouponShown)
        told.append((fact.run_id, shown.label, (shown.ends_at_ms - to_ms(NOON)) // 3_600_000))
    return told


async def test_a_coupon_is_shown_in_the_rooms_of_its_store(world: ShowsWorld) -> None:
    store, other = await world.a_store(), await world.a_store("cups")
    await world.coupons.publish(a_coupon_plan(label="early"), store.id)
    await world.coupons.publish(a_coupon_plan(label="other"), other.id)
    await world.coupons.publish(a_coupon_plan(label="secret", code="ABC", shown=False), store.id)
    show = await world.shows.go_live((await world.a_show(store=store)).slug)
    late = await world.coupons.publish(a_coupon_plan(label="late"), store.id)
    await world.coupons.publish(a_coupon_plan(label="everywhere"), None)
    await world.clock.advance(timedelta(hours=1))
    await world.coupons.end(late.coupon.id)

    assert show.run is not None
    assert await rooms_told(world) == [
        (show.run.id, label, hours)
        for label, hours in [("early", 24), ("late", 24), ("everywhere", 24), ("late", 1)]
    ]
