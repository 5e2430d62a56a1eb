"""Seats over WebRTC: some for anybody, few from each address, and those that are kept."""

from dataclasses import dataclass, field

import pytest

from livehouse.media.webrtc.errors import TooManyFromAddress, TooManySessions
from livehouse.media.webrtc.limits import CONNECTING_MAX, HOLDER_SEATS_MAX, KEPT_SEATS_MAX
from livehouse.media.webrtc.seats import Claim, Seat, Seats

OPEN = 40


@dataclass
class Sitting:
    is_connected: bool = True
    left: list[bool] = field(default_factory=list)

    def leave(self) -> None:
        self.left.append(True)


def sits(seats: Seats, address: str = "", *, holder: str = "", connected: bool = True) -> Seat:
    seat = seats.take(Claim(address, holder))
    seat.occupant = Sitting(connected)
    return seat


def a_flood(seats: Seats, *, connected: bool = True) -> int:
    """Strangers from ever new addresses, until they are refused; how many came in."""
    for come in range(10 * OPEN):
        try:
            sits(seats, f"2001:db8:{come:x}::", connected=connected)
        except TooManySessions:
            return come
    raise AssertionError("nobody was refused")


@pytest.mark.parametrize(("connected", "come_in"), [(True, OPEN), (False, CONNECTING_MAX)])
def test_a_flood_of_strangers_leaves_guests_and_hosts_their_seats(
    *, connected: bool, come_in: int
) -> None:
    seats = Seats(OPEN)
    assert a_flood(seats, connected=connected) == come_in

    for guest in range(3):
        sits(seats, "2001:db8:1::", holder=f"guest.{guest}")
    sits(seats, "2001:db8:1::", holder="staff.1")
    assert seats.kept_taken == 4


def test_one_address_cannot_take_the_seats_of_all() -> None:
    seats = Seats(OPEN)
    for _ in range(OPEN // 4):
        sits(seats, "192.0.2.1")
    with pytest.raises(TooManyFromAddress):
        seats.take(Claim("192.0.2.1"))
    sits(seats, "192.0.2.2")


def test_who_is_still_being_answered_has_a_seat_already() -> None:
    seats = Seats(2)
    seats.take(Claim("192.0.2.1"))
    seats.take(Claim("192.0.2.2"))
    with pytest.raises(TooManySessions):
        seats.take(Claim("192.0.2.3"))


def test_who_holds_many_seats_gives_up_the_oldest_for_the_next() -> None:
    seats = Seats(OPEN)
    own = [sits(seats, holder="guest.1") for _ in range(HOLDER_SEATS_MAX + 1)]
    left = [seat.occupant.left for seat in own if isinstance(seat.occupant, Sitting)]
    assert left == [[True], *[[]] * HOLDER_SEATS_MAX]
    assert seats.kept_taken == HOLDER_SEATS_MAX


def test_where_all_kept_seats_are_taken_a_holder_is_one_of_the_others() -> None:
    seats = Seats(1)
    for one in range(KEPT_SEATS_MAX):
        sits(seats, holder=f"guest.{one}")
    sits(seats, "192.0.2.1", holder="guest.more")
    with pytest.raises(TooManySessions):
        seats.take(Claim("192.0.2.2", "guest.too_many"))


def test_a_seat_is_given_back_once() -> None:
    seats = Seats(1)
    seat = sits(seats, "192.0.2.1")
    seats.give_back(seat)
    seats.give_back(seat)
    sits(seats, "192.0.2.1")
    assert seats.open_taken == 1


def test_without_open_seats_those_that_are_kept_stay() -> None:
    seats = Seats(0)
    sits(seats, "192.0.2.1", holder="staff.1")
    with pytest.raises(TooManySessions):
        seats.take(Claim("192.0.2.1"))
