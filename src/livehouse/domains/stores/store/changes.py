"""SQL that writes products, many at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, update

from livehouse.domains.quotas import BelowTaken, quotas
from livehouse.domains.stores.errors import StockHeld
from livehouse.domains.stores.model import Image, Product, ProductPlan, Variant
from livehouse.domains.stores.tables import images, products, variants
from livehouse.foundation.ids import ProductId, QuotaId, VariantId
from livehouse.storage.database import Transaction


async def insert_products(tx: Transaction, made: Sequence[Product], now: datetime) -> None:
    if made:
        rows = [_head(product) | {"created_at": now, "changed_at": now} for product in made]
        await tx.execute(products.insert(), rows)


async def update_product(tx: Transaction, product: Product, now: datetime) -> None:
    """Write the head; every change of a product or its variants makes a new version."""
    columns = _head(product)
    del columns["id"], columns["version"]
    await tx.execute(
        update(products)
        .where(products.c.id == product.id)
        .values(**columns, changed_at=now, version=products.c.version + 1)
    )


async def touch_products(tx: Transaction, ids: Sequence[ProductId], now: datetime) -> None:
    if ids:
        await tx.execute(
            update(products)
            .where(products.c.id.in_(ids))
            .values(changed_at=now, version=products.c.version + 1)
        )


async def insert_images(
    tx: Transaction, made: Iterable[tuple[ProductId, Image]], now: datetime
) -> None:
    rows = [
        {
            "id": image.id,
            "product_id": product_id,
            "source": image.source,
            "alt": image.alt,
            "position": image.position,
            "state": image.state.value,
            "key": image.key,
            "try_after": now,
        }
        for product_id, image in made
    ]
    if rows:
        await tx.execute(images.insert(), rows)


async def update_images(tx: Transaction, changed: Iterable[Image]) -> None:
    rows = [
        {"image": image.id, "new_alt": image.alt, "new_position": image.position}
        for image in changed
    ]
    if rows:
        await tx.execute(
            update(images)
            .where(images.c.id == bindparam("image"))
            .values(alt=bindparam("new_alt"), position=bindparam("new_position")),
            rows,
        )


async def insert_variants(tx: Transaction, made: Sequence[tuple[ProductId, Variant]]) -> None:
    """Each with its stock, which is a quota from its first day."""
    for _, variant in made:
        await quotas.create(tx, variant.stock_quota_id, variant.stock.on_hand)
    if made:
        rows = [
            {**_columns(variant), "id": variant.id, "product_id": product_id,
             "option_values": list(variant.option_values),
             "stock_quota_id": variant.stock_quota_id}
            for product_id, variant in made
        ]  # fmt: skip
        await tx.execute(variants.insert(), rows)


async def update_variants(tx: Transaction, changed: Sequence[Variant]) -> None:
    if changed:
        names = list(_columns(changed[0]))
        await tx.execute(
            update(variants)
            .where(variants.c.id == bindparam("variant"))
            .values({name: bindparam(f"new_{name}") for name in names}),
            [
                {"variant": variant.id}
                | {f"new_{name}": value for name, value in _columns(variant).items()}
                for variant in changed
            ],
        )


async def count_stock(tx: Transaction, quota_id: QuotaId, on_hand: int) -> None:
    """Say what lies on the shelf: a quota's total also counts what was sold."""
    found = (await quotas.read(tx, [quota_id]))[quota_id]
    if found.left + found.held == on_hand:
        return
    try:
        await quotas.set_total(tx, quota_id, on_hand + found.spent)
    except BelowTaken:
        raise StockHeld(held=found.held) from None


async def write_plans(tx: Transaction, plans: Sequence[ProductPlan], now: datetime) -> None:
    """Write what an import decided; pictures come before the variants that show them."""
    new = [plan.product for plan in plans if plan.is_new]
    await insert_products(tx, new, now)
    for plan in plans:
        if plan.is_changed:
            await update_product(tx, plan.product, now)
    touched = [
        plan.product.id
        for plan in plans
        if plan.is_visible and not plan.is_new and not plan.is_changed
    ]
    await touch_products(tx, touched, now)
    await insert_images(
        tx, [(plan.product.id, image) for plan in plans for image in plan.new_images], now
    )
    await update_images(tx, [image for plan in plans for image in plan.changed_images])
    await insert_variants(
        tx, [(plan.product.id, variant) for plan in plans for variant in plan.new_variants]
    )
    changed = [(*plan.changed_variants, *plan.noted_variants) for plan in plans]
    await update_variants(tx, [variant for variants in changed for variant in variants])
    for plan in plans:
        await _count_all(tx, plan.product, plan.on_hand)


async def _count_all(tx: Transaction, product: Product, on_hand: dict[VariantId, int]) -> None:
    quota_ids = {variant.id: variant.stock_quota_id for variant in product.variants}
    for variant_id, quantity in on_hand.items():
        await count_stock(tx, quota_ids[variant_id], quantity)


def _head(product: Product) -> dict[str, object]:
    return {
        "id": product.id,
        "store_id": product.store_id,
        "handle": product.handle,
        "title": product.title,
        "description_html": product.description_html,
        "vendor": product.vendor,
        "kind": product.kind,
        "tags": list(product.tags),
        "published": product.published,
        "no_return": product.no_return,
        "option_names": list(product.option_names),
        "version": product.version,
    }


def _columns(variant: Variant) -> dict[str, object]:
    """What of a variant may change; its options and its stock's quota never do."""
    return {
        "sku": variant.sku,
        "barcode": variant.barcode,
        "price_minor": variant.price.minor,
        "compare_at_minor": variant.compare_at.minor if variant.compare_at else None,
        "grams": variant.grams,
        "requires_shipping": variant.requires_shipping,
        "taxable": variant.taxable,
        "position": variant.position,
        "image_id": variant.image_id,
        "imported_quantity": variant.imported_quantity,
    }
