"""What offers need to know of what they sell, and who wants to know of them."""

from typing import Protocol

from msgspec import Struct

from livehouse.domains.offers.model import Offer
from livehouse.domains.shows import Run
from livehouse.foundation.ids import QuotaId, RunId, StoreId, VariantId
from livehouse.foundation.money import Money
from livehouse.storage.database import Transaction


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


class Marks(Protocol):
    """Told within the transaction that something is held up to the camera."""

    async def mark(self, tx: Transaction, run_id: RunId, title: str) -> None: ...


class DrawHook(Protocol):
    """Hears, within the transaction that opens it, of an offer whose places are drawn."""

    async def called_for(self, tx: Transaction, offer: Offer, run: Run) -> None: ...
