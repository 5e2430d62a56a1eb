"""Every sentence for people goes through the catalogues, and every catalogue is whole."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from typing_extensions import override

from livehouse.foundation.text import DEFAULT_LANGUAGE, LANGUAGES
from livehouse.web.i18n import LOCALE_FOLDER
from tests.architecture.sources import TEMPLATES, name_of

OTHER_LANGUAGES = [language for language in LANGUAGES if language != DEFAULT_LANGUAGE]
SPOKEN = {"alt", "aria-label", "placeholder", "title"}
NOT_READ = {"script", "style", "code", "svg"}
LETTERS = re.compile(r"[^\W\d_]{2,}")
# Names are not translated.
NAMES = {
    "Livehouse",
    "English",
    "简体中文",
    "HTTP",
    "API",
    "CSV",
    "JSON",
    "nbsp",
    "middot",
    "rarr",
    "larr",
    "times",
}
# What a child template gives to its layout's attributes, and macros that write attributes.
ATTRIBUTES = (
    r"{% block \w*class %}.*?{% endblock \w* ?%}",
    r"{%- macro _(described|attributes)\(.*?{%- endmacro %}",
)
PLACES = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")


def test_no_template_speaks_english_by_itself() -> None:
    spoken = [f"{name_of(path)}: {words}" for path in TEMPLATES for words in bare_words(path)]
    assert not spoken, 'write {{ _("…") }}'


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    missing = [message.id for message in messages(language) if not all(forms_of(message))]
    assert not missing, f"{len(missing)} sentences have no {language}"


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_a_translation_fills_in_the_same_places(language: str) -> None:
    different = [
        (message.id, form)
        for message in messages(language)
        for form in forms_of(message)
        if form and not fits(message, form)
    ]
    assert not different


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_nothing_is_left_uncertain(language: str) -> None:
    assert not [message.id for message in messages(language) if message.fuzzy]


def fits(message: Message, form: str) -> bool:
    """A plural may leave its number out; no other place may go, and none may come."""
    ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    wanted, found = places(ids[-1]), places(form)
    return found == wanted or (len(ids) > 1 and wanted - {"n"} <= found <= wanted)


def places(sentence: str) -> set[str]:
    return {percent or brace for percent, brace in PLACES.findall(sentence)}


def forms_of(message: Message) -> tuple[str, ...]:
    found = message.string
    return (found,) if isinstance(found, str) else tuple(found or ("",))


def messages(language: str) -> list[Message]:
    name = language.replace("-", "_")
    path = LOCALE_FOLDER / name / "LC_MESSAGES" / "livehouse.po"
    return [one for one in read_po(BytesIO(path.read_bytes()), locale=name) if one.id]


def bare_words(template: Path) -> Iterator[str]:
    """Texts and spoken attributes that stand outside of Jinja's braces."""
    text = template.read_text(encoding="utf-8")
    for cut in ATTRIBUTES:
        text = re.sub(cut, " ", text, flags=re.DOTALL)
    for comment, end in (("{#", "#}"), ("{%", "%}"), ("{{", "}}")):
        text = re.sub(f"{re.escape(comment)}.*?{re.escape(end)}", " ", text, flags=re.DOTALL)
    reader = Reader()
    reader.feed(text)
    for words in reader.words:
        if any(word not in NAMES for word in LETTERS.findall(words)):
            yield words.strip()


class Reader(HTMLParser):
    """Collects what a person would read or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in NOT_READ:
            self._silent.append(tag)
        self.words += [value for name, value in attrs if name in SPOKEN and value]

    @override
    def handle_endtag(self, tag: str) -> None:
        if self._silent and tag == self._silent[-1]:
            self._silent.pop()

    @override
    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)
