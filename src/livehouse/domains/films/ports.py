"""What films need of the machine they lie on."""

from collections.abc import AsyncIterator, Callable, Collection
from typing import Protocol

from livehouse.domains.films.model import Checked
from livehouse.foundation.ids import FilmId, RunId


class Files(Protocol):
    """The folder of films. Several nodes share one folder."""

    def path(self, film_id: FilmId) -> str:
        """Where the file lies, or will lie."""
        ...

    def free_bytes(self) -> int: ...

    async def append(
        self, film_id: FilmId, offset: int, content: AsyncIterator[bytes], most: int
    ) -> int:
        """Write at `offset` what comes, and tell how much it was.

        Refuses with `OtherPlace` while another writes there, `InvalidInput` for more than `most`
        bytes, `NoRoomForFilms`.
        """
        ...

    async def take_recording(self, film_id: FilmId, run_id: RunId) -> bool:
        """Let the one file of a recording be the film's, too; False where it is not here."""
        ...

    async def check(
        self, film_id: FilmId, *, seconds_max: int, progress: Callable[[float], None]
    ) -> Checked:
        """Read it as a player would, and encode it once where it must be; or refuse."""
        ...

    async def remove(self, film_id: FilmId) -> None:
        """All that there is of it, also of one that is coming."""
        ...

    async def old(self) -> Collection[FilmId]:
        """Whose files were not written to for a while."""
        ...
