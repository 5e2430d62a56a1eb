"""Red packets: a pot in so many parts as its seed says, and who gets the next of them.

The parts are fixed by the seed before anybody can take one. Who comes in the same moment is served
by lot, not by who has the faster line (decision 0142).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256

from msgspec import Struct

from livehouse.domains.crowd.errors import (
    PacketsGone,
    PacketsNotOpen,
    StaffTakeNothing,
    TooManyThere,
)
from livehouse.domains.crowd.model.rewards import Reward, lot_of
from livehouse.foundation.errors import DomainError, InvalidInput, NotFound
from livehouse.foundation.ids import CouponId, PacketsId, PersonId, QuotaId, RunId, ShowId, StoreId
from livehouse.foundation.text import N_

TITLE_CHARACTERS_MAX = 120
PACKETS_MAX = 100_000
POT_MAX = 1_000_000_000
SECONDS_MIN, SECONDS_MAX = 5, 600
# So long everybody sees that they will fall, and what of the seed is fixed.
AHEAD_SECONDS_MIN, AHEAD_SECONDS_MAX = 3, 60
SEED_BYTES = 32
# A tap that was on its way at the end still counts.
GRACE = timedelta(seconds=1)
# So many people at one address are a family or an office; a thousand are somebody's farm.
TAKERS_PER_ADDRESS_MAX = 20


class Kind(Enum):
    """Points come in parts of chance, coupons one to each."""

    POINTS = "points"
    COUPON = "coupon"


class Drop(Struct, frozen=True, kw_only=True):
    """`total` is the pot: points, or as many coupons as packets. `taken` packets are in hands.
    In a `rehearsal` they are empty."""

    id: PacketsId
    run_id: RunId
    show_id: ShowId
    store_id: StoreId
    title: str
    kind: Kind
    count: int
    total: int
    quota_id: QuotaId
    seed: bytes
    opens_at: datetime
    closes_at: datetime
    coupon_id: CouponId | None = None
    rehearsal: bool = False
    taken: int = 0
    ended_at: datetime | None = None

    @property
    def commitment(self) -> str:
        return commitment_to(self.id, self.seed)

    @property
    def is_empty(self) -> bool:
        return self.taken >= self.count


class Grab(Struct, frozen=True, kw_only=True):
    """Somebody reaches for a packet."""

    drop_id: PacketsId
    person_id: PersonId
    address: str = ""
    of_staff: bool = False


class Packet(Struct, frozen=True, kw_only=True):
    """A packet in somebody's hand: the receipt. `number` counts from 0."""

    drop_id: PacketsId
    person_id: PersonId
    number: int
    amount: int
    taken_at: datetime


class PacketsPlan(Struct, frozen=True, kw_only=True):
    """Red packets before they fall: `points` in all of them, or a coupon in each."""

    title: str
    count: int
    points: int = 0
    coupon_id: CouponId | None = None
    seconds: int = 60
    ahead_seconds: int = AHEAD_SECONDS_MIN

    @property
    def reward(self) -> Reward:
        return Reward(points=0, coupon_id=self.coupon_id)


class Ground(Struct, frozen=True):
    """Where packets fall."""

    run_id: RunId
    show_id: ShowId
    store_id: StoreId
    rehearsal: bool = False


def planned(
    plan: PacketsPlan, ground: Ground, ids: tuple[PacketsId, QuotaId], seed: bytes, now: datetime
) -> Drop:
    """The packets that a plan lets fall now, or a refusal."""
    if not AHEAD_SECONDS_MIN <= plan.ahead_seconds <= AHEAD_SECONDS_MAX:
        raise InvalidInput(field="ahead_seconds", problem=N_("between 3 and 60 seconds"))
    opens_at = now + timedelta(seconds=plan.ahead_seconds)
    return checked(
        Drop(
            id=ids[0], run_id=ground.run_id, show_id=ground.show_id, store_id=ground.store_id,
            title=" ".join(plan.title.split()),
            kind=Kind.COUPON if plan.coupon_id else Kind.POINTS, count=plan.count,
            total=plan.count if plan.coupon_id else plan.points, quota_id=ids[1],
            coupon_id=plan.coupon_id, rehearsal=ground.rehearsal, seed=seed, opens_at=opens_at,
            closes_at=opens_at + timedelta(seconds=plan.seconds),
        )
    )  # fmt: skip


def checked(drop: Drop) -> Drop:
    """The drop, or a refusal."""
    seconds = (drop.closes_at - drop.opens_at).total_seconds()
    is_points = drop.kind is Kind.POINTS
    wanted = (
        ("title", 1 <= len(drop.title) <= TITLE_CHARACTERS_MAX, N_("write 1 to 120 characters")),
        ("count", 1 <= drop.count <= PACKETS_MAX, N_("between 1 and 100,000 packets")),
        ("total", not is_points or drop.count <= drop.total <= POT_MAX,
         N_("at least one point for each packet, at most a billion")),
        ("total", is_points or drop.total == drop.count, N_("one coupon in each packet")),
        ("seconds", SECONDS_MIN <= seconds <= SECONDS_MAX, N_("between 5 and 600 seconds")),
        ("source", is_points == (drop.coupon_id is None), N_("choose what is in them")),
    )  # fmt: skip
    for field, holds, problem in wanted:
        if not holds:
            raise InvalidInput(field=field, problem=problem)
    return drop


def commitment_to(drop_id: PacketsId, seed: bytes) -> str:
    """What the room shows before the packets fall: the seed can be no other afterwards."""
    return sha256(b"livehouse/packets\0" + drop_id.bytes + seed).hexdigest()


def amounts(seed: bytes, total: int, count: int) -> list[int]:
    """What is in each packet, by its number: at least 1 each, and `total` together.

    Each takes, beside its one, a chance part of up to twice what the average of the rest has over,
    so that no number is better than another before the seed is known.
    """
    assert 1 <= count <= total, "there is at least one for each"
    found = []
    spare = total - count
    for number in range(count):
        left = count - number
        most = spare if left == 1 else 2 * spare // left
        over = spare if left == 1 else _chance(seed, number, most)
        found.append(1 + over)
        spare -= over
    return found


def amount_of(drop: Drop, parts: Sequence[int], number: int) -> int:
    return parts[number] if drop.kind is Kind.POINTS else 1


def _chance(seed: bytes, number: int, most: int) -> int:
    """From 0 to `most`; 256 bits leave no bias that anybody could measure."""
    drawn = sha256(b"livehouse/packet\0" + seed + number.to_bytes(4)).digest()
    return int.from_bytes(drawn) % (most + 1)


def serve(
    drop: Drop | None,
    grabs: Sequence[Grab],
    known: Mapping[PersonId, Packet],
    there: Mapping[str, int],
    *,
    parts: Sequence[int],
    now: datetime,
) -> list[Packet | DomainError]:
    """Decide who gets which packet, of all that came in one moment.

    Who has one is told of it again, however often they ask; `there` says how many have had one
    at each address.
    """
    served = dict(known)
    crowd = dict(there)
    answers: dict[PersonId, Packet | DomainError] = {}
    taken = drop.taken if drop else 0
    order = sorted(grabs, key=lambda grab: lot_of(drop.seed if drop else b"", grab.person_id))
    for grab in order:
        try:
            mine = served.get(grab.person_id)
            if mine is None:
                _check(drop, grab, taken, crowd, now)
                assert drop is not None, "it was checked"
                mine = Packet(
                    drop_id=drop.id, person_id=grab.person_id, number=taken,
                    amount=amount_of(drop, parts, taken), taken_at=now,
                )  # fmt: skip
                served[grab.person_id] = mine
                crowd[grab.address] = crowd.get(grab.address, 0) + 1
                taken += 1
            answers[grab.person_id] = mine
        except DomainError as refusal:
            answers[grab.person_id] = refusal
    return [answers[grab.person_id] for grab in grabs]


def _check(
    drop: Drop | None, grab: Grab, taken: int, crowd: Mapping[str, int], now: datetime
) -> None:
    if drop is None:
        raise NotFound
    if grab.of_staff and not drop.rehearsal:
        raise StaffTakeNothing
    if now < drop.opens_at:
        raise PacketsNotOpen
    if drop.ended_at is not None or now > drop.closes_at + GRACE or taken >= drop.count:
        raise PacketsGone
    if grab.address and crowd.get(grab.address, 0) >= TAKERS_PER_ADDRESS_MAX:
        raise TooManyThere
