"""Background work: uploads become products, and pictures are fetched."""

import asyncio
from dataclasses import dataclass

import structlog

from livehouse.domains.stores.model import IMAGE_SIZES
from livehouse.domains.stores.ports import Pictures, Shrink
from livehouse.domains.stores.service import PendingImage, StoreImages, Uploads
from livehouse.foundation.errors import DomainError, Refusal

log = structlog.get_logger()

# Re-encoding takes a core; more at once would take it from the shows.
IMAGES_AT_ONCE = 2
IMAGES_CLAIMED = 20


async def run_uploads(uploads: Uploads) -> int:
    """Import everything that waits; tells how many files there were."""
    count = 0
    while await uploads.run_next():
        count += 1
    return count


@dataclass(frozen=True, slots=True)
class PictureWork:
    """Fetches what merchants named. A picture that cannot be had never holds up the next."""

    images: StoreImages
    pictures: Pictures
    shrink: Shrink

    async def fetch_pending_images(self) -> int:
        """Try every picture that is due, once; tells how many there were."""
        count = 0
        while claimed := await self.images.claim(IMAGES_CLAIMED):
            count += len(claimed)
            at_once = asyncio.Semaphore(IMAGES_AT_ONCE)
            async with asyncio.TaskGroup() as tasks:
                for image in claimed:
                    tasks.create_task(self._fetch(image, at_once))
        return count

    async def _fetch(self, image: PendingImage, at_once: asyncio.Semaphore) -> None:
        async with at_once:
            try:
                content = await self.pictures.fetch(image.source)
                sizes = await self.shrink.sizes(content, IMAGE_SIZES)
            except DomainError as refusal:
                await self._refused(image, refusal)
            else:
                await self.images.keep(image, sizes)

    async def _refused(self, image: PendingImage, refusal: DomainError) -> None:
        log.info("picture_refused", image=str(image.id), code=refusal.code)
        if refusal.kind is Refusal.UNAVAILABLE:
            await self.images.stumble(image, refusal.code)
        else:
            await self.images.give_up(image.id, refusal.code)
