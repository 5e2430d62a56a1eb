"""What has happened to an offer. Facts are whole, so that folding one twice changes nothing."""

from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import CouponId, DropId, OfferId


class OfferListed(Fact, frozen=True, tag="offers.listed"):
    """The offer as the room shows it: at its run's start, and after each change of its state.

    `version` is that of the allotment: of two facts about what is left the higher one is true.
    `was_minor` is the proven price before this reduction, 0 for none.
    """

    offer_id: OfferId
    title: str
    variant_title: str
    image: str
    price_minor: int
    currency: str
    state: str
    left: int
    total: int
    limit: int
    opens_at_ms: int
    closes_at_ms: int
    rank: int
    version: int
    no_return: str = ""
    fair_window_ms: int = 0
    was_minor: int = 0


class CouponShown(Fact, frozen=True, tag="offers.coupon_shown"):
    """A coupon that viewers of the room can take, with its terms; one that ended early is told once
    more, with its new end. Either `amount_minor` or `basis_points` is above zero."""

    coupon_id: CouponId
    label: str
    currency: str
    amount_minor: int
    basis_points: int
    from_minor: int
    cap_minor: int
    starts_at_ms: int
    ends_at_ms: int


class CouponDropped(Fact, frozen=True, tag="offers.coupon_dropped"):
    """Coupons that viewers of the room can take until `ends_at_ms`, so many as there are; a drop
    that ends early is told once more. Either `amount_minor` or `basis_points` is above zero."""

    drop_id: DropId
    coupon_id: CouponId
    label: str
    currency: str
    amount_minor: int
    basis_points: int
    from_minor: int
    cap_minor: int
    ends_at_ms: int
    total: int
    left: int
    version: int


class DropTaken(Fact, frozen=True, tag="offers.drop_taken"):
    """How many coupons of a drop are left; of two, the one of the higher version is true."""

    drop_id: DropId
    left: int
    version: int


class OfferPinned(Fact, frozen=True, tag="offers.pinned"):
    """`offer_id` is empty when the pin is taken down."""

    offer_id: str


class LeftChanged(Fact, frozen=True, tag="offers.left_changed"):
    """How many of an offer are left, after orders or after some came back."""

    offer_id: OfferId
    left: int
    version: int
