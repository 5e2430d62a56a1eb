"""The rules of offers. Pure: no clock, no database, no network.

An offer is a product at a price for a while in a show. What it sells and for how much never
changes once it is planned; an order can therefore point at it as at a snapshot.
"""

from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.offers.errors import OfferClosed, OfferNotOpen, PlacesAreDrawn
from livehouse.domains.quotas import Quota
from livehouse.foundation.clock import to_ms
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import OfferId, QuotaId, RunId, ShowId, StoreId, VariantId
from livehouse.foundation.money import MINOR_MAX, Money
from livehouse.foundation.text import N_

ALLOTMENT_MAX = 10_000_000
LIMIT_MAX = 1_000
# Shorter than pictures differ, it would be a race again; longer, nobody waits so long.
FAIR_WINDOW_MS_MIN = 2_000
FAIR_WINDOW_MS_MAX = 15_000
# Beyond this a total of one order could leave what JavaScript holds exactly.
QUANTITY_MAX = 100
OPENS_MAX = timedelta(days=2 * 366)


class Planned(Struct, frozen=True, tag="planned"):
    """With `opens_at` it opens by itself then, or as soon after that as its show is live."""

    opens_at: datetime | None = None


class Open(Struct, frozen=True, tag="open"):
    opened_at: datetime
    closes_at: datetime | None = None


class Closed(Struct, frozen=True, tag="closed"):
    closed_at: datetime


OfferState: TypeAlias = Planned | Open | Closed


class Offer(Struct, frozen=True):
    """`limit` is per buyer, 0 for none; `duration` closes the offer by itself after opening.

    `no_return` is the key of the exception from sending back, as it was shown to the buyer.
    With a `fair_window_ms` its first places are drawn among all who enter within that time after
    the call (decision 0103); `drawn` says that they have been, and the rest sells as usual.
    """

    id: OfferId
    show_id: ShowId
    store_id: StoreId
    variant_id: VariantId
    title: str
    variant_title: str
    image: str
    price: Money
    quota_id: QuotaId
    stock_quota_id: QuotaId
    state: OfferState
    limit: int = 0
    duration: timedelta | None = None
    rank: int = 1
    tax_basis_points: int = 0
    prices_include_tax: bool = True
    grace_ms: int = 0
    no_return: str = ""
    fair_window_ms: int = 0
    drawn: bool = False

    @property
    def quota_ids(self) -> tuple[QuotaId, ...]:
        """An order takes from both: the offer's allotment and the shelf."""
        return (self.quota_id, self.stock_quota_id)

    @property
    def full_title(self) -> str:
        """With the variant, as staff and letters name it."""
        return f"{self.title} {self.variant_title}".strip()

    @property
    def awaits_draw(self) -> bool:
        return self.fair_window_ms > 0 and not self.drawn


class Terms(Struct, frozen=True):
    """An offer as the till sees it: `run_id` is the run that is on, if any."""

    offer: Offer
    run_id: RunId | None
    rehearsal: bool


class Remainder(Struct, frozen=True):
    """How many of an offer can still be bought; of two, the one of the higher version is true."""

    left: int
    version: int


def remainder(allotment: Quota, stock: Quota) -> Remainder:
    """What is left of both: the offer's allotment and the shelf that it sells from.

    Both versions only grow, so their sum tells older news from newer.
    """
    left = max(0, min(allotment.left, stock.left))
    return Remainder(left, allotment.version + stock.version)


def hours_ms(offer: Offer) -> tuple[int, int]:
    """When an offer opened or will open by itself, and when it closes so; 0 for no such moment."""
    match offer.state:
        case Planned(opens_at=opens_at):
            return to_ms(opens_at) if opens_at else 0, 0
        case Open(opened_at=opened_at, closes_at=closes_at):
            return to_ms(opened_at), to_ms(closes_at) if closes_at else 0
        case Closed():
            return 0, 0
        case _:
            assert_never(offer.state)


def open_offer(offer: Offer, now: datetime) -> Offer:
    """Open a planned offer, or a closed one again."""
    match offer.state:
        case Planned() | Closed():
            closes_at = now + offer.duration if offer.duration else None
            return replace(offer, state=Open(now, closes_at))
        case Open():
            return offer
        case _:
            assert_never(offer.state)


def close_offer(offer: Offer, now: datetime) -> Offer:
    match offer.state:
        case Planned():
            raise OfferNotOpen
        case Open():
            return replace(offer, state=Closed(now))
        case Closed():
            return offer
        case _:
            assert_never(offer.state)


def check_open(offer: Offer, now: datetime) -> None:
    """Refuse an order that comes before the opening, or later than the grace after the close.

    The grace lets in who tapped while their picture, which runs behind, still showed it open.
    """
    grace = timedelta(milliseconds=offer.grace_ms)
    match offer.state:
        case Planned():
            raise OfferNotOpen
        case Open() | Closed() if offer.awaits_draw:
            raise PlacesAreDrawn
        case Open(closes_at=closes_at):
            if closes_at is not None and now > closes_at + grace:
                raise OfferClosed
        case Closed(closed_at=closed_at):
            # Before the close it is closed, too: else a clock that jumps back opens it again.
            if abs(now - closed_at) > grace:
                raise OfferClosed
        case _:
            assert_never(offer.state)


def check_open_to_drawn(offer: Offer) -> None:
    """Refuse a place that was drawn, if the host has closed the offer meanwhile.

    Time alone does not close it before the draw is over: nobody who entered is late.
    """
    match offer.state:
        case Planned():
            raise OfferNotOpen
        case Open():
            pass
        case Closed():
            raise OfferClosed
        case _:
            assert_never(offer.state)


def planned_again(offer: Offer) -> Offer:
    """A new run begins: what was to be drawn for in an earlier one waits for its call again."""
    is_left_open = offer.awaits_draw and isinstance(offer.state, Open)
    return replace(offer, state=Planned()) if is_left_open else offer


def moved(offer: Offer, by: timedelta) -> Offer:
    """Its show begins so much later: what opens by itself does, too."""
    if isinstance(offer.state, Planned) and offer.state.opens_at is not None:
        return replace(offer, state=Planned(offer.state.opens_at + by))
    return offer


def state_name(offer: Offer) -> str:
    match offer.state:
        case Planned():
            return "planned"
        case Open():
            return "open"
        case Closed():
            return "closed"
        case _:
            assert_never(offer.state)


def checked_plan(price_minor: int, allotment: int, limit: int, minutes: int) -> None:
    """Refuse what could not be sold rightly."""
    bounds = (
        ("price", price_minor, 0, MINOR_MAX // QUANTITY_MAX, N_("this is not a price we can take")),
        ("allotment", allotment, 1, ALLOTMENT_MAX, N_("from 1 to 10,000,000")),
        ("limit", limit, 0, LIMIT_MAX, N_("from 0 (no limit) to 1,000")),
        ("minutes", minutes, 0, 24 * 60, N_("from 0 (until you close it) to 1,440")),
    )
    for field, value, least, most, problem in bounds:
        if not least <= value <= most:
            raise InvalidInput(field=field, problem=problem)


def checked_opening(opens_at: datetime | None, now: datetime) -> Planned:
    """When it opens by itself, None for an offer that the host opens."""
    if opens_at is not None and not now < opens_at <= now + OPENS_MAX:
        raise InvalidInput(field="opens_at", problem=N_("a moment to come, within two years"))
    return Planned(opens_at)


def checked_window(fair_window_ms: int) -> int:
    """How long people may enter after the call, 0 for an offer that sells at once."""
    if fair_window_ms and not FAIR_WINDOW_MS_MIN <= fair_window_ms <= FAIR_WINDOW_MS_MAX:
        raise InvalidInput(field="fair_window_ms", problem=N_("0, or from 2 to 15 seconds"))
    return fair_window_ms
