"""Products, their variants and their pictures."""

from collections.abc import Mapping
from enum import Enum
from typing import NewType
from uuid import UUID

from msgspec import Struct

from livehouse.foundation.ids import ProductId, QuotaId, StoreId, VariantId
from livehouse.foundation.money import Money
from livehouse.foundation.text import N_

ImageId = NewType("ImageId", UUID)

# What cannot be sent back without a reason, as article 16 of the EU's directive 2011/83 names it;
# whoever looks at the goods reads it before buying.
NO_RETURN: Mapping[str, str] = {
    "hygiene": N_("Sealed for hygiene: once opened it cannot be sent back without a reason."),
    "perishable": N_("It spoils quickly, so it cannot be sent back without a reason."),
    "made_to_order": N_("Made for you alone, so it cannot be sent back without a reason."),
    "sealed_media": N_("Sealed recording: once opened it cannot be sent back without a reason."),
}


class ImageState(Enum):
    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"


class Image(Struct, frozen=True, kw_only=True):
    """A picture as its merchant named it; `key` is set once we hold it in our own sizes."""

    id: ImageId
    source: str
    alt: str = ""
    position: int = 1
    state: ImageState = ImageState.PENDING
    key: str = ""
    reason: str = ""


class Stock(Struct, frozen=True):
    """What lies on the shelf, and how much of it somebody has until a deadline to pay for."""

    on_hand: int = 0
    held: int = 0

    @property
    def left(self) -> int:
        return self.on_hand - self.held


class Variant(Struct, frozen=True, kw_only=True):
    """One thing that can be bought.

    `imported_quantity` is what the last import said: only a file that says something else sets
    the stock again, so that repeating an import does not bring back what was sold meanwhile.
    """

    id: VariantId
    option_values: tuple[str, ...]
    price: Money
    stock_quota_id: QuotaId
    compare_at: Money | None = None
    sku: str = ""
    barcode: str = ""
    grams: int = 0
    requires_shipping: bool = True
    taxable: bool = True
    position: int = 1
    image_id: ImageId | None = None
    imported_quantity: int | None = None
    stock: Stock = Stock()

    @property
    def title(self) -> str:
        """The variant's name beside its product's: “M / blue”, or nothing where there is one."""
        return " / ".join(self.option_values)


class CatalogueSummary(Struct, frozen=True):
    """A catalogue in figures."""

    products: int = 0
    published: int = 0
    variants: int = 0
    sold_out: int = 0
    pictures_pending: int = 0
    pictures_failed: int = 0


class Product(Struct, frozen=True, kw_only=True):
    """`no_return` is a key of `NO_RETURN`, empty where it can be sent back without a reason."""

    id: ProductId
    store_id: StoreId
    handle: str
    title: str
    description_html: str = ""
    vendor: str = ""
    kind: str = ""
    tags: tuple[str, ...] = ()
    published: bool = True
    no_return: str = ""
    option_names: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    images: tuple[Image, ...] = ()
    version: int = 1

    @property
    def image(self) -> Image | None:
        """The picture to show first: one we hold, else the first that is named."""
        ready = (image for image in self.images if image.state is ImageState.READY)
        return next(ready, self.images[0] if self.images else None)

    def image_of(self, variant: Variant) -> Image | None:
        own = (image for image in self.images if image.id == variant.image_id)
        return next(own, self.image)

    @property
    def price_range(self) -> tuple[Money, Money]:
        prices = sorted(variant.price for variant in self.variants)
        return prices[0], prices[-1]

    @property
    def stock(self) -> Stock:
        """All variants together."""
        return Stock(
            sum(variant.stock.on_hand for variant in self.variants),
            sum(variant.stock.held for variant in self.variants),
        )
