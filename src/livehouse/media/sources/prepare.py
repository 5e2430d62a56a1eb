"""Makes a file ready to loop, in a process of its own: a hostile file may crash nothing else."""

import asyncio
import hashlib
import os
import resource
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import msgspec
from msgspec import Struct

from livehouse.foundation.errors import DomainError
from livehouse.media.errors import BrokenVideo, VideoTooLarge, VideoTooLong
from livehouse.media.limits import (
    PICTURE_SIDE_MAX,
    PREPARE_MEMORY_BYTES_MAX,
    PREPARE_SILENCE_SECONDS_MAX,
)
from livehouse.media.sources.clip import Clip, MustEncode, inspect
from livehouse.media.sources.transcode import transcode

HASH_CHUNK_BYTES = 1 << 20
NICENESS = 10
STEP = 0.01


class Encoding(Struct, frozen=True, tag="encoding"):
    """`progress` goes from 0 to 1."""

    progress: float


class Ready(Struct, frozen=True, tag="ready"):
    clip: Clip


class Refused(Struct, frozen=True, tag="refused"):
    code: str
    reason: str


Report: TypeAlias = Encoding | Ready | Refused


async def prepared(
    path: Path,
    cache: Path,
    progress: Callable[[float], None],
    *,
    seconds_max: int | None = None,
) -> Clip:
    """The file as it is, or its encoded form from `cache`, which is made now if need be."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "livehouse.media.sources.prepare", str(path), str(cache),
        *([] if seconds_max is None else [str(seconds_max)]),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async for report in _reports(process):
            match report:
                case Encoding(progress=share):
                    progress(share)
                case Ready(clip=clip):
                    return clip
                case Refused(code=VideoTooLarge.code):
                    raise VideoTooLarge(side=PICTURE_SIDE_MAX)
                case Refused(code=VideoTooLong.code):
                    raise VideoTooLong
                case Refused(reason=reason):
                    raise BrokenVideo(reason=reason)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    raise BrokenVideo(reason=f"reading it failed with status {process.returncode}")


async def _reports(process: asyncio.subprocess.Process) -> AsyncIterator[Report]:
    assert process.stdout is not None
    while True:
        try:
            async with asyncio.timeout(PREPARE_SILENCE_SECONDS_MAX):
                line = await process.stdout.readline()
        except TimeoutError as error:
            raise BrokenVideo(reason="reading it takes too long") from error
        if not line:
            return
        yield msgspec.json.decode(line, type=Report)


def ready_clip(
    path: Path, cache: Path, say: Callable[[Report], None], seconds_max: int | None = None
) -> Clip:
    """Blocking: inspect, and encode once per content."""
    try:
        return inspect(path, seconds_max=seconds_max)
    except MustEncode:
        say(Encoding(0.0))
    cache.mkdir(parents=True, exist_ok=True)
    target = cache / f"{_content_hash(path, say)}.mp4"
    if target.exists():
        with suppress(MustEncode, BrokenVideo):
            return inspect(target)
    told = 0.0

    def progress(share: float) -> None:
        nonlocal told
        if share >= told + STEP:
            told = share
            say(Encoding(share))

    transcode(path, target, progress)
    try:
        return inspect(target)
    except MustEncode as error:
        raise BrokenVideo(reason=f"encoded, it still is {error}") from error


def _content_hash(path: Path, say: Callable[[Report], None]) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(HASH_CHUNK_BYTES):
            digest.update(chunk)
            if file.tell() % (HASH_CHUNK_BYTES * 256) == 0:
                say(Encoding(0.0))
    return digest.hexdigest()


def main() -> None:
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (PREPARE_MEMORY_BYTES_MAX, PREPARE_MEMORY_BYTES_MAX))

    def say(report: Report) -> None:
        sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
        sys.stdout.buffer.flush()

    try:
        path, cache, *longest = sys.argv[1:]
        seconds_max = int(longest[0]) if longest else None
        say(Ready(ready_clip(Path(path), Path(cache), say, seconds_max)))
    except DomainError as error:
        say(Refused(error.code, str(error.params.get("reason", ""))))
    except (OSError, MemoryError) as error:
        say(Refused(BrokenVideo.code, f"{type(error).__name__}: {error}"))


if __name__ == "__main__":
    main()
