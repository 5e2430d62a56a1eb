"""Who waits for what is sold out: the first in line gets what comes back, nothing is sold twice."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livehouse.domains.offers import Offer, OfferClosed, OfferNotOpen, Terms
from livehouse.domains.orders import (
    Expired,
    NewOrder,
    Order,
    OrderExpired,
    Placed,
    Waiting,
)
from livehouse.domains.orders.api import routes as api
from livehouse.domains.orders.errors import StillThere, WaitsForEnough
from livehouse.domains.orders.model import OnSale, draft
from livehouse.domains.orders.model.waiting import (
    HELD_DURATION,
    WAIT_MAX,
    Wait,
    buys_of,
    serve_line,
)
from livehouse.domains.orders.pages import routes as pages
from livehouse.domains.quotas import ShareKey, SoldOut, Tally
from livehouse.foundation.ids import OrderId, PersonId, RunId
from tests.support.builders import a_person, an_offer
from tests.support.moments import NOON
from tests.support.orders_world import a_buyer, a_wish, bought, decided, paid
from tests.support.shows_world import ShowsWorld
from tests.support.web_client import an_identity

RUN = RunId(UUID(int=1))
HOLD = timedelta(minutes=10)


@dataclass
class Shop:
    """A till with one offer and its line, in memory: what the database would hold."""

    total: int
    limit: int
    orders: dict[OrderId, PersonId] = field(default_factory=dict)
    line: list[Wait] = field(default_factory=list)
    joined: list[int] = field(default_factory=list)
    served: list[int] = field(default_factory=list)
    passed: list[int] = field(default_factory=list)
    ids: int = 0

    @property
    def offer(self) -> Offer:
        return an_offer(limit=self.limit)

    @property
    def on_sale(self) -> OnSale:
        return OnSale({self.offer.id: Terms(self.offer, RUN, rehearsal=False)})

    def tally(self) -> Tally:
        left = self.total - len(self.orders)
        shares: Counter[ShareKey] = Counter(
            (self.offer.quota_id, person) for person in self.orders.values()
        )
        return Tally(left=dict.fromkeys(self.offer.quota_ids, left), shares=dict(shares))

    def new_id(self) -> OrderId:
        self.ids += 1
        return OrderId(UUID(int=(7 << 76) | (2 << 62) | self.ids))

    def buy(self, person: PersonId) -> None:
        wait = a_wait(0, person)
        drafted = draft(buys_of([wait], [self.new_id()]), self.on_sale, {}, self.tally(), NOON)
        self.orders |= dict.fromkeys(drafted.orders, person)

    def join(self, person: PersonId) -> None:
        if len(self.orders) < self.total or any(one.person_id == person for one in self.line):
            return
        self.joined.append(len(self.joined) + 1)
        self.line.append(a_wait(self.joined[-1], person))

    def give_back(self, which: int) -> None:
        """As one transaction: nobody comes in between."""
        if not self.orders:
            return
        del self.orders[list(self.orders)[which % len(self.orders)]]
        ids = [self.new_id() for _ in self.line]
        served = serve_line(self.line, buys_of(self.line, ids), self.on_sale, self.tally(), NOON)
        gone = {wait.number for wait, _ in served.held} | {wait.number for wait in served.passed}
        assert set(served.draft.orders) == {order.buy.id for _, order in served.held}
        self.orders |= {order.buy.id: wait.person_id for wait, order in served.held}
        self.served += [wait.number for wait, _ in served.held]
        self.passed += [wait.number for wait in served.passed]
        self.line = [wait for wait in self.line if wait.number not in gone]


def a_wait(number: int, person: PersonId) -> Wait:
    return Wait(number=number, offer_id=an_offer().id, person_id=person, run_id=RUN, joined_at=NOON)


happenings = st.lists(
    st.tuples(st.sampled_from(("buy", "join", "join", "back")), st.integers(1, 6)), max_size=40
)


@settings(max_examples=60)
@given(st.integers(1, 4), st.integers(0, 2), happenings)
def test_lines_are_served_in_their_order_and_nothing_is_ever_sold_twice(
    total: int, limit: int, happened: list[tuple[str, int]]
) -> None:
    house = Shop(total, limit)
    for what, number in happened:
        match what:
            case "buy":
                house.buy(a_person(number))
            case "join":
                house.join(a_person(number))
            case _:
                house.give_back(number)
        assert len(house.orders) <= total, "never over"
        if house.line and what == "back":
            assert len(house.orders) == total, "what came back is held for somebody"
        if limit:
            assert max(Counter(house.orders.values()).values(), default=0) <= limit

    assert house.served == sorted(house.served)
    waiting = {wait.number for wait in house.line}
    assert sorted([*house.served, *house.passed, *waiting]) == house.joined
    assert all(number < min(waiting, default=10**9) for number in house.served)


async def test_what_is_let_go_is_the_firsts_in_the_line_and_was_free_for_nobody(
    world: ShowsWorld,
) -> None:
    offer, (order,) = await sold_out(world)
    for person in (1, 2):
        await world.waiting.join(offer.id, a_person(person))

    await world.orders.cancel(order.id, buyer_id=order.buyer_id)
    (refused,) = await decided(world, a_wish(world, offer.id, buyer=9))

    held = await held_for(world, 1)
    assert isinstance(refused, SoldOut)
    assert isinstance(held.state, Placed)
    assert held.state.hold_until == NOON + HELD_DURATION
    assert held.total == order.total
    assert [one.order for one in await world.waiting.of_person(a_person(2))] == [None]
    assert (await world.quota(offer.quota_id)).left == 0


async def test_who_does_not_pay_in_time_loses_it_to_the_next(world: ShowsWorld) -> None:
    offer, _ = await sold_out(world)
    for person in (1, 2):
        await world.waiting.join(offer.id, a_person(person))

    await world.clock.advance(HOLD)
    await world.orders.expire_due()
    first = await held_for(world, 1)
    await world.clock.advance(HELD_DURATION)
    await world.orders.expire_due()

    assert isinstance((await held_for(world, 1)).state, Expired)
    assert isinstance((await held_for(world, 2)).state, Placed)
    with pytest.raises(OrderExpired):
        await world.payments.begin(first.id, buyer_id=a_person(1))


async def test_many_orders_that_expire_together_serve_as_many(world: ShowsWorld) -> None:
    offer, _ = await sold_out(world, count=3)
    for person in range(1, 6):
        await world.waiting.join(offer.id, a_person(person))

    await world.clock.advance(HOLD)
    await world.orders.expire_due()

    held = [one.order for n in range(1, 6) for one in await world.waiting.of_person(a_person(n))]
    assert [order is not None for order in held] == [True, True, True, False, False]
    quota = await world.quota(offer.quota_id)
    assert (quota.held, quota.left) == (3, 0)


async def test_the_price_is_kept_after_the_offer_and_the_show_are_over(world: ShowsWorld) -> None:
    offer, (order,) = await sold_out(world)
    await world.waiting.join(offer.id, a_person(1))
    await world.offers.close(offer.id)
    show = await world.shows.of_run(order.deal.first.run_id)
    await world.shows.end(show.slug)

    await world.orders.cancel(order.id, buyer_id=order.buyer_id)

    assert (await held_for(world, 1)).total == order.total


async def test_nobody_waits_for_longer_than_a_week(world: ShowsWorld) -> None:
    offer, (order,) = await sold_out(world)
    await world.waiting.join(offer.id, a_person(1))
    await world.clock.advance(WAIT_MAX)

    await world.orders.cancel(order.id, buyer_id=order.buyer_id)
    await world.waiting.serve_free()

    assert await world.waiting.of_person(a_person(1)) == []
    assert (await world.quota(offer.quota_id)).left == 1


async def test_who_has_what_one_person_may_have_makes_way(world: ShowsWorld) -> None:
    show = await world.a_show()
    planned = await world.an_offer(show, allotment=2, limit=1)
    await world.shows.go_live(show.slug)
    offer = await world.offers.open(planned.id)
    mine = await paid(world, offer.id, buyer=1)
    others = await bought(world, a_wish(world, offer.id, buyer=7))
    for person in (mine.buyer_id, a_person(2)):
        await world.waiting.join(offer.id, person)

    assert isinstance(others, NewOrder)
    await world.orders.cancel(others.buy.id, buyer_id=others.buy.buyer_id)

    assert await world.waiting.of_person(mine.buyer_id) == []
    assert isinstance((await held_for(world, 2)).state, Placed)


async def test_what_the_host_adds_is_for_who_waits_first(world: ShowsWorld) -> None:
    offer, _ = await sold_out(world)
    await world.waiting.join(offer.id, a_person(1))

    await world.offers.enlarge(offer.id, by=3)
    served = await world.waiting.serve_free()

    assert served == 1
    assert isinstance((await held_for(world, 1)).state, Placed)
    assert (await world.quota(offer.quota_id)).left == 2
    assert await world.waiting.serve_free() == 0


async def test_who_leaves_is_passed_over(world: ShowsWorld) -> None:
    offer, (order,) = await sold_out(world)
    for person in (1, 2):
        await world.waiting.join(offer.id, a_person(person))
    await world.waiting.leave(offer.id, a_person(1))

    await world.orders.cancel(order.id, buyer_id=order.buyer_id)

    assert await world.waiting.of_person(a_person(1)) == []
    assert isinstance((await held_for(world, 2)).state, Placed)


async def test_one_waits_only_for_what_is_sold_out_and_was_for_sale(world: ShowsWorld) -> None:
    show = await world.a_show()
    soon, open_one, shut = [await world.an_offer(show) for _ in range(3)]
    await world.shows.go_live(show.slug)
    for offer in (open_one, shut):
        await world.offers.open(offer.id)
    await world.offers.close(shut.id)

    for offer, refusal in ((soon, OfferNotOpen), (open_one, StillThere), (shut, OfferClosed)):
        with pytest.raises(refusal):
            await world.waiting.join(offer.id, a_person(1))


async def test_joining_twice_keeps_the_first_place_and_lines_are_bounded(
    world: ShowsWorld,
) -> None:
    offer, _ = await sold_out(world)
    first = await world.waiting.join(offer.id, a_person(1))
    again = await world.waiting.join(offer.id, a_person(1))
    strict = Waiting(world.database, world.clock, world.ids, lines_max=1)

    assert first.number == again.number
    other = await world.an_offer(
        await world.shows.by_slug("tea-time"), allotment=1, title="Another bowl"
    )
    await world.offers.open(other.id)
    await bought(world, a_wish(world, other.id, buyer=7))
    with pytest.raises(WaitsForEnough):
        await strict.join(other.id, a_person(1))


async def test_who_is_served_reads_it_in_a_letter_once_and_in_the_room(world: ShowsWorld) -> None:
    ann = await a_buyer(world)
    offer, (order,) = await sold_out(world)
    place = await world.waiting.join(offer.id, ann.person_id)
    await world.orders.cancel(order.id, buyer_id=order.buyer_id)

    told = [await world.aftersales.letters.tell_held() for _ in range(2)]
    await world.aftersales.letters.send_due()

    (served,) = await world.facts("orders.line_served")
    assert told == [1, 0]
    (letter,) = world.mail.sent
    assert (letter.to, letter.subject) == ("ann@shop.test", "“Tea bowl” is held for you")
    assert str((await world.waiting.of_person(ann.person_id))[0].wait.order_id) in letter.text
    assert f'"number":{place.number}' in served.payload.decode()


async def test_over_http_one_joins_sees_where_one_stands_and_leaves(world: ShowsWorld) -> None:
    offer, (order,) = await sold_out(world)
    await world.waiting.join(offer.id, a_person(5))
    path = f"/api/offers/{offer.id}/wait"
    async with world.web(*api) as web:
        guest = await web.post_json(path, {})
        web.sign_in_as(an_identity(1))
        joined = await web.post_json(path, {})
        before = (await web.get_json("/api/waiting")).json()["waiting"]
        await world.orders.cancel(order.id, buyer_id=order.buyer_id)
        ahead = (await web.get_json("/api/waiting")).json()["waiting"][0]["ahead"]
        left = await web.post_json(f"{path}/leave", {})
        after = (await web.get_json("/api/waiting")).json()["waiting"]

    assert (guest.status_code, joined.status_code, left.status_code) == (401, 200, 204)
    assert (before[0]["ahead"], ahead, after) == (1, 0, [])


async def test_the_page_of_orders_shows_what_one_waits_for_and_lets_one_leave(
    world: ShowsWorld,
) -> None:
    offer, _ = await sold_out(world)
    ann = await a_buyer(world)
    await world.waiting.join(offer.id, ann.person_id)
    async with world.web(*pages) as web:
        web.sign_in_as(ann)
        before = await web.get("/orders")
        left = await web.post_form(f"/orders/waiting/{offer.id}/leave")
        after = await web.get("/orders")

    assert left.status_code == 303
    assert ("You wait for" in before.text, "You wait for" in after.text) == (True, False)


async def test_a_person_takes_their_places_along_and_is_forgotten(world: ShowsWorld) -> None:
    offer, _ = await sold_out(world)
    await world.waiting.join(offer.id, a_person(1))

    exported = await world.waiting.export(a_person(1))
    async with world.database.transaction() as tx:
        await world.waiting.erase(tx, a_person(1))

    assert exported == {"waiting": [{"offer_id": str(offer.id), "state": "waiting"}]}
    assert await world.waiting.export(a_person(1)) == {"waiting": []}


async def held_for(world: ShowsWorld, person: int) -> Order:
    (standing,) = await world.waiting.of_person(a_person(person))
    assert standing.order is not None, "nothing is held for them"
    return standing.order


async def sold_out(world: ShowsWorld, *, count: int = 1) -> tuple[Offer, list[Order]]:
    """An open offer whose pieces other people hold without having paid."""
    _, offer = await world.an_open_offer(allotment=count)
    orders = []
    for number in range(count):
        buyer = 0xB0 + number
        got = await bought(world, a_wish(world, offer.id, buyer=buyer))
        assert isinstance(got, NewOrder)
        orders.append(await world.orders.order(got.buy.id, buyer_id=PersonId(UUID(int=buyer))))
    return offer, orders
