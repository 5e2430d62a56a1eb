"""What became of every row of an import."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from uuid import UUID

from msgspec import Struct

from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import StoreId


class Outcome(Enum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class RowReport(Struct, frozen=True):
    """`message` is an English template for the edge to translate and to fill with `params`."""

    line: int
    handle: str
    outcome: Outcome
    code: str = ""
    message: str = ""
    params: dict[str, str] = {}


class ImportReport(Struct, frozen=True):
    """Every row in the order of the file."""

    rows: tuple[RowReport, ...] = ()

    def count(self, outcome: Outcome) -> int:
        return sum(row.outcome is outcome for row in self.rows)

    @property
    def refused(self) -> tuple[RowReport, ...]:
        return tuple(row for row in self.rows if row.outcome is Outcome.REFUSED)


class ImportState(Enum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"


class CatalogueImport(Struct, frozen=True, kw_only=True):
    """An uploaded file: `done` of `total` products so far, and in the end what became of it.

    The report of a file that was refused whole has one row, of line 0.
    """

    id: UUID
    store_id: StoreId
    file_name: str
    state: ImportState
    created_at: datetime
    done: int = 0
    total: int = 0
    report: ImportReport = ImportReport()

    @property
    def is_over(self) -> bool:
        return self.state in {ImportState.DONE, ImportState.REFUSED}


HANDLE_SHOWN_CHARACTERS_MAX = 80


def refused_row(line: int, handle: str, refusal: DomainError) -> RowReport:
    return RowReport(
        line,
        shortened(handle),
        Outcome.REFUSED,
        refusal.code,
        refusal.message,
        {name: shortened(str(value)) for name, value in refusal.params.items()},
    )


def accepted_row(line: int, handle: str, outcome: Outcome) -> RowReport:
    return RowReport(line, shortened(handle), outcome)


def shortened(text: str) -> str:
    """A report repeats what a file says only as far as one can read it, and as plain text."""
    shown = "".join(character if character.isprintable() else "�" for character in text)
    most = HANDLE_SHOWN_CHARACTERS_MAX
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def in_order(rows: Iterable[RowReport]) -> ImportReport:
    return ImportReport(tuple(sorted(rows, key=lambda row: row.line)))
