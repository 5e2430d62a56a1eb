"""Every SQL statement of this domain, one part per module."""

from livehouse.domains.stores.store import (
    addresses,
    catalogue,
    changes,
    deliveries,
    imports,
    pictures,
    prices,
    shops,
    summaries,
)

__all__ = [
    "addresses",
    "catalogue",
    "changes",
    "deliveries",
    "imports",
    "pictures",
    "prices",
    "shops",
    "summaries",
]
