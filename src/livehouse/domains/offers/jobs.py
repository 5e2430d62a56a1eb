"""Background work of offers: they open and close by themselves when their moment comes."""

from datetime import timedelta

from livehouse.domains.offers.service import Offers

OPEN_EVERY = timedelta(milliseconds=250)
# An offer that closes late by a tick of the room is late by what nobody can see.
CLOSE_EVERY = timedelta(milliseconds=250)


async def close_due(offers: Offers) -> int:
    """Close what is due; tells how many, so that the caller can go on at once when many were."""
    return await offers.close_due()


async def open_due(offers: Offers) -> int:
    """Open what is due; tells how many."""
    return await offers.open_due()
