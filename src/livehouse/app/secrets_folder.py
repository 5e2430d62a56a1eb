"""Secrets are made at the first start, in the data folder, for the owner's eyes only."""

import os
import secrets
from pathlib import Path


def secret_file(folder: Path, name: str) -> Path:
    """The file that holds the secret `name`; made with 256 bits of randomness where it is not.

    To rotate a secret, delete its file and restart: what was signed with it ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    path = folder / name
    unfinished = path.with_suffix(f".{os.getpid()}")
    if not path.exists():
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
            f.write(secrets.token_hex(32))
            f.flush()
            os.fsync(f.fileno())
        unfinished.rename(path)
    return path


def secret(folder: Path, name: str) -> bytes:
    return secret_file(folder, name).read_bytes().strip()
