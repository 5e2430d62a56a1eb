"""What a target's thread needs of a connection to another platform, however that is spoken to."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from livehouse.media.outgoing.specs import Target
from livehouse.media.packets import Formats, Packet


class Refused(Exception):
    """Not reached, or not let in; `code` says which. It never holds the address."""

    def __init__(self, code: str, *, by_them: bool = False) -> None:
        super().__init__(code)
        self.code = code
        # They have answered: trying for ever would be a nuisance.
        self.by_them = by_them


class Connection(Protocol):
    """Blocking. Times begin at 0 with the first picture; a new stretch of the same form goes on."""

    @property
    def problem(self) -> str:
        """A code for what is not well although it stands; empty where all is."""
        ...

    def goes_on_with(self, formats: Formats) -> bool:
        """Whether what comes now can follow; its times are put behind those of before."""
        ...

    def send(self, packet: Packet) -> int:
        """Tells how many bytes of picture or sound these were; `Refused` when it is over."""
        ...

    def close(self) -> None:
        """Whatever the other side does, this returns within some seconds, and never raises."""
        ...


# Blocking: connects to a target with the formats that come first, or raises `Refused`. The last
# says whether addresses of our own network are allowed.
Connect: TypeAlias = Callable[[Target, Formats, bool], Connection]
