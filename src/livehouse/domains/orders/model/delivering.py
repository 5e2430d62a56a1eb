"""Which way an order goes, and what that costs."""

from collections.abc import Sequence

from livehouse.domains.offers import Delivery, Wanted
from livehouse.domains.orders.errors import UnknownDelivery
from livehouse.domains.stores import DeliveryMethod, NotDelivered, methods_to


def delivery_of(
    methods: Sequence[DeliveryMethod], method_id: str, country: str, wanted: Sequence[Wanted]
) -> Delivery | None:
    """The way that is asked for, or the cheapest one to `country` where none is named.

    None where the store names no way at all: it delivers everywhere for nothing. An empty
    `country` is not known yet; whoever gives the address then is asked again (`check_reach`).
    The fee is taxed like the goods; of several rates the highest holds.
    """
    in_use = [method for method in methods if method.active]
    if not in_use and not method_id:
        return None
    goods = sum(item.offer.price.minor * item.quantity for item in wanted)
    if method_id:
        method = next((one for one in in_use if str(one.id) == method_id), None)
        if method is None:
            raise UnknownDelivery
        check_reach(method, country)
    else:
        found = methods_to(in_use, country) if country else in_use
        method = min(found, key=lambda one: (one.fee_minor_for(goods), one.fee_minor, one.id))
    return Delivery(
        ref=str(method.id),
        label=method.name,
        fee_minor=method.fee_minor_for(goods),
        tax_basis_points=max(item.offer.tax_basis_points for item in wanted),
    )


def check_reach(method: DeliveryMethod, country: str) -> None:
    """Refuse an address where this way does not lead."""
    if country and not method.goes_to(country):
        raise NotDelivered
