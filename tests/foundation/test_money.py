"""Laws of money: whole minor units, one currency, nothing made up while reading."""

from decimal import Decimal

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.money import CURRENCIES, MINOR_MAX, Money, parse_money

currencies = st.sampled_from(sorted(CURRENCIES))
minors = st.integers(min_value=0, max_value=MINOR_MAX)


@given(minors, minors, minors)
def test_adding_is_the_same_in_every_order(a: int, b: int, c: int) -> None:
    x, y, z = (Money("EUR", minor) for minor in (a, b, c))

    assert (x + y) + z == x + (z + y)
    assert x + y - y == x


@given(minors, st.integers(min_value=0, max_value=1_000))
def test_so_many_times_is_so_many_added(minor: int, quantity: int) -> None:
    assert (Money("EUR", minor) * quantity).minor == sum([minor] * quantity)


@given(minors, currencies)
def test_what_is_written_is_read_again(minor: int, currency: str) -> None:
    amount = Money(currency, minor)

    assert parse_money(f"{amount.major():f}", currency) == amount


@given(minors, minors)
def test_two_currencies_never_meet(a: int, b: int) -> None:
    euros, yen = Money("EUR", a), Money("JPY", b)

    for meet in (Money.__add__, Money.__sub__, Money.__lt__):
        with pytest.raises(AssertionError, match="two currencies"):
            meet(euros, yen)


@given(st.text(), currencies)
def test_whatever_is_typed_is_read_or_refused(text: str, currency: str) -> None:
    try:
        amount = parse_money(text, currency)
    except InvalidInput:
        return
    assert 0 <= amount.minor <= MINOR_MAX
    assert amount.major() == Decimal(text.strip())


@pytest.mark.parametrize(
    "text",
    [
        "", " ", ".", "-1", "-0.01", "+5", "1,50", "1.5.0", "1 000", "1_000", "1e2", "1e999999",
        "1e-999999", "9e99999999999", "NaN", "sNaN", "Infinity", "-Infinity", "0x10", "１２", "٣",
        "1.005", "\x00", "1\x00", "€5", "5 EUR", "9" * 17, "9" * 100_000, "90071992547409.92",
        "0." + "0" * 9,
    ],
)  # fmt: skip
def test_what_is_no_plain_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_money(text, "EUR")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("19.90", "EUR", 1990), (" 5 ", "EUR", 500), ("5.", "EUR", 500), (".5", "EUR", 50),
        ("0", "EUR", 0), ("500", "JPY", 500), ("1.999", "KWD", 1999),
        ("90071992547409.91", "EUR", MINOR_MAX),
    ],
)  # fmt: skip
def test_a_plain_amount_is_read(text: str, currency: str, minor: int) -> None:
    assert parse_money(text, currency) == Money(currency, minor)


@given(currencies)
def test_a_digit_too_many_is_refused(currency: str) -> None:
    with pytest.raises(InvalidInput):
        parse_money("1." + "0" * get_currency_precision(currency) + "1", currency)


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "XX", "€"])
def test_an_unknown_currency_is_refused(currency: str) -> None:
    with pytest.raises(InvalidInput):
        parse_money("1", currency)
