"""What invites must be told by the domains above."""

from typing import Protocol
from uuid import UUID

from livehouse.domains.invites.model import Place


class Places(Protocol):
    """Knows where the subjects of one kind are; None where there is none that may be shared."""

    async def place(self, subject_id: UUID, /) -> Place | None: ...

    async def named(self, name: str, /) -> UUID | None:
        """The subject that an address of ours names, such as a show by its slug."""
        ...
