"""Who may be carried over WebRTC: anybody while there is room, and always those whom we know.

A flood of strangers takes the open seats, few from each address, and none of those that are kept
(decision 0162). No clock, no network.
"""

from collections.abc import Iterable
from typing import Protocol

from msgspec import Struct

from livehouse.media.webrtc.errors import TooManyFromAddress, TooManySessions
from livehouse.media.webrtc.limits import (
    ADDRESS_SEATS_MIN,
    ADDRESS_SHARE,
    CONNECTING_MAX,
    HOLDER_SEATS_MAX,
    KEPT_SEATS_MAX,
)


class Claim(Struct, frozen=True):
    """Who wants a seat. `address` is what strangers are counted by; `holder` names who came with
    a guest's link or a host's pass, and is empty for everybody else."""

    address: str = ""
    holder: str = ""


class Occupant(Protocol):
    """The connection that sits there."""

    @property
    def is_connected(self) -> bool: ...

    def leave(self) -> None: ...


class Seat:
    """Taken before a connection is made, so that no two offers get the last one."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.occupant: Occupant | None = None

    @property
    def is_connecting(self) -> bool:
        return self.occupant is None or not self.occupant.is_connected


class Seats:
    """`open_max` seats for anybody; those of holders are counted by themselves."""

    def __init__(self, open_max: int, *, per_address: int | None = None) -> None:
        self._open_max = open_max
        self._per_address = per_address or max(ADDRESS_SEATS_MIN, round(open_max * ADDRESS_SHARE))
        # In the order in which they were taken.
        self._open: list[Seat] = []
        self._kept: list[Seat] = []

    @property
    def open_taken(self) -> int:
        return len(self._open)

    @property
    def kept_taken(self) -> int:
        return len(self._kept)

    def take(self, claim: Claim) -> Seat:
        """A seat, or `TooManySessions`, or `TooManyFromAddress`."""
        seat = Seat(claim)
        if claim.holder and self._make_way(claim.holder):
            self._kept.append(seat)
            return seat
        self._check_room(claim.address)
        self._open.append(seat)
        return seat

    def give_back(self, seat: Seat) -> None:
        """May be repeated."""
        for taken in (self._open, self._kept):
            if seat in taken:
                taken.remove(seat)

    def _make_way(self, holder: str) -> bool:
        """Whether a seat is kept for the holder, whose own oldest is given up where it must be: a
        page that was loaded anew need not wait for the connection of the one before."""
        own = [seat for seat in self._kept if seat.claim.holder == holder]
        if len(own) >= HOLDER_SEATS_MAX:
            self._kept.remove(own[0])
            if own[0].occupant is not None:
                own[0].occupant.leave()
        return len(self._kept) < KEPT_SEATS_MAX

    def _check_room(self, address: str) -> None:
        here = [seat for seat in self._open if seat.claim.address == address]
        if len(here) >= self._per_address:
            raise TooManyFromAddress
        if len(self._open) >= self._open_max or _connecting(self._open) >= CONNECTING_MAX:
            raise TooManySessions


def _connecting(seats: Iterable[Seat]) -> int:
    return sum(seat.is_connecting for seat in seats)
