"""Pictures on their way from a merchant's address to our own sizes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from livehouse.domains.stores import store
from livehouse.domains.stores.model import ImageId, limits, media_key
from livehouse.domains.stores.store.pictures import PendingImage
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import ProductId
from livehouse.storage.database import Database
from livehouse.storage.objects import Objects

__all__ = ["PendingImage", "StoreImages"]

LEASE = timedelta(minutes=5)
RETRY_AFTER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class StoreImages:
    database: Database
    objects: Objects
    clock: Clock

    async def claim(self, limit: int) -> list[PendingImage]:
        """Pictures to fetch now; nobody else gets them until the lease is over."""
        async with self.database.transaction() as tx:
            return await store.pictures.claim_pending(
                tx, self.clock.now(), lease=LEASE, limit=limit
            )

    async def keep(self, image: PendingImage, sizes: Mapping[int, bytes]) -> str:
        """Store every size; the row turns ready last."""
        key = await self.put(sizes)
        async with self.database.transaction() as tx:
            await store.pictures.mark_ready(tx, image.id, key)
        return key

    async def put(self, sizes: Mapping[int, bytes]) -> str:
        """Store every size under a name made of its content: the key that `/media/` asks for."""
        key = hashlib.sha256(sizes[max(sizes)]).hexdigest()[:40]
        for size, content in sizes.items():
            await self.objects.put(media_key(key, size), content)
        return key

    async def give_up(self, image_id: ImageId, reason: str) -> None:
        async with self.database.transaction() as tx:
            await store.pictures.mark_failed(tx, image_id, reason)

    async def stumble(self, image: PendingImage, reason: str) -> None:
        """Try again later, each time after a longer while, or give up."""
        if image.attempts >= limits.IMAGE_ATTEMPTS_MAX:
            await self.give_up(image.id, reason)
            return
        after = self.clock.now() + RETRY_AFTER * image.attempts**2
        async with self.database.transaction() as tx:
            await store.pictures.try_again(tx, image.id, reason, after=after)

    async def ask_again(self, product_id: ProductId) -> int:
        """Let the failed pictures of a product be fetched once more."""
        async with self.database.transaction() as tx:
            return await store.pictures.ask_again(tx, product_id, self.clock.now())

    async def pending(self) -> int:
        async with self.database.transaction() as tx:
            return await store.pictures.count_pending(tx)

    async def read(self, key: str, size: int) -> bytes | None:
        """A stored picture, as the page asks for it."""
        return await self.objects.get(media_key(key, size))
