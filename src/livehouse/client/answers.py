"""What a room answers to what one asks of it."""

from uuid import UUID

from msgspec import Struct


class You(Struct, frozen=True):
    """Who the house takes us for."""

    id: str = ""
    name: str = ""
    role: str = "guest"
    signed_in: bool = False


class Said(Struct, frozen=True):
    """The line is stored; `shown` tells whether it came into the room's fair sample."""

    id: UUID
    shown: bool


class Joined(Struct, frozen=True):
    """You take part in this round of a draw, under `name` in its list, and that is durable."""

    round_id: UUID
    name: str
    friends: int = 0


class Bought(Struct, frozen=True):
    """The order is durable, and the goods are held until `pay_by` (ms since 1970)."""

    id: UUID
    offer_id: UUID
    state: str
    total_minor: int
    currency: str
    pay_by: int
    needs_address: bool
