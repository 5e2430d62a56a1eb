"""The requirement lists as they are written down in `formats.toml`."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files

import msgspec

from livehouse.domains.programmes.model.formats import NAMES, Format


def known_formats() -> Mapping[str, Format]:
    """Every format with its list; a list that nobody has a name for is a mistake of ours."""
    text = files(__package__).joinpath("formats.toml").read_text(encoding="utf-8")
    found = msgspec.convert(tomllib.loads(text), dict[str, Format])
    assert found.keys() == NAMES.keys(), "every format has a name, and every name a list"
    return found
