"""What letters to followers need of the domains above."""

from collections.abc import Collection
from typing import Protocol

from livehouse.foundation.ids import PersonId, ShowId
from livehouse.storage.database import Transaction


class Reminded(Protocol):
    """Knows who of these has asked for a letter of their own before the show."""

    async def __call__(
        self, tx: Transaction, show_id: ShowId, people: Collection[PersonId], /
    ) -> Collection[PersonId]: ...


async def nobody(
    _tx: Transaction, _show_id: ShowId, _people: Collection[PersonId], /
) -> Collection[PersonId]:
    return ()
