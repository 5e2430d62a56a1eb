"""Bringing a file into a store's catalogue."""

import asyncio
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select, text

from livehouse.domains.quotas import quotas
from livehouse.domains.stores import NotACatalogue, Outcome, Product, Store, Stores
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import IdSource
from livehouse.foundation.money import Money
from livehouse.storage.database import Database
from livehouse.storage.outbox import facts
from tests.support.stores_builders import (
    REAL_FILES,
    a_file,
    a_row,
    a_store,
    real_file,
    some_stores,
)


@dataclass
class Shop:
    """A store with short words for what these tests do."""

    stores: Stores
    store: Store

    async def take(self, *rows: str) -> list[tuple[int, str]]:
        """Import rows; tells what became of each."""
        report = await self.stores.import_products(self.store.id, a_file(*rows))
        return [(row.line, row.code or row.outcome.value) for row in report.rows]

    async def product(self, handle: str = "cup") -> Product:
        return await self.stores.by_handle(self.store.id, handle)

    async def sell(self, handle: str, quantity: int) -> None:
        """Let a buyer hold and pay for some, as the till does."""
        await self.hold(handle, quantity)
        quota_id = (await self.product(handle)).variants[0].stock_quota_id
        async with self.stores.database.transaction() as tx:
            await quotas.spend(tx, {quota_id: quantity})

    async def hold(self, handle: str, quantity: int) -> None:
        quota_id = (await self.product(handle)).variants[0].stock_quota_id
        await self.stores.database.pool.execute(
            "update quotas set held = held + $2 where id = $1", quota_id, quantity
        )


@pytest.fixture
async def shop(database: Database, clock: Clock, ids: IdSource) -> Shop:
    stores = some_stores(database, clock, ids)
    return Shop(stores, await a_store(stores))


@pytest.mark.parametrize("name", REAL_FILES)
async def test_a_real_export_becomes_the_catalogue_and_again_changes_nothing(
    shop: Shop, name: str
) -> None:
    first = await shop.stores.import_products(shop.store.id, real_file(name))
    state = await everything(shop.stores.database)

    second = await shop.stores.import_products(shop.store.id, real_file(name))

    assert first.count(Outcome.CREATED) == len(first.rows) >= 21
    assert second.count(Outcome.UNCHANGED) == len(second.rows) == len(first.rows)
    assert await everything(shop.stores.database) == state, "nothing was written"
    assert len((await shop.stores.products(shop.store.id)).products) == 20


async def everything(database: Database) -> list[tuple[object, ...]]:
    """The physical version of every row, which any write changes, and how many facts there are."""
    found: list[tuple[object, ...]] = []
    async with database.transaction() as tx:
        for table in ("products", "variants", "images", "quotas", "stores"):
            rows = await tx.execute(text(f"select '{table}', id, xmin, ctid::text from {table}"))
            found.extend(tuple(row) for row in rows)
        found.append(tuple((await tx.execute(select(func.count()).select_from(facts))).one()))
    return found


async def test_both_real_files_live_in_one_store(shop: Shop) -> None:
    for name in REAL_FILES:
        report = await shop.stores.import_products(shop.store.id, real_file(name))
        assert report.refused == ()

    pot = await shop.product("clay-plant-pot")
    assert [(one.title, one.price, one.stock.on_hand) for one in pot.variants] == [
        ("Regular", Money("EUR", 999), 1),
        ("Large", Money("EUR", 1599), 3),
    ]
    light = await shop.product("copper-light")
    assert light.variants[0].compare_at == Money("EUR", 7500)
    assert len(pot.images) == 2


async def test_rows_tell_what_became_of_them(shop: Shop) -> None:
    small = a_row(option1_name="Size", option1_value="S")
    medium = a_row(title="", option1_value="M")
    assert await shop.take(small, medium) == [(2, "created"), (3, "created")]

    cheaper = a_row(title="", option1_value="M", variant_price="9")
    large = a_row(title="", option1_value="L")
    bad = a_row("jug", variant_price="-1")
    assert await shop.take(small, cheaper, large, bad) == [
        (2, "unchanged"),
        (3, "updated"),
        (4, "created"),
        (5, "price_negative"),
    ]
    assert [one.title for one in (await shop.product()).variants] == ["S", "M", "L"]


async def test_a_changed_title_updates_the_first_row(shop: Shop) -> None:
    await shop.take(a_row())
    before = await shop.product()

    assert await shop.take(a_row(title="Tall cup")) == [(2, "updated")]
    after = await shop.product()
    assert (after.title, after.version) == ("Tall cup", before.version + 1)


async def test_an_import_never_brings_back_what_was_sold(shop: Shop) -> None:
    row = a_row(variant_inventory_qty="10")
    await shop.take(row)
    await shop.sell("cup", 4)

    assert await shop.take(row) == [(2, "unchanged")]
    assert (await shop.product()).stock.on_hand == 6


async def test_another_quantity_in_the_file_is_a_new_count_of_the_shelf(shop: Shop) -> None:
    await shop.take(a_row(variant_inventory_qty="10"))
    await shop.sell("cup", 4)
    await shop.hold("cup", 1)

    assert await shop.take(a_row(variant_inventory_qty="20")) == [(2, "updated")]
    stock = (await shop.product()).stock
    assert (stock.on_hand, stock.held, stock.left) == (20, 1, 19)


async def test_a_count_below_what_buyers_hold_is_refused_for_its_row(shop: Shop) -> None:
    await shop.take(a_row(variant_inventory_qty="10"))
    await shop.hold("cup", 3)

    found = await shop.take(a_row(variant_inventory_qty="2", variant_price="5"), a_row("bowl"))

    assert found == [(2, "stock_below_held"), (3, "created")]
    cup = (await shop.product()).variants[0]
    assert (cup.stock.on_hand, cup.price.minor) == (10, 1990), "a refused row changes nothing"


async def test_a_file_without_quantities_leaves_the_stock(shop: Shop) -> None:
    await shop.take(a_row(variant_inventory_qty="10"))
    content = b"Handle,Title,Price\ncup,Cup,25\n"

    await shop.stores.import_products(shop.store.id, content)

    cup = (await shop.product()).variants[0]
    assert (cup.stock.on_hand, cup.price.minor) == (10, 2500)


async def test_an_import_takes_nothing_away(shop: Shop) -> None:
    await shop.take(a_row(option1_name="Size", option1_value="S", image_src="https://a.example/1"))
    await shop.take(a_row(option1_name="Size", option1_value="M", image_src="https://a.example/2"))

    cup = await shop.product()
    assert len(cup.variants) == 2
    assert len(cup.images) == 2


async def test_other_options_than_in_the_store_are_refused(shop: Shop) -> None:
    await shop.take(a_row())

    found = await shop.take(a_row(option1_name="Size", option1_value="S"), a_row("bowl"))

    assert found == [(2, "options_differ"), (3, "created")]


async def test_descriptions_arrive_harmless(shop: Shop) -> None:
    await shop.take(a_row(body="<p onclick='steal()'>Warm<script>steal()</script></p>"))

    assert (await shop.product()).description_html == "<p>Warm</p>"


async def test_a_variant_shows_the_picture_it_names(shop: Shop) -> None:
    await shop.take(a_row(variant_image="https://a.example/red.jpg"))

    cup = await shop.product()
    image = cup.image_of(cup.variants[0])
    assert image is not None
    assert image.source == "https://a.example/red.jpg"


async def test_two_imports_at_once_leave_one_product(shop: Shop) -> None:
    rows = [a_row(f"cup-{number}", variant_inventory_qty="3") for number in range(60)]

    async with asyncio.TaskGroup() as tasks:
        both = [tasks.create_task(shop.take(*rows)) for _ in range(2)]

    outcomes = sorted(outcome for task in both for _, outcome in task.result())
    assert outcomes == ["created"] * 60 + ["unchanged"] * 60


async def test_progress_is_told_up_to_the_end(shop: Shop) -> None:
    heard: list[tuple[int, int]] = []

    await shop.stores.import_products(
        shop.store.id,
        a_file(*[a_row(f"cup-{number}") for number in range(120)]),
        progress=lambda done, total: heard.append((done, total)),
    )

    assert heard == [(0, 120), (50, 120), (100, 120), (120, 120)]


async def test_what_is_no_catalogue_changes_nothing(shop: Shop) -> None:
    with pytest.raises(NotACatalogue):
        await shop.stores.import_products(shop.store.id, b"not,a\ncatalogue,1\n")


async def test_an_export_reads_back_as_it_was(shop: Shop) -> None:
    await shop.stores.import_products(shop.store.id, real_file(REAL_FILES[1]))
    await shop.take(
        a_row("spiked", title="=cmd|' /C calc'!A0", vendor="'-hi", body='a, "b"\n&lt;c'),
        a_row("hidden", published="false", tags="b, a"),
    )

    exported = await shop.stores.export_products(shop.store.id)
    report = await shop.stores.import_products(shop.store.id, exported.encode())

    assert {row.outcome for row in report.rows} == {Outcome.UNCHANGED}
    assert "'=cmd" in exported
    assert (await shop.product("spiked")).title == "=cmd|' /C calc'!A0"
