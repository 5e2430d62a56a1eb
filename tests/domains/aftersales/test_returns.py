"""A return takes its steps in order, and withdrawal is the buyer's right while its time lasts."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.aftersales.errors import (
    MayNotRefuse,
    NotReturnable,
    NotThatMany,
    ReturnNotOpen,
    ReturnTooLate,
)
from livehouse.domains.aftersales.model.parcels import Label
from livehouse.domains.aftersales.model.pieces import Piece
from livehouse.domains.aftersales.model.returns import (
    RETURN_STATES,
    Return,
    Why,
    Wish,
    accept,
    check_wish,
    exchange,
    left_to_return,
    receive,
    refuse,
    return_state,
    send,
    take_back,
)
from livehouse.domains.aftersales.model.withdrawal import withdrawal_ends, zones_of
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.markets import market_of, markets
from tests.domains.aftersales.builders import NOW, OTHER_VARIANT, a_return, some_wares

START = datetime(2020, 1, 1, tzinfo=UTC)
STEPS: dict[str, Callable[[Return], Return]] = {
    "accept": lambda one: accept(one, NOW),
    "refuse": lambda one: refuse(one, "Used for a year.", NOW),
    "take_back": lambda one: take_back(one, NOW),
    "send": lambda one: send(one, Label("DHL", "JD2"), NOW),
    "receive": lambda one: receive(one, NOW, restocked=True),
    "exchange": lambda one: exchange(one, Label("DHL", "JD3"), NOW),
}
# What may follow what; all else is refused.
NEXT = {
    "requested": {"accepted", "refused", "taken_back"},
    "accepted": {"sent", "taken_back", "refunded", "received"},
    "sent": {"refunded", "received"},
    "received": {"exchanged"},
}


@given(
    st.lists(st.sampled_from(sorted(STEPS)), max_size=10),
    st.sampled_from(list(Why)),
    st.booleans(),
)
def test_a_return_moves_along_its_machine_and_nowhere_else(
    presses: list[str],
    why: Why,
    is_exchange: bool,  # noqa: FBT001 - drawn
) -> None:
    one = a_return(why=why, exchange_for=OTHER_VARIANT if is_exchange else None)
    for press in presses:
        before = return_state(one)
        with suppress(ReturnNotOpen, MayNotRefuse):
            one = STEPS[press](one)
            assert return_state(one) in NEXT[before]
            assert return_state(one) in RETURN_STATES
            assert return_state(one) != ("refunded" if is_exchange else "received")


def test_a_withdrawal_cannot_be_refused() -> None:
    with pytest.raises(MayNotRefuse):
        refuse(a_return(why=Why.CHANGED_MIND), "We do not like it.", NOW)


def test_what_is_broken_can_be_refused_with_a_reason() -> None:
    with pytest.raises(InvalidInput):
        refuse(a_return(why=Why.DAMAGED), "  ", NOW)

    assert return_state(refuse(a_return(why=Why.DAMAGED), "It is not.", NOW)) == "refused"


def wished(why: Why = Why.CHANGED_MIND, note: str = "", *, quantity: int = 1) -> Wish:
    return Wish(pieces=(Piece(0, quantity),), why=why, note=note)


def test_withdrawing_ends_with_its_time_and_complaining_about_quality_does_not() -> None:
    wares, left = some_wares(2), Counter({0: 2})

    check_wish(wished(), wares, left, None, NOW)
    check_wish(wished(), wares, left, NOW + timedelta(seconds=1), NOW)
    with pytest.raises(ReturnTooLate):
        check_wish(wished(), wares, left, NOW, NOW)
    check_wish(wished(Why.DAMAGED, "The handle is off."), wares, left, NOW, NOW)


def test_an_exception_holds_for_a_change_of_mind_alone() -> None:
    wares, left = some_wares(1, no_return="hygiene"), Counter({0: 1})

    with pytest.raises(NotReturnable):
        check_wish(wished(), wares, left, None, NOW)
    with pytest.raises(InvalidInput):
        check_wish(wished(Why.WRONG), wares, left, None, NOW)
    check_wish(wished(Why.WRONG, "It is blue."), wares, left, None, NOW)


def test_nobody_sends_back_what_is_on_its_way_back_already() -> None:
    sent = Counter({0: 3})
    under_way = a_return(Piece(0, 2))
    refused = refuse(a_return(Piece(0, 1), why=Why.WRONG), "No.", NOW)

    left = left_to_return(sent, [under_way, refused])

    assert left == Counter({0: 1})
    with pytest.raises(NotThatMany):
        check_wish(wished(quantity=2), some_wares(3), left, None, NOW)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("market", "country", "delivered", "ends"),
    [
        # Monday evening in Berlin, 14 days, until the last second of a Monday.
        ("", "DE", "2026-11-02T22:30:00+00:00", "2026-11-17T00:00:00+01:00"),
        # A quarter to midnight in UTC is the next day in Berlin.
        ("", "DE", "2026-11-02T23:15:00+00:00", "2026-11-18T00:00:00+01:00"),
        # The last day is a Saturday: the right lasts until the Monday is over.
        ("", "DE", "2026-11-07T12:00:00+00:00", "2026-11-24T00:00:00+01:00"),
        # Summer time ends within the period.
        ("", "DE", "2026-10-20T12:00:00+00:00", "2026-11-04T00:00:00+01:00"),
        ("", "CN", "2026-11-02T12:00:00+00:00", "2026-11-10T00:00:00+08:00"),
        ("cn", "DE", "2026-11-02T12:00:00+00:00", "2026-11-10T00:00:00+01:00"),
        # Several zones: the last of them counts (UTC-10).
        ("", "US", "2026-11-02T12:00:00+00:00", "2026-11-17T00:00:00-10:00"),
    ],
)
def test_days_are_those_of_the_recipients_calendar(
    market: str, country: str, delivered: str, ends: str
) -> None:
    rules = market_of(market, country)

    found = withdrawal_ends(at(delivered), rules, zones_of(country, "UTC"))

    if country == "CN":
        assert found >= at(ends)
    else:
        assert found == at(ends)


@given(
    st.integers(0, 15 * 366 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes)),
    st.sampled_from(sorted(markets())),
    st.sampled_from(["DE", "CN", "US", "NZ", "BR", "XX"]),
)
def test_the_time_to_withdraw_is_never_shorter_than_the_law_says(
    delivered: datetime, market: str, country: str
) -> None:
    rules = markets()[market]

    ends = withdrawal_ends(delivered, rules, zones_of(country, "UTC"))

    assert ends - delivered >= timedelta(days=rules.withdrawal_days) - timedelta(hours=1)
    assert ends - delivered <= timedelta(days=rules.withdrawal_days + 4)
