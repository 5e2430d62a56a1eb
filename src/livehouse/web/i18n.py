"""Languages: the catalogues, who gets which, and how amounts and moments are written."""

import gettext
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.messages.pofile import read_po
from babel.numbers import format_currency
from msgspec import Struct

from livehouse.foundation.errors import DomainError, InvalidInput
from livehouse.foundation.money import Money
from livehouse.foundation.text import DEFAULT_LANGUAGE, LANGUAGES, N_

LOCALE_FOLDER = Path(__file__).parent / "locale"
ACCEPT_LANGUAGE_CHARS_MAX = 200


class Catalogue(Struct, frozen=True):
    """One language's sentences; a sentence that it lacks stays English."""

    sentences: Mapping[str, tuple[str, ...]] = {}
    plural_form: Callable[[int], int] = lambda n: int(n != 1)


class Translator:
    """Speaks one language."""

    def __init__(self, language: str, catalogue: Catalogue) -> None:
        self.language = language
        self.locale = language.replace("-", "_")
        self._catalogue = catalogue

    def text(self, message: str, /, **params: object) -> str:
        """`message` in this language, with its places filled in.

        Python writes {name}, templates write %(name)s, which is what their extractors check.
        """
        return _fill(self._catalogue.sentences.get(message, (message,))[0], params)

    def plural(self, one: str, many: str, n: int, /, **params: object) -> str:
        """The form of the sentence for `n`, which also fills the place named n."""
        forms = self._catalogue.sentences.get(one, (one, many))
        form = forms[min(self._catalogue.plural_form(n), len(forms) - 1)]
        return _fill(form, {"n": n} | params)

    def refusal(self, error: DomainError) -> str:
        """Why the domain declined; params that are sentences themselves are translated too."""
        params = {
            name: self.text(value) if isinstance(value, str) else self._param(value)
            for name, value in error.params.items()
        }
        return self.text(error.message).format(**params)

    def money(self, amount: Money) -> str:
        return format_currency(amount.major(), amount.currency, locale=self.locale)

    def when(self, moment: datetime, time_zone: str, style: str = "medium") -> str:
        """The moment in the zone; `style` is short, medium, long, or `date` or `time` alone."""
        zone = zone_of(time_zone)
        if style == "date":
            return format_date(moment.astimezone(zone), "medium", locale=self.locale)
        if style == "time":
            return format_time(moment, "short", tzinfo=zone, locale=self.locale)
        return format_datetime(moment, style, tzinfo=zone, locale=self.locale)

    def when_and_where(self, moment: datetime, time_zone: str) -> str:
        """For letters: without seconds, which no show has, and with the zone, which a letter
        outlives."""
        day, time = (self.when(moment, time_zone, style) for style in ("date", "time"))
        return f"{day}, {time} ({zone_of(time_zone).key})"

    def _param(self, value: object) -> object:
        if isinstance(value, tuple):  # several sentences
            return " ".join(self.text(str(one)) for one in value)
        return self.money(value) if isinstance(value, Money) else value


def _fill(sentence: str, params: Mapping[str, object]) -> str:
    if not params:
        return sentence
    return sentence % params if "%(" in sentence else sentence.format(**params)


class Languages:
    """Every catalogue, read once at the start."""

    def __init__(self, folder: Path = LOCALE_FOLDER) -> None:
        self._translators = {
            language: Translator(language, read_catalogue(folder, language))
            for language in LANGUAGES
        }

    def translator(self, language: str) -> Translator:
        return self._translators.get(language) or self._translators[DEFAULT_LANGUAGE]


def read_catalogue(folder: Path, language: str) -> Catalogue:
    """The language's .po as it lies in the folder; no compiled file can be out of date."""
    path = folder / language.replace("-", "_") / "LC_MESSAGES" / "livehouse.po"
    return _read(path, language, path.stat().st_mtime_ns) if path.exists() else Catalogue()


@lru_cache(maxsize=16)
def _read(path: Path, language: str, _changed_ns: int) -> Catalogue:
    """Reading takes long and many ask; a file that was written anew is read anew."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language.replace("-", "_"))
    sentences: dict[str, tuple[str, ...]] = {}
    for message in catalogue:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and all(forms) and not message.fuzzy:
            msgid = message.id if isinstance(message.id, str) else message.id[0]
            sentences[msgid] = tuple(str(form) for form in forms)
    return Catalogue(sentences, gettext.c2py(catalogue.plural_expr))


def negotiate(*wishes: str | None, accept_language: str = "") -> str:
    """The first wish that we speak, then the best of Accept-Language, then the default."""
    for wish in wishes:
        if wish in LANGUAGES:
            return str(wish)
    for tag in _by_preference(accept_language[:ACCEPT_LANGUAGE_CHARS_MAX]):
        if (language := _spoken(tag)) is not None:
            return language
    return DEFAULT_LANGUAGE


def _by_preference(header: str) -> list[str]:
    wishes: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            wishes.append((-float(weight or 1), tag.lower()))
        except ValueError:
            continue
    return [tag for _, tag in sorted(wishes, key=lambda wish: wish[0])]


def _spoken(tag: str) -> str | None:
    """Our language for a tag: zh, zh-cn and zh-hans-sg are all served by zh-Hans."""
    family = tag.split("-", maxsplit=1)[0]
    return next((ours for ours in LANGUAGES if ours.split("-")[0] == family), None)


def day_of(moment: datetime, language: str) -> str:
    """The date of a moment in the zone that it comes with, not in the reader's."""
    return format_date(moment, "medium", locale=Locale.parse(language.replace("-", "_")))


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """The zone, or UTC for a name that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def is_zone(name: str) -> bool:
    return name == "UTC" or zone_of(name).key == name


def typed_moment(typed: str, time_zone: str, *, field: str) -> datetime:
    """What a datetime-local field says, in that zone unless the text names another one."""
    try:
        local = datetime.fromisoformat(typed)
        return local.replace(tzinfo=local.tzinfo or zone_of(time_zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidInput(field=field, problem=N_("this is not a time")) from None
