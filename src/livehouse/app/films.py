"""Films of stores, built from the settings, and what shows may choose from."""

from livehouse.app.settings import Settings
from livehouse.domains.films import Allowance, FilmFolder, Films, StoreVideos
from livehouse.domains.recordings import Recordings
from livehouse.domains.shows import Shows, VideoFolder


def films_of(settings: Settings, shows: Shows, recordings: Recordings) -> Films:
    allowance = Allowance(
        settings.film_megabytes, settings.film_minutes, settings.store_films_megabytes
    )
    folder = FilmFolder(settings.folder)
    return Films(shows.database, shows.clock, shows.ids, shows, recordings, folder, allowance)


def videos_of(settings: Settings, films: Films) -> StoreVideos:
    return StoreVideos(films, VideoFolder(settings.folder / "videos"))
