"""The requirement lists as they are written down: ours, and an operator's in the data folder."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path

import msgspec

from livehouse.domains.programmes.model.formats import CONFIRMED, NAMES, Format

FILE = "formats.toml"
FILE_BYTES_MAX = 64 * 1024
FORMATS_MAX = 40
COUNT_MAX = 100
PARTS_MAX = 20
KEY_SECONDS_MAX = 60
TITLE_CHARACTERS_MAX = 80
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class FormatsRefused(Exception):
    """The operator's file of formats cannot be used; the house does not start with it."""


def known_formats(folder: Path | None = None) -> Mapping[str, Format]:
    """Every format with its list: ours, and those of `formats.toml` in the data folder, which take
    the place of ours where they have their names."""
    text = files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    ours = msgspec.convert(tomllib.loads(text), dict[str, Format])
    assert ours.keys() == NAMES.keys(), "every format has a name, and every name a list"
    own = folder / FILE if folder is not None else None
    if own is None or not own.exists():
        return ours
    known = ours | _read(own)
    if len(known) > FORMATS_MAX:
        raise FormatsRefused(f"{own}: at most {FORMATS_MAX} formats with ours")
    return known


def _read(path: Path) -> dict[str, Format]:
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise FormatsRefused(f"{path}: larger than {FILE_BYTES_MAX:,} bytes")
        found = msgspec.convert(
            tomllib.loads(path.read_text(encoding="utf-8")), dict[str, Format], strict=True
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FormatsRefused(f"{path}: {error}") from error
    except msgspec.ValidationError as error:
        raise FormatsRefused(f"{path}: {error}") from error
    problems = [f"[{name}] {one}" for name, what in found.items() for one in _problems(name, what)]
    if problems:
        raise FormatsRefused(f"{path}: {'; '.join(problems)}")
    return found


def _problems(name: str, wanted: Format) -> Iterator[str]:
    """What is wrong with one list, in words for whoever wrote it."""
    counts = (wanted.acts, wanted.people, wanted.offers)
    of_parts = wanted.parts.values()
    forbidden = {*wanted.parts, *wanted.together} & {*wanted.without}
    rules = (
        (_NAME.fullmatch(name) is not None, "is named with a-z, 0-9 and _, at most 40 characters"),
        (
            name in NAMES or 1 <= len(wanted.title.strip()) <= TITLE_CHARACTERS_MAX,
            f"needs a title of 1 to {TITLE_CHARACTERS_MAX} characters",
        ),
        (
            all(0 <= count <= COUNT_MAX for count in counts),
            f"acts, people, offers: from 0 to {COUNT_MAX}",
        ),
        (
            all(count > 0 for count in of_parts) and sum(of_parts) <= PARTS_MAX,
            f"parts: at least one of each, at most {PARTS_MAX} in all",
        ),
        (not forbidden, "without: forbids somebody whom it asks for"),
        (
            0 <= wanted.key_seconds <= KEY_SECONDS_MAX,
            f"key_seconds: from 0 (no camera) to {KEY_SECONDS_MAX}",
        ),
        (
            {*wanted.confirm} <= {*CONFIRMED},
            f"confirm: of {', '.join(one.value for one in CONFIRMED)}",
        ),
    )
    return (problem for is_right, problem in rules if not is_right)
