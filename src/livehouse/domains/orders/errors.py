"""Why an order or a payment may decline."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class ForeignOrder(DomainError):
    kind = Refusal.CONFLICT
    code = "foreign_order"
    message = N_("This order number is taken. Please try again.")


class OrderIdNotVersion7(DomainError):
    kind = Refusal.INVALID
    code = "order_id_not_uuid7"
    message = N_("An order's id must be a UUID of version 7.")


class BadQuantity(DomainError):
    kind = Refusal.INVALID
    code = "bad_quantity"
    message = N_("Choose a quantity from 1 to 100.")


class ShowNotOn(DomainError):
    kind = Refusal.CONFLICT
    code = "show_not_on"
    message = N_("This show is not on air, so nothing is sold.")


class OnlyRehearsal(DomainError):
    kind = Refusal.CONFLICT
    code = "only_rehearsal"
    message = N_("This is a rehearsal. Nothing is sold.")


class OrderExpired(DomainError):
    kind = Refusal.CONFLICT
    code = "order_expired"
    message = N_("The time to pay is over and the goods went back. You have not been charged.")


class OrderNotOpen(DomainError):
    kind = Refusal.CONFLICT
    code = "order_not_open"
    message = N_("This order can no longer be changed that way.")


class AddressMissing(DomainError):
    kind = Refusal.CONFLICT
    code = "address_missing"
    message = N_("Please choose a delivery address first.")


class ReturnedTooMuch(DomainError):
    kind = Refusal.CONFLICT
    code = "returned_too_much"
    message = N_("More would go back than was bought or paid.")


class NoticeRefused(DomainError):
    kind = Refusal.FORBIDDEN
    code = "notice_refused"
    message = N_("This payment notice is not signed as it should be.")


class AmountDiffers(DomainError):
    kind = Refusal.CONFLICT
    code = "amount_differs"
    message = N_("The amount of this payment is not that of the order.")


class ProviderUnknown(DomainError):
    kind = Refusal.INVALID
    code = "provider_unknown"
    message = N_("One cannot pay that way here.")


class ProviderSilent(DomainError):
    kind = Refusal.UNAVAILABLE
    code = "provider_silent"
    message = N_("The payment provider does not answer. Nothing was charged; please try again.")


class ProviderRefused(DomainError):
    kind = Refusal.CONFLICT
    code = "provider_refused"
    message = N_("The payment provider does not take this payment. Please try another way to pay.")


class NothingToRefund(DomainError):
    kind = Refusal.CONFLICT
    code = "nothing_to_refund"
    message = N_("This order has not been paid, so there is nothing to give back.")


class RefundTooMuch(DomainError):
    kind = Refusal.CONFLICT
    code = "refund_too_much"
    message = N_("This is not an amount that can still be given back of this payment.")


class RefundDiffers(DomainError):
    kind = Refusal.CONFLICT
    code = "refund_differs"
    message = N_("For this reason another amount was given back already.")


class PriceChanged(DomainError):
    kind = Refusal.CONFLICT
    code = "price_changed"
    message = N_("The price is no longer what you saw. Nothing was bought; please look again.")


class UnknownDelivery(DomainError):
    kind = Refusal.NOT_FOUND
    code = "unknown_delivery"
    message = N_("The store does not deliver that way.")


class CouponUsed(DomainError):
    kind = Refusal.CONFLICT
    code = "coupon_used"
    message = N_("You have used this coupon as often as one person may.")


class DiscountGone(DomainError):
    kind = Refusal.CONFLICT
    code = "discount_gone"
    message = N_("The coupons or the subsidy for this price have just run out.")


class BasketFull(DomainError):
    kind = Refusal.CONFLICT
    code = "basket_full"
    message = N_("A basket takes {count} different things. Please buy or remove some first.")


class NotCalledYet(DomainError):
    kind = Refusal.CONFLICT
    code = "not_called_yet"
    message = N_("The call has not come yet.")


class EntryOver(DomainError):
    kind = Refusal.CONFLICT
    code = "entry_over"
    message = N_("The time to take part is over.")


class LastDrawNotOver(DomainError):
    kind = Refusal.CONFLICT
    code = "last_draw_not_over"
    message = N_("The last draw for this offer is just ending. Please try again in a moment.")


class EntrantsFull(DomainError):
    kind = Refusal.CONFLICT
    code = "entrants_full"
    message = N_("As many take part already as one draw can hold.")


class NonceTaken(DomainError):
    kind = Refusal.CONFLICT
    code = "nonce_taken"
    message = N_("Somebody takes part with this random number already. Please try again.")


class StillThere(DomainError):
    kind = Refusal.CONFLICT
    code = "still_there"
    message = N_("There are some left: you need not wait.")


class WaitsForEnough(DomainError):
    kind = Refusal.CONFLICT
    code = "waits_for_enough"
    message = N_("You wait for {count} things already. Please leave some of these lines first.")


class BasketChanged(DomainError):
    kind = Refusal.CONFLICT
    code = "basket_changed"
    message = N_("Your basket has changed meanwhile. Nothing was ordered here; please look again.")
