"""The platform that these tests run on, with a folder for films."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from livehouse.domains.films import Allowance, FilmFolder, Films, StoreVideos
from livehouse.domains.films.api import routes as api
from livehouse.domains.films.pages import routes as pages
from livehouse.domains.shows import VideoFolder
from livehouse.domains.shows.api import routes as shows_api
from livehouse.domains.shows.pages import routes as shows_pages
from livehouse.domains.stores import Store
from livehouse.foundation.ids import SystemIds
from livehouse.foundation.roles import Role
from livehouse.storage.database import Database
from tests.support.clock import ManualClock
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import WebClient

PIECE = 4 * 1024 * 1024


@dataclass
class FilmHouse:
    """A store whose host uploads films."""

    world: ShowsWorld
    films: Films
    data: Path

    @property
    def lying(self) -> list[str]:
        """What is in the folder of films."""
        return [path.name for path in (self.data / "films").iterdir()]

    async def upload(
        self, web: WebClient, content: bytes, *, title: str = "tea.mp4", piece: int = PIECE
    ) -> httpx.Response:
        """What a browser does; the answer is the last one."""
        answer = await web.post_json(
            "/api/stores/tea-house/films", {"title": title, "bytes": len(content)}
        )
        while answer.is_success and answer.json()["state"] == "coming":
            received = answer.json()["received"]
            answer = await self.put(
                web, answer.json()["id"], received, content[received : received + piece]
            )
        return answer

    async def put(self, web: WebClient, film: str, offset: int, content: bytes) -> httpx.Response:
        return await web.http.put(
            f"/api/stores/tea-house/films/{film}/content?offset={offset}", content=content,
            headers={
                "Accept": "application/json", "Content-Type": "application/octet-stream",
                "X-CSRF-Token": await web.csrf_token(),
            },
        )  # fmt: skip

    @asynccontextmanager
    async def web(self, store: Store, role: Role = Role.HOST) -> AsyncIterator[WebClient]:
        async with self.world.web(*api, *pages, *shows_api, *shows_pages, films=self.films) as web:
            web.sign_in_as(member_of(store.id, role))
            yield web


@pytest.fixture
def house(database: Database, clock: ManualClock, ids: SystemIds) -> Iterator[FilmHouse]:
    world = ShowsWorld(database, clock, ids)
    with TemporaryDirectory() as name:
        data = Path(name)
        films = Films(
            database, clock, ids, world.shows, world.recordings, FilmFolder(data),
            Allowance(megabytes=2, minutes=1, store_megabytes=3),
        )  # fmt: skip
        world.videos = StoreVideos(films, VideoFolder(data / "videos"))
        yield FilmHouse(world, films, data)
