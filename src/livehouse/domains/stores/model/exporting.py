"""Writes a catalogue as the product CSV that the import reads.

A cell that a spreadsheet would run as a formula gets a leading apostrophe; the import takes it
away again, so that exporting and importing change nothing.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal

from babel.numbers import get_currency_precision

from livehouse.domains.stores.model.catalogue_file import NO_OPTION_NAME, NO_OPTION_VALUE
from livehouse.domains.stores.model.columns import (
    OPTION_NAMES,
    OPTION_VALUES,
    Column,
    guarded,
)
from livehouse.domains.stores.model.products import Image, Product, Variant
from livehouse.foundation.money import Money

_WRITTEN = tuple(
    column for column in Column if column not in {Column.OPTION4_NAME, Column.OPTION4_VALUE}
)


def export_catalogue(products: Iterable[Product]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(column.value for column in _WRITTEN)
    for product in products:
        for row in _rows(product):
            writer.writerow(guarded(row.get(column, "")) for column in _WRITTEN)
    return out.getvalue()


def sample_file(currency: str) -> str:
    """A small catalogue to begin from, with amounts as `currency` writes them."""
    digits = get_currency_precision(currency)
    price = f"{Decimal(24):.{digits}f}"
    header = [column.value for column in _SAMPLE]
    rows = [
        ["stone-cup", "Stone cup", "<p>Thrown by hand.</p>", "Cups", "true", "Size", "Small",
         "CUP-S", "12", price, ""],
        ["stone-cup", "", "", "", "", "", "Large", "CUP-L", "8", price, ""],
        ["linen-towel", "Linen towel", "<p>Washed soft.</p>", "Towels", "true", "", "",
         "TOWEL", "30", price, ""],
    ]  # fmt: skip
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([header, *rows])
    return out.getvalue()


_SAMPLE = (
    Column.HANDLE, Column.TITLE, Column.DESCRIPTION, Column.KIND, Column.PUBLISHED,
    Column.OPTION1_NAME, Column.OPTION1_VALUE, Column.SKU, Column.QUANTITY, Column.PRICE,
    Column.IMAGE,
)  # fmt: skip


def _rows(product: Product) -> Iterator[dict[Column, str]]:
    variants = sorted(product.variants, key=lambda variant: variant.position)
    images = sorted(product.images, key=lambda image: image.position)
    for index in range(max(len(variants), len(images))):
        row = {Column.HANDLE: product.handle}
        if index == 0:
            row |= _head(product)
        if index < len(variants):
            row |= _variant(product, variants[index])
        if index < len(images):
            row |= _image(images[index])
        yield row


def _head(product: Product) -> dict[Column, str]:
    names = product.option_names or (NO_OPTION_NAME,)
    return {
        Column.TITLE: product.title,
        Column.DESCRIPTION: product.description_html,
        Column.VENDOR: product.vendor,
        Column.KIND: product.kind,
        Column.TAGS: ", ".join(product.tags),
        Column.PUBLISHED: _flag(product.published),
        Column.STATUS: "active" if product.published else "draft",
        **dict(zip(OPTION_NAMES, names, strict=False)),
    }


def _variant(product: Product, variant: Variant) -> dict[Column, str]:
    sources = {image.id: image.source for image in product.images}
    values = variant.option_values or (NO_OPTION_VALUE,)
    return {
        **dict(zip(OPTION_VALUES, values, strict=False)),
        Column.SKU: variant.sku,
        Column.GRAMS: str(variant.grams),
        Column.QUANTITY: str(variant.stock.on_hand),
        Column.PRICE: _amount(variant.price),
        Column.COMPARE_AT: _amount(variant.compare_at),
        Column.REQUIRES_SHIPPING: _flag(variant.requires_shipping),
        Column.TAXABLE: _flag(variant.taxable),
        Column.BARCODE: variant.barcode,
        Column.VARIANT_IMAGE: sources.get(variant.image_id, "") if variant.image_id else "",
    }


def _image(image: Image) -> dict[Column, str]:
    return {
        Column.IMAGE: image.source,
        Column.IMAGE_POSITION: str(image.position),
        Column.IMAGE_ALT: image.alt,
    }


def _amount(money: Money | None) -> str:
    return "" if money is None else f"{money.major():f}"


def _flag(flag: bool) -> str:  # noqa: FBT001 - a cell has no keyword
    return "true" if flag else "false"
