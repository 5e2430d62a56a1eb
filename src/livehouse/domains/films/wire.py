"""What films say over HTTP."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.films.model import (
    PIECE_BYTES_MAX,
    PROGRESS_MAX,
    TITLE_CHARACTERS_MAX,
    Allowance,
    Film,
    FilmState,
)


class BeginFilm(Struct, frozen=True, forbid_unknown_fields=True):
    """A file that is about to come, by its name and its whole size."""

    title: Annotated[str, Meta(min_length=1, max_length=TITLE_CHARACTERS_MAX)]
    bytes: Annotated[int, Meta(ge=1)]


class FilmInfo(Struct, frozen=True):
    """`state` is coming, making (from a recording), checking, ready or refused; `problem` says by
    a code why. The next piece begins at `received` and has `piece_bytes` at most. `progress` is
    a share of one."""

    id: UUID
    title: str
    state: FilmState
    bytes: int
    received: int
    progress: float
    problem: str
    seconds: float
    piece_bytes: int


class FilmList(Struct, frozen=True):
    """The films of a store, the newest first, and what the house allows."""

    films: list[FilmInfo]
    megabytes_max: int
    minutes_max: int
    store_megabytes_max: int


def film_info(film: Film) -> FilmInfo:
    return FilmInfo(
        film.id, film.title, film.state, film.bytes, film.received, film.progress / PROGRESS_MAX,
        film.problem, film.ms / 1000, PIECE_BYTES_MAX,
    )  # fmt: skip


def film_list(films: list[Film], allowance: Allowance) -> FilmList:
    return FilmList(
        [film_info(film) for film in films], allowance.megabytes, allowance.minutes,
        allowance.store_megabytes,
    )  # fmt: skip
