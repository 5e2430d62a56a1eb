"""SQL that reads products with their variants, pictures and stock."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, any_, literal, or_, select

from livehouse.domains.quotas import Quota, quotas
from livehouse.domains.stores.model import Image, ImageState, Product, Stock, Variant
from livehouse.domains.stores.tables import images, products, stores, variants
from livehouse.foundation.ids import ProductId, QuotaId, StoreId, VariantId
from livehouse.foundation.money import Money
from livehouse.storage.database import Transaction

_WITH_CURRENCY = select(products, stores.c.currency).join(
    stores, stores.c.id == products.c.store_id
)


async def read_product(tx: Transaction, product_id: ProductId) -> Product | None:
    return _only(await _read(tx, _WITH_CURRENCY.where(products.c.id == product_id)))


async def read_by_handle(tx: Transaction, store_id: StoreId, handle: str) -> Product | None:
    found = await read_by_handles(tx, store_id, [handle])
    return found.get(handle)


async def read_by_handles(
    tx: Transaction, store_id: StoreId, handles: Iterable[str]
) -> dict[str, Product]:
    statement = _WITH_CURRENCY.where(
        products.c.store_id == store_id, products.c.handle.in_(list(handles))
    )
    return {product.handle: product for product in await _read(tx, statement)}


async def read_variants(
    tx: Transaction, variant_ids: Iterable[VariantId]
) -> dict[VariantId, Product]:
    """The whole product of each variant that exists."""
    wanted = list(variant_ids)
    owners = select(variants.c.product_id).where(variants.c.id.in_(wanted))
    found = await _read(tx, _WITH_CURRENCY.where(products.c.id.in_(owners)))
    of_variant = {variant.id: product for product in found for variant in product.variants}
    return {variant_id: of_variant[variant_id] for variant_id in wanted if variant_id in of_variant}


async def list_products(
    tx: Transaction,
    store_id: StoreId,
    *,
    search: str = "",
    published_only: bool = False,
    before: ProductId | None = None,
    limit: int,
) -> list[Product]:
    """Newest first; `before` is the last id of the page before."""
    statement = _WITH_CURRENCY.where(products.c.store_id == store_id)
    if search:
        statement = statement.where(_matches(search))
    if published_only:
        statement = statement.where(products.c.published)
    if before is not None:
        statement = statement.where(products.c.id < before)
    return await _read(tx, statement.order_by(products.c.id.desc()).limit(limit))


async def list_catalogue(
    tx: Transaction, store_id: StoreId, *, after: ProductId | None, limit: int
) -> list[Product]:
    """Oldest first, for exports."""
    statement = _WITH_CURRENCY.where(products.c.store_id == store_id)
    if after is not None:
        statement = statement.where(products.c.id > after)
    return await _read(tx, statement.order_by(products.c.id).limit(limit))


def _matches(search: str) -> ColumnElement[bool]:
    has_sku = (
        select(literal(1))
        .where(
            variants.c.product_id == products.c.id,
            or_(variants.c.sku == search, variants.c.barcode == search),
        )
        .exists()
    )
    return or_(
        products.c.title.icontains(search, autoescape=True),
        products.c.handle.icontains(search, autoescape=True),
        products.c.vendor.icontains(search, autoescape=True),
        products.c.kind.icontains(search, autoescape=True),
        literal(search) == any_(products.c.tags),
        has_sku,
    )


async def _read(tx: Transaction, statement: Select[tuple[object, ...]]) -> list[Product]:
    rows = (await tx.execute(statement)).all()
    if not rows:
        return []
    product_ids = [row.id for row in rows]
    pictures = await _read_images(tx, product_ids)
    goods = await _read_variants(tx, {row.id: row.currency for row in rows})
    return [_product(row, goods.get(row.id, ()), pictures.get(row.id, ())) for row in rows]


async def _read_images(
    tx: Transaction, product_ids: Sequence[UUID]
) -> dict[UUID, tuple[Image, ...]]:
    found: dict[UUID, tuple[Image, ...]] = {}
    wanted = images.c.product_id.in_(product_ids)
    statement = select(images).where(wanted).order_by(images.c.position, images.c.id)
    for row in await tx.execute(statement):
        found[row.product_id] = (*found.get(row.product_id, ()), _image(row))
    return found


async def _read_variants(
    tx: Transaction, currencies: dict[UUID, str]
) -> dict[UUID, tuple[Variant, ...]]:
    wanted = variants.c.product_id.in_(list(currencies))
    statement = select(variants).where(wanted).order_by(variants.c.position, variants.c.id)
    rows = (await tx.execute(statement)).all()
    shelves = await quotas.read(tx, [QuotaId(row.stock_quota_id) for row in rows])
    found: dict[UUID, list[Variant]] = {}
    for row in rows:
        stock = _stock(shelves[row.stock_quota_id])
        currency = currencies[row.product_id]
        found.setdefault(row.product_id, []).append(_variant(row, currency, stock))
    return {product_id: tuple(goods) for product_id, goods in found.items()}


def _only(found: Sequence[Product]) -> Product | None:
    return found[0] if found else None


def _stock(quota: Quota) -> Stock:
    """What was sold is no longer on the shelf; what is held still is."""
    return Stock(quota.total - quota.spent, quota.held)


def _product(
    row: Row[tuple[object, ...]], goods: tuple[Variant, ...], pictures: tuple[Image, ...]
) -> Product:
    return Product(
        id=row.id,
        store_id=row.store_id,
        handle=row.handle,
        title=row.title,
        description_html=row.description_html,
        vendor=row.vendor,
        kind=row.kind,
        tags=tuple(row.tags),
        published=row.published,
        no_return=row.no_return,
        option_names=tuple(row.option_names),
        variants=goods,
        images=pictures,
        version=row.version,
    )


def _variant(row: Row[tuple[object, ...]], currency: str, stock: Stock) -> Variant:
    compare_at = None if row.compare_at_minor is None else Money(currency, row.compare_at_minor)
    return Variant(
        id=row.id,
        option_values=tuple(row.option_values),
        price=Money(currency, row.price_minor),
        stock_quota_id=row.stock_quota_id,
        compare_at=compare_at,
        sku=row.sku,
        barcode=row.barcode,
        grams=row.grams,
        requires_shipping=row.requires_shipping,
        taxable=row.taxable,
        position=row.position,
        image_id=row.image_id,
        imported_quantity=row.imported_quantity,
        stock=stock,
    )


def _image(row: Row[tuple[object, ...]]) -> Image:
    return Image(
        id=row.id,
        source=row.source,
        alt=row.alt,
        position=row.position,
        state=ImageState(row.state),
        key=row.key,
        reason=row.reason,
    )
