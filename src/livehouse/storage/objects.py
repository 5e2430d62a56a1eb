"""The object store: images and video beside the database; a folder, or S3 and others by URL."""

from collections.abc import AsyncIterator
from pathlib import Path

from obstore.exceptions import NotFoundError
from obstore.store import ObjectStore, from_url


class Objects:
    """Whole small objects by key; large media is written by the media process itself."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def put(self, key: str, content: bytes) -> None:
        await self._store.put_async(key, content)

    async def get(self, key: str) -> bytes | None:
        try:
            found = await self._store.get_async(key)
            return bytes(await found.bytes_async())
        except (NotFoundError, FileNotFoundError):
            return None

    async def keys(self) -> AsyncIterator[str]:
        """Every key, page by page."""
        async for page in self._store.list():
            for found in page:
                yield found["path"]

    async def delete(self, key: str) -> None:
        await self._store.delete_async(key)


def open_objects(url: str, folder: Path) -> Objects:
    """The store that `url` names, or `folder` where it names none."""
    if not url:
        folder.mkdir(parents=True, exist_ok=True)
        url = folder.absolute().as_uri()
    return Objects(from_url(url))
