"""What has happened to stores and their catalogues."""

from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import ProductId, StoreId, VariantId


class StoreOpened(Fact, frozen=True, tag="stores.opened"):
    store_id: StoreId


class StoreChanged(Fact, frozen=True, tag="stores.changed"):
    store_id: StoreId


class ProductCreated(Fact, frozen=True, tag="stores.product_created"):
    store_id: StoreId
    product_id: ProductId


class ProductChanged(Fact, frozen=True, tag="stores.product_changed"):
    store_id: StoreId
    product_id: ProductId


class StockCounted(Fact, frozen=True, tag="stores.stock_counted"):
    """Somebody said how many lie on the shelf; sales and holds are other facts."""

    store_id: StoreId
    variant_id: VariantId
    on_hand: int


class CatalogueImported(Fact, frozen=True, tag="stores.catalogue_imported"):
    store_id: StoreId
    rows: int
    refused: int
