"""The columns of Shopify's product CSV, under the names that its older and newer exports use."""

from collections.abc import Mapping, Sequence
from enum import Enum

from livehouse.domains.stores.errors import NotACatalogue
from livehouse.domains.stores.model.rows import Row


class Column(Enum):
    """The value is the older name, which both ways of the file understand: we export it."""

    HANDLE = "Handle"
    TITLE = "Title"
    DESCRIPTION = "Body (HTML)"
    VENDOR = "Vendor"
    KIND = "Type"
    TAGS = "Tags"
    PUBLISHED = "Published"
    OPTION1_NAME = "Option1 Name"
    OPTION1_VALUE = "Option1 Value"
    OPTION2_NAME = "Option2 Name"
    OPTION2_VALUE = "Option2 Value"
    OPTION3_NAME = "Option3 Name"
    OPTION3_VALUE = "Option3 Value"
    OPTION4_NAME = "Option4 Name"
    OPTION4_VALUE = "Option4 Value"
    SKU = "Variant SKU"
    GRAMS = "Variant Grams"
    QUANTITY = "Variant Inventory Qty"
    PRICE = "Variant Price"
    COMPARE_AT = "Variant Compare At Price"
    REQUIRES_SHIPPING = "Variant Requires Shipping"
    TAXABLE = "Variant Taxable"
    BARCODE = "Variant Barcode"
    IMAGE = "Image Src"
    IMAGE_POSITION = "Image Position"
    IMAGE_ALT = "Image Alt Text"
    VARIANT_IMAGE = "Variant Image"
    STATUS = "Status"


OPTION_NAMES = (Column.OPTION1_NAME, Column.OPTION2_NAME, Column.OPTION3_NAME)
OPTION_VALUES = (Column.OPTION1_VALUE, Column.OPTION2_VALUE, Column.OPTION3_VALUE)
REQUIRED = (Column.HANDLE, Column.TITLE, Column.PRICE)

_NEWER: Mapping[Column, tuple[str, ...]] = {
    Column.HANDLE: ("url handle",),
    Column.DESCRIPTION: ("description", "body html", "body"),
    Column.KIND: ("product type", "custom product type"),
    Column.PUBLISHED: ("published on online store",),
    Column.SKU: ("sku",),
    Column.GRAMS: ("weight value (grams)", "grams"),
    Column.QUANTITY: ("inventory quantity", "variant inventory quantity"),
    Column.PRICE: ("price",),
    Column.COMPARE_AT: ("compare-at price", "compare at price", "variant compare-at price"),
    Column.REQUIRES_SHIPPING: ("requires shipping",),
    Column.TAXABLE: ("charge tax",),
    Column.BARCODE: ("barcode",),
    Column.IMAGE: ("product image url", "image url"),
    Column.VARIANT_IMAGE: ("variant image url",),
}
_COLUMNS = {column.value.casefold(): column for column in Column} | {
    name: column for column, names in _NEWER.items() for name in names
}


def find_columns(header: Sequence[str]) -> dict[Column, int]:
    """Where each column that we know stands; the first of two with one name counts."""
    found: dict[Column, int] = {}
    for index, name in enumerate(header):
        column = _COLUMNS.get(" ".join(name.casefold().split()))
        if column is not None:
            found.setdefault(column, index)
    if not all(column in found for column in REQUIRED):
        raise NotACatalogue
    return found


class Cells:
    """A row read by column; cells that the row or the file does not have are empty."""

    def __init__(self, row: Row, columns: Mapping[Column, int]) -> None:
        self.line = row.line
        self._cells = row.cells
        self._columns = columns

    def __getitem__(self, column: Column) -> str:
        index = self._columns.get(column)
        if index is None or index >= len(self._cells):
            return ""
        return unguarded(self._cells[index].strip()).strip()

    def __contains__(self, column: Column) -> bool:
        """Whether the file has the column at all; one it has not leaves the store's value."""
        return column in self._columns


# A spreadsheet runs a cell that starts so; a leading apostrophe makes it text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell: str) -> str:
    """`cell` as it may stand in a file that somebody opens in a spreadsheet."""
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell


def unguarded(cell: str) -> str:
    """The inverse of `guarded`, so that a file we wrote reads back as it was."""
    is_guarded = cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA)
    return cell[1:] if is_guarded else cell
