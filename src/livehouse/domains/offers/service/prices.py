"""What a basket would cost now, before anybody buys it."""

from collections.abc import Sequence
from dataclasses import dataclass

from livehouse.domains.offers.errors import BadBasket, StoresMixed, UnknownCoupon, UnknownOffer
from livehouse.domains.offers.model import QUANTITY_MAX, Delivery, Quoted, Wanted, quote
from livehouse.domains.offers.store import discounts, offers
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import CouponId, OfferId
from livehouse.storage.database import Database

ITEMS_MAX = 50


@dataclass(frozen=True, slots=True)
class Prices:
    database: Database
    clock: Clock

    async def quote(
        self,
        wanted: Sequence[tuple[OfferId, int]],
        *,
        coupon_ids: Sequence[CouponId] = (),
        delivery: Delivery | None = None,
    ) -> Quoted:
        """Price what is on offer in a show that is on; the till does the same once more.

        Refuses a basket of several stores: each store has its own order.
        """
        if not 1 <= len(wanted) <= ITEMS_MAX or len({id_ for id_, _ in wanted}) != len(wanted):
            raise BadBasket
        if not all(1 <= quantity <= QUANTITY_MAX for _, quantity in wanted):
            raise BadBasket
        offer_ids, now = [offer_id for offer_id, _ in wanted], self.clock.now()
        async with self.database.pool.acquire() as connection:
            terms = await offers.terms(connection, offer_ids)
            found = await discounts.terms(connection, coupon_ids, offer_ids, now)
        for offer_id in offer_ids:
            # Before a show begins its prices are the store's own business.
            if offer_id not in terms or terms[offer_id].run_id is None or terms[offer_id].rehearsal:
                raise UnknownOffer
        if not found.coupons.keys() >= set(coupon_ids):
            raise UnknownCoupon
        items = [Wanted(terms[offer_id].offer, quantity) for offer_id, quantity in wanted]
        if len({item.offer.store_id for item in items}) > 1:
            raise StoresMixed
        coupons = [found.coupons[coupon_id] for coupon_id in coupon_ids]
        return quote(items, now, coupons=coupons, subsidies=found.subsidies, delivery=delivery)
