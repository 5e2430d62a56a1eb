"""Typed ids, and the one place that makes them."""

import hashlib
import secrets
from typing import NewType, Protocol
from uuid import UUID

from livehouse.foundation.clock import Clock, to_ms

PersonId = NewType("PersonId", UUID)
AddressId = NewType("AddressId", UUID)
StoreId = NewType("StoreId", UUID)
DeliveryMethodId = NewType("DeliveryMethodId", UUID)
ProductId = NewType("ProductId", UUID)
VariantId = NewType("VariantId", UUID)
RoomId = NewType("RoomId", UUID)
ShowId = NewType("ShowId", UUID)
FilmId = NewType("FilmId", UUID)
RunId = NewType("RunId", UUID)
ChatLineId = NewType("ChatLineId", UUID)
OfferId = NewType("OfferId", UUID)
QuotaId = NewType("QuotaId", UUID)
OrderId = NewType("OrderId", UUID)
OpeningId = NewType("OpeningId", UUID)
CouponId = NewType("CouponId", UUID)
SubsidyId = NewType("SubsidyId", UUID)
DealId = NewType("DealId", UUID)
ActId = NewType("ActId", UUID)
CueId = NewType("CueId", UUID)
PreparedId = NewType("PreparedId", UUID)
DrawId = NewType("DrawId", UUID)
RoundId = NewType("RoundId", UUID)
BattleId = NewType("BattleId", UUID)
ContestId = NewType("ContestId", UUID)
QuestionId = NewType("QuestionId", UUID)
QuizId = NewType("QuizId", UUID)
PacketsId = NewType("PacketsId", UUID)
DropId = NewType("DropId", UUID)
TradeId = NewType("TradeId", UUID)
RuleId = NewType("RuleId", UUID)
ScreenId = NewType("ScreenId", UUID)

_VERSION_7 = 7 << 76
_VERSION_8 = 8 << 76
_VARIANT = 2 << 62
_VERSION_AND_VARIANT = (0xF << 76) | (3 << 62)
_COUNTER_BITS = 74


class IdSource(Protocol):
    def new(self) -> UUID: ...


class SystemIds:
    """UUIDv7 (RFC 9562, method 2): sorted by time, and by making within one millisecond.

    Keys that grow keep an index's new entries on one page, which is what makes groups cheap.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ms = 0
        self._counter = 0

    def new(self) -> UUID:
        ms = to_ms(self._clock.now())
        if ms > self._ms:
            # The top bit stays free, so that steps within a millisecond never overflow.
            self._ms, self._counter = ms, secrets.randbits(_COUNTER_BITS - 1)
        else:
            self._counter += 1 + secrets.randbits(32)
        high, low = self._counter >> 62, self._counter & ((1 << 62) - 1)
        return UUID(int=(self._ms << 80) | _VERSION_7 | (high << 64) | _VARIANT | low)


def is_version_7(candidate: UUID) -> bool:
    """Whether a client's id keeps our indexes in order; others are refused."""
    # As `candidate.version == 7`, which is much slower: this is asked for every order.
    return candidate.int & _VERSION_AND_VARIANT == _VERSION_7 | _VARIANT


def id_of_content(content: bytes) -> UUID:
    """The same id for the same content (UUIDv8 of RFC 9562, from SHA-256)."""
    bits = int.from_bytes(hashlib.sha256(content).digest()[:16])
    return UUID(int=bits & ~_VERSION_AND_VARIANT | _VERSION_8 | _VARIANT)
