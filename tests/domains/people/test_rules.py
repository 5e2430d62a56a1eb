"""Rules about names, addresses and passwords: values in, values out."""

import pytest

from livehouse.domains.people.errors import (
    CountryUnknown,
    EmailInvalid,
    NameInvalid,
    PasswordTooEasy,
    PasswordTooShort,
    ScopeUnknown,
)
from livehouse.domains.people.model import (
    AddressLines,
    check_country,
    check_password,
    check_scopes,
    email_key,
    masked,
    parse_email,
    parse_name,
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "ann@",
        "@shop.test",
        "a b@shop.test",
        "ann@shop",
        "ann@shop.test\nBcc: x@y.test",
        "x" * 300 + "@shop.test",
    ],
)
def test_what_is_no_mail_address_is_refused(text: str) -> None:
    with pytest.raises(EmailInvalid):
        parse_email(text)


def test_two_ways_to_write_an_address_are_one_account() -> None:
    assert email_key(parse_email(" Ann.Lee@SHOP.test ")) == email_key(
        parse_email("ann.lee@shop.test")
    )


def test_a_name_is_one_visible_line() -> None:
    assert parse_name("  Ann \t\n Lee  ") == "Ann Lee"
    assert parse_name("小\u202e明") == "小明"  # no turning of the line's direction


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u202e", "x" * 61, "x" * 10_000])
def test_a_name_has_an_end_and_something_to_see(text: str) -> None:
    with pytest.raises(NameInvalid):
        parse_name(text)


def test_a_long_password_of_words_is_taken() -> None:
    check_password("three quiet lighthouses", email="ann@shop.test")


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("short", PasswordTooShort),
        ("aaaaaaaaaaaa", PasswordTooEasy),
        ("Ann@shop.test", PasswordTooEasy),
        ("x1y2z" * 50, PasswordTooEasy),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused(
    password: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        check_password(password, email="ann@shop.test")


def test_only_countries_are_delivered_to() -> None:
    lines = AddressLines("Ann", "Road 1", "Town", "DE")
    check_country(lines)
    for unknown in ("ZZ", "de", "EU", "XX"):
        with pytest.raises(CountryUnknown):
            check_country(AddressLines("Ann", "Road 1", "Town", unknown))


def test_a_scope_is_one_that_we_know() -> None:
    check_scopes(("orders:read",))
    with pytest.raises(ScopeUnknown):
        check_scopes(("orders:read", "everything"))


def test_a_masked_name_names_nobody() -> None:
    assert masked("ann lee") == "A***"
    assert masked("小明") == "小***"
