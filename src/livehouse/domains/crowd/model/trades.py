"""What points buy: a coupon of the store, at a price in points that the store sets.

Points buy no chances: neither a place in a draw nor a vote. Who could buy odds would gamble.
"""

from datetime import datetime

from msgspec import Struct

from livehouse.domains.crowd.errors import TooFewPoints, TradeOver
from livehouse.domains.crowd.model.rewards import POINTS_MAX
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import CouponId, QuotaId, StoreId, TradeId
from livehouse.foundation.text import N_

COUNT_MAX = 1_000_000


class Trade(Struct, frozen=True, kw_only=True):
    """Each person may have one, until before `ends_at`. The coupon is the trade's own, with as many
    uses as can be had, so that whatever was paid for in points can be used; `quota_id` counts them.
    """

    id: TradeId
    store_id: StoreId
    coupon_id: CouponId
    quota_id: QuotaId
    label: str
    points: int
    ends_at: datetime


class Offered(Struct, frozen=True):
    """A trade, how many are left, and whether the viewer has it already."""

    trade: Trade
    left: int
    is_mine: bool = False


def checked(points: int, count: int) -> None:
    if not 1 <= points <= POINTS_MAX:
        raise InvalidInput(field="points", problem=N_("between 1 and 1,000,000 points"))
    if not 1 <= count <= COUNT_MAX:
        raise InvalidInput(field="count", problem=N_("between 1 and 1,000,000"))


def check_trading(trade: Trade, balance: int, now: datetime) -> None:
    """Refuse who comes too late or has too few."""
    if now >= trade.ends_at:
        raise TradeOver
    if balance < trade.points:
        raise TooFewPoints(missing=trade.points - balance)
