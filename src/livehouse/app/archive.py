"""A backup as one file: members, then a manifest with the hash of each; never whole in memory."""

import hashlib
import io
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec
from msgspec import Struct
from typing_extensions import override

from livehouse.foundation.clock import Instant

MANIFEST = "manifest.json"
FORMAT = 1
MANIFEST_BYTES_MAX = 256 * 1024 * 1024
_COMPRESSION = 1  # pictures and video are compressed already


class BackupRefused(Exception):
    """A backup cannot be made or restored; the message says why, and what to do."""


class Member(Struct, frozen=True):
    bytes: int
    sha256: str


class Manifest(Struct, frozen=True, kw_only=True):
    """What the archive holds. `schema` is the newest migration of its database."""

    format: int
    livehouse: str
    schema: str
    made_at: Instant
    holds: tuple[str, ...]
    members: dict[str, Member]


class _Hashing(io.RawIOBase):
    """Reads exactly `size` bytes of `source` and hashes them; a file that grows is cut there."""

    def __init__(self, source: IO[bytes], size: int) -> None:
        self._source = source
        self._left = size
        self.hash = hashlib.sha256()

    @override
    def readable(self) -> bool:
        return True

    @override
    def read(self, size: int = -1, /) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        found = self._source.read(wanted)
        self._left -= len(found)
        self.hash.update(found)
        return found


@dataclass(slots=True)
class ArchiveWriter:
    _tar: tarfile.TarFile
    members: dict[str, Member] = field(default_factory=dict)

    def add(self, name: str, source: IO[bytes], size: int) -> None:
        """Copy `size` bytes of `source` in as `name`."""
        hashing = _Hashing(source, size)
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, hashing)
        self.members[name] = Member(size, hashing.hash.hexdigest())

    def add_bytes(self, name: str, content: bytes) -> None:
        self.add(name, io.BytesIO(content), len(content))

    def add_file(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            self.add(name, file, os.fstat(file.fileno()).st_size)

    def add_folder(self, name: str, folder: Path) -> None:
        """Every file below `folder`; one that goes meanwhile is left out."""
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            try:
                self.add_file(f"{name}/{path.relative_to(folder).as_posix()}", path)
            except FileNotFoundError:
                continue


@contextmanager
def writing(path: Path) -> Iterator[ArchiveWriter]:
    """A new archive for the owner's eyes only; it gets its name when it is whole and on disk."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            unfinished.chmod(0o600)
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=_COMPRESSION) as tar:
                yield ArchiveWriter(tar)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_manifest(archive: ArchiveWriter, manifest: Manifest) -> None:
    archive.add_bytes(MANIFEST, msgspec.json.encode(manifest))


@contextmanager
def reading(path: Path) -> Iterator[Iterator[tuple[str, IO[bytes], int]]]:
    """Each member's name, content and size, in one pass; what is torn is refused."""
    try:
        with tarfile.open(path, mode="r|gz") as tar:
            yield _members(path, tar)
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise BackupRefused(f"{path} is not a whole backup: {error}") from None


def _members(path: Path, tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes], int]]:
    for info in tar:
        content = tar.extractfile(info) if info.isfile() else None
        if content is None or not is_plain(info.name):
            raise BackupRefused(f"{path} holds {info.name!r}, which no backup of ours has")
        yield info.name, content, info.size


def verify(path: Path) -> Manifest:
    """Read everything and compare it with the manifest, before anything is changed."""
    found: dict[str, Member] = {}
    manifest: Manifest | None = None
    with reading(path) as members:
        for name, content, size in members:
            if name == MANIFEST:
                manifest = _read_manifest(path, content, size)
            else:
                hashing = hashlib.file_digest(content, "sha256")  # type: ignore[arg-type]  # a reader
                found[name] = Member(size, hashing.hexdigest())
    if manifest is None:
        raise BackupRefused(f"{path} has no manifest: it was cut off, or is no backup of ours")
    if found != manifest.members:
        wrong = sorted(
            name
            for name in found.keys() | manifest.members.keys()
            if found.get(name) != manifest.members.get(name)
        )
        raise BackupRefused(f"{path} is damaged: {', '.join(wrong[:5])}")
    return manifest


def is_plain(name: str) -> bool:
    """Whether a member's name stays below the folder that it is unpacked into."""
    parts = PurePosixPath(name).parts
    return bool(parts) and not name.startswith("/") and ".." not in parts and "\\" not in name


def _read_manifest(path: Path, content: IO[bytes], size: int) -> Manifest:
    if size > MANIFEST_BYTES_MAX:
        raise BackupRefused(f"{path} has a manifest of {size} bytes")
    try:
        manifest = msgspec.json.decode(content.read(), type=Manifest)
    except msgspec.MsgspecError as error:
        raise BackupRefused(f"{path} has a manifest that we do not read: {error}") from None
    if manifest.format != FORMAT:
        raise BackupRefused(f"{path} was made by a newer Livehouse ({manifest.livehouse})")
    return manifest
