"""Reads any bytes as rows of a CSV: what is broken is named, and reading goes on after it."""

import csv
import io
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from livehouse.domains.stores.errors import (
    FileTooLarge,
    NotACatalogue,
    RowMalformed,
    RowNotText,
    RowRefused,
    RowsLeftOut,
    TooManyRows,
)
from livehouse.domains.stores.model import limits

_DELIMITERS = ",;\t"
_SURROGATES = range(0xD800, 0xE000)
_KEPT_CONTROLS = "\t\n\r"


class Row(Struct, frozen=True):
    """One record; `line` is where it starts in the file, counted from 1."""

    line: int
    cells: tuple[str, ...]
    refusal: RowRefused | None = None


def read_rows(content: bytes) -> Iterator[Row]:
    """Every record of `content`, the header first; blank ones are left out."""
    if len(content) > limits.FILE_BYTES_MAX:
        raise FileTooLarge(megabytes=limits.FILE_BYTES_MAX // 2**20)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotACatalogue  # UTF-16, which Excel calls "Unicode text"
    # Bytes that are not UTF-8 become surrogates, so that only their own rows are refused.
    lines = list(io.StringIO(content.decode("utf-8-sig", "surrogateescape"), newline=""))
    delimiter = max(_DELIMITERS, key=lines[0].count) if lines else ","
    count = 0
    for row in _records(lines, delimiter):
        if row.refusal is None and not any(cell.strip() for cell in row.cells):
            continue
        count += 1
        if count > limits.FILE_ROWS_MAX + 1:
            raise TooManyRows(rows=limits.FILE_ROWS_MAX)
        yield row


def _records(lines: list[str], delimiter: str) -> Iterator[Row]:
    """After a broken record, start afresh at the line below its first.

    A quote that never closes would swallow the rest of the file; this way it costs one row.
    """
    start = 0
    for _ in range(limits.BROKEN_ROWS_MAX + 1):
        reader = csv.reader(islice(lines, start, None), delimiter=delimiter, strict=True)
        read = 0
        try:
            for cells in reader:
                line = start + read + 1
                read = reader.line_num
                yield Row(line, tuple(cells), _unreadable(cells))
        except csv.Error:
            yield Row(start + read + 1, (), RowMalformed())
            start += read + 1
        else:
            return
    if start < len(lines):
        yield Row(start + 1, (), RowsLeftOut())


def _unreadable(cells: list[str]) -> RowRefused | None:
    """PostgreSQL keeps no NUL, and half a character is none."""
    text = "".join(cells)
    if text.isprintable():
        return None
    for character in set(text):
        control = character < " " and character not in _KEPT_CONTROLS
        if control or character == "\x7f" or ord(character) in _SURROGATES:
            return RowNotText()
    return None
