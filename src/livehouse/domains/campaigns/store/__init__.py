"""Every SQL statement about campaigns."""

from livehouse.domains.campaigns.store import entries, sales, seasons

__all__ = ["entries", "sales", "seasons"]
