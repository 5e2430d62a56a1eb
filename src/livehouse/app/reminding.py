"""What people may be reminded of beside shows: offers that open at a time."""

from dataclasses import dataclass
from uuid import UUID

from livehouse.domains.offers import Offers, Planned
from livehouse.domains.programmes import Occasion
from livehouse.domains.shows import Cancelled, Ended
from livehouse.foundation.ids import OfferId


@dataclass(frozen=True, slots=True)
class OfferOccasions:
    """When offers open by themselves; one that the host opens by hand has no time to tell."""

    offers: Offers

    async def occasion(self, subject_id: UUID, /) -> Occasion | None:
        offer = (await self.offers.by_ids([OfferId(subject_id)])).get(OfferId(subject_id))
        if offer is None or not isinstance(offer.state, Planned) or offer.state.opens_at is None:
            return None
        shows = await self.offers.shows.of_ids([offer.show_id])
        show = shows.get(offer.show_id)
        if show is None or isinstance(show.state, Cancelled | Ended):
            return None
        title = f"{offer.title} {offer.variant_title}".strip()
        return Occasion(path=f"/shows/{show.slug}", title=title, begins_at=offer.state.opens_at)
