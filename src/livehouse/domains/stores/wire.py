"""What stores say over HTTP."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.stores.model import (
    CatalogueImport,
    DeliveryMethod,
    Image,
    PricePoint,
    Product,
    Store,
    Variant,
    image_path,
    limits,
    variant_image_path,
)
from livehouse.foundation.clock import Instant
from livehouse.foundation.ids import DeliveryMethodId, ProductId, VariantId


class StoreInfo(Struct, frozen=True):
    slug: str
    name: str
    currency: str
    country: str
    prices_include_tax: bool


class VariantInfo(Struct, frozen=True):
    """Amounts are in the currency's minor unit; `left` is what nobody holds. `was_minor` is the
    price before with proof, 0 for none; `compare_at_minor` is what the merchant claims, and told
    to the store's members alone."""

    id: VariantId
    title: str
    option_values: tuple[str, ...]
    sku: str
    price_minor: int
    compare_at_minor: int | None
    was_minor: int
    currency: str
    left: int
    image: str


class PriceInfo(Struct, frozen=True):
    """From `at` on this was the public price: of an offer, or of the shelf where `offer_id` is
    empty; null when there was none any more."""

    offer_id: str
    price_minor: int | None
    at: Instant


class PriceHistory(Struct, frozen=True):
    """Newest first."""

    points: tuple[PriceInfo, ...]


class ImageInfo(Struct, frozen=True):
    address: str
    alt: str


class ProductInfo(Struct, frozen=True):
    id: ProductId
    handle: str
    title: str
    description_html: str
    vendor: str
    type: str
    tags: tuple[str, ...]
    published: bool
    no_return: str
    option_names: tuple[str, ...]
    variants: tuple[VariantInfo, ...]
    images: tuple[ImageInfo, ...]
    version: int


class ProductList(Struct, frozen=True):
    """`next` goes into `before` of the request for the page after this one."""

    products: tuple[ProductInfo, ...]
    next: ProductId | None


class AddProduct(Struct, frozen=True, forbid_unknown_fields=True):
    """A product with one variant; products with options come by import."""

    handle: Annotated[str, Meta(min_length=1, max_length=limits.HANDLE_CHARACTERS_MAX)]
    title: Annotated[str, Meta(min_length=1, max_length=limits.TITLE_CHARACTERS_MAX)]
    price_minor: Annotated[int, Meta(ge=0, le=limits.PRICE_MINOR_MAX)]
    on_hand: Annotated[int, Meta(ge=0, le=limits.QUANTITY_MAX)] = 0
    published: bool = False


class ChangeVariant(Struct, frozen=True, forbid_unknown_fields=True):
    id: VariantId
    price_minor: Annotated[int, Meta(ge=0, le=limits.PRICE_MINOR_MAX)]
    compare_at_minor: Annotated[int, Meta(ge=0, le=limits.PRICE_MINOR_MAX)] | None = None
    sku: Annotated[str, Meta(max_length=limits.WORD_CHARACTERS_MAX)] = ""
    on_hand: Annotated[int, Meta(ge=0, le=limits.QUANTITY_MAX)] | None = None


class ChangeProduct(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole product as it shall be; `version` is that of the one that was read."""

    version: int
    title: Annotated[str, Meta(min_length=1, max_length=limits.TITLE_CHARACTERS_MAX)]
    description_html: Annotated[str, Meta(max_length=limits.DESCRIPTION_CHARACTERS_MAX)] = ""
    vendor: Annotated[str, Meta(max_length=limits.WORD_CHARACTERS_MAX)] = ""
    type: Annotated[str, Meta(max_length=limits.WORD_CHARACTERS_MAX)] = ""
    tags: Annotated[tuple[str, ...], Meta(max_length=limits.TAGS_MAX)] = ()
    published: bool = True
    no_return: Annotated[
        str, Meta(max_length=40, description="Why it cannot be sent back without a reason, if so.")
    ] = ""
    variants: Annotated[tuple[ChangeVariant, ...], Meta(max_length=limits.VARIANTS_MAX)] = ()


class SetDelivery(Struct, frozen=True, forbid_unknown_fields=True):
    """How a store delivers: no countries (ISO 3166, two letters) means everywhere; amounts in
    minor units of its currency; from `free_from_minor` worth of goods on it costs nothing."""

    name: Annotated[str, Meta(min_length=1, max_length=limits.NAME_CHARACTERS_MAX)]
    countries: Annotated[
        tuple[Annotated[str, Meta(max_length=2)], ...],
        Meta(max_length=limits.DELIVERY_COUNTRIES_MAX),
    ] = ()
    fee_minor: Annotated[int, Meta(ge=0, le=limits.PRICE_MINOR_MAX)] = 0
    free_from_minor: Annotated[int, Meta(ge=0, le=limits.PRICE_MINOR_MAX)] | None = None
    days_min: Annotated[int, Meta(ge=0, le=limits.DELIVERY_DAYS_MAX)] = 1
    days_max: Annotated[int, Meta(ge=0, le=limits.DELIVERY_DAYS_MAX)] = 5
    active: bool = True


class DeliveryInfo(Struct, frozen=True):
    id: DeliveryMethodId
    name: str
    countries: tuple[str, ...]
    fee_minor: int
    free_from_minor: int | None
    currency: str
    days_min: int
    days_max: int
    active: bool


class DeliveryList(Struct, frozen=True):
    """The cheapest first. A store with none in use delivers everywhere for nothing."""

    methods: tuple[DeliveryInfo, ...]


class SetStock(Struct, frozen=True, forbid_unknown_fields=True):
    """How many lie on the shelf, those included that buyers hold and may still pay."""

    on_hand: Annotated[int, Meta(ge=0, le=limits.QUANTITY_MAX)]


class StockInfo(Struct, frozen=True):
    on_hand: int
    held: int
    left: int


class RowInfo(Struct, frozen=True):
    """`reason` is worded in the asker's language, `code` is not."""

    line: int
    handle: str
    outcome: str
    code: str
    reason: str


class ImportInfo(Struct, frozen=True):
    """`state` is waiting, running, done or refused; rows come when it is over."""

    id: UUID
    state: str
    done: int
    total: int
    created_at: Instant
    rows: tuple[RowInfo, ...]


def store_info(store: Store) -> StoreInfo:
    return StoreInfo(
        store.slug, store.name, store.currency, store.country, store.prices_include_tax
    )


def price_info(point: PricePoint) -> PriceInfo:
    return PriceInfo(str(point.source_id) if point.source_id else "", point.price_minor, point.at)


def delivery_info(method: DeliveryMethod) -> DeliveryInfo:
    return DeliveryInfo(**{name: getattr(method, name) for name in DeliveryInfo.__struct_fields__})


def product_info(
    product: Product, before: Mapping[VariantId, int], *, for_member: bool
) -> ProductInfo:
    return ProductInfo(
        id=product.id,
        handle=product.handle,
        title=product.title,
        description_html=product.description_html,
        vendor=product.vendor,
        type=product.kind,
        tags=product.tags,
        published=product.published,
        no_return=product.no_return,
        option_names=product.option_names,
        variants=tuple(
            _variant_info(product, variant, before.get(variant.id, 0), for_member=for_member)
            for variant in product.variants
        ),
        images=tuple(_image_info(product, image) for image in product.images),
        version=product.version,
    )


def _variant_info(
    product: Product, variant: Variant, was_minor: int, *, for_member: bool
) -> VariantInfo:
    claim = variant.compare_at if for_member else None
    return VariantInfo(
        id=variant.id,
        title=variant.title,
        option_values=variant.option_values,
        sku=variant.sku,
        price_minor=variant.price.minor,
        compare_at_minor=claim.minor if claim else None,
        was_minor=was_minor,
        currency=variant.price.currency,
        left=variant.stock.left,
        image=variant_image_path(product, variant),
    )


def _image_info(product: Product, image: Image) -> ImageInfo:
    return ImageInfo(image_path(product, image), image.alt)


def import_info(upload: CatalogueImport, rows: tuple[RowInfo, ...]) -> ImportInfo:
    return ImportInfo(
        upload.id, upload.state.value, upload.done, upload.total, upload.created_at, rows
    )
