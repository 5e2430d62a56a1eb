"""What people do with stores and their products: one method, one transaction."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.stores import store
from livehouse.domains.stores.errors import HandleTaken, ProductChanged
from livehouse.domains.stores.events import (
    ProductChanged as ProductHasChanged,
)
from livehouse.domains.stores.events import (
    ProductCreated,
    StockCounted,
    StoreChanged,
    StoreOpened,
)
from livehouse.domains.stores.model import (
    CatalogueSummary,
    ImportReport,
    NewProduct,
    PricePoint,
    PriceSource,
    Product,
    ProductEdit,
    Stock,
    Store,
    StoreSettings,
    Variant,
    apply_edit,
    check_commission,
    check_currency,
    check_handle,
    check_on_hand,
    check_price,
    check_settings,
    check_slug,
    check_title,
    export_catalogue,
    limits,
    opened_store,
    variant_image_path,
)
from livehouse.domains.stores.ports import Memberships
from livehouse.domains.stores.service.importing import Importing, Progress, silent
from livehouse.domains.stores.service.prices import prices_before
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import (
    IdSource,
    PersonId,
    ProductId,
    QuotaId,
    StoreId,
    VariantId,
)
from livehouse.foundation.roles import Role
from livehouse.storage.database import Database, Transaction

STORE = "store"


class ProductPage(Struct, frozen=True):
    """Some products, newest first; `next` continues after them, None is the end."""

    products: tuple[Product, ...]
    next: ProductId | None = None


class VariantInStore(Struct, frozen=True):
    """A variant with what surrounds it: all that an offer takes over."""

    store: Store
    product: Product
    variant: Variant

    @property
    def tax_basis_points(self) -> int:
        """The store's default rate; nothing for what is not taxed."""
        return self.store.default_tax_basis_points if self.variant.taxable else 0

    @property
    def image_path(self) -> str:
        return variant_image_path(self.product, self.variant)


@dataclass(frozen=True, slots=True)
class Stores:
    """Every method about a store's things takes the store and refuses those of another."""

    database: Database
    clock: Clock
    ids: IdSource
    memberships: Memberships

    async def create(
        self, slug: str, currency: str, settings: StoreSettings, *, owner: PersonId
    ) -> Store:
        """Open a store; its owner becomes a member in the same transaction."""
        opened = opened_store(
            StoreId(self.ids.new()), check_slug(slug), check_currency(currency), settings
        )
        async with self.database.transaction() as tx:
            await store.addresses.claim_slug(tx, STORE, opened.slug, opened.id)
            await store.shops.insert_store(tx, opened, self.clock.now())
            await self.memberships.grant_within(tx, owner, Role.OWNER, opened.id)
            tx.record(StoreOpened(opened.id))
        return opened

    async def by_slug(self, slug: str) -> Store:
        """The store at this address, or at what was its address once: its slug tells which."""
        async with self.database.transaction() as tx:
            found = await store.addresses.find_slug(tx, STORE, slug)
            if found is None:
                raise NotFound
            return await store.shops.read_store(tx, StoreId(found))

    async def store(self, store_id: StoreId) -> Store:
        async with self.database.transaction() as tx:
            return await self.in_transaction(tx, store_id)

    async def in_transaction(self, tx: Transaction, store_id: StoreId) -> Store:
        """The same within a use case of another domain, which holds a connection already."""
        return await store.shops.read_store(tx, store_id)

    async def stores(self, store_ids: Iterable[StoreId]) -> list[Store]:
        """Those of the given stores that exist, by name."""
        async with self.database.transaction() as tx:
            return await store.shops.read_stores(tx, store_ids)

    async def all(self) -> list[Store]:
        async with self.database.transaction() as tx:
            return await store.shops.read_all_stores(tx, limits.STORES_LISTED_MAX)

    async def edit(self, store_id: StoreId, settings: StoreSettings) -> Store:
        settings = check_settings(settings)
        async with self.database.transaction() as tx:
            await store.shops.lock_store(tx, store_id)
            await store.shops.update_store(tx, store_id, settings)
            tx.record(StoreChanged(store_id))
            return await store.shops.read_store(tx, store_id)

    async def set_commission(self, store_id: StoreId, basis_points: int) -> Store:
        """The operator's word: what the platform takes of what is sold from now on."""
        check_commission(basis_points)
        async with self.database.transaction() as tx:
            await store.shops.lock_store(tx, store_id)
            await store.shops.update_commission(tx, store_id, basis_points)
            tx.record(StoreChanged(store_id))
            return await store.shops.read_store(tx, store_id)

    async def move(self, store_id: StoreId, slug: str) -> Store:
        """Give the store another address; the old one leads there for ever."""
        slug = check_slug(slug)
        async with self.database.transaction() as tx:
            await store.shops.lock_store(tx, store_id)
            await store.addresses.claim_slug(tx, STORE, slug, store_id)
            await store.shops.update_slug(tx, store_id, slug)
            tx.record(StoreChanged(store_id))
            return await store.shops.read_store(tx, store_id)

    async def products(
        self,
        store_id: StoreId,
        *,
        search: str = "",
        published_only: bool = False,
        before: ProductId | None = None,
        limit: int = limits.PRODUCTS_PAGE,
    ) -> ProductPage:
        """A page of the catalogue; `before` is the `next` of the page above."""
        async with self.database.transaction() as tx:
            found = await store.catalogue.list_products(
                tx,
                store_id,
                search=search.strip()[: limits.TITLE_CHARACTERS_MAX],
                published_only=published_only,
                before=before,
                limit=limit + 1,
            )
        shown = tuple(found[:limit])
        return ProductPage(shown, shown[-1].id if len(found) > limit else None)

    async def product(self, store_id: StoreId, product_id: ProductId) -> Product:
        async with self.database.transaction() as tx:
            return await _owned(tx, store_id, product_id)

    async def summary(self, store_id: StoreId) -> CatalogueSummary:
        """The catalogue in figures, for the console's first page."""
        async with self.database.transaction() as tx:
            return await store.summaries.summary_of(tx, store_id)

    async def by_handle(self, store_id: StoreId, handle: str) -> Product:
        async with self.database.transaction() as tx:
            found = await store.catalogue.read_by_handle(tx, store_id, handle)
        if found is None:
            raise NotFound
        return found

    async def variant(self, variant_id: VariantId) -> VariantInStore:
        """A variant with its product and store, whoever's it is: offers ask by id alone."""
        found = await self.variants([variant_id])
        if variant_id not in found:
            raise NotFound
        return found[variant_id]

    async def variants(self, variant_ids: Iterable[VariantId]) -> dict[VariantId, VariantInStore]:
        async with self.database.transaction() as tx:
            products = await store.catalogue.read_variants(tx, variant_ids)
            owners = await store.shops.read_stores(
                tx, {product.store_id for product in products.values()}
            )
        by_id = {owner.id: owner for owner in owners}
        return {
            variant.id: VariantInStore(by_id[product.store_id], product, variant)
            for wanted, product in products.items()
            for variant in product.variants
            if variant.id == wanted
        }

    async def prices_before(self, products: Iterable[Product]) -> dict[VariantId, int]:
        """What may be shown struck through beside the shelf's prices, in minor units: where a
        merchant claims a price before and the history proves one. The products are one store's."""
        found = list(products)
        claims: dict[PriceSource, int | None] = {
            (variant.id, None): variant.compare_at.minor
            for product in found
            for variant in product.variants
            if variant.compare_at is not None
        }
        if not claims:
            return {}
        async with self.database.transaction() as tx:
            before = await prices_before(tx, found[0].store_id, claims)
        return {variant_id: minor for (variant_id, _), minor in before.items()}

    async def price_points(self, store_id: StoreId, variant_id: VariantId) -> list[PricePoint]:
        """Every public price of a variant and when it ended, newest first."""
        async with self.database.transaction() as tx:
            product = (await store.catalogue.read_variants(tx, [variant_id])).get(variant_id)
            if product is None or product.store_id != store_id:
                raise NotFound
            return await store.prices.history(tx, variant_id, limit=limits.PRICE_POINTS_SHOWN)

    async def add_product(self, store_id: StoreId, new: NewProduct) -> Product:
        """Put one product without options on the shelf."""
        handle = check_handle(new.handle)
        async with self.database.transaction() as tx:
            owner = await store.shops.lock_store(tx, store_id)
            if await store.catalogue.read_by_handle(tx, store_id, handle) is not None:
                raise HandleTaken(handle=handle)
            product = self._made(owner, handle, new)
            now = self.clock.now()
            await store.changes.insert_products(tx, [product], now)
            await store.changes.insert_variants(
                tx, [(product.id, variant) for variant in product.variants]
            )
            await store.prices.note_shelf(tx, [product.id], now)
            tx.record(ProductCreated(store_id, product.id))
        return product

    async def edit_product(
        self, store_id: StoreId, product_id: ProductId, edit: ProductEdit
    ) -> Product:
        """Save a product's page whole, unless somebody else saved it meanwhile."""
        async with self.database.transaction() as tx:
            await store.shops.lock_store(tx, store_id)
            product = await _owned(tx, store_id, product_id)
            if product.version != edit.version:
                raise ProductChanged
            edited = apply_edit(product, edit)
            now = self.clock.now()
            await store.changes.update_product(tx, edited, now)
            await store.changes.update_variants(tx, edited.variants)
            await store.prices.note_shelf(tx, [product_id], now)
            shelves = {variant.id: variant for variant in product.variants}
            for change in edit.variants:
                if change.on_hand is not None:
                    await self._count(tx, store_id, shelves[change.id], change.on_hand)
            tx.record(ProductHasChanged(store_id, product_id))
            return await _owned(tx, store_id, product_id)

    async def publish(
        self, store_id: StoreId, product_id: ProductId, *, published: bool = True
    ) -> Product:
        """Show a product to everybody, or hide it again; offers that run go on."""
        async with self.database.transaction() as tx:
            await store.shops.lock_store(tx, store_id)
            product = await _owned(tx, store_id, product_id)
            if product.published != published:
                product = replace(product, published=published)
                now = self.clock.now()
                await store.changes.update_product(tx, product, now)
                await store.prices.note_shelf(tx, [product_id], now)
                tx.record(ProductHasChanged(store_id, product_id))
            return await _owned(tx, store_id, product_id)

    async def set_stock(self, store_id: StoreId, variant_id: VariantId, on_hand: int) -> Stock:
        """Say how many lie on the shelf, those included that buyers hold and may still pay."""
        check_on_hand(on_hand)
        async with self.database.transaction() as tx:
            found = await store.catalogue.read_variants(tx, [variant_id])
            product = found.get(variant_id)
            if product is None or product.store_id != store_id:
                raise NotFound
            variant = next(one for one in product.variants if one.id == variant_id)
            await self._count(tx, store_id, variant, on_hand)
        return Stock(on_hand, variant.stock.held)

    async def import_products(
        self, store_id: StoreId, content: bytes, *, progress: Progress = silent
    ) -> ImportReport:
        """Bring a product CSV into the catalogue; the report names every row."""
        importing = Importing(self.database, self.clock, self.ids, await self.store(store_id))
        return await importing.run(content, progress)

    async def export_products(self, store_id: StoreId) -> str:
        """The whole catalogue as the CSV that the import reads."""
        return export_catalogue([product async for product in self._catalogue(store_id)])

    async def _catalogue(self, store_id: StoreId) -> AsyncIterator[Product]:
        after: ProductId | None = None
        while True:
            async with self.database.transaction() as tx:
                chunk = await store.catalogue.list_catalogue(
                    tx, store_id, after=after, limit=limits.EXPORT_PRODUCTS_AT_ONCE
                )
            for product in chunk:
                yield product
            if len(chunk) < limits.EXPORT_PRODUCTS_AT_ONCE:
                return
            after = chunk[-1].id

    async def _count(
        self, tx: Transaction, store_id: StoreId, variant: Variant, on_hand: int
    ) -> None:
        await store.changes.count_stock(tx, variant.stock_quota_id, on_hand)
        tx.record(StockCounted(store_id, variant.id, on_hand))

    def _made(self, owner: Store, handle: str, new: NewProduct) -> Product:
        variant = Variant(
            id=VariantId(self.ids.new()),
            option_values=(),
            price=check_price(new.price, owner.currency),
            stock_quota_id=QuotaId(self.ids.new()),
            stock=Stock(check_on_hand(new.on_hand)),
        )
        return Product(
            id=ProductId(self.ids.new()),
            store_id=owner.id,
            handle=handle,
            title=check_title(new.title),
            published=new.published,
            variants=(variant,),
        )


async def _owned(tx: Transaction, store_id: StoreId, product_id: ProductId) -> Product:
    """The product, if it is this store's; another store's is not there."""
    found = await store.catalogue.read_product(tx, product_id)
    if found is None or found.store_id != store_id:
        raise NotFound
    return found
