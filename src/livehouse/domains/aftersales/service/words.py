"""What buyers wrote, for the export of their data and for its erasure."""

from dataclasses import dataclass

import msgspec

from livehouse.domains.aftersales import store
from livehouse.foundation.ids import PersonId
from livehouse.storage.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class BuyersWords:
    """Returns and complaints stay, as books do; the words in them are the person's own."""

    database: Database

    async def export(self, person_id: PersonId) -> dict[str, object]:
        async with self.database.transaction() as tx:
            returns = await store.returns.of_buyer(tx, person_id)
            complaints = await store.complaints.of_buyer(tx, person_id)
            ratings = await store.ratings.of_buyer(tx, person_id)
        return {
            "returns": msgspec.to_builtins(returns),
            "complaints": msgspec.to_builtins(complaints),
            "ratings": msgspec.to_builtins(ratings),
        }

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        await store.returns.forget_words(tx, person_id)
        await store.complaints.forget_words(tx, person_id)
        await store.ratings.forget_words(tx, person_id)
        await store.letters.remove_of(tx, person_id)
