"""Baskets: put in, change, take out, and see what of it is still to be had."""

from dataclasses import dataclass

from livehouse.domains.offers import UnknownOffer, offer_terms
from livehouse.domains.orders import store
from livehouse.domains.orders.model import basket
from livehouse.domains.orders.model.basket import Entry, StoreBasket
from livehouse.domains.quotas import quotas
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import IdSource, OfferId, OrderId, PersonId
from livehouse.storage.database import Database, Transaction


@dataclass(slots=True)
class Baskets:
    """Each belongs to one person, who has an account; guests sign in first."""

    database: Database
    clock: Clock
    ids: IdSource

    async def add(self, person_id: PersonId, offer_id: OfferId, quantity: int = 1) -> int:
        """Put more of an offer in; tells how many pieces the basket then has."""
        async with self.database.transaction() as tx:
            now = self.clock.now()
            offer = (await offer_terms.by_ids(tx, [offer_id])).get(offer_id)
            if offer is None:
                raise UnknownOffer
            basket.check_buyable_soon(offer, now)
            await store.baskets.lock(tx, person_id, offer.store_id, self.ids.new())
            known = await store.baskets.read(tx, person_id)
            wanted = basket.add(known, offer_id, quantity)
            await store.baskets.put(tx, person_id, offer.store_id, wanted, now)
            return await store.baskets.count(tx, person_id)

    async def change(self, person_id: PersonId, offer_id: OfferId, quantity: int) -> int:
        """Want so many of what is in the basket already; 0 takes it out."""
        async with self.database.transaction() as tx:
            if quantity == 0:
                await store.baskets.remove(tx, person_id, [offer_id])
            elif any(one.offer_id == offer_id for one in await store.baskets.read(tx, person_id)):
                offer = (await offer_terms.by_ids(tx, [offer_id]))[offer_id]
                wanted = Entry(offer_id, basket.check_quantity(quantity))
                now = self.clock.now()
                await store.baskets.put(tx, person_id, offer.store_id, wanted, now)
            return await store.baskets.count(tx, person_id)

    async def count(self, person_id: PersonId) -> int:
        async with self.database.transaction() as tx:
            return await store.baskets.count(tx, person_id)

    async def look(self, person_id: PersonId) -> tuple[StoreBasket, ...]:
        """The basket as it stands at this moment, store by store."""
        async with self.database.transaction() as tx:
            order_ids = await store.baskets.order_ids(tx, person_id)
        async with self.database.pool.acquire() as connection:
            known = await store.known(connection, list(order_ids.values()))
        for order_id in known:
            # Ordered, and then something broke before it left the basket.
            await self.ordered(person_id, order_id)
        async with self.database.transaction() as tx:
            wanted = await store.baskets.read(tx, person_id)
            order_ids = await store.baskets.order_ids(tx, person_id)
        if not wanted:
            return ()
        async with self.database.pool.acquire() as connection:
            terms = await offer_terms.terms(connection, [one.offer_id for one in wanted])
        asked = {id_ for one in terms.values() for id_ in one.offer.quota_ids}
        async with self.database.transaction() as tx:
            found = await quotas.read(tx, asked)
            had = await quotas.shares_of(tx, person_id, asked)
        now = self.clock.now()
        items = [basket.look(one, terms[one.offer_id], found, had, now) for one in wanted]
        return basket.by_store(items, order_ids)

    async def ordered(self, person_id: PersonId, order_id: OrderId) -> None:
        """Take out what an order of this basket has bought; the next one gets another id."""
        async with self.database.transaction() as tx:
            order = await store.by_id(tx, order_id)
            if order.buyer_id != person_id:
                raise NotFound
            if await store.baskets.renew(tx, person_id, order_id, self.ids.new()):
                bought = [item.offer.id for item in order.deal.items]
                await store.baskets.remove(tx, person_id, bought)

    async def export(self, person_id: PersonId) -> dict[str, object]:
        """What lies in the basket, for the export of a person's data."""
        async with self.database.transaction() as tx:
            wanted = await store.baskets.read(tx, person_id)
        items = [{"offer_id": str(one.offer_id), "quantity": one.quantity} for one in wanted]
        return {"basket": items}

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        await store.baskets.erase(tx, person_id)
