"""What the people domain says over HTTP."""

from msgspec import Struct

from livehouse.domains.people.model import Ticket
from livehouse.foundation.ids import RunId

__all__ = ["AskTicket", "Ticket"]


class AskTicket(Struct, frozen=True, forbid_unknown_fields=True):
    """A ticket for the live connection of this run."""

    run: RunId
