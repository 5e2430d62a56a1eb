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


class NotOnSale(DomainError):
    kind = Refusal.CONFLICT
    code = "not_on_sale"
    message = N_("This variant belongs to another store or is not published.")
