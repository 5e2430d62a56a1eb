"""A minute's pass into the live room."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.people import AddressLines, TicketRefused, Tickets
from livehouse.engine.ports import Visitor
from livehouse.foundation.ids import RunId, SystemIds
from livehouse.storage.database import Database
from livehouse.web.signing import Signer
from tests.support.clock import ManualClock
from tests.support.moments import NOON
from tests.support.people_house import (
    PASSWORD,
    SIGNER,
    KnownRuns,
    a_people,
    a_person,
    people_client,
)

RUN, OTHER = RunId(UUID(int=1)), RunId(UUID(int=2))
ANN = Visitor(id="u1", name="Ann", role="viewer", signed_in=True, grant={"shown_as": "A***"})


def a_desk(clock: ManualClock | None = None, signer: Signer = SIGNER) -> Tickets:
    return Tickets(signer, clock or ManualClock(), KnownRuns(RUN))


def test_a_ticket_says_who_one_is() -> None:
    desk = a_desk()

    given_out = desk.sign(RUN, ANN, until=NOON + timedelta(seconds=60))

    assert desk.verify(given_out.ticket, RUN) == ANN


async def test_a_ticket_is_good_for_a_minute() -> None:
    clock = ManualClock()
    desk = a_desk(clock)
    ticket = desk.sign(RUN, ANN, until=NOON + timedelta(seconds=60)).ticket

    await clock.advance(timedelta(seconds=60))

    with pytest.raises(TicketRefused):
        desk.verify(ticket, RUN)


async def test_who_is_inside_comes_back_as_the_same_for_a_quarter_of_an_hour() -> None:
    clock = ManualClock()
    desk = a_desk(clock)
    ticket = desk.resume(ANN, RUN)

    await clock.advance(timedelta(minutes=15) - timedelta(milliseconds=1))
    back = desk.verify(ticket, RUN)
    await clock.advance(timedelta(milliseconds=1))

    assert msgspec.structs.replace(back, since_ms=0) == ANN
    with pytest.raises(TicketRefused):
        desk.verify(ticket, RUN)


@given(st.integers(min_value=5 * 60, max_value=15 * 60))
async def test_coming_back_again_and_again_ends_at_the_door(seconds: int) -> None:
    clock = ManualClock()
    desk, inside, began = a_desk(clock), ANN, clock.now()
    with suppress(TicketRefused):
        while ticket := desk.resume(inside, RUN):
            await clock.advance(timedelta(seconds=seconds))
            inside = desk.verify(ticket, RUN)

    assert clock.now() - began < timedelta(hours=12, seconds=seconds)


def test_a_ticket_is_for_one_run() -> None:
    desk = a_desk()

    with pytest.raises(TicketRefused):
        desk.verify(desk.sign(RUN, ANN, until=NOON + timedelta(seconds=60)).ticket, OTHER)


@given(st.text(max_size=300))
def test_what_we_did_not_sign_is_refused(forged: str) -> None:
    with pytest.raises(TicketRefused):
        a_desk().verify(forged, RUN)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=127))
def test_a_ticket_with_any_change_is_refused(place: int, by: int) -> None:
    ticket = a_desk().sign(RUN, ANN, until=NOON + timedelta(seconds=60)).ticket
    place %= len(ticket) - 1  # the last character has bits that stand for nothing
    changed = ticket[:place] + chr((ord(ticket[place]) + by) % 128) + ticket[place + 1 :]

    with pytest.raises(TicketRefused):
        a_desk().verify(changed, RUN)


def test_another_kind_of_token_is_no_ticket() -> None:
    body, _, _ = a_desk().sign(RUN, ANN, until=NOON + timedelta(days=1)).ticket.partition(".")
    notice = SIGNER.sign("notice", b'["x"]')

    for forged in (notice, f"{body}.", body, f"{body}.{notice.partition('.')[2]}"):
        with pytest.raises(TicketRefused):
            a_desk().verify(forged, RUN)


def test_keys_can_be_changed_while_tickets_are_out() -> None:
    old, new = b"a" * 32, b"b" * 32
    ticket = a_desk(signer=Signer([old])).sign(RUN, ANN, until=NOON + timedelta(seconds=60)).ticket

    assert a_desk(signer=Signer([new, old])).verify(ticket, RUN) == ANN
    with pytest.raises(TicketRefused):
        a_desk(signer=Signer([new])).verify(ticket, RUN)


async def test_guests_and_people_get_tickets_over_http(
    database: Database, clock: ManualClock, ids: SystemIds
) -> None:
    people = a_people(database, clock, ids, runs=KnownRuns(RUN))
    person = await a_person(people)
    address = await people.addresses.add(person.id, AddressLines("A", "R", "T", "DE"))
    await people.accounts.set_shows_purchases(person.id, agreed=True)
    async with people_client(people, clock) as web:
        guest = await web.post_json("/api/tickets", {"run": str(RUN)})
        await web.post_form("/sign-in", email="ann@shop.test", password=PASSWORD)
        hers = await web.post_json("/api/tickets", {"run": str(RUN)})

    seen = people.tickets.verify(guest.json()["ticket"], RUN)
    assert (seen.role, seen.signed_in, seen.id[0], len(seen.id)) == ("guest", False, "g", 33)
    ann = people.tickets.verify(hers.json()["ticket"], RUN)
    assert (ann.id, ann.name, ann.role) == (f"u{person.id}", "Ann", "viewer")
    assert ann.grant == {
        "shown_as": "A***", "address_id": str(address.id), "country": address.lines.country,
    }  # fmt: skip
    assert hers.json()["expires_ms"] == 1767268860000


async def test_there_is_no_ticket_to_a_run_that_is_not_there(
    database: Database, clock: ManualClock, ids: SystemIds
) -> None:
    people = a_people(database, clock, ids, runs=KnownRuns(RUN))
    async with people_client(people, clock) as web:
        unknown = await web.post_json("/api/tickets", {"run": str(OTHER)})
        broken = await web.post_json("/api/tickets", {"run": "x"})
        surplus = await web.post_json("/api/tickets", {"run": str(RUN), "role": "host"})

    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    assert broken.status_code == surplus.status_code == 400


async def test_tickets_are_not_for_hoarding(
    database: Database, clock: ManualClock, ids: SystemIds
) -> None:
    people = a_people(database, clock, ids, runs=KnownRuns(RUN))
    await a_person(people)
    async with people_client(people, clock) as web:
        await web.post_form("/sign-in", email="ann@shop.test", password=PASSWORD)
        answers = [await web.post_json("/api/tickets", {"run": str(RUN)}) for _ in range(61)]

    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
