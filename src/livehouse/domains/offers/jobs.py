"""Background work of offers: those whose time is up close by themselves."""

from datetime import timedelta

from livehouse.domains.offers.service import Offers

# An offer that closes late by a tick of the room is late by what nobody can see.
CLOSE_EVERY = timedelta(milliseconds=250)


async def close_due(offers: Offers) -> int:
    """Close what is due; tells how many, so that the caller can go on at once when many were."""
    return await offers.close_due()
