"""Films of a store: uploaded or taken from its recordings, for shows to play again."""

from livehouse.domains.films.adapters.choices import StoreVideos
from livehouse.domains.films.adapters.folder import FilmFolder
from livehouse.domains.films.model import Allowance, Film
from livehouse.domains.films.service import Films

__all__ = ["Allowance", "Film", "FilmFolder", "Films", "StoreVideos"]
