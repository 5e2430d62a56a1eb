"""Comparing passwords takes as long where there is no account."""

from argon2 import PasswordHasher, extract_parameters
from typing_extensions import override

from livehouse.domains.people import Passwords


class Watched(PasswordHasher):
    """Remembers with what passwords were compared."""

    def __init__(self) -> None:
        super().__init__(time_cost=2, memory_cost=16, parallelism=2)
        self.compared: list[str] = []

    @override
    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        self.compared.append(str(hash))
        return super().verify(hash, password)


async def test_nobodys_password_is_compared_as_thoroughly_as_anybodys() -> None:
    hasher = Watched()
    passwords = Passwords(hasher)
    real = await passwords.hash("three quiet lighthouses")

    assert await passwords.fits("three quiet lighthouses", real)
    assert not await passwords.fits("three quiet lighthouses", None)

    of_somebody, of_nobody = hasher.compared
    assert extract_parameters(of_nobody) == extract_parameters(of_somebody)
    assert len(of_nobody) == len(of_somebody)
