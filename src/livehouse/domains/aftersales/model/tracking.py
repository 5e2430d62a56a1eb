"""A carrier's or packer's CSV: which order went out in which parcel, and where that is.

Every row is read by itself: a bad one is named with its line, the good ones are kept.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import Enum

from msgspec import Struct

from livehouse.domains.aftersales.errors import (
    NotATrackingFile,
    RowUnreadable,
    TrackingFileTooLarge,
)
from livehouse.domains.aftersales.model.parcels import ParcelEvent, ParcelState
from livehouse.foundation.errors import DomainError, InvalidInput
from livehouse.foundation.text import N_

FILE_BYTES_MAX = 2 * 2**20
ROWS_MAX = 5_000
SHOWN_CHARACTERS_MAX = 80
REQUIRED = ("order", "carrier", "tracking")
_DELIMITERS = ",;\t"
# What a spreadsheet would run; a leading apostrophe makes it text, and is no part of it.
_FORMULA = ("=", "+", "-", "@")


class TrackingRow(Struct, frozen=True):
    """`event` is None where the row only says that a parcel was sent."""

    line: int
    order: str
    carrier: str
    tracking: str
    event: ParcelEvent | None = None


class RowOutcome(Enum):
    SENT = "sent"
    HEARD = "heard"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class RowReport(Struct, frozen=True):
    """What became of a row; `message` is for the edge to translate and to fill with `params`."""

    line: int
    order: str
    outcome: RowOutcome
    code: str = ""
    message: str = ""
    params: dict[str, str] = {}


def read_tracking(content: bytes, now: datetime) -> list[TrackingRow | RowReport]:
    """The rows of a file in their order; those that cannot be read are reports already.

    A time without a zone is in UTC; a row with a status but no time happened `now`.
    """
    rows = _rows(content)
    header = next(rows, (0, None))[1]
    columns = {name.strip().casefold(): n for n, name in enumerate(header or ())}
    if not all(name in columns for name in REQUIRED):
        raise NotATrackingFile
    found: list[TrackingRow | RowReport] = []
    for line, cells in rows:
        if cells is not None and not any(cell.strip() for cell in cells):
            continue
        if len(found) >= ROWS_MAX:
            raise _too_large()
        found.append(_row(line, cells, columns, now))
    return found


def refused_row(line: int, order: str, refusal: DomainError) -> RowReport:
    params = {name: _shown(str(value)) for name, value in refusal.params.items()}
    return RowReport(line, _shown(order), RowOutcome.REFUSED, refusal.code, refusal.message, params)


def accepted_row(line: int, order: str, outcome: RowOutcome) -> RowReport:
    return RowReport(line, _shown(order), outcome)


def _row(
    line: int, cells: list[str] | None, columns: Mapping[str, int], now: datetime
) -> TrackingRow | RowReport:
    if cells is None:
        return refused_row(line, "", RowUnreadable())
    kept = cells

    def cell(name: str) -> str:
        at = columns.get(name, len(kept))
        return _unguarded(kept[at].strip()) if at < len(kept) else ""

    order = cell("order")
    if not all(text.isprintable() for text in kept):
        return refused_row(line, order, RowUnreadable())
    try:
        event = _event(cell("status"), cell("time"), cell("place"), now)
    except InvalidInput as refusal:
        return refused_row(line, order, refusal)
    return TrackingRow(line, order, cell("carrier"), cell("tracking"), event)


def _event(status: str, time: str, place: str, now: datetime) -> ParcelEvent | None:
    if not status:
        return None
    try:
        kind = ParcelState(status.casefold().replace(" ", "_").replace("-", "_"))
    except ValueError:
        raise InvalidInput(field="status", problem=N_("we do not know this status")) from None
    try:
        at = datetime.fromisoformat(time) if time else now
    except ValueError:
        raise InvalidInput(field="time", problem=N_("write it as 2026-11-30T14:05Z")) from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if at > now:
        raise InvalidInput(field="time", problem=N_("this moment has not come yet"))
    return ParcelEvent(kind, at, place)


def _rows(content: bytes) -> Iterator[tuple[int, list[str] | None]]:
    """Each line of the file as cells, None for what is no text: no cell spans lines here."""
    if len(content) > FILE_BYTES_MAX:
        raise _too_large()
    lines = content.removeprefix(b"\xef\xbb\xbf").splitlines()
    first = lines[0].decode("utf-8", "replace") if lines else ""
    delimiter = max(_DELIMITERS, key=first.count)
    for number, raw in enumerate(lines, start=1):
        try:
            text = raw.decode("utf-8")
            reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
            yield number, next(reader, [])
        except (UnicodeDecodeError, csv.Error):
            yield number, None


def _too_large() -> TrackingFileTooLarge:
    return TrackingFileTooLarge(rows=ROWS_MAX, megabytes=FILE_BYTES_MAX // 2**20)


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _shown(text: str) -> str:
    shown = "".join(one if one.isprintable() else "�" for one in text)
    return shown[:SHOWN_CHARACTERS_MAX]
