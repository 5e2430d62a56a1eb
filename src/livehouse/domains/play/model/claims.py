"""What becomes of a prize: won, claimed until a deadline, sent; or it goes to the next in order."""

from datetime import datetime, timedelta
from enum import Enum

from msgspec import Struct

from livehouse.domains.play.errors import PrizeGone
from livehouse.domains.play.model.joining import check_country
from livehouse.domains.play.model.terms import Prize
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import AddressId, DrawId, PersonId, RoundId, StoreId
from livehouse.foundation.text import N_


class State(Enum):
    WON = "won"
    CLAIMED = "claimed"
    SENT = "sent"
    EXPIRED = "expired"


# So long after the claim a store may take to send a prize.
SEND_WITHIN = timedelta(days=14)


class Claim(Struct, frozen=True, kw_only=True):
    """A prize in somebody's hands, or nearly."""

    round_id: RoundId
    position: int
    draw_id: DrawId
    store_id: StoreId
    person_id: PersonId
    draw_title: str
    prize_number: int
    prize: Prize
    state: State
    deadline: datetime
    won_at: datetime
    countries: tuple[str, ...] = ()
    address_id: AddressId | None = None
    note: str = ""
    claimed_at: datetime | None = None

    @property
    def needs_address(self) -> bool:
        """Whether it is sent, or only goes to people who live in certain countries."""
        return self.prize.needs_address or bool(self.countries)

    @property
    def send_by(self) -> datetime | None:
        """When it should be on its way; None for what is not to be sent."""
        if self.state is not State.CLAIMED or self.claimed_at is None:
            return None
        return self.claimed_at + SEND_WITHIN

    def is_overdue(self, now: datetime) -> bool:
        return self.send_by is not None and self.send_by < now


def deadline_of(claim_hours: int, now: datetime) -> datetime:
    return now + timedelta(hours=claim_hours)


def check_claiming(claim: Claim, address_id: AddressId | None, country: str, now: datetime) -> None:
    """Refuse who comes too late, and an address that the prize cannot go to."""
    if claim.state is State.EXPIRED or (claim.state is State.WON and now > claim.deadline):
        raise PrizeGone
    if claim.prize.needs_address and address_id is None:
        raise InvalidInput(field="address", problem=N_("choose where it should go"))
    check_country(claim.countries, country)
