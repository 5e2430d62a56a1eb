"""What is on sale at this moment, for the till and for whoever only asks what it would cost."""

from collections.abc import Sequence
from datetime import datetime

from livehouse.domains.offers import discount_terms, offer_terms
from livehouse.domains.orders.model import OnSale
from livehouse.domains.stores import delivery_terms
from livehouse.foundation.ids import CouponId, OfferId
from livehouse.storage.database import RawConnection


async def on_sale(
    connection: RawConnection,
    offer_ids: Sequence[OfferId],
    coupon_ids: Sequence[CouponId],
    now: datetime,
) -> OnSale:
    """The offers with the shows that are on, whatever lowers their prices, and how they travel."""
    terms = await offer_terms.terms(connection, offer_ids)
    discounts = await discount_terms.terms(connection, coupon_ids, offer_ids, now)
    store_ids = sorted({found.offer.store_id for found in terms.values()})
    deliveries = await delivery_terms.in_use(connection, store_ids)
    return OnSale(terms, discounts.coupons, discounts.subsidies, deliveries)
