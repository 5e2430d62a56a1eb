"""Who gets what in a group of buys: decided as a set, in the order of arrival (decision 0006)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias, TypeVar

from msgspec import Struct

from livehouse.domains.offers import (
    QUANTITY_MAX,
    BadBasket,
    UnknownCoupon,
    UnknownOffer,
    check_open,
    check_open_to_drawn,
)
from livehouse.domains.orders.errors import (
    BadQuantity,
    CouponUsed,
    DiscountGone,
    ForeignOrder,
    OnlyRehearsal,
    OrderIdNotVersion7,
    PriceChanged,
    ShowNotOn,
)
from livehouse.domains.orders.model.deals import Deal, OnSale, Wish, add_up, deal_of
from livehouse.domains.quotas import LimitReached, ShareKey, Shortage, Tally, admit, shortage
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import (
    AddressId,
    CouponId,
    OfferId,
    OrderId,
    PersonId,
    QuotaId,
    RunId,
    is_version_7,
)

# How long the goods are held for who has not paid yet, where no setting says otherwise.
HOLD_DURATION = timedelta(minutes=10)
# So many purchases of a group are shown in the room; the rest is in the sums.
SHOWN_PER_GROUP_MAX = 3
# Different offers in one order.
ITEMS_MAX = 50

Key = TypeVar("Key")
Thing = TypeVar("Thing")


class Buy(Struct, frozen=True):
    """`shown_as` is the masked name of who agreed to be seen buying, else empty.

    `delivery` is the id of a delivery method, empty for the cheapest to `country`, the recipient's
    as far as it is known. `expects_minor` is the total that the buyer has seen, None for who takes
    any: one tap at the offer's price. `drawn` is true for a place that a fair opening gave, and for
    no other; `waited` for a piece that came back for who stood first in the line.
    """

    id: OrderId
    wish: Wish
    buyer_id: PersonId
    address_id: AddressId | None = None
    shown_as: str = ""
    coupon_ids: tuple[CouponId, ...] = ()
    delivery: str = ""
    expects_minor: int | None = None
    country: str = ""
    drawn: bool = False
    waited: bool = False


class NewOrder(Struct, frozen=True):
    buy: Buy
    deal: Deal
    placed_at: datetime
    hold_until: datetime


class Known(Struct, frozen=True):
    """What is stored already under an id that is asked for again."""

    id: OrderId
    offer_id: OfferId
    buyer_id: PersonId
    state: str
    total_minor: int
    currency: str
    hold_until: datetime
    address_id: AddressId | None


Bought: TypeAlias = NewOrder | Known
Decision: TypeAlias = Bought | DomainError


class Draft(Struct, frozen=True):
    """A decided group before it is written: `orders` are its new ones, `tally` what they take,
    `short` who was refused, by their place, what they wished and what was short."""

    decisions: list[Decision]
    orders: dict[OrderId, NewOrder]
    tally: Tally
    short: dict[int, tuple[PersonId, Deal, Shortage]]


class Sold(Struct, frozen=True):
    """What a group sold of one offer, as sums: one fact instead of one per order."""

    offer_id: OfferId
    run_id: RunId
    orders: int
    quantity: int
    shown: tuple[tuple[str, str, int], ...]


def decide(
    buys: Sequence[Buy],
    on_sale: OnSale,
    known: Mapping[OrderId, Known],
    tally: Tally,
    now: datetime,
    *,
    hold: timedelta = HOLD_DURATION,
) -> list[Decision]:
    """Decide a group, one decision per buy in the same order; `tally` then holds what it takes."""
    return draft(buys, on_sale, known, tally, now, hold=hold).decisions


def draft(
    buys: Sequence[Buy],
    on_sale: OnSale,
    known: Mapping[OrderId, Known],
    tally: Tally,
    now: datetime,
    *,
    hold: timedelta = HOLD_DURATION,
) -> Draft:
    """The same, with what has to be known of it before it is written.

    An id that is asked for twice, in one group or in two, is one order and takes its units once.
    """
    fresh: dict[OrderId, NewOrder] = {}
    # What is the same for many buys of a group is asked once for it.
    deals: dict[object, Deal | DomainError] = {}
    decisions: list[Decision] = []
    short: dict[int, tuple[PersonId, Deal, Shortage]] = {}
    hold_until = now + hold
    for buy in buys:
        earlier = known.get(buy.id) or fresh.get(buy.id)
        if earlier is not None:
            decisions.append(_repeated(buy, earlier))
            continue
        if not is_version_7(buy.id):
            decisions.append(OrderIdNotVersion7())
            continue
        key = (buy.wish, buy.coupon_ids, buy.delivery, buy.country, buy.drawn, buy.waited)
        deal = deals.get(key)
        if deal is None:
            deal = deals[key] = agree(buy, on_sale, now)
        if isinstance(deal, DomainError):
            decisions.append(deal)
            continue
        if buy.expects_minor is not None and buy.expects_minor != deal.price.total.minor:
            decisions.append(PriceChanged())
            continue
        lacking = admit(tally, buy.buyer_id, deal.takes, deal.shares)
        if lacking is not None:
            short[len(decisions)] = (buy.buyer_id, deal, lacking)
            decisions.append(_short(deal, lacking))
            continue
        order = fresh[buy.id] = NewOrder(buy, deal, now, hold_until)
        decisions.append(order)
    return Draft(decisions, fresh, tally, short)


def touched(buys: Iterable[Buy], on_sale: OnSale) -> tuple[list[QuotaId], list[ShareKey]]:
    """Every quota that a group may take from, in their order, and whose shares of them count."""
    found = {offer_id: one.offer for offer_id, one in on_sale.terms.items()}
    quota_ids = {quota_id for offer in found.values() for quota_id in offer.quota_ids}
    quota_ids.update(coupon.quota_id for coupon in on_sale.coupons.values())
    quota_ids.update(subsidy.budget_id for subsidy in on_sale.subsidies)
    limited: set[ShareKey] = set()
    for buy in buys:
        for offer_id, _ in buy.wish:
            offer = found.get(offer_id)
            if offer is not None and offer.limit:
                limited.add((offer.quota_id, buy.buyer_id))
        for coupon_id in buy.coupon_ids:
            coupon = on_sale.coupons.get(coupon_id)
            if coupon is not None and coupon.per_person:
                limited.add((coupon.quota_id, buy.buyer_id))
    return sorted(quota_ids), list(limited)


def holds(drafted: Draft, seen: Tally) -> bool:
    """Whether all refusals of a draft stand whatever becomes of the groups under way.

    `seen` is what the database held without them: who is refused by that, and by what the draft's
    own orders take before, is refused rightly, and for the right reason. Else it hangs on what
    others are about to write, which may yet come to nothing.
    """
    if not drafted.short:
        return True
    best = Tally(left=dict(seen.left), shares=seen.shares)
    counted: set[OrderId] = set()
    for place, decision in enumerate(drafted.decisions):
        if isinstance(decision, NewOrder) and decision.buy.id not in counted:
            counted.add(decision.buy.id)
            admit(best, decision.buy.buyer_id, decision.deal.takes, decision.deal.shares)
        elif place in drafted.short:
            buyer_id, deal, lacking = drafted.short[place]
            if shortage(best, buyer_id, deal.takes, deal.shares) != lacking:
                return False
    return True


def sold(orders: Collection[NewOrder]) -> list[Sold]:
    """Add up a group's orders per offer, and choose the purchases that the room sees."""
    shown: dict[OfferId, list[tuple[str, str, int]]] = {}
    for order in orders:
        if order.buy.shown_as:
            seen = (str(order.buy.id), order.buy.shown_as, order.deal.first.quantity)
            shown.setdefault(order.deal.first.offer.id, []).append(seen)
    return [
        Sold(
            part.item.offer.id,
            part.item.run_id,
            part.orders,
            part.quantity,
            tuple(shown.get(part.item.offer.id, ())[:SHOWN_PER_GROUP_MAX]),
        )
        for part in add_up(order.deal for order in orders)
    ]


def agree(buy: Buy, on_sale: OnSale, now: datetime) -> Deal | DomainError:
    """The deal that is asked for, or why it is not to be had."""
    try:
        _check(buy, on_sale, now)
        coupons = [
            _found(on_sale.coupons, coupon_id, UnknownCoupon) for coupon_id in buy.coupon_ids
        ]
        return deal_of(
            buy.wish, on_sale, now, coupons=coupons, delivery=buy.delivery, country=buy.country
        )
    except DomainError as refusal:
        return refusal


def _check(buy: Buy, on_sale: OnSale, now: datetime) -> None:
    wish = buy.wish
    offer_ids = {offer_id for offer_id, _ in wish}
    if not 1 <= len(wish) <= ITEMS_MAX or len(offer_ids) < len(wish):
        raise BadBasket
    for offer_id, quantity in wish:
        if not 1 <= quantity <= QUANTITY_MAX:
            raise BadQuantity
        found = _found(on_sale.terms, offer_id, UnknownOffer)
        if buy.drawn:
            check_open_to_drawn(found.offer)
        elif not buy.waited:  # who joined the line while it was open keeps the offer's promise
            check_open(found.offer, now)
        if found.run_id is None:
            raise ShowNotOn
        if found.rehearsal:
            raise OnlyRehearsal


def _found(there: Mapping[Key, Thing], key: Key, refusal: type[DomainError]) -> Thing:
    found = there.get(key)
    if found is None:
        raise refusal
    return found


def _short(deal: Deal, lacking: Shortage) -> DomainError:
    """Goods that are gone are something else than a discount that is: that can be left out."""
    if any(lacking.quota_id in item.offer.quota_ids for item in deal.items):
        return lacking.refusal()
    return CouponUsed() if lacking.refusal is LimitReached else DiscountGone()


def _repeated(buy: Buy, earlier: Bought) -> Decision:
    """Asking again is harmless for whoever asked first, and tells nobody else anything."""
    if isinstance(earlier, Known):
        same = (earlier.buyer_id, earlier.offer_id) == (buy.buyer_id, buy.wish[0][0])
    else:
        same = (earlier.buy.buyer_id, earlier.buy.wish) == (buy.buyer_id, buy.wish)
    return earlier if same else ForeignOrder()
