"""Imports that a merchant starts in the console and watches while they run."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from livehouse.domains.stores import store
from livehouse.domains.stores.errors import FileTooLarge, ImportRunning
from livehouse.domains.stores.model import (
    CatalogueImport,
    ImportReport,
    ImportState,
    limits,
    refused_row,
)
from livehouse.domains.stores.service.stores import Stores
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import PersonId, StoreId

FILE_NAME_CHARACTERS_MAX = 120
LEASE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Uploads:
    stores: Stores

    async def begin(
        self, store_id: StoreId, file_name: str, content: bytes, *, by: PersonId | None
    ) -> CatalogueImport:
        """Keep the file until the background reads it; one at a time per store."""
        if len(content) > limits.FILE_BYTES_MAX:
            raise FileTooLarge(megabytes=limits.FILE_BYTES_MAX // 2**20)
        now = self.stores.clock.now()
        upload = CatalogueImport(
            id=self.stores.ids.new(),
            store_id=store_id,
            file_name=file_name.strip()[:FILE_NAME_CHARACTERS_MAX] or "products.csv",
            state=ImportState.WAITING,
            created_at=now,
        )
        async with self.stores.database.transaction() as tx:
            await store.shops.lock_store(tx, store_id)
            if await store.imports.is_importing(tx, store_id):
                raise ImportRunning
            await store.imports.insert_import(tx, upload, content, by, now)
        return upload

    async def run_next(self) -> bool:
        """Import what waits longest; false when nothing waits. The background calls it."""
        now = self.stores.clock.now()
        async with self.stores.database.transaction() as tx:
            claimed = await store.imports.claim(tx, now, lease=LEASE)
        if claimed is None:
            return False
        await self._run(*claimed)
        return True

    async def _run(self, import_id: UUID, store_id: StoreId, content: bytes) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                news = _News(self, import_id)
                telling = tasks.create_task(news.tell())
                report = await self.stores.import_products(store_id, content, progress=news.hear)
                news.end()
                await telling
        except* DomainError as refusals:
            refusal = refusals.exceptions[0]
            assert isinstance(refusal, DomainError)
            report = ImportReport((refused_row(0, "", refusal),))
            await self._finish(import_id, ImportState.REFUSED, report)
        else:
            await self._finish(import_id, ImportState.DONE, report)

    async def get(self, store_id: StoreId, import_id: UUID) -> CatalogueImport:
        async with self.stores.database.transaction() as tx:
            found = await store.imports.read_import(tx, import_id)
        if found is None or found.store_id != store_id:
            raise NotFound
        return found

    async def recent(self, store_id: StoreId) -> list[CatalogueImport]:
        async with self.stores.database.transaction() as tx:
            return await store.imports.list_imports(tx, store_id, limits.IMPORTS_SHOWN_MAX)

    async def note_progress(self, import_id: UUID, done: int, total: int) -> None:
        lease_until = self.stores.clock.now() + LEASE
        async with self.stores.database.transaction() as tx:
            await store.imports.note_progress(tx, import_id, done, total, lease_until=lease_until)

    async def _finish(self, import_id: UUID, state: ImportState, report: ImportReport) -> None:
        now = self.stores.clock.now()
        async with self.stores.database.transaction() as tx:
            await store.imports.finish(tx, import_id, state, report, now)


class _News:
    """Writes down how far an import is, as often as the database keeps up with."""

    def __init__(self, uploads: Uploads, import_id: UUID) -> None:
        self._uploads = uploads
        self._import_id = import_id
        self._latest: tuple[int, int] | None = None
        self._changed = asyncio.Event()
        self._ended = False

    def hear(self, done: int, total: int) -> None:
        self._latest = (done, total)
        self._changed.set()

    def end(self) -> None:
        self._ended = True
        self._changed.set()

    async def tell(self) -> None:
        while not self._ended:
            await self._changed.wait()
            self._changed.clear()
            latest, self._latest = self._latest, None
            if latest is not None:
                await self._uploads.note_progress(self._import_id, *latest)
