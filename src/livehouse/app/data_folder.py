"""The data folder belongs to one running house at a time; commands may look in beside it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from livehouse.app.secrets_folder import secret_file

PURPOSE_FILE = "purpose"


class DataFolderRefused(Exception):
    """The folder is another's: a running house's, or one that is not a demo's."""


@contextmanager
def held(folder: Path) -> Iterator[bool]:
    """Hold the folder as long as the block lasts; False when a running house holds it.

    The lock goes with the process, however it ends.
    """
    secret_file(folder / "secrets", "postgres")
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        got = False
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            got = True
        yield got
    finally:
        os.close(lock)


def mark_purpose(folder: Path, purpose: str) -> None:
    """Say what the folder is for; refuse one that was made for something else.

    A demo fills its folder with invented people who sell and buy: never in a real house.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / PURPOSE_FILE
    found = mark.read_text().strip() if mark.exists() else ""
    is_used = found == "" and any(folder.iterdir())
    if found not in ("", purpose) or (is_used and purpose == "demo"):
        raise DataFolderRefused(
            f"{folder} holds {found or 'something else'}, not a {purpose}: choose another --data"
        )
    mark.write_text(purpose + "\n")
