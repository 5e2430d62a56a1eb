"""Letters to buyers: what is written when."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from uuid import UUID

from msgspec import Struct

from livehouse.foundation.ids import OrderId, PersonId
from livehouse.foundation.text import N_


class Kind(Enum):
    SHIPPED = "shipped"
    RETURN_ACCEPTED = "return_accepted"
    RETURN_REFUSED = "return_refused"
    REFUNDED = "refunded"
    HELD = "held"


class Letter(Struct, frozen=True, kw_only=True):
    """`params` fill the letter's places; amounts are worded when it is written."""

    id: UUID
    person_id: PersonId
    order_id: OrderId
    kind: Kind
    params: dict[str, str]
    try_after: datetime
    attempts: int = 0

    @property
    def about(self) -> UUID:
        return self.order_id


SUBJECTS: Mapping[Kind, str] = {
    Kind.SHIPPED: N_("Your order {number} is on its way"),
    Kind.RETURN_ACCEPTED: N_("Your return of order {number} is accepted"),
    Kind.RETURN_REFUSED: N_("About your return of order {number}"),
    Kind.REFUNDED: N_("Money back for order {number}"),
    Kind.HELD: N_("“{title}” is held for you"),
}
TEXTS: Mapping[Kind, str] = {
    Kind.SHIPPED: N_(
        "Hello {name},\n\n{store} has sent your order {number} with {carrier}, number {tracking}.\n"
        "Where it is, and what you can do, stands here:\n\n{link}\n"
    ),
    Kind.RETURN_ACCEPTED: N_(
        "Hello {name},\n\n{store} expects what you send back of order {number}. Please write this\n"
        "number on the parcel, and tell us its tracking number here:\n\n{link}\n"
    ),
    Kind.RETURN_REFUSED: N_(
        "Hello {name},\n\n{store} has not accepted your return of order {number}. The reason, and\n"
        "how to complain, stand here:\n\n{link}\n"
    ),
    Kind.REFUNDED: N_(
        "Hello {name},\n\n{amount} of your order {number} from {store} go back the way you paid.\n"
        "All about it stands here:\n\n{link}\n"
    ),
    Kind.HELD: N_(
        "Hello {name},\n\nyou waited for “{title}” from {store}. One has come back, and is held\n"
        "for you until {until}. Pay here, or let it go to the next in the line:\n\n{link}\n"
    ),
}
