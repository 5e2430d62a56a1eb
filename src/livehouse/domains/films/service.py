"""What people do with films, and how they become ready."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from msgspec.structs import replace

from livehouse.domains.films import model, store
from livehouse.domains.films.errors import FilmInUse, NoRoomForFilms, RecordingGone
from livehouse.domains.films.model import PIECE_BYTES_MAX, PROGRESS_MAX, Allowance, Checked, Film
from livehouse.domains.films.ports import Files
from livehouse.domains.recordings import Recordings
from livehouse.domains.shows import Shows
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import FilmId, IdSource, RunId, StoreId
from livehouse.storage.database import Database

MAKING_MAX = 50
TELL_EVERY = timedelta(seconds=2)
# What stays free on the disk beside films: the picture of live shows goes before.
FREE_BYTES_MIN = 512 * 1024 * 1024


@dataclass(slots=True)
class Films:
    database: Database
    clock: Clock
    ids: IdSource
    shows: Shows
    recordings: Recordings
    files: Files
    allowance: Allowance

    async def of_store(self, store_id: StoreId) -> list[Film]:
        async with self.database.transaction() as tx:
            return await store.of_store(tx, store_id)

    async def film(self, store_id: StoreId, film_id: FilmId) -> Film:
        async with self.database.transaction() as tx:
            return await store.film(tx, store_id, film_id)

    async def begin(self, store_id: StoreId, title: str, size: int) -> Film:
        """Announce a file of `size` bytes; its pieces follow. One that was begun before, and is
        the same by title and size, goes on."""
        film = Film(
            FilmId(self.ids.new()), store_id, model.checked_title(title), "coming", size,
            self.clock.now(),
        )  # fmt: skip
        async with self.database.transaction() as tx:
            await store.lock_store(tx, store_id)
            others = await store.of_store(tx, store_id)
            for one in others:
                if (one.state, one.title, one.bytes) == ("coming", film.title, size):
                    return one
            self._check_room(others, size)
            await store.add(tx, film)
        return film

    async def take(
        self, store_id: StoreId, film_id: FilmId, offset: int, content: AsyncIterator[bytes]
    ) -> Film:
        """Add the piece that begins at `offset`. One that breaks off is to be sent again."""
        film = await self.film(store_id, film_id)
        model.check_place(film, offset)
        most = min(PIECE_BYTES_MAX, film.bytes - offset)
        written = await self.files.append(film_id, offset, content, most)
        async with self.database.transaction() as tx:
            film = await store.film(tx, store_id, film_id, lock=True)
            model.check_place(film, offset)
            received = offset + written
            state = "checking" if received == film.bytes else film.state
            film = replace(film, received=received, state=state)
            await store.change(tx, film_id, self.clock.now(), received=received, state=state)
        return film

    async def adopt(self, store_id: StoreId, run_id: RunId) -> Film:
        """Let a recording be a film; it stays one when the recording is deleted."""
        show = await self.shows.of_run(run_id)
        if show.room.store_id != store_id:
            raise NotFound
        recording = await self.recordings.recording(run_id)
        film = Film(
            FilmId(self.ids.new()), store_id, model.checked_title(show.title), "making",
            max(recording.bytes, 1), self.clock.now(), run_id=run_id,
        )  # fmt: skip
        async with self.database.transaction() as tx:
            self._check_room(await store.of_store(tx, store_id), film.bytes)
        await self.recordings.make_whole(run_id)
        async with self.database.transaction() as tx:
            await store.lock_store(tx, store_id)
            others = await store.of_store(tx, store_id)
            for one in others:
                if one.run_id == run_id:
                    return one
            self._check_room(others, film.bytes)
            await store.add(tx, film)
        return film

    async def remove(self, store_id: StoreId, film_id: FilmId) -> None:
        """For good, unless a show is to play it."""
        async with self.database.transaction() as tx:
            film = await store.film(tx, store_id, film_id, lock=True)
            playing = await self.shows.playing(tx, film.name)
            if playing is not None:
                raise FilmInUse(title=playing.title)
            await store.forget(tx, film.id)
        await self.files.remove(film_id)

    # What happens by itself.

    async def take_recordings(self) -> None:
        """See to the recordings whose one file is being made, where it lies on this node."""
        async with self.database.transaction() as tx:
            making = await store.in_state(tx, "making", MAKING_MAX)
        for film in making:
            assert film.run_id is not None, "only of recordings films are made"
            made = {one.kind: one.state for one in await self.recordings.files(film.run_id)}
            if made.get("whole") in {None, "failed"}:
                await self._refuse(film, RecordingGone())
            elif made["whole"] == "done" and await self.files.take_recording(film.id, film.run_id):
                async with self.database.transaction() as tx:
                    await store.change(tx, film.id, self.clock.now(), state="checking")

    async def check_next(self) -> bool:
        """Check what waits longest; False when nothing waits."""
        async with self.database.transaction() as tx:
            film = await store.claim(tx, self.clock.now())
        if film is None:
            return False
        found = await self._checked(film)
        if isinstance(found, DomainError):
            await self._refuse(film, found)
            return True
        async with self.database.transaction() as tx:
            is_wanted = await store.change(
                tx, film.id, self.clock.now(), state="ready", bytes=found.bytes,
                received=found.bytes, ms=found.ms, progress=PROGRESS_MAX,
            )  # fmt: skip
        if not is_wanted:  # deleted meanwhile
            await self.files.remove(film.id)
        return True

    async def sweep(self) -> None:
        """Forget what nobody goes on with, and remove the files of what is no film."""
        async with self.database.transaction() as tx:
            await store.forget_old(tx, self.clock.now())
        lying = await self.files.old()
        async with self.database.transaction() as tx:
            known = await store.known(tx, lying)
        for film_id in set(lying) - known:
            await self.files.remove(film_id)

    async def _checked(self, film: Film) -> Checked | DomainError:
        share = 0.0

        def progress(done: float) -> None:
            nonlocal share
            share = done

        async def tell() -> None:
            while True:
                await self.clock.sleep(TELL_EVERY)
                now = self.clock.now()
                async with self.database.transaction() as tx:
                    await store.change(
                        tx, film.id, now, progress=round(share * PROGRESS_MAX),
                        claimed_until=now + model.CHECK_LEASE,
                    )  # fmt: skip

        async with asyncio.TaskGroup() as tasks:
            telling = tasks.create_task(tell())
            try:
                return await self.files.check(
                    film.id, seconds_max=self.allowance.minutes * 60, progress=progress
                )
            except DomainError as refusal:
                return refusal
            finally:
                telling.cancel()

    async def _refuse(self, film: Film, refusal: DomainError) -> None:
        await self.files.remove(film.id)
        async with self.database.transaction() as tx:
            await store.change(tx, film.id, self.clock.now(), state="refused", problem=refusal.code)

    def _check_room(self, others: list[Film], size: int) -> None:
        model.check_room(others, size, self.allowance)
        if self.files.free_bytes() < size + FREE_BYTES_MIN:
            raise NoRoomForFilms
