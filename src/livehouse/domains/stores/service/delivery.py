"""What people do with a store's delivery methods: list, add, change."""

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec.structs import asdict

from livehouse.domains.stores import store
from livehouse.domains.stores.errors import TooManyDeliveryMethods
from livehouse.domains.stores.events import StoreChanged
from livehouse.domains.stores.model import DeliveryEdit, DeliveryMethod, check_delivery, limits
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import DeliveryMethodId, IdSource, StoreId
from livehouse.storage.database import Database


@dataclass(frozen=True, slots=True)
class Delivery:
    """A method is never deleted, only put out of use: orders were delivered by it."""

    database: Database
    ids: IdSource

    async def of_store(self, store_id: StoreId) -> list[DeliveryMethod]:
        """Every method, those out of use as well, the cheapest first."""
        return await self.of_stores([store_id])

    async def of_stores(self, store_ids: Iterable[StoreId]) -> list[DeliveryMethod]:
        async with self.database.transaction() as tx:
            return await store.deliveries.methods_of(tx, store_ids)

    async def method(self, store_id: StoreId, method_id: DeliveryMethodId) -> DeliveryMethod:
        """This store's method; another's is not there."""
        for method in await self.of_store(store_id):
            if method.id == method_id:
                return method
        raise NotFound

    async def add(self, store_id: StoreId, edit: DeliveryEdit) -> DeliveryMethod:
        edit = check_delivery(edit)
        async with self.database.transaction() as tx:
            owner = await store.shops.lock_store(tx, store_id)
            known = await store.deliveries.methods_of(tx, [store_id])
            if len(known) >= limits.DELIVERY_METHODS_MAX:
                raise TooManyDeliveryMethods(count=limits.DELIVERY_METHODS_MAX)
            method = DeliveryMethod(
                id=DeliveryMethodId(self.ids.new()),
                store_id=store_id,
                currency=owner.currency,
                **asdict(edit),
            )
            await store.deliveries.insert_method(tx, method)
            tx.record(StoreChanged(store_id))
        return method

    async def change(
        self, store_id: StoreId, method_id: DeliveryMethodId, edit: DeliveryEdit
    ) -> DeliveryMethod:
        """Save a method whole. Orders keep the fee that they were made with."""
        edit = check_delivery(edit)
        async with self.database.transaction() as tx:
            method = await store.deliveries.update_method(tx, store_id, method_id, edit)
            if method is None:
                raise NotFound
            tx.record(StoreChanged(store_id))
        return method
