"""What spreadsheets get: values, never formulas."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from livehouse.foundation.sheets import csv_text


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_text_is_never_a_formula(start: str) -> None:
    assert read(csv_text([[f"{start}1+1"]])) == [[f"'{start}1+1"]]


def test_amounts_stay_numbers_also_below_zero() -> None:
    assert read(csv_text([[Decimal("-12.50"), -3, Decimal("1E+3")]])) == [["-12.50", "-3", "1000"]]


def test_texts_with_commas_and_quotes_come_back_as_they_were() -> None:
    row = ['a, "b"', "line\nline", "商品"]

    assert read(csv_text([row, ["", ""]])) == [row, ["", ""]]


def test_a_moment_is_written_with_its_zone_and_nothing_as_nothing() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=UTC)

    assert read(csv_text([[moment, None]])) == [["2026-01-02T03:04:05+00:00", ""]]
