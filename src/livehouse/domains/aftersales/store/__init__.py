"""Every SQL statement about what comes after an order."""

from livehouse.domains.aftersales.store import (
    complaints,
    deliveries,
    letters,
    parcels,
    ratings,
    returns,
    reversals,
)

__all__ = ["complaints", "deliveries", "letters", "parcels", "ratings", "returns", "reversals"]
