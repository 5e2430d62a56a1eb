"""Films of a store: what was uploaded, and recordings that shows may play again. Pure.

A film is coming while its bytes are, being made while a recording is put into one file, checked
by reading it, and then ready or refused.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct

from livehouse.domains.films.errors import FilmSpaceUsed, FilmTooLarge, OtherPlace, TooManyFilms
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import FilmId, RunId, StoreId
from livehouse.foundation.text import N_

FilmState: TypeAlias = Literal["coming", "making", "checking", "ready", "refused"]

MEGABYTE = 1_000_000
TITLE_CHARACTERS_MAX = 120
FILMS_MAX = 200
# What comes in one request: a slow line sends it within its deadline, a broken one repeats little.
PIECE_BYTES_MAX = 4 * 1024 * 1024
PIECE_SECONDS_MAX = 120.0
# An upload that nobody went on with, and what was said of a file that was refused.
COMING_KEPT = timedelta(days=1)
REFUSED_KEPT = timedelta(days=30)
# How long whoever checks a film may be silent before another does it.
CHECK_LEASE = timedelta(minutes=2)
PROGRESS_MAX = 1000


class Allowance(Struct, frozen=True):
    """What the house allows: of one film, and of all that a store has."""

    megabytes: int
    minutes: int
    store_megabytes: int


class Film(Struct, frozen=True):
    """`bytes` is what it takes; of an upload, what was announced. `progress` is in thousandths."""

    id: FilmId
    store_id: StoreId
    title: str
    state: FilmState
    bytes: int
    created_at: datetime
    run_id: RunId | None = None
    received: int = 0
    progress: int = 0
    problem: str = ""
    ms: int = 0

    @property
    def name(self) -> str:
        """What it is chosen by, and its file's name."""
        return f"{self.id}.mp4"

    @property
    def is_on_its_way(self) -> bool:
        return self.state in {"making", "checking"}


class Checked(Struct, frozen=True):
    """A file that can go out as it lies there."""

    bytes: int
    ms: int


def check_room(films: Sequence[Film], size: int, allowance: Allowance) -> None:
    """Whether a store with these films may have one more of `size` bytes."""
    if size < 1:
        raise InvalidInput(field="bytes", problem=N_("the file is empty"))
    if size > allowance.megabytes * MEGABYTE:
        raise FilmTooLarge(megabytes=allowance.megabytes)
    if len(films) >= FILMS_MAX:
        raise TooManyFilms(most=FILMS_MAX)
    taken = sum(film.bytes for film in films if film.state != "refused")
    if taken + size > allowance.store_megabytes * MEGABYTE:
        raise FilmSpaceUsed(megabytes=allowance.store_megabytes)


def check_place(film: Film, offset: int) -> None:
    """Pieces come one after the other, so that what is there is always the beginning."""
    if film.state != "coming" or offset != film.received:
        raise OtherPlace


def checked_title(title: str) -> str:
    """The name of a file becomes the title of a film."""
    words = " ".join(title.replace("\x00", "").split())[:TITLE_CHARACTERS_MAX].strip()
    if not words or not words.isprintable():
        raise InvalidInput(field="title", problem=N_("write 1 to 120 characters"))
    return words
