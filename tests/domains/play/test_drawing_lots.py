"""Draws on a database: frozen, filled or rolled on, drawn, claimed, and drawn again."""

from collections.abc import Sequence
from datetime import timedelta

import asyncpg
import pytest
from msgspec.structs import replace

from livehouse.domains.fairness import verify_draw
from livehouse.domains.invites import Subject
from livehouse.domains.people import AddressLines
from livehouse.domains.play.errors import DrawGoingOn, PrizeTooDear, TermsFrozen
from livehouse.domains.play.model.claims import State
from livehouse.domains.play.model.joining import Result
from livehouse.domains.play.model.rounds import Round, Stage
from livehouse.domains.play.model.terms import Kind, Prize, PrizeKind, Tasks
from livehouse.domains.play.service.draws import MyPart
from livehouse.domains.play.service.entering import subject_of
from livehouse.domains.stores import StoreSettings
from livehouse.foundation.errors import InvalidInput
from tests.support.draws_world import (
    MOMENT,
    a_gathering,
    a_gift,
    a_live_show,
    a_plan,
    a_started_draw,
    an_open_draw,
    card,
    frames,
    joined,
    joining,
    newest,
    now,
    person,
    record,
    refusal,
    time_is_up,
)
from tests.support.shows_world import OWNER, ShowsWorld

ALL = {"form": True, "terms": True, "seed": True, "root": True, "order": True}


async def test_whoever_has_the_published_record_finds_the_same_winners(world: ShowsWorld) -> None:
    one = await an_open_draw(world)
    await joined(world, one, range(1, 21))

    await time_is_up(world)

    published = record(world, one)
    assert verify_draw(published, work=10) == ALL
    won = [name for name, prize, _ in await world.draws.drawn(one.id) if prize >= 0]
    assert list(published.places[:2]) == won
    shown = world.rooms.state["stage"]["draw"]  # type: ignore[index]
    assert (shown["stage"], shown["won"]) == ("done", 2)  # type: ignore[index]


async def test_nobody_can_join_before_terms_and_promise_stand_in_a_frame(world: ShowsWorld) -> None:
    one = await a_started_draw(world, a_plan())
    await world.draw_steps.advance()  # nothing has been shown yet
    assert await refusal(world, joining(world, one, 1)) == "draw_not_open"

    await frames(world)

    assert await joined(world, one, [1])
    assert card(world, one)["commitment"] == one.commitment
    assert card(world, one)["terms_hash"] == one.terms_hash


async def test_a_gathering_is_drawn_at_once_when_it_is_filled(world: ShowsWorld) -> None:
    one = await an_open_draw(world, a_gathering(goal=3, rounds=1))
    await joined(world, one, [1, 2])
    told = await joined(world, one, [3])

    assert told[0].round.capacity == 3
    assert await refusal(world, joining(world, one, 4)) == "draw_full"
    await frames(world)

    assert (await now(world, one)).stage is Stage.DONE
    assert card(world, one)["won"] == 2


async def test_what_is_not_filled_rolls_on_to_the_next_round(world: ShowsWorld) -> None:
    one = await an_open_draw(world, a_gathering(goal=3, rounds=2))
    await joined(world, one, [1, 2])

    await time_is_up(world)

    assert (await now(world, one)).stage is Stage.UNFILLED
    second = newest(world, one)
    shown = card(world, one)
    assert (shown["number"], shown["stage"], shown["entrants"]) == (2, "open", 0)
    assert shown["prizes"]["0"]["quantity"] == 4, "two of each round"
    await joined(world, second, [1, 2, 3])
    await frames(world)
    assert (await now(world, second)).stage is Stage.DONE
    assert card(world, one)["won"] == 3, "as many as there are people"


async def test_goods_that_nobody_wins_are_on_the_shelf_again(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    store = await world.stores.store(show.room.store_id)
    product = await world.a_product(store, stock=10)
    stock = product.variants[0].stock_quota_id
    goods = Prize(
        kind=PrizeKind.GOODS, title="Tea bowl", quantity=2, value_minor=2000,
        source_id=product.variants[0].id,
    )  # fmt: skip
    one = await a_started_draw(world, a_gathering(goods, goal=1, rounds=3), show)
    assert (await world.quota(stock)).held == 6

    await frames(world)
    await joined(world, one, [1])  # one winner for two bowls
    await frames(world)
    assert (await world.quota(stock)).held == 5
    for _ in range(2):
        await time_is_up(world)

    assert (await world.quota(stock)).held == 1, "what was won waits to be claimed"


async def test_a_show_that_ends_calls_its_draw_off_and_gives_back(world: ShowsWorld) -> None:
    one = await an_open_draw(world)
    told: list[Result] = []
    (told_in,) = await joined(world, one, [1])
    world.draws.await_result(told_in.entry, told.append)

    await world.shows.end("tea-time")
    await frames(world)
    await world.draws.tell()

    assert (await now(world, one)).stage is Stage.VOID
    assert [one.round.stage for one in told] == [Stage.VOID]


async def test_who_waits_is_told_what_they_have_won(world: ShowsWorld) -> None:
    one = await an_open_draw(world, a_plan(a_gift(1)))
    told: list[Result] = []
    for yes in await joined(world, one, [1, 2, 3]):
        world.draws.await_result(yes.entry, told.append)

    await time_is_up(world)
    await world.draws.tell()

    assert len(told) == 3
    assert [one.title for one in told if one.prize] == ["Posters for all"]


CHANGES = (
    "update draws set plan = '{}'",
    "delete from draws",
    "update draw_rounds set terms = 'more for me'",
    "update draw_rounds set commitment = repeat('0', 64)",
    "update draw_rounds set closes_at = now()",
    "update draw_prizes set quota_id = null",
)


async def test_the_database_lets_nobody_change_what_has_started(world: ShowsWorld) -> None:
    await an_open_draw(world)

    for change in CHANGES:
        with pytest.raises(asyncpg.PostgresError, match="refused"):
            await world.database.pool.execute(change)


async def test_staff_can_throw_away_a_plan_and_nothing_that_has_started(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    first, second = [await world.draws.plan(show, a_plan()) for _ in range(2)]
    await world.draws.start(show.slug, first, by=OWNER)

    await world.draws.throw_away(show, second)

    with pytest.raises(TermsFrozen):
        await world.draws.throw_away(show, first)
    with pytest.raises(TermsFrozen):
        await world.draws.start(show.slug, first, by=OWNER)
    third = await world.draws.plan(show, a_plan())
    with pytest.raises(DrawGoingOn):
        await world.draws.start(show.slug, third, by=OWNER)


async def test_cheating_is_refused(world: ShowsWorld) -> None:
    one = await an_open_draw(world)
    (ann,) = await joined(world, one, [1])

    (told,) = await joined(world, one, [1])
    assert told.entry == ann.entry, "a second asking is the first entry"
    codes = [
        await refusal(world, wish)
        for wish in (
            joining(world, one, 2, nonce=ann.entry.nonce.hex()),
            joining(world, one, 2, nonce="0"),
            joining(world, one, 2, of_staff=True),
        )
    ]
    assert codes == ["draw_nonce_taken", "bad_nonce", "staff_do_not_play"]
    await world.clock.advance(timedelta(seconds=60) + MOMENT)
    assert await refusal(world, joining(world, one, 2)) == "draw_over", "before anybody has looked"


async def bring(world: ShowsWorld, one: Round, inviter: int, friends: Sequence[int]) -> None:
    """Friends come by somebody's link; nobody has joined by that."""
    link = await world.invites.link(person(inviter), subject_of(one.draw_id))
    for friend in friends:
        await world.invites.arrive(link.code, person(friend))


async def test_a_friend_counts_for_who_brought_them_once_they_take_part(world: ShowsWorld) -> None:
    one = await an_open_draw(world, a_gathering(goal=9))
    await bring(world, one, 1, [1, 2, 3, 4])

    await joined(world, one, [2, 3])
    await joined(world, one, [2])
    (ann,) = await joined(world, one, [1])

    assert ann.friends == 2, "neither oneself, nor who only came, nor anybody twice"
    assert await world.draws.mine(one.id, person(1)) == MyPart(
        takes_part=True, friends=2, newest=[person(2), person(3)]
    )


async def test_friends_who_invite_each_other_close_no_ring(world: ShowsWorld) -> None:
    one = await an_open_draw(world, a_gathering(goal=9))
    await bring(world, one, 1, [2])
    await bring(world, one, 2, [3, 1])
    await bring(world, one, 3, [1])

    await joined(world, one, [1, 2, 3, 4])
    await bring(world, one, 1, [4])

    brought = [(await world.draws.mine(one.id, person(number))).friends for number in (1, 2, 3)]
    assert brought == [1, 1, 0], "who was here counts for nobody, whatever link they open"


async def test_a_friend_counts_in_the_next_round_when_they_join_it_again(world: ShowsWorld) -> None:
    one = await an_open_draw(world, a_gathering(goal=5))
    await bring(world, one, 1, [2, 3])
    await joined(world, one, [1, 2, 3])

    await time_is_up(world)

    second = newest(world, one)
    await joined(world, second, [3])
    assert (await world.draws.mine(second.id, person(1))).friends == 1


async def test_a_keyword_draw_asks_for_the_word(world: ShowsWorld) -> None:
    one = await an_open_draw(world, a_plan(kind=Kind.KEYWORD, keyword="matcha"))

    assert await refusal(world, joining(world, one, 1)) == "say_the_word"
    assert await joined(world, one, [1], said=True)
    await world.draws.learn_words()
    assert world.draws.words == {one.run_id: (one.id, one.draw_id, "matcha")}


async def test_a_scheduled_draw_opens_at_its_time(world: ShowsWorld) -> None:
    starts_at = world.clock.now() + timedelta(minutes=10)
    one = await an_open_draw(world, a_plan(kind=Kind.SCHEDULED, starts_at=starts_at))
    assert await refusal(world, joining(world, one, 1)) == "draw_not_open"

    await world.clock.advance(timedelta(minutes=10))

    assert await joined(world, one, [1])


async def test_a_prize_that_nobody_claims_goes_to_the_next_in_order(world: ShowsWorld) -> None:
    one = await an_open_draw(world, a_plan(a_gift(1)))
    await joined(world, one, [1, 2])
    await time_is_up(world)
    drawn = await world.draws.drawn(one.id)
    quota = await world.database.pool.fetchval("select quota_id from draw_prizes")
    assert [(prize, state) for _, prize, state in drawn] == [(0, "won"), (-1, "reserve")]

    await world.clock.advance(timedelta(days=8))
    assert await world.prizes.expire_due() == 1

    drawn = await world.draws.drawn(one.id)
    assert [(prize, state) for _, prize, state in drawn] == [(0, "expired"), (0, "won")]
    assert (await world.quota(quota)).held == 1
    await world.clock.advance(timedelta(days=8))
    await world.prizes.expire_due()
    assert (await world.quota(quota)).held == 0, "nobody is left to have it"


async def test_a_winner_claims_in_time_and_the_store_sends(world: ShowsWorld) -> None:
    ann = await world.people.accounts.sign_up(
        email="ann@example.com", name="Ann", password=None, language="en"
    )
    lines = AddressLines(recipient="Ann", street="Weg 1", city="Ulm", country="DE")
    address = await world.people.addresses.add(ann.id, lines)
    one = await an_open_draw(world, a_plan(a_gift(1)))
    await world.draws.join([joining(world, one, ann.id.int)])
    await time_is_up(world)

    with pytest.raises(InvalidInput):
        await world.prizes.claim(one.id, 1, ann.id, None)
    claimed = await world.prizes.claim(one.id, 1, ann.id, address.id)
    assert claimed.state is State.CLAIMED
    assert await world.prizes.claim(one.id, 1, ann.id, address.id) == claimed
    sent = await world.prizes.sent(claimed.store_id, one.id, 1, " DHL  123 ")

    assert (sent.state, sent.note, sent.address_id) == (State.SENT, "DHL 123", address.id)
    assert await world.prizes.expire_due() == 0


async def test_a_prize_of_points_is_booked_once_when_it_is_claimed(world: ShowsWorld) -> None:
    points = Prize(kind=PrizeKind.POINTS, title="60 points", quantity=1, value_minor=0, points=60)
    one = await an_open_draw(world, a_plan(points))
    await joined(world, one, [1])
    await time_is_up(world)

    claim, again = [await world.prizes.claim(one.id, 1, person(1), None) for _ in range(2)]

    assert again == claim
    assert claim.state is State.SENT
    account = await world.crowd.rewards.account(person(1))
    assert account.balances == {claim.store_id: 60}
    assert '"points":60' in one.terms


@pytest.mark.parametrize(
    ("kind", "points"), [(PrizeKind.POINTS, 0), (PrizeKind.GIFT, 5), (PrizeKind.POINTS, -1)]
)
async def test_only_a_prize_of_points_has_some(
    world: ShowsWorld, kind: PrizeKind, points: int
) -> None:
    show = await world.a_show()
    prize = Prize(kind=kind, title="Some", quantity=1, value_minor=0, points=points)

    with pytest.raises(InvalidInput):
        await world.draws.plan(show, a_plan(prize))


async def test_who_takes_part_has_done_the_tasks_that_were_frozen(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    plan = replace(a_plan(), tasks=Tasks(friends=1, minutes=2))
    plan_id = await world.draws.plan(show, plan)
    for _ in range(2):
        await world.crowd.attendance.note(lambda _: [f"u{person(1)}", "g1"])
        await world.clock.advance(timedelta(minutes=1))
    one = await world.draws.start(show.slug, plan_id, by=OWNER)
    await frames(world)

    assert '"tasks":{"follow":"","friends":1,"minutes":2}' in one.terms
    assert (card(world, one)["task_friends"], card(world, one)["task_minutes"]) == (1, 2)
    assert await refusal(world, joining(world, one, 2)) == "bring_friends_first"
    for sharer in (1, 2):
        link = await world.invites.link(person(sharer), Subject("show", show.id))
        await world.invites.arrive(link.code, person(sharer + 10))
    assert await refusal(world, joining(world, one, 2)) == "watch_first"
    assert await joined(world, one, [1])
    assert (await world.draws.mine(one.id, person(2))).done == Tasks(friends=1)


async def test_a_market_bounds_what_a_prize_may_be_worth(world: ShowsWorld) -> None:
    store = await world.stores.create(
        "cha", "CNY", StoreSettings(name="Cha", country="CN", time_zone="Asia/Shanghai"),
        owner=OWNER,
    )  # fmt: skip
    show = await world.a_show("cha-time", store=store)
    dear = Prize(kind=PrizeKind.GIFT, title="A car", quantity=1, value_minor=5_000_001)

    with pytest.raises(PrizeTooDear):
        await world.draws.plan(show, a_plan(dear, currency="CNY"))
