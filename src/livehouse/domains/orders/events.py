"""What has happened to orders: one fact per group and offer, never one per order in a rush."""

from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import OfferId, OpeningId, OrderId


class OrdersPlaced(Fact, frozen=True, tag="orders.placed"):
    """`shown` holds (order id, masked name, quantity) of buyers who agreed to be seen."""

    offer_id: OfferId
    orders: int
    quantity: int
    shown: tuple[tuple[str, str, int], ...] = ()


class OrderPaid(Fact, frozen=True, tag="orders.paid"):
    order_id: OrderId
    offer_id: OfferId
    quantity: int
    total_minor: int
    currency: str


class OrderGivenBack(Fact, frozen=True, tag="orders.given_back"):
    """Money that went back for one item of a paid order, with `quantity` pieces or none."""

    order_id: OrderId
    offer_id: OfferId
    quantity: int
    back_minor: int
    currency: str


class OrdersReturned(Fact, frozen=True, tag="orders.returned"):
    """Orders that came to nothing, by expiry or by the buyer's wish; their goods are back."""

    offer_id: OfferId
    orders: int
    quantity: int


class LineServed(Fact, frozen=True, tag="orders.line_served"):
    """Pieces came back, and are held for who waited longest: all up to `number` were asked."""

    offer_id: OfferId
    number: int


class OpeningPromised(Fact, frozen=True, tag="orders.opening_promised"):
    """A fair opening begins: the hash of its seed, before anybody may enter."""

    offer_id: OfferId
    opening_id: OpeningId
    commitment: str
    window_ms: int


class OpeningCalled(Fact, frozen=True, tag="orders.opening_called"):
    """From `call_at_ms` to `closes_at_ms` one may enter."""

    offer_id: OfferId
    call_at_ms: int
    closes_at_ms: int


class OpeningListed(Fact, frozen=True, tag="orders.opening_listed"):
    """Nobody enters any more; `root` fixes who did."""

    offer_id: OfferId
    entrants: int
    root: str


class OpeningRevealed(Fact, frozen=True, tag="orders.opening_revealed"):
    offer_id: OfferId
    seed: str


class OpeningEnded(Fact, frozen=True, tag="orders.opening_ended"):
    """All places are given (`done`), or the opening came to nothing (`void`)."""

    offer_id: OfferId
    stage: str
    placed: int
