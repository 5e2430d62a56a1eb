"""What people may be reminded of beside shows: offers that open by themselves."""

from collections.abc import Collection
from dataclasses import dataclass

from livehouse.domains.offers import Offers, Planned
from livehouse.domains.programmes import Opening
from livehouse.foundation.ids import OfferId
from livehouse.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class OffersToCome:
    """When offers open by themselves; one that the host opens by hand has no time to tell."""

    offers: Offers

    async def __call__(
        self, tx: Transaction, offer_ids: Collection[OfferId], /
    ) -> dict[OfferId, Opening]:
        found = await self.offers.in_transaction(tx, offer_ids)
        return {
            one.id: Opening(one.show_id, one.full_title, one.state.opens_at)
            for one in found.values()
            if isinstance(one.state, Planned) and one.state.opens_at is not None
        }
