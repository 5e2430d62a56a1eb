"""What a figure was measured on: said beside every figure, and read, not assumed."""

import os
import platform
from contextlib import suppress
from pathlib import Path
from statistics import median
from time import perf_counter

from asyncpg import Pool
from msgspec import Struct

SYNCS = 40
PAGE_BYTES = 8_192


class Machine(Struct, frozen=True):
    """`fdatasync_ms` is what the disk under the database takes to make one page durable."""

    cpus: int
    python: str
    postgres: str
    fdatasync_ms: float
    fsync: str
    synchronous_commit: str
    load_before: float


async def describe(pool: Pool, folder: Path) -> Machine:
    """Ask the server itself; call it before the load begins."""
    settings = {
        name: await pool.fetchval("select current_setting($1)", name)
        for name in ("server_version", "fsync", "synchronous_commit")
    }
    return Machine(
        cpus=len(os.sched_getaffinity(0)),
        python=platform.python_version(),
        postgres=settings["server_version"],
        fdatasync_ms=round(_fdatasync_ms(folder), 3),
        fsync=settings["fsync"],
        synchronous_commit=settings["synchronous_commit"],
        load_before=round(os.getloadavg()[0], 2),
    )


def cpu_seconds(pid: int) -> float:
    """User and system time of the process so far, its threads included."""
    return sum(_times(pid)[:2])


def tree_seconds(pid: int) -> float:
    """The same with its children, also those that have ended since, as workers do."""
    spent = sum(_times(pid))
    for child in children_of(pid):
        with suppress(FileNotFoundError):  # it has ended this moment
            spent += cpu_seconds(child)
    return spent


def _times(pid: int) -> list[float]:
    """Seconds in user and system mode, and the same of the children that it has waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return [int(field) / os.sysconf("SC_CLK_TCK") for field in fields[11:15]]


def family_cpu_seconds(pid: int) -> float:
    """The process' time and that of all it has started, as far as they run still."""
    return cpu_seconds(pid) + sum(family_cpu_seconds(child) for child in children_of(pid))


def resident_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def children_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def media_of(pid: int) -> int:
    """The media process of the house that is `pid`; `LookupError` where it has none."""
    for child in children_of(pid):
        with suppress(FileNotFoundError):
            if b"livehouse.media.process" in Path(f"/proc/{child}/cmdline").read_bytes():
                return child
    raise LookupError("the house makes no video")


def _fdatasync_ms(folder: Path) -> float:
    path = folder / "fdatasync"
    took = []
    with path.open("wb", buffering=0) as file:
        file.write(bytes(PAGE_BYTES))
        os.fsync(file.fileno())
        for _ in range(SYNCS):
            began = perf_counter()
            os.pwrite(file.fileno(), bytes(PAGE_BYTES), 0)
            os.fdatasync(file.fileno())
            took.append(perf_counter() - began)
    path.unlink()
    return median(took) * 1_000
