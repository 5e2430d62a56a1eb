"""A fair opening from the promise to the last place, on a real database."""

import asyncio
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from livehouse.domains.fairness import PLACED, verify
from livehouse.domains.offers import PlacesAreDrawn
from livehouse.domains.orders import ForeignOrder, NewOrder
from livehouse.domains.orders.errors import EntryOver, LastDrawNotOver, NonceTaken, NotCalledYet
from livehouse.domains.orders.model.openings import Entry, Result, Stage
from livehouse.domains.orders.wire.openings import OpeningRecord, opening_record
from livehouse.domains.quotas import LimitReached, SoldOut
from livehouse.domains.shows import NotLive
from livehouse.foundation.ids import OfferId
from tests.support.openings_world import (
    LEAD,
    MOMENT,
    WINDOW_AND_GRACE,
    a_called_offer,
    a_fair_offer,
    entered,
    entering,
    restarted,
    the_draw,
    the_opening,
)
from tests.support.orders_world import a_wish, decided
from tests.support.shows_world import ShowsWorld


async def test_as_many_as_there_are_pieces_get_a_place_and_all_can_check_it(
    world: ShowsWorld,
) -> None:
    offer = await a_called_offer(world, allotment=3)
    await entered(world, offer.id, range(1, 11))

    await the_draw(world)

    opening, entries = await the_opening(world, offer)
    assert [entry.outcome for entry in entries] == [PLACED] * 3 + ["sold_out"] * 7
    assert [entry.position for entry in entries] == list(range(1, 11))
    assert all(found.holds for found in verify(opening_record(opening, entries), work=10))
    orders = await world.orders.of_store(offer.store_id)
    assert {order.id for order in orders} == {entry.order_id for entry in entries[:3]}
    assert (await world.quota(offer.quota_id)).held == 3


async def test_the_promise_is_in_a_frame_before_the_call(world: ShowsWorld) -> None:
    offer = await a_fair_offer(world)
    await world.offers.open(offer.id)
    await world.openings.advance()

    (too_early,) = await world.openings.enter([entering(world, offer.id, 1)])
    assert isinstance(too_early, NotCalledYet)

    await world.clock.advance(timedelta(minutes=1))  # however long the frame takes
    shown = world.rooms.fair(offer.id)
    await world.openings.advance()
    assert shown == {}

    await world.rooms.show()
    await world.openings.advance()
    promised = world.rooms.fair(offer.id)
    await world.rooms.show()
    called = world.rooms.fair(offer.id)
    assert (promised["stage"], promised["call_at"]) == ("promised", 0)
    assert (called["stage"], called["commitment"]) == ("called", promised["commitment"])


async def test_the_list_is_in_a_frame_before_the_seed(world: ShowsWorld) -> None:
    offer = await a_called_offer(world)
    await entered(world, offer.id, range(1, 4))
    await world.clock.advance(WINDOW_AND_GRACE + MOMENT)

    await world.openings.advance()
    await world.openings.advance()
    await world.rooms.show()
    listed = world.rooms.fair(offer.id)
    assert (listed["stage"], listed["seed"], listed["entrants"]) == ("listed", "", 3)

    await world.openings.advance()
    await world.rooms.show()
    done = world.rooms.fair(offer.id)
    assert (done["stage"], done["root"], done["placed"]) == ("done", listed["root"], 3)
    assert len(str(done["seed"])) == 64


async def test_nothing_tells_the_seed_before_it_is_out(world: ShowsWorld) -> None:
    seed = bytes(range(32))
    world.openings.chance = lambda size: seed[:size]
    offer = await a_called_offer(world)
    await entered(world, offer.id, range(1, 4))
    await world.clock.advance(WINDOW_AND_GRACE + MOMENT)
    await world.openings.advance()

    opening, entries = await the_opening(world, offer)
    told = msgspec.json.encode(opening_record(opening, entries))
    facts = b"".join(fact.payload for fact in await world.facts())
    rows = await world.database.pool.fetch("select o::text as all from openings o")

    assert not entries
    for place in (told, facts, str(rows[0]["all"]).encode(), repr(world.rooms.state).encode()):
        assert seed.hex().encode() not in place


async def test_nobody_buys_past_the_draw_and_the_rest_sells_after_it(world: ShowsWorld) -> None:
    offer = await a_called_offer(world, allotment=5)
    await entered(world, offer.id, range(1, 4))

    (early,) = await decided(world, a_wish(world, offer.id, buyer=9))
    await the_draw(world)
    (after,) = await decided(world, a_wish(world, offer.id, buyer=9))

    assert isinstance(early, PlacesAreDrawn)
    assert isinstance(after, NewOrder)


async def test_entering_again_is_harmless_from_wherever(world: ShowsWorld) -> None:
    offer = await a_called_offer(world)
    wish = entering(world, offer.id, 1)

    (first, twice) = await world.openings.enter([wish, wish])
    (again,) = await world.openings.enter([wish])
    (elsewhere,) = await world.openings.enter([entering(world, offer.id, 1)])
    at_once = await asyncio.gather(
        *(restarted(world).enter([entering(world, offer.id, 2)]) for _ in range(4))
    )

    assert first == twice == again == elsewhere
    assert len({entry for (entry,) in at_once}) == 1
    await the_draw(world)
    opening, _ = await the_opening(world, offer)
    assert opening.entrants == 2


async def test_who_has_entered_is_told_so_after_the_window_too(world: ShowsWorld) -> None:
    offer = await a_called_offer(world)
    (entry,) = await entered(world, offer.id, range(1, 2))
    await the_draw(world)

    (again, late) = await world.openings.enter(
        [entering(world, offer.id, 1), entering(world, offer.id, 2)]
    )

    assert isinstance(again, Entry)
    assert (again.order_id, again.outcome) == (entry.order_id, PLACED)
    assert isinstance(late, EntryOver)


async def test_the_last_moment_counts_and_no_later_one(world: ShowsWorld) -> None:
    offer = await a_called_offer(world)
    await world.clock.advance(WINDOW_AND_GRACE)

    (last,) = await world.openings.enter([entering(world, offer.id, 1)])
    await world.clock.advance(MOMENT)
    (late,) = await world.openings.enter([entering(world, offer.id, 2)])

    assert isinstance(last, Entry)
    assert isinstance(late, EntryOver)


async def test_a_moment_before_the_call_is_too_early(world: ShowsWorld) -> None:
    offer = await a_fair_offer(world)
    await world.offers.open(offer.id)
    await world.rooms.show()
    await world.openings.advance()
    await world.clock.advance(LEAD - MOMENT)

    (early,) = await world.openings.enter([entering(world, offer.id, 1)])

    assert isinstance(early, NotCalledYet)


async def test_an_order_id_belongs_to_who_came_with_it_first(world: ShowsWorld) -> None:
    offer = await a_called_offer(world)
    first = entering(world, offer.id, 1)

    decisions = await world.openings.enter(
        [first, entering(world, offer.id, 2, order_id=first.order_id)]
    )
    (later,) = await world.openings.enter([entering(world, offer.id, 3, order_id=first.order_id)])

    assert isinstance(decisions[0], Entry)
    assert isinstance(decisions[1], ForeignOrder)
    assert isinstance(later, ForeignOrder)


async def test_a_nonce_belongs_to_one(world: ShowsWorld) -> None:
    offer = await a_called_offer(world)

    first, same = await world.openings.enter(
        [entering(world, offer.id, person, nonce="ab" * 32) for person in (1, 2)]
    )
    (later,) = await world.openings.enter([entering(world, offer.id, 3, nonce="ab" * 32)])

    assert isinstance(first, Entry)
    assert isinstance(same, NonceTaken)
    assert isinstance(later, NonceTaken)


async def test_nobody_wants_more_than_the_limit(world: ShowsWorld) -> None:
    offer = await a_called_offer(world, limit=2)

    (refused,) = await world.openings.enter([entering(world, offer.id, 1, quantity=3)])

    assert isinstance(refused, LimitReached)


async def test_who_comes_behind_a_refusal_gets_nothing_that_those_before_wanted(
    world: ShowsWorld,
) -> None:
    offer = await a_called_offer(world, allotment=5, limit=2)
    await entered(world, offer.id, range(1, 4), quantity=2)
    await entered(world, offer.id, range(4, 7), quantity=1)

    await the_draw(world)

    opening, entries = await the_opening(world, offer)
    record = opening_record(opening, entries)
    assert {finding.name for finding in verify(record, work=10) if finding.holds} >= {"places"}
    taken = sum(entry.entrant.quantity for entry in entries if entry.has_place)
    assert 4 <= taken <= 5


async def test_nobody_enters_and_all_pieces_are_there_for_anybody(world: ShowsWorld) -> None:
    offer = await a_called_offer(world, allotment=1)

    await the_draw(world)
    (bought, late) = await decided(world, *(a_wish(world, offer.id, buyer=n) for n in (1, 2)))

    opening, entries = await the_opening(world, offer)
    assert (opening.stage, opening.entrants, entries) == (Stage.DONE, 0, [])
    assert isinstance(bought, NewOrder)
    assert isinstance(late, SoldOut)


async def test_the_host_closes_the_offer_and_nobody_gets_a_place(world: ShowsWorld) -> None:
    offer = await a_called_offer(world)
    await entered(world, offer.id, range(1, 4))
    await world.offers.close(offer.id)

    await the_draw(world)

    opening, entries = await the_opening(world, offer)
    assert {entry.outcome for entry in entries} == {"offer_closed"}
    assert all(found.holds for found in verify(opening_record(opening, entries), work=10))


async def test_the_show_ends_and_the_opening_is_called_off(world: ShowsWorld) -> None:
    offer = await a_called_offer(world)
    await entered(world, offer.id, range(1, 4))
    heard: list[Result] = []
    (entry,) = await world.openings.enter([entering(world, offer.id, 1)])
    assert isinstance(entry, Entry)
    world.openings.await_result(entry, heard.append)

    await world.shows.end("tea-time")
    await world.openings.advance()
    await world.openings.tell()

    opening, entries = await the_opening(world, offer)
    assert (opening.stage, opening.seed, entries) == (Stage.VOID, "", [])
    assert [result.entry.outcome for result in heard] == ["called_off"]


async def test_a_rehearsal_draws_and_sells_nothing(world: ShowsWorld) -> None:
    show = await world.a_show()
    offer = await world.an_offer(show, allotment=1, fair_window_ms=5_000)
    await world.shows.rehearse(show.slug)
    await world.offers.open(offer.id)
    await world.rooms.show()
    await world.openings.advance()
    await world.clock.advance(LEAD)
    await entered(world, offer.id, range(1, 3))
    await the_draw(world)

    _, entries = await the_opening(world, offer)
    assert [entry.outcome for entry in entries] == ["only_rehearsal"] * 2

    await world.shows.end(show.slug)
    await world.shows.go_live(show.slug)
    again = await world.offers.open(offer.id)
    assert again.awaits_draw
    await world.rooms.show()
    assert world.rooms.fair(offer.id)["stage"] == "promised"
    assert world.rooms.fair(offer.id)["seed"] == ""


async def test_a_new_run_waits_until_the_last_ones_draw_is_over(world: ShowsWorld) -> None:
    show = await world.a_show()
    offer = await world.an_offer(show, fair_window_ms=5_000)
    await world.shows.rehearse(show.slug)
    await world.offers.open(offer.id)
    await world.shows.end(show.slug)
    await world.shows.go_live(show.slug)

    with pytest.raises(LastDrawNotOver):
        await world.offers.open(offer.id)
    await world.openings.advance()
    assert (await world.offers.open(offer.id)).awaits_draw


async def test_there_is_no_call_before_the_show(world: ShowsWorld) -> None:
    show = await world.a_show()
    offer = await world.an_offer(show, fair_window_ms=5_000)

    with pytest.raises(NotLive):
        await world.offers.open(offer.id)


async def test_an_offer_is_drawn_for_once(world: ShowsWorld) -> None:
    offer = await a_called_offer(world, allotment=2)
    await entered(world, offer.id, range(1, 2))
    await the_draw(world)

    await world.offers.close(offer.id)
    await world.offers.open(offer.id)
    (bought,) = await decided(world, a_wish(world, offer.id, buyer=9))

    assert isinstance(bought, NewOrder)
    assert len(await world.facts("orders.opening_promised")) == 1


async def test_closing_and_opening_again_in_between_changes_no_draw(world: ShowsWorld) -> None:
    offer = await a_called_offer(world, allotment=2)
    await entered(world, offer.id, range(1, 4))
    await world.offers.close(offer.id)
    await world.offers.open(offer.id)

    await the_draw(world)

    assert len(await world.facts("orders.opening_promised")) == 1
    _, entries = await the_opening(world, offer)
    assert sum(entry.has_place for entry in entries) == 2


async def test_everybody_on_this_node_is_told_once(world: ShowsWorld) -> None:
    offer = await a_called_offer(world, allotment=1)
    entries = await entered(world, offer.id, range(1, 4))
    heard: list[Result] = []
    for entry in entries:
        world.openings.await_result(entry, heard.append)

    assert await world.openings.tell() == 0
    await the_draw(world)
    assert await world.openings.tell() == 3
    assert await world.openings.tell() == 0

    (winner,) = [result for result in heard if result.order]
    assert winner.order is not None
    assert (winner.order.state, winner.order.total_minor) == ("placed", 2_000)
    assert sorted(result.entry.position for result in heard) == [1, 2, 3]


async def test_a_pseudonym_leads_to_nobody(world: ShowsWorld) -> None:
    offer = await a_called_offer(world)
    entries = await entered(world, offer.id, range(0xABCDE01, 0xABCDE04))
    await the_draw(world)

    opening, found = await the_opening(world, offer)
    told = msgspec.json.encode(opening_record(opening, found)).decode()

    for entry in entries:
        assert str(entry.person_id) not in told
        assert str(entry.order_id) not in told


async def test_what_is_published_can_be_read_by_the_command(world: ShowsWorld) -> None:
    offer = await a_called_offer(world)
    await entered(world, offer.id, range(1, 4))
    await the_draw(world)
    record = opening_record(*await the_opening(world, offer))

    again = msgspec.json.decode(msgspec.json.encode(record), type=OpeningRecord)

    assert again == record
    assert again.offer_id == OfferId(UUID(str(offer.id)))
