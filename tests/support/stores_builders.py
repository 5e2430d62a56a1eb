"""Valid stores and files, of which a test names only what it is about."""

from pathlib import Path
from uuid import UUID

from livehouse.domains.stores import (
    Product,
    ProductEdit,
    Store,
    Stores,
    StoreSettings,
    VariantEdit,
)
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import IdSource, PersonId, StoreId
from livehouse.foundation.money import Money
from livehouse.foundation.roles import Role
from livehouse.storage.database import Database, Transaction

# Real exports lie beside the checkout; the project itself holds none of their text.
DATA = Path(__file__).parents[3] / "shared" / "data"
REAL_FILES = ("shopify-apparel.csv", "shopify-home-and-garden.csv")

ANN = PersonId(UUID(int=1))

HEADER = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,"
    "Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Grams,"
    "Variant Inventory Qty,Variant Price,Variant Compare At Price,Variant Requires Shipping,"
    "Variant Taxable,Variant Barcode,Image Src,Image Position,Image Alt Text,Variant Image"
)
COLUMNS = HEADER.split(",")


class RememberedMemberships:
    """Memberships for stores without people."""

    def __init__(self) -> None:
        self.granted: list[tuple[PersonId, StoreId, Role]] = []

    async def grant_within(
        self, tx: Transaction, person_id: PersonId, role: Role, store_id: StoreId | None
    ) -> None:
        assert tx is not None
        assert store_id is not None
        self.granted.append((person_id, store_id, role))


def some_stores(database: Database, clock: Clock, ids: IdSource) -> Stores:
    return Stores(database, clock, ids, RememberedMemberships())


async def a_store(stores: Stores, slug: str = "kiln", currency: str = "EUR") -> Store:
    return await stores.create(slug, currency, some_settings(), owner=ANN)


def some_settings(**values: object) -> StoreSettings:
    fields: dict[str, object] = {
        "name": "Kiln",
        "country": "DE",
        "time_zone": "Europe/Berlin",
        "default_tax_basis_points": 1900,
    }
    return StoreSettings(**(fields | values))  # type: ignore[arg-type] # a test's own fields


def a_row(handle: str = "cup", **cells: str) -> str:
    """A line of a product CSV; cells are named by column, in small letters with underscores."""
    named = {"handle": handle, "title": "Cup", "variant_price": "19.90"} | cells
    known = {_cell_name(column): column for column in COLUMNS}
    by_column = {known[name]: text for name, text in named.items()}
    return ",".join(_quoted(by_column.get(column, "")) for column in COLUMNS)


def a_file(*rows: str) -> bytes:
    return "\n".join((HEADER, *rows)).encode() + b"\n"


def real_file(name: str) -> bytes:
    return (DATA / name).read_bytes()


def _cell_name(column: str) -> str:
    return column.lower().replace(" (html)", "").replace(" ", "_")


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\n\r') else text


async def repriced(
    stores: Stores, product: Product, price: int, *, claim: int | None = None
) -> Product:
    """Ask this many euros for the product's one variant, and claim that it was dearer."""
    stored = await stores.product(product.store_id, product.id)
    (variant,) = stored.variants
    edit = VariantEdit(
        id=variant.id,
        price=Money("EUR", price * 100),
        compare_at=Money("EUR", claim * 100) if claim else None,
    )
    return await stores.edit_product(
        product.store_id,
        product.id,
        ProductEdit(title=stored.title, variants=(edit,), version=stored.version),
    )
