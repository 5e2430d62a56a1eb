"""Letters about shows to come, in their reader's language and zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from livehouse.domains.people import Mail, Person
from livehouse.domains.programmes.model.reminding import LetterKind, Reminder
from livehouse.domains.shows import Show
from livehouse.foundation.text import N_
from livehouse.web.i18n import Languages, Translator, zone_of
from livehouse.web.signing import Signer

PURPOSE = "no reminder"

SUBJECTS: Mapping[LetterKind, str] = {
    LetterKind.SOON: N_("“{title}” begins soon"),
    LetterKind.BEGUN: N_("“{title}” has begun"),
    LetterKind.MOVED: N_("“{title}” begins at another time"),
    LetterKind.CANCELLED: N_("“{title}” does not take place"),
}
TEXTS: Mapping[LetterKind, str] = {
    LetterKind.SOON: N_(
        "Hello {name},\n\n“{title}” begins at {time}. You asked us to remind you.\n\n{link}\n\n"
        "If you no longer want to be reminded of this show:\n{stop}\n"
    ),
    LetterKind.BEGUN: N_(
        "Hello {name},\n\n“{title}” has begun. You asked us to remind you.\n\n{link}\n\n"
        "If you no longer want to be reminded of this show:\n{stop}\n"
    ),
    LetterKind.MOVED: N_(
        "Hello {name},\n\n“{title}” begins at {time}, no longer at {before}. You asked us to "
        "remind you.\n\n{link}\n\nIf you no longer want to be reminded of this show:\n{stop}\n"
    ),
    LetterKind.CANCELLED: N_(
        "Hello {name},\n\n“{title}”, of which you asked us to remind you, does not take place. It "
        "was planned for {time}.\n\n{link}\n"
    ),
}


@dataclass(frozen=True, slots=True)
class ShowLetters:
    """`time_zone` is for readers who have chosen none."""

    languages: Languages
    signer: Signer
    origin: str
    time_zone: str = "UTC"

    def written(self, kind: LetterKind, show: Show, person: Person, about: Reminder) -> Mail:
        words = self.languages.translator(person.language)
        zone = person.time_zone or self.time_zone
        address = f"{self.origin.rstrip('/')}/shows/{show.slug}"
        word = self.signer.sign(PURPOSE, f"{person.id} {show.slug}".encode())
        text = words.text(
            TEXTS[kind],
            name=person.name,
            title=show.title,
            time=_when(words, show.starts_at, zone),
            before=_when(words, about.moved_from or show.starts_at, zone),
            link=address,
            stop=f"{address}/reminder/stop?word={word}",
        )
        return Mail(person.email, words.text(SUBJECTS[kind], title=show.title), text)

    def opened(self, word: str) -> tuple[str, str] | None:
        """Whose reminder of which show a letter's word stops, if it is one of ours."""
        opened = self.signer.open(PURPOSE, word)
        if opened is None:
            return None
        person, _, slug = opened.decode().partition(" ")
        return person, slug


def _when(words: Translator, moment: datetime, zone: str) -> str:
    """Without seconds, which no show has, and with the zone, which a letter outlives."""
    day, time = (words.when(moment, zone, style) for style in ("date", "time"))
    return f"{day}, {time} ({zone_of(zone).key})"
