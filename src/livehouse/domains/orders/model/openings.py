"""Fair openings: who enters within a few seconds of the call has the same chance (decision 0103).

An opening goes through its stages in one direction. What the room must have seen of one stage
stands in a frame before the next one begins.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.fairness import (
    ENTRANTS_MAX,
    PLACED,
    Entrant,
    commitment_to,
    entrant_of,
    nonce_of,
    root_of,
)
from livehouse.domains.offers import QUANTITY_MAX, Offer
from livehouse.domains.orders.errors import (
    BadQuantity,
    EntrantsFull,
    EntryOver,
    NonceTaken,
    NotCalledYet,
    OrderIdNotVersion7,
)
from livehouse.domains.orders.model.deciding import Buy, Known
from livehouse.domains.quotas import LimitReached
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import (
    AddressId,
    OfferId,
    OpeningId,
    OrderId,
    PersonId,
    RunId,
    is_version_7,
)

# From the moment that the commitment is in a frame; long enough to count down with the host.
CALL_LEAD = timedelta(seconds=5)
CALLED_OFF = "called_off"
SOLD_OUT = "sold_out"


class Stage(Enum):
    PROMISED = "promised"  # the commitment is on its way into a frame
    CALLED = "called"  # the call has its moment; after it one may enter
    LISTED = "listed"  # nobody enters any more; the root is on its way into a frame
    REVEALED = "revealed"  # the seed is out and places are given
    DONE = "done"
    VOID = "void"  # the show ended before: nobody gets a place

    @property
    def is_over(self) -> bool:
        return self in (Stage.DONE, Stage.VOID)


class Opening(Struct, frozen=True, kw_only=True):
    """`closes_at` is the last moment at which an entry counts: the call, the window for pictures
    that are late, and the show's grace for taps on their way. `seed` is empty until it is out."""

    id: OpeningId
    offer_id: OfferId
    run_id: RunId
    stage: Stage
    commitment: str
    sealed_seed: bytes
    window_ms: int
    grace_ms: int
    limit: int
    promised_at: datetime
    call_at: datetime | None = None
    closes_at: datetime | None = None
    listed_at: datetime | None = None
    revealed_at: datetime | None = None
    ended_at: datetime | None = None
    entrants: int = 0
    root: str = ""
    seed: str = ""


class Entering(Struct, frozen=True):
    """To take part: `order_id` will be the order's, if there is a place."""

    order_id: OrderId
    offer_id: OfferId
    nonce: str
    quantity: int
    person_id: PersonId
    address_id: AddressId | None = None


EntryKey: TypeAlias = tuple[OpeningId, PersonId]


class Entry(Struct, frozen=True):
    """One per person and opening. `position` counts from 1, and is 0 until the draw."""

    opening_id: OpeningId
    person_id: PersonId
    order_id: OrderId
    entrant: Entrant
    entered_at: datetime
    address_id: AddressId | None = None
    position: int = 0
    outcome: str = ""

    @property
    def key(self) -> EntryKey:
        return self.opening_id, self.person_id

    @property
    def has_place(self) -> bool:
        return self.outcome == PLACED


class Result(Struct, frozen=True):
    """How a draw went for somebody: `order` is there for who got a place."""

    opening: Opening
    entry: Entry
    order: Known | None


class Seen(Struct, frozen=True):
    """What the newest frame of a room says of an opening."""

    id: str = ""
    commitment: str = ""
    root: str = ""


def promised(
    offer: Offer, run_id: RunId, *, opening_id: OpeningId, seed: bytes, sealed: bytes, now: datetime
) -> Opening:
    """The host opens the offer: its seed is fixed before anybody enters."""
    return Opening(
        id=opening_id,
        offer_id=offer.id,
        run_id=run_id,
        stage=Stage.PROMISED,
        commitment=commitment_to(opening_id, seed),
        sealed_seed=sealed,
        window_ms=offer.fair_window_ms,
        grace_ms=offer.grace_ms,
        limit=offer.limit,
        promised_at=now,
    )


def shows_promise(seen: Seen, opening: Opening) -> bool:
    return seen.id == str(opening.id) and seen.commitment == opening.commitment


def shows_list(seen: Seen, opening: Opening) -> bool:
    return seen.id == str(opening.id) and seen.root == opening.root


def called(opening: Opening, now: datetime) -> Opening:
    """The call gets its moment, a little ahead."""
    call_at = now + CALL_LEAD
    closes_at = call_at + timedelta(milliseconds=opening.window_ms + opening.grace_ms)
    return replace(opening, stage=Stage.CALLED, call_at=call_at, closes_at=closes_at)


def is_to_be_listed(opening: Opening, now: datetime) -> bool:
    assert opening.closes_at is not None, "it has been called"
    return now > opening.closes_at


def listed(opening: Opening, entrants: Sequence[Entrant], now: datetime) -> Opening:
    """The list as it stands is the list: from here on its root tells any other apart."""
    return replace(
        opening,
        stage=Stage.LISTED,
        entrants=len(entrants),
        root=root_of(entrants),
        listed_at=now,
    )


def revealed(opening: Opening, seed: bytes, now: datetime) -> Opening:
    return replace(opening, stage=Stage.REVEALED, seed=seed.hex(), revealed_at=now)


def ended(opening: Opening, stage: Stage, now: datetime) -> Opening:
    return replace(opening, stage=stage, ended_at=now)


def check_entering(opening: Opening | None, now: datetime) -> Opening:
    """Refuse who comes before the call, or later than any picture may have brought it."""
    if opening is None or opening.call_at is None or now < opening.call_at:
        if opening is not None and opening.stage.is_over:
            raise EntryOver
        raise NotCalledYet
    assert opening.closes_at is not None, "it has been called"
    if opening.stage is not Stage.CALLED or now > opening.closes_at:
        raise EntryOver
    return opening


def admit(
    wishes: Sequence[Entering],
    openings: Mapping[OfferId, Opening],
    known: Sequence[Entry],
    now: datetime,
) -> list[Entry | DomainError]:
    """Decide a group of wishes in the order of their arrival; one entry per person, and one person
    per nonce. Who has entered is answered with their entry, however often and from wherever."""
    by_person = {(entry.opening_id, entry.person_id): entry for entry in known}
    nonces = {(entry.opening_id, entry.entrant.nonce) for entry in known}
    counts = {opening.id: opening.entrants for opening in openings.values()}
    decisions: list[Entry | DomainError] = []
    for wish in wishes:
        opening = openings.get(wish.offer_id)
        earlier = by_person.get((opening.id, wish.person_id)) if opening else None
        if earlier is not None:
            decisions.append(earlier)
            continue
        try:
            entry = _entry(wish, opening, now)
            if (entry.opening_id, entry.entrant.nonce) in nonces:
                raise NonceTaken
            if counts[entry.opening_id] >= ENTRANTS_MAX:
                raise EntrantsFull
        except DomainError as refusal:
            decisions.append(refusal)
            continue
        by_person[(entry.opening_id, entry.person_id)] = entry
        nonces.add((entry.opening_id, entry.entrant.nonce))
        counts[entry.opening_id] += 1
        decisions.append(entry)
    return decisions


def _entry(wish: Entering, found: Opening | None, now: datetime) -> Entry:
    if not is_version_7(wish.order_id):
        raise OrderIdNotVersion7
    if not 1 <= wish.quantity <= QUANTITY_MAX:
        raise BadQuantity
    nonce = nonce_of(wish.nonce)
    opening = check_entering(found, now)
    if opening.limit and wish.quantity > opening.limit:
        raise LimitReached
    entrant = entrant_of(opening.id, nonce, wish.quantity)
    return Entry(opening.id, wish.person_id, wish.order_id, entrant, now, wish.address_id)


def buy_of(entry: Entry, offer_id: OfferId) -> Buy:
    """The place as the till is asked for it. The room is not told who bought, not even where they
    agreed to it: beside the published order, that would tell whose name in the draw is whose."""
    return Buy(
        id=entry.order_id,
        wish=((offer_id, entry.entrant.quantity),),
        buyer_id=entry.person_id,
        address_id=entry.address_id,
        drawn=True,
    )
