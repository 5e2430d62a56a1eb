"""Decides what an import changes: what the file says against what the store has."""

from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.stores.errors import OptionsDiffer, StockBelowHeld
from livehouse.domains.stores.model.catalogue_file import FileImage, FileProduct, FileVariant
from livehouse.domains.stores.model.products import Image, ImageId, Product, Stock, Variant
from livehouse.domains.stores.model.reports import (
    Outcome,
    RowReport,
    accepted_row,
    refused_row,
)
from livehouse.foundation.ids import IdSource, ProductId, QuotaId, StoreId, VariantId

Value = TypeVar("Value")


class ProductPlan(Struct, frozen=True, kw_only=True):
    """What to write. An import adds and changes; it never removes.

    `noted_variants` only remember that the file said what the store knows already.
    """

    product: Product
    is_new: bool = False
    is_changed: bool = False
    new_variants: tuple[Variant, ...] = ()
    changed_variants: tuple[Variant, ...] = ()
    noted_variants: tuple[Variant, ...] = ()
    new_images: tuple[Image, ...] = ()
    changed_images: tuple[Image, ...] = ()
    on_hand: dict[VariantId, int] = {}
    rows: tuple[RowReport, ...] = ()

    @property
    def writes(self) -> bool:
        return self.is_visible or bool(self.noted_variants)

    @property
    def is_visible(self) -> bool:
        """Whether anybody could see that something has changed."""
        children = (
            self.new_variants, self.changed_variants, self.new_images, self.changed_images,
            self.on_hand,
        )  # fmt: skip
        return self.is_new or self.is_changed or any(children)


def plan_import(
    file: FileProduct, stored: Product | None, store_id: StoreId, ids: IdSource
) -> ProductPlan:
    """Compare one product of a file with the stored one of its handle, if there is one."""
    if stored is None:
        blank = Product(
            id=ProductId(ids.new()), store_id=store_id, handle=file.handle, title=file.title
        )
        return _Planning(file, blank, ids, is_new=True).plan()
    if len(stored.option_names) != len(file.option_names):
        refused = tuple(refused_row(line, file.handle, OptionsDiffer()) for line in file.lines)
        return ProductPlan(product=stored, rows=refused)
    return _Planning(file, stored, ids, is_new=False).plan()


class _Planning:
    def __init__(self, file: FileProduct, stored: Product, ids: IdSource, *, is_new: bool) -> None:
        self.file = file
        self.stored = stored
        self.ids = ids
        self.is_new = is_new
        self.outcomes = dict.fromkeys(file.lines, Outcome.UNCHANGED)
        self.refused: dict[int, RowReport] = {}
        self.images = {image.source: image for image in stored.images}
        self.variants = {variant.option_values: variant for variant in stored.variants}
        self.on_hand: dict[VariantId, int] = {}
        self.noted: set[VariantId] = set()

    def plan(self) -> ProductPlan:
        for image in self._images_named():
            self._plan_image(image)
        for position, variant in enumerate(self.file.variants, start=1):
            self._plan_variant(variant, position)
        product = self._product()
        old_variants = {variant.id: variant for variant in self.stored.variants}
        old_images = {image.id: image for image in self.stored.images}
        changed = [one for one in product.variants if old_variants.get(one.id, one) != one]
        return ProductPlan(
            product=product,
            is_new=self.is_new,
            is_changed=not self.is_new and _heads_differ(product, self.stored),
            new_variants=tuple(v for v in product.variants if v.id not in old_variants),
            changed_variants=tuple(one for one in changed if one.id not in self.noted),
            noted_variants=tuple(one for one in changed if one.id in self.noted),
            new_images=tuple(i for i in product.images if i.id not in old_images),
            changed_images=tuple(i for i in product.images if old_images.get(i.id, i) != i),
            on_hand=self.on_hand,
            rows=self._rows(),
        )

    def _product(self) -> Product:
        file, stored = self.file, self.stored
        product = replace(
            stored,
            title=file.title,
            description_html=_said(file.description_html, stored.description_html),
            vendor=_said(file.vendor, stored.vendor),
            kind=_said(file.kind, stored.kind),
            tags=_said(file.tags, stored.tags),
            published=_said(file.published, stored.published),
            option_names=file.option_names,
            variants=tuple(self.variants.values()),
            images=tuple(self.images.values()),
        )
        if self.is_new or _heads_differ(product, stored):
            self._mark(file.lines[0], Outcome.CREATED if self.is_new else Outcome.UPDATED)
        return product

    def _images_named(self) -> list[FileImage]:
        """The pictures with a row of their own, then those that only a variant names."""
        named = {image.source: image for image in self.file.images}
        for variant in self.file.variants:
            if variant.image and variant.image not in named:
                named[variant.image] = FileImage(
                    line=variant.line, source=variant.image, alt=None, position=None
                )
        return list(named.values())

    def _plan_image(self, file: FileImage) -> None:
        stored = self.images.get(file.source)
        if stored is None:
            self.images[file.source] = Image(
                id=ImageId(self.ids.new()),
                source=file.source,
                alt=file.alt or "",
                position=file.position or len(self.images) + 1,
            )
            self._mark(file.line, Outcome.CREATED)
            return
        image = replace(
            stored, alt=_said(file.alt, stored.alt), position=_said(file.position, stored.position)
        )
        if image != stored:
            self.images[file.source] = image
            self._mark(file.line, Outcome.UPDATED)

    def _plan_variant(self, file: FileVariant, position: int) -> None:
        stored = self.variants.get(file.option_values)
        if stored is None:
            self.variants[file.option_values] = self._new_variant(file, position)
            self._mark(file.line, Outcome.CREATED)
            return
        merged = self._merged(file, stored)
        variant = replace(merged, imported_quantity=_said(file.quantity, stored.imported_quantity))
        says_anew = variant.imported_quantity != stored.imported_quantity
        if says_anew and file.quantity is not None and file.quantity != stored.stock.on_hand:
            if file.quantity < stored.stock.held:
                refusal = StockBelowHeld(held=stored.stock.held, quantity=file.quantity)
                self.refused[file.line] = refused_row(file.line, self.file.handle, refusal)
                return
            self.on_hand[stored.id] = file.quantity
        self.variants[file.option_values] = variant
        if merged != stored or stored.id in self.on_hand:
            self._mark(file.line, Outcome.UPDATED)
        elif says_anew:
            self.noted.add(stored.id)

    def _new_variant(self, file: FileVariant, position: int) -> Variant:
        blank = Variant(
            id=VariantId(self.ids.new()),
            option_values=file.option_values,
            price=file.price,
            stock_quota_id=QuotaId(self.ids.new()),
            position=position,
            imported_quantity=file.quantity,
            stock=Stock(file.quantity or 0),
        )
        return self._merged(file, blank)

    def _merged(self, file: FileVariant, stored: Variant) -> Variant:
        image = self.images.get(file.image)
        return replace(
            stored,
            price=file.price,
            compare_at=file.compare_at if file.has_compare_at else stored.compare_at,
            sku=_said(file.sku, stored.sku),
            barcode=_said(file.barcode, stored.barcode),
            grams=_said(file.grams, stored.grams),
            requires_shipping=_said(file.requires_shipping, stored.requires_shipping),
            taxable=_said(file.taxable, stored.taxable),
            image_id=image.id if image else stored.image_id,
        )

    def _mark(self, line: int, outcome: Outcome) -> None:
        """A row says the most that happened in it: created before updated."""
        if self.outcomes.get(line) is not Outcome.CREATED:
            self.outcomes[line] = outcome

    def _rows(self) -> tuple[RowReport, ...]:
        return tuple(
            self.refused.get(line) or accepted_row(line, self.file.handle, self.outcomes[line])
            for line in self.file.lines
        )


def _heads_differ(one: Product, other: Product) -> bool:
    return replace(one, variants=(), images=()) != replace(other, variants=(), images=())


def _said(said: Value | None, stored: Value) -> Value:
    return stored if said is None else said
