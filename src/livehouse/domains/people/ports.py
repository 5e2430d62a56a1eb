"""What people need from outside: mail, and what the domains above them know."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol, TypeVar
from uuid import UUID

from msgspec import Struct

from livehouse.foundation.ids import PersonId, RunId, StoreId
from livehouse.storage.database import Transaction
from livehouse.web.identity import Viewer


class Mail(Struct, frozen=True):
    """A letter in plain text."""

    to: str
    subject: str
    text: str


class Mailer(Protocol):
    async def send(self, mail: Mail, /) -> None: ...


class WaitingLetter(Protocol):
    """`about` is what it tells of, such as an order."""

    @property
    def kind(self) -> Enum: ...
    @property
    def about(self) -> UUID: ...
    @property
    def attempts(self) -> int: ...


L = TypeVar("L", bound=WaitingLetter)


class LetterQueue(Protocol[L]):
    """A table of letters that wait."""

    async def take_due(
        self, tx: Transaction, now: datetime, until: datetime, limit: int, /
    ) -> Sequence[L]: ...
    async def put_off(self, tx: Transaction, letter: L, until: datetime, /) -> None: ...
    async def remove(self, tx: Transaction, letter: L, /) -> None: ...


class StoreName(Struct, frozen=True):
    slug: str
    name: str


class StoreNames(Protocol):
    """How stores are called, which memberships show."""

    async def names(self, store_ids: Collection[StoreId]) -> Mapping[StoreId, StoreName]: ...
    async def by_slug(self, slug: str) -> StoreId | None: ...


class RunRoles(Protocol):
    """Who is what in a run: guest, viewer, moderator or host."""

    async def role(self, viewer: Viewer, run_id: RunId) -> str | None:
        """None where there is no such run, or none for this viewer (a rehearsal)."""
        ...


class PersonalData(Protocol):
    """A domain that keeps something of a person: it adds to the export and joins the erasure."""

    async def export(self, person_id: PersonId) -> dict[str, object]: ...
    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None: ...
