"""What stores need from outside systems."""

from typing import Protocol

from livehouse.foundation.ids import PersonId, StoreId
from livehouse.foundation.roles import Role
from livehouse.storage.database import Transaction


class Memberships(Protocol):
    """Who may do what in a store; the people domain has it."""

    async def grant_within(
        self, tx: Transaction, person_id: PersonId, role: Role, store_id: StoreId | None
    ) -> None: ...


class Pictures(Protocol):
    """Fetches a picture by the address that a merchant gave, or refuses with a stable code."""

    async def fetch(self, address: str) -> bytes: ...


class Shrink(Protocol):
    """Makes our own sizes of a picture; refuses what is none."""

    async def sizes(self, content: bytes, sizes: tuple[int, ...]) -> dict[int, bytes]: ...
