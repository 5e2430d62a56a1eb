"""Imports every table, so that the one metadata is whole."""

from livehouse.storage import outbox
from livehouse.storage.schema import metadata

__all__ = ["metadata", "outbox"]
