"""What offers need to know of what they sell."""

from typing import Protocol

from msgspec import Struct

from livehouse.foundation.ids import QuotaId, StoreId, VariantId
from livehouse.foundation.money import Money


class Goods(Struct, frozen=True):
    """A variant as an offer takes it over: this is the snapshot that orders keep."""

    variant_id: VariantId
    store_id: StoreId
    title: str
    variant_title: str
    image: str
    price: Money
    stock_quota_id: QuotaId
    tax_basis_points: int
    prices_include_tax: bool
    published: bool
    no_return: str = ""


class Shelves(Protocol):
    """Looks a variant up; raises NotFound where there is none."""

    async def goods(self, variant_id: VariantId) -> Goods: ...
