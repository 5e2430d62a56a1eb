"""How stores are called: what the people domain shows beside a membership."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from livehouse.domains.people import StoreName
from livehouse.domains.stores import store
from livehouse.foundation.ids import StoreId
from livehouse.storage.database import Database

STORE = "store"


@dataclass(frozen=True, slots=True)
class StoreNaming:
    """Stands apart from `Stores`, which itself needs people."""

    database: Database

    async def names(self, store_ids: Collection[StoreId]) -> Mapping[StoreId, StoreName]:
        if not store_ids:
            return {}
        async with self.database.transaction() as tx:
            found = await store.shops.read_stores(tx, store_ids)
        return {one.id: StoreName(one.slug, one.name) for one in found}

    async def by_slug(self, slug: str) -> StoreId | None:
        async with self.database.transaction() as tx:
            found = await store.addresses.find_slug(tx, STORE, slug)
        return None if found is None else StoreId(found)
