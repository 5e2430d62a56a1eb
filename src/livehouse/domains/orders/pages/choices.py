"""What was chosen at the checkout, as fields of its form and as its address says it.

The choices stand in the address, so that a reload keeps them.
"""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode
from uuid import UUID

from msgspec import Struct, field

from livehouse.domains.orders.service.checkout import Choice, Order
from livehouse.foundation.ids import AddressId, CouponId, OrderId, StoreId

ID_CHARACTERS = 36
COUPONS_MAX = 3
# Digits of the largest amount that JavaScript holds exactly.
AMOUNT_CHARACTERS_MAX = 16


class Choices(Struct, frozen=True, kw_only=True):
    """What stands in the form: everything that is no id or amount is left out.

    `orders` and `totals` are what the page had said that each store's order would be.
    """

    address_id: AddressId | None = None
    deliveries: Mapping[StoreId, str] = field(default_factory=dict)
    coupons: Mapping[StoreId, tuple[CouponId, ...]] = field(default_factory=dict)
    orders: Mapping[StoreId, OrderId] = field(default_factory=dict)
    totals: Mapping[StoreId, int] = field(default_factory=dict)

    def of_stores(self) -> dict[StoreId, Choice]:
        return {
            store_id: Choice(
                delivery=self.deliveries.get(store_id, ""),
                coupon_ids=self.coupons.get(store_id, ()),
            )
            for store_id in {*self.deliveries, *self.coupons}
        }

    def to_order(self) -> dict[StoreId, Order]:
        """The orders that the page had priced."""
        return {
            store_id: Order(
                id=order_id,
                delivery=self.deliveries.get(store_id, ""),
                coupon_ids=self.coupons.get(store_id, ()),
                expects_minor=self.totals[store_id],
            )
            for store_id, order_id in self.orders.items()
            if store_id in self.totals
        }

    def path(
        self, *, address_id: AddressId | None = None, coupon: tuple[StoreId, CouponId] | None = None
    ) -> str:
        """The checkout with these choices, or with one more."""
        coupons = dict(self.coupons)
        if coupon is not None:
            store_id, coupon_id = coupon
            had = coupons.get(store_id, ())
            coupons[store_id] = (*had, coupon_id) if coupon_id not in had else had
        fields: list[tuple[str, str]] = []
        if chosen := address_id or self.address_id:
            fields.append(("address", str(chosen)))
        fields.extend((f"delivery-{key}", way) for key, way in self.deliveries.items())
        fields.extend((f"coupon-{key}", str(one)) for key, ids in coupons.items() for one in ids)
        return f"/checkout?{urlencode(fields)}" if fields else "/checkout"


def read_choices(fields: Iterable[tuple[str, object]]) -> Choices:
    """What was sent, whether by the form or in the address."""
    address_id: AddressId | None = None
    deliveries: dict[StoreId, str] = {}
    coupons: dict[StoreId, tuple[CouponId, ...]] = {}
    orders: dict[StoreId, OrderId] = {}
    totals: dict[StoreId, int] = {}
    for name, value in fields:
        kind, _, key = name.partition("-")
        found = _uuid(value)
        if kind == "address" and not key and found:
            address_id = AddressId(found)
        store = _uuid(key)
        if store is None or not isinstance(value, str):
            continue
        store_id = StoreId(store)
        if kind == "delivery" and found:
            deliveries[store_id] = str(found)
        elif kind == "coupon" and found:
            coupons[store_id] = (*coupons.get(store_id, ()), CouponId(found))[:COUPONS_MAX]
        elif kind == "order" and found:
            orders[store_id] = OrderId(found)
        elif kind == "total" and value.isascii() and value.isdigit():
            totals[store_id] = int(value[:AMOUNT_CHARACTERS_MAX])
    return Choices(
        address_id=address_id, deliveries=deliveries, coupons=coupons, orders=orders, totals=totals
    )


def _uuid(value: object) -> UUID | None:
    if not isinstance(value, str) or len(value) != ID_CHARACTERS:
        return None
    try:
        return UUID(value)
    except ValueError:
        return None
