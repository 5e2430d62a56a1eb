"""Rows of CSV files that people open in spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

Cell: TypeAlias = str | int | Decimal | datetime | None

# A spreadsheet reads a text that begins like this as a formula, and some formulas call out.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# Without this mark Excel takes UTF-8 for the machine's own old encoding.
BYTE_ORDER_MARK = "\ufeff"


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as CSV (RFC 4180). Texts that a spreadsheet would take for formulas begin with '."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows([_cell(cell) for cell in row] for row in rows)
    return written.getvalue()


def _cell(cell: Cell) -> str:
    match cell:
        case str():
            return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
        case datetime():
            return cell.isoformat(timespec="seconds")
        case None:
            return ""
        case _:
            return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
