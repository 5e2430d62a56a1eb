"""Money: whole minor units and their currency, never a float."""

import re
from decimal import Decimal
from typing import Self

from babel.numbers import get_currency_precision, list_currencies
from msgspec import Struct

from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.text import N_

# PostgreSQL's bigint holds more; beyond this a JavaScript number would lose the cents.
MINOR_MAX = 2**53 - 1

CURRENCIES = frozenset(list_currencies("en"))


_PERCENT = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,2})?")
# Decimal alone takes 1_000, 1e2 and digits of other scripts, and breaks on 1e999999.
_PLAIN = re.compile(r"[0-9]{1,16}(\.[0-9]{0,8})?|\.[0-9]{1,8}")


class Money(Struct, frozen=True):
    """An amount in the smallest unit of an ISO 4217 currency; two currencies never meet."""

    currency: str
    minor: int

    def __add__(self, other: Self) -> Self:
        return type(self)(self.currency, self.minor + self._in_my_currency(other))

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.currency, self.minor - self._in_my_currency(other))

    def __mul__(self, quantity: int) -> Self:
        return type(self)(self.currency, self.minor * quantity)

    def __lt__(self, other: Self) -> bool:
        return self.minor < self._in_my_currency(other)

    def major(self) -> Decimal:
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency))

    def _in_my_currency(self, other: Self) -> int:
        assert self.currency == other.currency, "amounts in two currencies do not compare"
        return other.minor


def parse_money(text: str, currency: str, *, field: str = "amount") -> Money:
    """Read a plain decimal such as 19.90; refuse what is not whole in minor units."""
    refusal = InvalidInput(field=field, problem=N_("this is not an amount of money"))
    if currency not in CURRENCIES or not _PLAIN.fullmatch(text.strip()):
        raise refusal
    minor = Decimal(text.strip()).scaleb(get_currency_precision(currency))
    if minor != minor.to_integral_value() or minor > MINOR_MAX:
        raise refusal
    return Money(currency, int(minor))


def parse_percent(text: str, *, field: str) -> int:
    """Read a percentage such as 19, 5.5 or 5,5 % as basis points."""
    text = text.strip().removesuffix("%").strip()
    if not _PERCENT.fullmatch(text):
        raise InvalidInput(field=field, problem=N_("write a percentage such as 19 or 5.5"))
    return int(Decimal(text.replace(",", ".")) * 100)
