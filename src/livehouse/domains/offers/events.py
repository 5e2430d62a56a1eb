"""What has happened to an offer. Facts are whole, so that folding one twice changes nothing."""

from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import OfferId


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


class OfferPinned(Fact, frozen=True, tag="offers.pinned"):
    """`offer_id` is empty when the pin is taken down."""

    offer_id: str


class LeftChanged(Fact, frozen=True, tag="offers.left_changed"):
    """How many of an offer are left, after orders or after some came back."""

    offer_id: OfferId
    left: int
    version: int
