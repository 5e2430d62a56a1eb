"""Which other sites' pages may open the live connection, and post what their viewers do."""

from collections.abc import Collection
from urllib.parse import urlsplit


def is_welcome(origin: str, *, host: str, others: Collection[str]) -> bool:
    """Whether a page from `origin` may speak to `host`: our own, or one that settings name."""
    return origin in others or urlsplit(origin).netloc.lower() == host.lower() != ""
