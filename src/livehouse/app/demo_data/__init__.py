"""The demo's catalogues, in the format that every store's import reads."""

from importlib.resources import files

CATALOGUES = ("kiln", "tideline")


def catalogue(slug: str) -> bytes:
    """The product CSV of the demo store with this address."""
    assert slug in CATALOGUES
    return (files(__package__) / f"{slug}.csv").read_bytes()
