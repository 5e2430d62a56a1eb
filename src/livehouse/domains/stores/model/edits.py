"""What a merchant changes on a product's page, and the rules of it."""

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.stores.errors import RowRefused
from livehouse.domains.stores.model import limits
from livehouse.domains.stores.model.cells import read_handle, split_tags
from livehouse.domains.stores.model.markup import clean_html
from livehouse.domains.stores.model.products import NO_RETURN, Product, Variant
from livehouse.foundation.errors import InvalidInput, NotFound
from livehouse.foundation.ids import VariantId
from livehouse.foundation.money import Money
from livehouse.foundation.text import N_


class VariantEdit(Struct, frozen=True, kw_only=True):
    """`on_hand` None leaves the stock as it is."""

    id: VariantId
    price: Money
    compare_at: Money | None = None
    sku: str = ""
    on_hand: int | None = None


class ProductEdit(Struct, frozen=True, kw_only=True):
    """`version` is that of the product the merchant looked at."""

    version: int
    title: str
    description_html: str = ""
    vendor: str = ""
    kind: str = ""
    tags: str = ""
    published: bool = True
    no_return: str = ""
    variants: tuple[VariantEdit, ...] = ()


class NewProduct(Struct, frozen=True, kw_only=True):
    """A product with one variant; more come by import."""

    handle: str
    title: str
    price: Money
    on_hand: int = 0
    published: bool = False


def apply_edit(product: Product, edit: ProductEdit) -> Product:
    """The product as the edit makes it; stock is counted apart, since buyers move it too."""
    variants = {variant.id: variant for variant in product.variants}
    for change in edit.variants:
        if change.id not in variants:
            raise NotFound
        variants[change.id] = _edited(variants[change.id], change)
    tags = split_tags(edit.tags)
    _check_length("tags", ",".join(tags), limits.TAGS_MAX * limits.WORD_CHARACTERS_MAX)
    description = clean_html(edit.description_html)
    return replace(
        product,
        title=check_title(edit.title),
        description_html=_check_length(
            "description_html", description, limits.DESCRIPTION_CHARACTERS_MAX
        ),
        vendor=_check_length("vendor", edit.vendor.strip(), limits.WORD_CHARACTERS_MAX),
        kind=_check_length("kind", edit.kind.strip(), limits.WORD_CHARACTERS_MAX),
        tags=tags,
        published=edit.published,
        no_return=check_no_return(edit.no_return),
        variants=tuple(variants.values()),
    )


def check_title(title: str) -> str:
    title = title.strip()
    if not title:
        raise InvalidInput(field="title", problem=N_("a product needs a title"))
    return _check_length("title", title, limits.TITLE_CHARACTERS_MAX)


def check_no_return(key: str) -> str:
    if key and key not in NO_RETURN:
        raise InvalidInput(field="no_return", problem=N_("choose one of the reasons offered"))
    return key


def check_handle(handle: str) -> str:
    try:
        return read_handle(handle.strip())
    except RowRefused as refusal:
        raise InvalidInput(field="handle", problem=str(refusal)) from None


def check_on_hand(quantity: int) -> int:
    if not 0 <= quantity <= limits.QUANTITY_MAX:
        raise InvalidInput(field="stock", problem=N_("write a whole number from zero up"))
    return quantity


def check_price(price: Money, currency: str) -> Money:
    if price.currency != currency:
        raise InvalidInput(field="price", problem=N_("the store sells in another currency"))
    if not 0 <= price.minor <= limits.PRICE_MINOR_MAX:
        raise InvalidInput(field="price", problem=N_("this is not a price"))
    return price


def _edited(variant: Variant, change: VariantEdit) -> Variant:
    currency = variant.price.currency
    if change.compare_at is not None:
        check_price(change.compare_at, currency)
    if change.on_hand is not None:
        check_on_hand(change.on_hand)
    return replace(
        variant,
        price=check_price(change.price, currency),
        compare_at=change.compare_at,
        sku=_check_length("sku", change.sku.strip(), limits.WORD_CHARACTERS_MAX),
    )


def _check_length(field: str, text: str, most: int) -> str:
    if len(text) > most:
        raise InvalidInput(field=field, problem=N_("this is too long"))
    return text
