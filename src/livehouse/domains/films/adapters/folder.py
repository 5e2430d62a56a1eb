"""The folder of films: pieces are written as they come, files are read in a process apart."""

import asyncio
import errno
import fcntl
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from livehouse.domains.films.errors import (
    FilmNotPlayable,
    FilmPictureTooLarge,
    FilmTooLong,
    NoRoomForFilms,
    OtherPlace,
)
from livehouse.domains.films.model import Checked
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import FilmId, RunId
from livehouse.foundation.text import N_
from livehouse.media.errors import BrokenVideo, VideoTooLarge, VideoTooLong
from livehouse.media.folder import MADE, video_folder
from livehouse.media.limits import PICTURE_SIDE_MAX
from livehouse.media.packets import VIDEO_RATE
from livehouse.media.sources.prepare import prepared

# Small pieces of a request are written together.
WRITE_BYTES = 512 * 1024
OLD_SECONDS = 3600.0
READY, COMING, WORK = ".mp4", ".coming", ".work"


@dataclass(frozen=True, slots=True)
class FilmFolder:
    """`data` is the house's folder: films lie in `films`, recordings beside it."""

    data: Path

    def path(self, film_id: FilmId) -> str:
        return str(self._file(film_id, READY))

    def free_bytes(self) -> int:
        self._folder.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self._folder).free

    async def append(
        self, film_id: FilmId, offset: int, content: AsyncIterator[bytes], most: int
    ) -> int:
        written = 0
        waiting = bytearray()
        with _writing(self._file(film_id, COMING), offset) as file:
            async for piece in content:
                waiting += piece
                if written + len(waiting) > most:
                    raise InvalidInput(field="bytes", problem=N_("more came than was announced"))
                if len(waiting) >= WRITE_BYTES:
                    written += await asyncio.to_thread(_write, file, offset + written, waiting)
                    waiting = bytearray()
            written += await asyncio.to_thread(_write, file, offset + written, waiting)
        return written

    async def take_recording(self, film_id: FilmId, run_id: RunId) -> bool:
        made = video_folder(self.data, str(run_id)) / f"{MADE}whole.mp4"
        return await asyncio.to_thread(_share, made, self._file(film_id, COMING))

    async def check(
        self, film_id: FilmId, *, seconds_max: int, progress: Callable[[float], None]
    ) -> Checked:
        coming, work = self._file(film_id, COMING), self._file(film_id, WORK)
        try:
            clip = await prepared(coming, work, progress, seconds_max=seconds_max)
            size = await asyncio.to_thread(_settle, Path(clip.path), self._file(film_id, READY))
        except VideoTooLong:
            raise FilmTooLong(minutes=seconds_max // 60) from None
        except VideoTooLarge:
            raise FilmPictureTooLarge(side=PICTURE_SIDE_MAX) from None
        except (BrokenVideo, FileNotFoundError):
            raise FilmNotPlayable from None
        await asyncio.to_thread(_clear, coming, work)
        return Checked(bytes=size, ms=clip.ticks * 1000 // VIDEO_RATE)

    async def remove(self, film_id: FilmId) -> None:
        await asyncio.to_thread(
            _clear, *(self._file(film_id, kind) for kind in (COMING, WORK, READY))
        )

    async def old(self) -> Collection[FilmId]:
        return await asyncio.to_thread(lambda: set(self._old()))

    def _old(self) -> Iterator[FilmId]:
        for path in self._folder.glob("*"):
            try:
                # Since when nobody wrote to it only the system knows.
                if time.time() - path.stat().st_mtime > OLD_SECONDS:  # noqa: TID251
                    yield FilmId(UUID(path.stem))
            except (ValueError, FileNotFoundError):
                continue

    @property
    def _folder(self) -> Path:
        return self.data / "films"

    def _file(self, film_id: FilmId, kind: str) -> Path:
        return self._folder / f"{film_id}{kind}"


@contextmanager
def _writing(path: Path, offset: int) -> Iterator[int]:
    """The file for one writer alone: whoever comes beside is refused."""
    path.parent.mkdir(parents=True, exist_ok=True)
    create = os.O_CREAT if offset == 0 else 0
    try:
        file = os.open(path, os.O_WRONLY | os.O_CLOEXEC | create, 0o644)
    except FileNotFoundError:
        raise OtherPlace from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield file
    except BlockingIOError:
        raise OtherPlace from None
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise NoRoomForFilms from error
        raise
    finally:
        os.close(file)


def _write(file: int, offset: int, content: bytearray) -> int:
    written = 0
    while written < len(content):
        written += os.pwrite(file, memoryview(content)[written:], offset + written)
    return written


def _share(made: Path, film: Path) -> bool:
    """Two names for one file cost nothing; on another disk it is copied."""
    film.parent.mkdir(parents=True, exist_ok=True)
    film.unlink(missing_ok=True)
    try:
        film.hardlink_to(made)
    except FileNotFoundError:
        return False
    except OSError:
        shutil.copyfile(made, film)
    return True


def _settle(clip: Path, film: Path) -> int:
    clip.replace(film)
    return film.stat().st_size


def _clear(*paths: Path) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
