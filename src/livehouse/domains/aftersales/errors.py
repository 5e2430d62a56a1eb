"""Why something after the order may decline."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class NotThatMany(DomainError):
    kind = Refusal.CONFLICT
    code = "not_that_many"
    message = N_("There are not that many pieces left for this.")


class BadPieces(DomainError):
    kind = Refusal.INVALID
    code = "bad_pieces"
    message = N_("Choose at least one piece of this order.")


class NotToShip(DomainError):
    kind = Refusal.CONFLICT
    code = "not_to_ship"
    message = N_("This order is not waiting for a parcel.")


class TrackingTaken(DomainError):
    kind = Refusal.CONFLICT
    code = "tracking_taken"
    message = N_("This order has a parcel with that number already, with other pieces in it.")


class UnknownParcel(DomainError):
    kind = Refusal.NOT_FOUND
    code = "unknown_parcel"
    message = N_("No parcel of this store has that number.")


class ParcelOnItsWay(DomainError):
    kind = Refusal.CONFLICT
    code = "parcel_on_its_way"
    message = N_("A parcel is on its way, so the order cannot be called off. You can send it back.")


class NotArrived(DomainError):
    kind = Refusal.CONFLICT
    code = "not_arrived"
    message = N_("This is possible once the parcel is on its way.")


class ReturnTooLate(DomainError):
    kind = Refusal.CONFLICT
    code = "return_too_late"
    message = N_("The time to send this back without a reason is over.")


class NotReturnable(DomainError):
    kind = Refusal.CONFLICT
    code = "not_returnable"
    message = N_("“{title}” cannot be sent back without a reason, as was said before the purchase.")


class MayNotRefuse(DomainError):
    kind = Refusal.CONFLICT
    code = "may_not_refuse"
    message = N_("The buyer may withdraw without a reason, so this return cannot be refused.")


class ReturnNotOpen(DomainError):
    kind = Refusal.CONFLICT
    code = "return_not_open"
    message = N_("This return is at another step already.")


class NotExchangeable(DomainError):
    kind = Refusal.CONFLICT
    code = "not_exchangeable"
    message = N_("Only another variant of the same product at the same price can be exchanged.")


class MoreThanPaid(DomainError):
    kind = Refusal.CONFLICT
    code = "more_than_paid"
    message = N_("At most {left} of this order can still be refunded.")


class ComplaintNotOpen(DomainError):
    kind = Refusal.CONFLICT
    code = "complaint_not_open"
    message = N_("This complaint is at another step already.")


class ComplaintRunning(DomainError):
    kind = Refusal.CONFLICT
    code = "complaint_running"
    message = N_("A complaint about this order is open already.")


class RatedAlready(DomainError):
    kind = Refusal.CONFLICT
    code = "rated_already"
    message = N_("Thank you! You have rated this order already.")


class NotATrackingFile(DomainError):
    kind = Refusal.INVALID
    code = "not_a_tracking_file"
    message = N_("This is not a CSV file with the columns order, carrier and tracking.")


class TrackingFileTooLarge(DomainError):
    kind = Refusal.TOO_LARGE
    code = "tracking_file_too_large"
    message = N_("At most {rows} rows and {megabytes} MB can be read at once.")


class RowUnreadable(DomainError):
    kind = Refusal.INVALID
    code = "row_unreadable"
    message = N_("This row is not text, or a quote in it is never closed.")


class UnknownOrder(DomainError):
    kind = Refusal.NOT_FOUND
    code = "unknown_order"
    message = N_("No order of this store has that number.")


class AmbiguousOrder(DomainError):
    kind = Refusal.CONFLICT
    code = "ambiguous_order"
    message = N_("Several orders end with that number. Write the whole one.")
