"""People and the rules about them: names, passwords, addresses, roles, tokens."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated
from uuid import UUID

from babel import Locale
from email_validator import EmailNotValidError, validate_email
from msgspec import Meta, Struct

from livehouse.domains.people.errors import (
    CountryUnknown,
    EmailInvalid,
    NameInvalid,
    PasswordTooEasy,
    PasswordTooShort,
    ScopeUnknown,
)
from livehouse.foundation.ids import AddressId, PersonId, StoreId
from livehouse.foundation.roles import Role

NAME_CHARS_MAX = 60
EMAIL_CHARS_MAX = 254
PASSWORD_CHARS_MIN = 10
PASSWORD_CHARS_MAX = 200
DISTINCT_CHARS_MIN = 4
ADDRESSES_MAX = 20
API_TOKENS_MAX = 20
SESSION_DURATION = timedelta(days=30)
RESET_DURATION = timedelta(hours=1)
TICKET_DURATION = timedelta(seconds=60)
# Who is inside comes back without asking at the door, which looks at rights anew: not for ever.
RESUME_DURATION = timedelta(minutes=15)
STAY_DURATION = timedelta(hours=12)
LETTER_ATTEMPTS_MAX = 5

SCOPES = ("orders:write", "orders:read", "catalogue:write", "shows:write", "captions:write")
# Codes that stand for no country: unions, currency areas, test locales, unknown.
_NO_COUNTRIES = {"CQ", "EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
COUNTRIES = (
    frozenset(code for code in map(str, Locale("en").territories) if code.isalpha()) - _NO_COUNTRIES
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account. An erased one keeps its id and nothing that names anybody.

    `default_country` is that of the default address, empty where there is none.
    """

    id: PersonId
    email: str
    name: str
    language: str
    time_zone: str = ""
    shows_purchases: bool = False
    default_address_id: AddressId | None = None
    default_country: str = ""
    created_at: datetime
    verified_at: datetime | None = None

    @property
    def shown_as(self) -> str:
        """The masked name of who agreed to be seen buying, else empty."""
        return masked(self.name) if self.shows_purchases else ""


class AddressLines(Struct, frozen=True):
    """What one writes on a parcel. The country is an ISO 3166 code."""

    recipient: Annotated[str, Meta(min_length=1, max_length=100)]
    street: Annotated[str, Meta(min_length=1, max_length=200)]
    city: Annotated[str, Meta(min_length=1, max_length=100)]
    country: Annotated[str, Meta(min_length=2, max_length=2)]
    postal_code: Annotated[str, Meta(max_length=20)] = ""
    region: Annotated[str, Meta(max_length=100)] = ""
    phone: Annotated[str, Meta(max_length=40)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A version of an address. It never changes, since orders point at it."""

    id: AddressId
    person_id: PersonId
    lines: AddressLines
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """A membership: what someone may do in a store, or (operators) on the platform."""

    role: Role
    store_id: StoreId | None = None

    def __post_init__(self) -> None:
        assert (self.role is Role.OPERATOR) == (self.store_id is None), "operators have no store"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Someone with a role, as the store's own people see them."""

    person_id: PersonId
    name: str
    email: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A token as its owner sees it later: all but the token itself."""

    id: UUID
    name: str
    scopes: tuple[str, ...] = field(default=())
    created_at: datetime


class Ticket(Struct, frozen=True):
    """A minute's pass into a run, as its holder gets it."""

    ticket: str
    expires_ms: int


def parse_email(text: str) -> str:
    """The address in its plain form, or a refusal; nothing is asked of the network."""
    if len(text) > EMAIL_CHARS_MAX:
        raise EmailInvalid
    try:
        return validate_email(
            text.strip(), check_deliverability=False, test_environment=True
        ).normalized
    except EmailNotValidError:
        raise EmailInvalid from None


def email_key(email: str) -> str:
    """What makes two addresses the same account, however they are written."""
    return unicodedata.normalize("NFKC", email).casefold()


def parse_name(text: str) -> str:
    """A name as others see it: no control or direction characters that could forge a line."""
    visible = "".join(char for char in text if unicodedata.category(char)[0] != "C" or char == "\t")
    name = " ".join(visible.split())
    if not 1 <= len(name) <= NAME_CHARS_MAX:
        raise NameInvalid(count=NAME_CHARS_MAX)
    return name


def check_password(password: str, *, email: str) -> None:
    """Length before everything; nothing that the address gives away, no single repeated key."""
    if len(password) < PASSWORD_CHARS_MIN:
        raise PasswordTooShort(count=PASSWORD_CHARS_MIN)
    lowered = password.casefold()
    if len(password) > PASSWORD_CHARS_MAX or len(set(lowered)) < DISTINCT_CHARS_MIN:
        raise PasswordTooEasy
    if lowered in {email.casefold(), email.casefold().partition("@")[0]}:
        raise PasswordTooEasy


def check_country(lines: AddressLines) -> None:
    if lines.country not in COUNTRIES:
        raise CountryUnknown


def check_scopes(scopes: tuple[str, ...]) -> None:
    for scope in scopes:
        if scope not in SCOPES:
            raise ScopeUnknown(scope=scope)


def masked(name: str) -> str:
    """Enough to know oneself by, too little to be known by."""
    return f"{name[:1].upper()}***"


def fingerprint(token: str) -> bytes:
    """What we keep of a token: enough to know it again, useless to who reads our tables."""
    return sha256(token.encode()).digest()


def next_try(attempts: int, now: datetime) -> datetime:
    """A letter that fails waits longer each time: 1, 4, 9 and 16 minutes."""
    return now + timedelta(minutes=attempts * attempts)


def label_lines(address: Address, language: str) -> list[str]:
    """The lines of a parcel's label, without empty ones, with the country in that language."""
    written = address.lines
    country = Locale.parse(language.replace("-", "_")).territories.get(written.country, "")
    place = " ".join(part for part in (written.postal_code, written.city) if part)
    wanted = (written.recipient, written.street, place, written.region, country, written.phone)
    return [line for line in wanted if line]
