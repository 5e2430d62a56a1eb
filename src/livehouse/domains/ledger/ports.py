"""What settling needs to know of those whose accounts these are."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from livehouse.domains.ledger.model import Party


class Parties(Protocol):
    async def of_stores(self, owners: Sequence[str]) -> Mapping[str, Party]:
        """Names and time zones of stores, by the owner of their account."""
        ...
