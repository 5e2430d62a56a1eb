"""Reads a product CSV into products: a product's variants are the rows that share its handle."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from livehouse.domains.stores.errors import (
    NotACatalogue,
    OptionNameMissing,
    OptionNameRepeated,
    OptionsRepeated,
    OptionValueMissing,
    PriceMissing,
    ProductRefused,
    RowMalformed,
    RowRefused,
    TitleMissing,
    TooManyImages,
    TooManyOptions,
    TooManyVariants,
)
from livehouse.domains.stores.model import cells as read
from livehouse.domains.stores.model import limits
from livehouse.domains.stores.model.columns import (
    OPTION_NAMES,
    OPTION_VALUES,
    Cells,
    Column,
    find_columns,
)
from livehouse.domains.stores.model.reports import RowReport, refused_row
from livehouse.domains.stores.model.rows import Row, read_rows
from livehouse.foundation.money import Money

# What the format writes where a product has one variant and no options.
NO_OPTION_NAME = "Title"
NO_OPTION_VALUE = "Default Title"


class FileVariant(Struct, frozen=True, kw_only=True):
    """None means that the file does not say: what the store has stays."""

    line: int
    option_values: tuple[str, ...]
    price: Money
    compare_at: Money | None
    has_compare_at: bool
    sku: str | None
    barcode: str | None
    grams: int | None
    requires_shipping: bool | None
    taxable: bool | None
    quantity: int | None
    image: str


class FileImage(Struct, frozen=True, kw_only=True):
    line: int
    source: str
    alt: str | None
    position: int | None


class FileProduct(Struct, frozen=True, kw_only=True):
    """`lines` are the rows that were understood; every other one has its report."""

    handle: str
    lines: tuple[int, ...]
    title: str
    description_html: str | None
    vendor: str | None
    kind: str | None
    tags: tuple[str, ...] | None
    published: bool | None
    option_names: tuple[str, ...]
    variants: tuple[FileVariant, ...]
    images: tuple[FileImage, ...]


class CatalogueFile(Struct, frozen=True):
    products: tuple[FileProduct, ...]
    refused: tuple[RowReport, ...]
    row_count: int


def parse_catalogue(content: bytes, currency: str) -> CatalogueFile:
    """Read `content` for a store with this `currency`.

    Only a file that is no catalogue at all is refused whole; else each bad row has its reason.
    """
    rows = read_rows(content)
    header = next(rows, None)
    if header is None or header.refusal is not None:
        raise NotACatalogue
    columns = find_columns(header.cells)
    by_handle: dict[str, list[Cells]] = {}
    refused: list[RowReport] = []
    count = 0
    for row in rows:
        count += 1
        cells = Cells(row, columns)
        try:
            _check_shape(row, len(header.cells))
            by_handle.setdefault(read.read_handle(cells[Column.HANDLE]), []).append(cells)
        except RowRefused as refusal:
            refused.append(refused_row(row.line, cells[Column.HANDLE], refusal))
    products = [
        product
        for handle, group in by_handle.items()
        if (product := _Group(handle, group, currency, refused).product()) is not None
    ]
    return CatalogueFile(tuple(products), tuple(refused), count)


def _check_shape(row: Row, width: int) -> None:
    if row.refusal is not None:
        raise row.refusal
    if any(cell.strip() for cell in row.cells[width:]):
        raise RowMalformed  # more cells than columns: a comma that should stand in quotes


class _Group:
    """The rows of one handle; what is refused is added to the report that all share."""

    def __init__(
        self, handle: str, rows: Sequence[Cells], currency: str, refused: list[RowReport]
    ) -> None:
        self.handle = handle
        self.rows = rows
        self.currency = currency
        self.refused = refused
        self.names: tuple[str, ...] = ()
        self.variants: dict[tuple[str, ...], FileVariant] = {}
        self.images: dict[str, FileImage] = {}

    def product(self) -> FileProduct | None:
        head = self.rows[0]
        try:
            self.names = _option_names(head)
            product = self._head_of(head)
        except RowRefused as refusal:
            self._refuse(head, refusal)
            self._refuse_all(self.rows[1:])
            return None
        understood = list(self._rows_understood())
        if not self.variants:
            self._refuse_all([row for row in self.rows if row.line in understood])
            return None
        return FileProduct(
            **product,  # type: ignore[arg-type] # its keys are fields, see _head_of
            handle=self.handle,
            lines=tuple(understood),
            option_names=self.names,
            variants=tuple(self.variants.values()),
            images=tuple(self.images.values()),
        )

    def _head_of(self, head: Cells) -> dict[str, object]:
        title = read.read_text(head, Column.TITLE, limits.TITLE_CHARACTERS_MAX)
        if not title:
            raise TitleMissing
        return {
            "title": title,
            "description_html": read.read_description(head),
            "vendor": read.read_optional_text(head, Column.VENDOR),
            "kind": read.read_optional_text(head, Column.KIND),
            "tags": read.read_tags(head),
            "published": read.read_published(head),
        }

    def _rows_understood(self) -> Iterator[int]:
        for row in self.rows:
            try:
                self._read(row)
            except RowRefused as refusal:
                self._refuse(row, refusal)
            else:
                yield row.line

    def _read(self, row: Cells) -> None:
        image = _image(row)
        variant = self._variant(row) if self._is_variant(row) else None
        if image is not None and len(self.images) >= limits.IMAGES_MAX:
            raise TooManyImages(count=limits.IMAGES_MAX)
        if variant is not None:
            self.variants[variant.option_values] = variant
        if image is not None:
            self.images.setdefault(image.source, image)

    def _is_variant(self, row: Cells) -> bool:
        """Further pictures stand in rows that say nothing of a variant."""
        if row is self.rows[0]:
            return True
        said = (*OPTION_VALUES, Column.OPTION4_VALUE, Column.PRICE, Column.SKU, Column.QUANTITY)
        return any(row[column] for column in said)

    def _variant(self, row: Cells) -> FileVariant:
        values = _option_values(row, self.names)
        if values in self.variants:
            raise OptionsRepeated(line=self.variants[values].line)
        if len(self.variants) >= limits.VARIANTS_MAX:
            raise TooManyVariants(count=limits.VARIANTS_MAX)
        price = read.read_price(row, Column.PRICE, self.currency)
        if price is None:
            raise PriceMissing
        return FileVariant(
            line=row.line,
            option_values=values,
            price=price,
            compare_at=read.read_price(row, Column.COMPARE_AT, self.currency),
            has_compare_at=Column.COMPARE_AT in row,
            sku=read.read_optional_text(row, Column.SKU),
            barcode=read.read_optional_text(row, Column.BARCODE),
            grams=read.read_grams(row),
            requires_shipping=read.read_flag(row, Column.REQUIRES_SHIPPING),
            taxable=read.read_flag(row, Column.TAXABLE),
            quantity=read.read_quantity(row),
            image=read.read_text(row, Column.VARIANT_IMAGE, limits.ADDRESS_CHARACTERS_MAX),
        )

    def _refuse(self, row: Cells, refusal: RowRefused) -> None:
        self.refused.append(refused_row(row.line, self.handle, refusal))

    def _refuse_all(self, rows: Sequence[Cells]) -> None:
        for row in rows:
            self._refuse(row, ProductRefused(line=self.rows[0].line))


def _option_names(head: Cells) -> tuple[str, ...]:
    names = tuple(read.read_text(head, column) for column in OPTION_NAMES)
    if head[Column.OPTION4_NAME]:
        raise TooManyOptions(count=limits.OPTIONS_MAX)
    if names[0] == NO_OPTION_NAME and not any(names[1:]):
        value = head[Column.OPTION1_VALUE]
        if value in {"", NO_OPTION_VALUE}:
            return ()
    while names and not names[-1]:
        names = names[:-1]
    for index, name in enumerate(names):
        if not name:
            raise OptionNameMissing(value=head[OPTION_VALUES[index]])
        if name in names[:index]:
            raise OptionNameRepeated(name=name)
    return names


def _option_values(row: Cells, names: tuple[str, ...]) -> tuple[str, ...]:
    values = [read.read_text(row, column, limits.OPTION_CHARACTERS_MAX) for column in OPTION_VALUES]
    if row[Column.OPTION4_VALUE]:
        raise TooManyOptions(count=limits.OPTIONS_MAX)
    if not names and values[0] == NO_OPTION_VALUE:
        values[0] = ""
    for value in values[len(names) :]:
        if value:
            raise OptionNameMissing(value=value)
    for name, value in zip(names, values, strict=False):
        if not value:
            raise OptionValueMissing(name=name)
    return tuple(values[: len(names)])


def _image(row: Cells) -> FileImage | None:
    source = read.read_text(row, Column.IMAGE, limits.ADDRESS_CHARACTERS_MAX)
    if not source:
        return None
    return FileImage(
        line=row.line,
        source=source,
        alt=read.read_optional_text(row, Column.IMAGE_ALT, limits.ALT_CHARACTERS_MAX),
        position=read.read_position(row),
    )
