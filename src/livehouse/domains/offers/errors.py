"""Why an offer may decline."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class UnknownOffer(DomainError):
    kind = Refusal.NOT_FOUND
    code = "unknown_offer"
    message = N_("This offer does not exist.")


class OfferNotOpen(DomainError):
    kind = Refusal.CONFLICT
    code = "offer_not_open"
    message = N_("This offer has not opened yet.")


class OfferClosed(DomainError):
    kind = Refusal.CONFLICT
    code = "offer_closed"
    message = N_("This offer is closed.")


class PlacesAreDrawn(OfferNotOpen):
    """It is open to those alone who take part in the draw, and to nobody else yet."""

    code = "places_are_drawn"
    message = N_("The places of this offer are drawn. Take part in the show.")


class NotOnSale(DomainError):
    kind = Refusal.CONFLICT
    code = "not_on_sale"
    message = N_("This variant belongs to another store or is not published.")


class CouponNotValid(DomainError):
    kind = Refusal.CONFLICT
    code = "coupon_not_valid"
    message = N_("This coupon is not valid now.")


class CouponElsewhere(DomainError):
    kind = Refusal.CONFLICT
    code = "coupon_elsewhere"
    message = N_("This coupon is not for this store.")


class CouponNeedsMore(DomainError):
    kind = Refusal.CONFLICT
    code = "coupon_needs_more"
    message = N_("This coupon is for orders from {amount}.")


class CouponsDoNotCombine(DomainError):
    kind = Refusal.CONFLICT
    code = "coupons_do_not_combine"
    message = N_("These coupons cannot be used together.")


class OrderTooLarge(DomainError):
    kind = Refusal.INVALID
    code = "order_too_large"
    message = N_("This is more than one order can hold.")


class UnknownCoupon(DomainError):
    kind = Refusal.NOT_FOUND
    code = "unknown_coupon"
    message = N_("There is no such coupon.")


class UnknownDrop(DomainError):
    kind = Refusal.NOT_FOUND
    code = "unknown_drop"
    message = N_("There is no such drop.")


class DropOver(DomainError):
    kind = Refusal.CONFLICT
    code = "drop_over"
    message = N_("Too late: the time to take this coupon is over.")


class DropGone(DomainError):
    kind = Refusal.CONFLICT
    code = "drop_gone"
    message = N_("All of these coupons have been taken.")


class CodeTaken(DomainError):
    kind = Refusal.CONFLICT
    code = "code_taken"
    message = N_("You have a coupon with this code already.")


class BadBasket(DomainError):
    kind = Refusal.INVALID
    code = "bad_basket"
    message = N_("An order has 1 to 50 offers, each of them once, and 1 to 100 units of each.")


class StoresMixed(DomainError):
    kind = Refusal.INVALID
    code = "stores_mixed"
    message = N_("An order is of one store. Goods of another store are an order of their own.")
