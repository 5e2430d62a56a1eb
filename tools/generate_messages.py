"""Collects every sentence for people and keeps the catalogues in step with them.

Translations are written into the .po by hand; this adds new sentences without one, drops those
that are gone, and writes the part that the front end needs as JSON.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src/livehouse"
FRONTEND = ROOT / "frontend/src"
PO = "src/livehouse/web/locale/zh_Hans/LC_MESSAGES/livehouse.po"
FIRST = "frontend/src/generated/messages.zh-Hans.json"
LATER = "frontend/src/generated/later.zh-Hans.json"
LOCALE = "zh_Hans"
# What a watch page loads before its picture; words of other scripts come with these.
FIRST_ENTRIES = ("entries/site.ts", "entries/watch.ts")

# A sentence, or its singular and plural.
Id: TypeAlias = str | tuple[str, str]

_KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "plural": (1, 2)}
_TEXT = r'"((?:[^"\\\n]|\\.)*)"'
_ONE = re.compile(rf"(?<![\w.])t\(\s*{_TEXT}\s*[,)]")
_MANY = re.compile(rf"(?<![\w.])tn\(\s*{_TEXT}\s*,\s*{_TEXT}\s*,")
_IMPORT = re.compile(r'^(?:import|export)(?! type\b)[^"\';]*"(\.[^"]+)"', re.MULTILINE)
_HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: livehouse\\n"
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


def po() -> str:
    """The catalogue as it should be: every sentence once, sorted, with what is translated."""
    out = BytesIO()
    write_po(out, catalogue(), no_location=True, omit_header=True, sort_output=True, width=96)
    return _HEADER + out.getvalue().decode().strip() + "\n"


def first_words() -> str:
    return _json(_said_in(_needed_first()))


def later_words() -> str:
    return _json(of_typescript() - _said_in(_needed_first()))


def _json(ids: frozenset[Id]) -> str:
    found: dict[str, str | list[str]] = {}
    known = catalogue()
    for message_id in sorted(ids, key=str):
        message = known.get(message_id if isinstance(message_id, str) else message_id[0])
        assert message is not None, "the catalogue holds what was found"
        if isinstance(message_id, tuple):
            forms = message.string if isinstance(message.string, tuple) else (message.string,)
            if all(forms):
                found[message_id[0]] = [str(form) for form in forms]
        elif message.string:
            found[message_id] = str(message.string)
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


@cache
def catalogue() -> Catalog:
    """What the sources say, with the translations that stand in the .po."""
    path = ROOT / PO
    old = read_po(BytesIO(path.read_bytes()), locale=LOCALE) if path.exists() else Catalog(LOCALE)
    new = Catalog(LOCALE)
    for message_id in of_python() | of_templates() | of_typescript():
        first = message_id if isinstance(message_id, str) else message_id[0]
        known = old.get(first)
        new.add(message_id, _fitting(known.string if known else None, message_id))
    return new


@cache
def of_python() -> frozenset[Id]:
    found: set[Id] = set()
    for path in sorted(SOURCE.rglob("*.py")):
        found |= set(_extracted("python", path))
    return frozenset(found)


@cache
def of_templates() -> frozenset[Id]:
    found: set[Id] = set()
    for path in sorted(SOURCE.rglob("templates/**/*.html")):
        found |= set(_extracted("jinja2.ext:babel_extract", path))
    return frozenset(found)


@cache
def of_typescript() -> frozenset[Id]:
    return _said_in(frozenset(FRONTEND.rglob("*.ts")))


def _said_in(paths: frozenset[Path]) -> frozenset[Id]:
    found: set[Id] = set()
    for path in paths:
        if path.name == "text.ts":
            continue
        text = path.read_text(encoding="utf-8")
        found |= {_read(match[1]) for match in _ONE.finditer(text)}
        found |= {(_read(match[1]), _read(match[2])) for match in _MANY.finditer(text)}
    return frozenset(found)


@cache
def _needed_first() -> frozenset[Path]:
    """The modules that the first entries import at once, through however many others."""
    waiting = [FRONTEND / entry for entry in FIRST_ENTRIES]
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop().resolve()
        if path in seen or not path.exists():
            continue
        seen.add(path)
        text = path.read_text(encoding="utf-8")
        waiting += [path.parent / f"{found}.ts" for found in _IMPORT.findall(text)]
    return frozenset(seen)


def _extracted(method: str, path: Path) -> Iterator[Id]:
    with path.open("rb") as file:
        options = {"trimmed": "true", "silent": "false"}
        for _, message, _, _ in extract(method, file, keywords=_KEYWORDS, options=options):
            if isinstance(message, str):
                yield message
            else:
                yield message[0], message[1]


def _fitting(translated: str | Sequence[str] | None, message_id: Id) -> str | tuple[str, ...]:
    """The translation in the shape of the id: a sentence that becomes a plural keeps its words."""
    forms = (translated,) if isinstance(translated, str) else tuple(translated or ("",))
    return forms[:1] if isinstance(message_id, tuple) else forms[0]


def _read(literal: str) -> str:
    text: str = json.loads(f'"{literal}"')
    return text


MESSAGES: Mapping[str, Callable[[], str]] = {PO: po, FIRST: first_words, LATER: later_words}
