"""Reads one cell of a product CSV as what its column means, or refuses the row."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

from livehouse.domains.stores.errors import (
    FieldTooLong,
    FlagInvalid,
    HandleInvalid,
    HandleMissing,
    NumberInvalid,
    PriceDigits,
    PriceInvalid,
    PriceNegative,
    QuantityInvalid,
)
from livehouse.domains.stores.model import limits
from livehouse.domains.stores.model.columns import Cells, Column
from livehouse.domains.stores.model.markup import clean_html
from livehouse.foundation.money import Money

_AMOUNT = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")
_WHOLE = re.compile(r"[0-9]{1,10}")
_HANDLE = re.compile(r"\w(?:[\w-]*\w)?")
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def read_handle(text: str) -> str:
    """The handle as it is kept: small letters of any script, digits, hyphens."""
    if not text:
        raise HandleMissing
    handle = unicodedata.normalize("NFC", text.lower())
    if len(handle) > limits.HANDLE_CHARACTERS_MAX:
        raise FieldTooLong(column=Column.HANDLE.value, characters=limits.HANDLE_CHARACTERS_MAX)
    if not _HANDLE.fullmatch(handle):
        raise HandleInvalid
    return handle


def read_text(cells: Cells, column: Column, most: int = limits.WORD_CHARACTERS_MAX) -> str:
    text = cells[column]
    if len(text) > most:
        raise FieldTooLong(column=column.value, characters=most)
    return text


def read_optional_text(
    cells: Cells, column: Column, most: int = limits.WORD_CHARACTERS_MAX
) -> str | None:
    return read_text(cells, column, most) if column in cells else None


def read_description(cells: Cells) -> str | None:
    column, most = Column.DESCRIPTION, limits.DESCRIPTION_CHARACTERS_MAX
    if column not in cells:
        return None
    cleaned = clean_html(read_text(cells, column, most))
    if len(cleaned) > most:  # each "&" grows to "&amp;"
        raise FieldTooLong(column=column.value, characters=most)
    return cleaned


def read_tags(cells: Cells) -> tuple[str, ...] | None:
    if Column.TAGS not in cells:
        return None
    tags = split_tags(cells[Column.TAGS])
    most = limits.WORD_CHARACTERS_MAX
    if len(tags) > limits.TAGS_MAX or any(len(tag) > most for tag in tags):
        raise FieldTooLong(column=Column.TAGS.value, characters=most)
    return tags


def split_tags(text: str) -> tuple[str, ...]:
    """Tags in their order, each once."""
    return tuple(dict.fromkeys(tag for part in text.split(",") if (tag := part.strip())))


def read_price(cells: Cells, column: Column, currency: str) -> Money | None:
    """The amount in minor units; nothing where the cell is empty."""
    text = cells[column]
    if not text:
        return None
    if not _AMOUNT.fullmatch(text):
        raise PriceInvalid(column=column.value, value=text)
    amount = Decimal(text)
    if amount < 0:
        raise PriceNegative(column=column.value)
    digits = get_currency_precision(currency)
    minor = amount.scaleb(digits)
    if minor != minor.to_integral_value():
        raise PriceDigits(column=column.value, currency=currency, digits=digits, value=text)
    if minor > limits.PRICE_MINOR_MAX:
        raise PriceInvalid(column=column.value, value=text)
    return Money(currency, int(minor))


def read_quantity(cells: Cells) -> int | None:
    text = cells[Column.QUANTITY]
    if not text:
        return None
    if not _WHOLE.fullmatch(text) or int(text) > limits.QUANTITY_MAX:
        raise QuantityInvalid(value=text)
    return int(text)


def read_grams(cells: Cells) -> int | None:
    text = cells[Column.GRAMS]
    if not text:
        return None
    if not _AMOUNT.fullmatch(text) or not 0 <= Decimal(text) <= limits.GRAMS_MAX:
        raise NumberInvalid(column=Column.GRAMS.value, value=text)
    return int(Decimal(text).to_integral_value(ROUND_HALF_UP))


def read_position(cells: Cells) -> int | None:
    text = cells[Column.IMAGE_POSITION]
    if not text:
        return None
    if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= limits.POSITION_MAX:
        raise NumberInvalid(column=Column.IMAGE_POSITION.value, value=text)
    return int(text)


def read_flag(cells: Cells, column: Column) -> bool | None:
    text = cells[column].casefold()
    if not text:
        return None
    if text not in _FLAGS:
        raise FlagInvalid(column=column.value, value=cells[column])
    return _FLAGS[text]


def read_published(cells: Cells) -> bool | None:
    """Newer files also say active, draft or archived; only active ones are shown."""
    published = read_flag(cells, Column.PUBLISHED)
    status = cells[Column.STATUS].casefold()
    if not status:
        return published
    if status not in {"active", "draft", "archived", "unlisted"}:
        raise FlagInvalid(column=Column.STATUS.value, value=cells[Column.STATUS])
    return published is not False and status == "active"
