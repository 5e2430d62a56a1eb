"""Opening a store, and what its people do with products and stock."""

from uuid import UUID

import pytest

from livehouse.domains.quotas import quotas
from livehouse.domains.stores import (
    HandleTaken,
    NewProduct,
    Product,
    ProductChanged,
    ProductEdit,
    SlugTaken,
    StockHeld,
    Store,
    Stores,
    TaxRate,
    VariantEdit,
)
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import InvalidInput, NotFound
from livehouse.foundation.ids import IdSource, VariantId
from livehouse.foundation.money import Money
from livehouse.foundation.roles import Role
from livehouse.storage.database import Database
from tests.support.stores_builders import (
    ANN,
    RememberedMemberships,
    a_file,
    a_row,
    a_store,
    some_settings,
    some_stores,
)


@pytest.fixture
async def stores(database: Database, clock: Clock, ids: IdSource) -> Stores:
    return some_stores(database, clock, ids)


@pytest.fixture
async def kiln(stores: Stores) -> Store:
    return await a_store(stores)


async def a_cup(stores: Stores, store: Store, handle: str = "cup") -> Product:
    new = NewProduct(handle=handle, title="Cup", price=Money("EUR", 1990), on_hand=5)
    return await stores.add_product(store.id, new)


async def test_the_platforms_share_is_set_for_a_store_and_stays_when_the_owner_edits(
    stores: Stores, kiln: Store
) -> None:
    await stores.set_commission(kiln.id, 550)
    await stores.edit(kiln.id, some_settings(name="Kiln & Sons"))

    assert (await stores.store(kiln.id)).commission_basis_points == 550
    with pytest.raises(InvalidInput):
        await stores.set_commission(kiln.id, 10_001)


async def test_who_opens_a_store_owns_it(stores: Stores) -> None:
    store = await a_store(stores)

    assert isinstance(stores.memberships, RememberedMemberships)
    assert stores.memberships.granted == [(ANN, store.id, Role.OWNER)]
    assert await stores.by_slug("kiln") == store


async def test_an_address_is_never_used_again(stores: Stores, kiln: Store) -> None:
    moved = await stores.move(kiln.id, "kiln-and-leaf")

    assert (await stores.by_slug("kiln")).slug == moved.slug == "kiln-and-leaf"
    with pytest.raises(SlugTaken):
        await a_store(stores, "kiln")
    assert (await stores.move(kiln.id, "kiln")).slug == "kiln", "one's own may come back"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("country", "XX"),
        ("time_zone", "Mars/Olympus"),
        ("language", "tlh"),
        ("default_tax_basis_points", 10_001),
        ("tax_rates", (TaxRate("FR", 2000), TaxRate("FR", 550))),
        ("tax_rates", (TaxRate("FR", -1),)),
    ],
)
async def test_settings_that_no_store_has_are_refused(
    stores: Stores, field: str, value: object
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await stores.create("other", "EUR", some_settings(**{field: value}), owner=ANN)
    assert refused.value.params["field"] == field


@pytest.mark.parametrize("slug", ["", "ab", "A b", "-a-", "a--b", "x" * 64, "ä-store"])
async def test_an_address_has_small_letters_digits_and_hyphens(stores: Stores, slug: str) -> None:
    with pytest.raises(InvalidInput):
        await a_store(stores, slug)


async def test_a_currency_is_one_of_iso_4217(stores: Stores) -> None:
    with pytest.raises(InvalidInput):
        await a_store(stores, currency="EURO")


async def test_tax_follows_the_country_of_the_parcel(stores: Stores, kiln: Store) -> None:
    settings = some_settings(tax_rates=(TaxRate("FR", 2000), TaxRate("AT", 2000)))

    edited = await stores.edit(kiln.id, settings)

    assert (edited.tax_basis_points("FR"), edited.tax_basis_points("DE")) == (2000, 1900)
    assert (await stores.store(kiln.id)).tax_rates == (TaxRate("AT", 2000), TaxRate("FR", 2000))


async def test_a_variant_comes_with_all_that_an_offer_takes_over(
    stores: Stores, kiln: Store
) -> None:
    cup = await a_cup(stores, kiln)

    found = await stores.variant(cup.variants[0].id)

    assert (found.store.id, found.product.title) == (kiln.id, "Cup")
    assert found.variant.price == Money("EUR", 1990)
    assert found.tax_basis_points == 1900
    assert found.image_path == "/media/drawn/cup/C.svg"
    with pytest.raises(NotFound):
        await stores.variant(VariantId(UUID(int=9)))


async def test_another_stores_things_are_not_there(stores: Stores, kiln: Store) -> None:
    cup = await a_cup(stores, kiln)
    other = await a_store(stores, "other")
    edit = ProductEdit(version=1, title="Stolen")

    with pytest.raises(NotFound):
        await stores.product(other.id, cup.id)
    with pytest.raises(NotFound):
        await stores.edit_product(other.id, cup.id, edit)
    with pytest.raises(NotFound):
        await stores.publish(other.id, cup.id)
    with pytest.raises(NotFound):
        await stores.set_stock(other.id, cup.variants[0].id, 1)
    with pytest.raises(NotFound):
        await stores.by_handle(other.id, "cup")
    assert (await stores.products(other.id)).products == ()


async def test_an_edit_may_not_reach_into_another_product(stores: Stores, kiln: Store) -> None:
    cup, bowl = await a_cup(stores, kiln), await a_cup(stores, kiln, "bowl")
    foreign = VariantEdit(id=bowl.variants[0].id, price=Money("EUR", 1))

    with pytest.raises(NotFound):
        await stores.edit_product(
            kiln.id, cup.id, ProductEdit(version=1, title="Cup", variants=(foreign,))
        )


async def test_a_product_is_edited_whole(stores: Stores, kiln: Store) -> None:
    cup = await a_cup(stores, kiln)
    change = VariantEdit(
        id=cup.variants[0].id, price=Money("EUR", 990), compare_at=Money("EUR", 1990), on_hand=8
    )
    edit = ProductEdit(
        version=cup.version,
        title=" Tall cup ",
        description_html="<p onclick=x>Warm</p>",
        tags="tea, , tea,cup",
        variants=(change,),
    )

    edited = await stores.edit_product(kiln.id, cup.id, edit)

    assert (edited.title, edited.description_html) == ("Tall cup", "<p>Warm</p>")
    assert edited.tags == ("tea", "cup")
    variant = edited.variants[0]
    assert (variant.price.minor, variant.stock.on_hand) == (990, 8)


async def test_who_saves_second_looks_again(stores: Stores, kiln: Store) -> None:
    cup = await a_cup(stores, kiln)
    await stores.edit_product(kiln.id, cup.id, ProductEdit(version=cup.version, title="Mine"))

    with pytest.raises(ProductChanged):
        await stores.edit_product(kiln.id, cup.id, ProductEdit(version=cup.version, title="No"))


@pytest.mark.parametrize(
    "edit",
    [
        ProductEdit(version=1, title=" "),
        ProductEdit(version=1, title="t" * 256),
        ProductEdit(version=1, title="Cup", vendor="v" * 121),
    ],
)
async def test_what_no_product_is_is_refused(
    stores: Stores, kiln: Store, edit: ProductEdit
) -> None:
    cup = await a_cup(stores, kiln)
    with pytest.raises(InvalidInput):
        await stores.edit_product(kiln.id, cup.id, edit)


@pytest.mark.parametrize(
    "change",
    [{"price": Money("USD", 1)}, {"price": Money("EUR", -1)}, {"on_hand": -1}],
)
async def test_what_no_variant_is_is_refused(
    stores: Stores, kiln: Store, change: dict[str, object]
) -> None:
    cup = await a_cup(stores, kiln)
    fields: dict[str, object] = {"id": cup.variants[0].id, "price": Money("EUR", 1)}
    edit = VariantEdit(**(fields | change))  # type: ignore[arg-type] # wrong on purpose
    with pytest.raises(InvalidInput):
        await stores.edit_product(
            kiln.id, cup.id, ProductEdit(version=1, title="Cup", variants=(edit,))
        )


async def test_a_handle_is_used_once(stores: Stores, kiln: Store) -> None:
    await a_cup(stores, kiln)
    with pytest.raises(HandleTaken):
        await a_cup(stores, kiln, "CUP")


async def test_stock_counts_what_lies_on_the_shelf(stores: Stores, kiln: Store) -> None:
    variant = (await a_cup(stores, kiln)).variants[0]
    held = "update quotas set held = 3 where id = $1"
    await stores.database.pool.execute(held, variant.stock_quota_id)
    async with stores.database.transaction() as tx:
        await quotas.spend(tx, {variant.stock_quota_id: 1})

    counted = await stores.set_stock(kiln.id, variant.id, 12)

    assert (counted.on_hand, counted.held, counted.left) == (12, 2, 10)
    assert (await stores.variant(variant.id)).variant.stock == counted
    with pytest.raises(StockHeld):
        await stores.set_stock(kiln.id, variant.id, 1)


async def test_hidden_products_are_only_for_the_console(stores: Stores, kiln: Store) -> None:
    cup = await a_cup(stores, kiln)
    assert (await stores.products(kiln.id, published_only=True)).products == ()

    shown = await stores.publish(kiln.id, cup.id)

    assert shown.published
    assert len((await stores.products(kiln.id, published_only=True)).products) == 1


async def test_a_catalogue_is_read_page_by_page(stores: Stores, kiln: Store) -> None:
    rows = [a_row(f"cup-{number}") for number in range(7)]
    await stores.import_products(kiln.id, a_file(*rows))

    first = await stores.products(kiln.id, limit=3)
    second = await stores.products(kiln.id, before=first.next, limit=3)
    third = await stores.products(kiln.id, before=second.next, limit=3)

    handles = [one.handle for page in (first, second, third) for one in page.products]
    assert handles == [f"cup-{number}" for number in reversed(range(7))]
    assert third.next is None


@pytest.mark.parametrize("search", ["tea", "TEA", "blue-1", "glaze", "SKU-7", "Teaware"])
async def test_a_search_looks_where_people_expect_it(
    stores: Stores, kiln: Store, search: str
) -> None:
    wanted = a_row("blue-1", title="Tea bowl", tags="glaze", type="Teaware", variant_sku="SKU-7")
    await stores.import_products(kiln.id, a_file(wanted, a_row("jug", title="100% jug")))

    assert [one.handle for one in (await stores.products(kiln.id, search=search)).products] == [
        "blue-1"
    ]
    assert len((await stores.products(kiln.id, search="100%")).products) == 1
    assert (await stores.products(kiln.id, search="_")).products == ()
