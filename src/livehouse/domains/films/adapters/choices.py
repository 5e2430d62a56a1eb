"""What a show may play: the films of its store, and for owners the installation's videos."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from livehouse.domains.films.service import Films
from livehouse.domains.shows import Video, VideoFolder
from livehouse.foundation.errors import InvalidInput, NotAllowed, NotFound
from livehouse.foundation.ids import FilmId, StoreId
from livehouse.foundation.text import N_


@dataclass(frozen=True, slots=True)
class StoreVideos:
    films: Films
    laid_out: VideoFolder

    async def offered(self, store_id: StoreId, *, to_owner: bool) -> Sequence[Video]:
        films = [
            Video(film.name, film.title, film.ms // 1000)
            for film in await self.films.of_store(store_id)
            if film.state == "ready"
        ]
        names = self.laid_out.names() if to_owner else ()
        return [*films, *(Video(name, name) for name in names)]

    async def path(self, store_id: StoreId, name: str, *, to_owner: bool) -> str:
        film_id = _film_id(name)
        if film_id is None:
            if name in self.laid_out.names() and not to_owner:
                raise NotAllowed
            return self.laid_out.path(name)
        try:
            film = await self.films.film(store_id, film_id)
        except NotFound:
            film = None
        if film is None or film.state != "ready":
            raise InvalidInput(field="source", problem=N_("choose one of the videos offered"))
        return self.films.files.path(film_id)


def _film_id(name: str) -> FilmId | None:
    try:
        return FilmId(UUID(name.removesuffix(".mp4")))
    except ValueError:
        return None
