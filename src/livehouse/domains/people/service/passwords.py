"""Passwords: hashed with argon2, in a thread, only a few at a time."""

import asyncio
import secrets
from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from livehouse.foundation.errors import Busy

# Each takes 64 MiB and a core for a while; more at once would only be slower.
AT_ONCE_MAX = 2
WAITING_MAX = 100


class Passwords:
    """Hashes and compares; a crowd at the door is told to come back rather than piled up."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turn = asyncio.Semaphore(AT_ONCE_MAX)
        self._waiting = 0
        self._nobodys = _hash_of_nothing(self._hasher)

    async def hash(self, password: str) -> str:
        return await self._in_turn(password, None) or ""

    async def fits(self, password: str, hashed: str | None) -> bool:
        """Whether it is the password; takes as long where there is none."""
        found = await self._in_turn(password, hashed or self._nobodys)
        return found is not None and hashed is not None

    def is_outdated(self, hashed: str) -> bool:
        return self._hasher.check_needs_rehash(hashed)

    async def _in_turn(self, password: str, hashed: str | None) -> str | None:
        if self._waiting >= WAITING_MAX:
            raise Busy
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(self._work, password, hashed)
        finally:
            self._waiting -= 1

    def _work(self, password: str, hashed: str | None) -> str | None:
        if hashed is None:
            return self._hasher.hash(password)
        try:
            self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return None
        return hashed


def _hash_of_nothing(hasher: PasswordHasher) -> str:
    """What no password fits: compared with where there is no account, so that both take the same
    time. Drawn and not made, which would take as long as a comparison at every start."""
    salt, digest = (
        b64encode(secrets.token_bytes(length)).rstrip(b"=").decode()
        for length in (hasher.salt_len, hasher.hash_len)
    )
    return (
        f"$argon2id$v={ARGON2_VERSION}$m={hasher.memory_cost},t={hasher.time_cost},"
        f"p={hasher.parallelism}${salt}${digest}"
    )
