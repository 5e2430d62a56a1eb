"""Bringing a file into a catalogue, some products at a time."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import count

from livehouse.domains.stores import store
from livehouse.domains.stores.errors import StockHeld
from livehouse.domains.stores.events import CatalogueImported, ProductChanged, ProductCreated
from livehouse.domains.stores.model import (
    CatalogueFile,
    FileProduct,
    ImportReport,
    Outcome,
    ProductPlan,
    Store,
    in_order,
    limits,
    parse_catalogue,
    plan_import,
)
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import IdSource
from livehouse.storage.database import Database, Transaction

# How many of how many products are done.
Progress = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """The progress of those who do not look."""


class Importing:
    """One file into one store. Each chunk of products is whole or not there at all."""

    def __init__(self, database: Database, clock: Clock, ids: IdSource, target: Store) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._store = target

    async def run(self, content: bytes, progress: Progress) -> ImportReport:
        """Import `content`; what was imported before a crash stays, and repeating is harmless."""
        # Reading 20 MB takes seconds, in which the loop must serve others.
        file = await asyncio.to_thread(parse_catalogue, content, self._store.currency)
        rows = list(file.refused)
        for chunk in _chunks(file):
            progress(chunk.start, len(file.products))
            for plan in await self._import_together(file.products[chunk.start : chunk.stop]):
                rows.extend(plan.rows)
        progress(len(file.products), len(file.products))
        report = in_order(rows)
        if any(report.count(outcome) for outcome in (Outcome.CREATED, Outcome.UPDATED)):
            await self._record(report)
        return report

    async def _import_together(self, products: Sequence[FileProduct]) -> list[ProductPlan]:
        """When a buyer takes stock between reading and writing, look again."""
        for attempt in count(1):
            try:
                async with self._database.transaction() as tx:
                    return await self._plan_and_write(tx, products)
            except StockHeld:
                if attempt == limits.IMPORT_ATTEMPTS_MAX:
                    raise
        raise AssertionError("count() does not end")

    async def _plan_and_write(
        self, tx: Transaction, products: Sequence[FileProduct]
    ) -> list[ProductPlan]:
        await store.shops.lock_store(tx, self._store.id)
        stored = await store.catalogue.read_by_handles(
            tx, self._store.id, [product.handle for product in products]
        )
        plans = [
            plan_import(product, stored.get(product.handle), self._store.id, self._ids)
            for product in products
        ]
        to_write = [plan for plan in plans if plan.writes]
        now = self._clock.now()
        await store.changes.write_plans(tx, to_write, now)
        await store.prices.note_shelf(tx, [plan.product.id for plan in to_write], now)
        for plan in to_write:
            if not plan.is_visible:
                continue
            fact = ProductCreated if plan.is_new else ProductChanged
            tx.record(fact(plan.product.store_id, plan.product.id))
        return plans

    async def _record(self, report: ImportReport) -> None:
        async with self._database.transaction() as tx:
            fact = CatalogueImported(self._store.id, len(report.rows), len(report.refused))
            tx.record(fact)


def _chunks(file: CatalogueFile) -> list[range]:
    step = limits.IMPORT_PRODUCTS_AT_ONCE
    total = len(file.products)
    return [range(start, min(start + step, total)) for start in range(0, total, step)]
