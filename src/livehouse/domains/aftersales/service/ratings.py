"""How content buyers are: asked once per order, shown as the store's figure."""

from dataclasses import dataclass

from livehouse.domains.aftersales import store
from livehouse.domains.aftersales.errors import NotArrived, RatedAlready
from livehouse.domains.aftersales.events import OrderRated
from livehouse.domains.aftersales.model.ratings import Rating, Satisfaction, check_rating
from livehouse.domains.aftersales.service.desk import Desk, locked_of_buyer, ref_of
from livehouse.domains.orders import Closed, Delivered
from livehouse.foundation.ids import OrderId, PersonId, StoreId


@dataclass(frozen=True, slots=True)
class Ratings:
    desk: Desk

    async def rate(
        self, order_id: OrderId, score: int, words: str, *, buyer_id: PersonId
    ) -> Rating:
        words = check_rating(score, words)
        async with self.desk.database.transaction() as tx:
            order = await locked_of_buyer(tx, order_id, buyer_id)
            if not isinstance(order.state, Delivered | Closed):
                raise NotArrived
            rating = Rating(
                order=ref_of(order), score=score, words=words, rated_at=self.desk.clock.now()
            )
            if not await store.ratings.add(tx, rating):
                raise RatedAlready
            tx.record(OrderRated(order.id, score))
        return rating

    async def of_order(self, order_id: OrderId) -> Rating | None:
        async with self.desk.database.transaction() as tx:
            return await store.ratings.of_order(tx, order_id)

    async def satisfaction(self, store_id: StoreId) -> Satisfaction:
        async with self.desk.database.transaction() as tx:
            return await store.ratings.satisfaction(tx, store_id)
