"""Valid examples; a test names only what it is about."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from uuid import UUID

from livehouse.domains.offers import Offer, Open
from livehouse.domains.offers.model import OfferState, Terms
from livehouse.domains.orders import Buy
from livehouse.domains.orders.model import OnSale
from livehouse.domains.quotas import Quota
from livehouse.foundation.ids import (
    OfferId,
    OrderId,
    PersonId,
    QuotaId,
    RunId,
    ShowId,
    StoreId,
    VariantId,
)
from livehouse.foundation.money import Money
from tests.support.moments import NOON

STORE = StoreId(UUID(int=1))
SHOW = ShowId(UUID(int=2))
RUN = RunId(UUID(int=3))
OFFER = OfferId(UUID(int=4))
ALLOTMENT = QuotaId(UUID(int=5))
STOCK = QuotaId(UUID(int=6))

_numbers: Iterator[int] = count(1)


def euros(amount: int) -> Money:
    return Money("EUR", amount * 100)


def a_person(number: int) -> PersonId:
    return PersonId(UUID(int=0x7000 + number))


def an_order_id(number: int | None = None) -> OrderId:
    """A UUIDv7 that is told apart by its number."""
    number = next(_numbers) + 1_000_000 if number is None else number
    return OrderId(UUID(int=(1 << 80) | (7 << 76) | (2 << 62) | number))


def an_offer(
    *,
    offer_id: OfferId = OFFER,
    price: Money | None = None,
    limit: int = 0,
    state: OfferState | None = None,
    tax_basis_points: int = 0,
    prices_include_tax: bool = True,
    grace: timedelta = timedelta(0),
    quota_id: QuotaId = ALLOTMENT,
    stock_quota_id: QuotaId = STOCK,
) -> Offer:
    return Offer(
        id=offer_id,
        show_id=SHOW,
        store_id=STORE,
        variant_id=VariantId(UUID(int=8)),
        title="Tea bowl",
        variant_title="Moss",
        image="",
        price=price or euros(20),
        quota_id=quota_id,
        stock_quota_id=stock_quota_id,
        state=state or Open(NOON - timedelta(minutes=1)),
        limit=limit,
        tax_basis_points=tax_basis_points,
        prices_include_tax=prices_include_tax,
        grace_ms=int(grace.total_seconds() * 1000),
    )


def terms_of(*offers: Offer, on: bool = True, rehearsal: bool = False) -> OnSale:
    return OnSale({offer.id: Terms(offer, RUN if on else None, rehearsal) for offer in offers})


def a_quota(quota_id: QuotaId, total: int) -> Quota:
    return Quota(quota_id, total)


def a_buy(
    *, buyer: int = 1, quantity: int = 1, number: int | None = None, offer_id: OfferId = OFFER
) -> Buy:
    return Buy(an_order_id(number), ((offer_id, quantity),), a_person(buyer))
