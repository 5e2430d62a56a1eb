"""Letters about shows to come, in their reader's language and zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from livehouse.domains.people import Mail, Person
from livehouse.domains.programmes.model.reminding import LetterKind, Opening, Reminder
from livehouse.domains.shows import Show
from livehouse.foundation.ids import OfferId, PersonId
from livehouse.foundation.text import N_
from livehouse.web.i18n import Languages
from livehouse.web.signing import Signer

PURPOSE = "no reminder"

SUBJECTS: Mapping[LetterKind, str] = {
    LetterKind.SOON: N_("“{title}” begins soon"),
    LetterKind.BEGUN: N_("“{title}” has begun"),
    LetterKind.MOVED: N_("“{title}” begins at another time"),
    LetterKind.CANCELLED: N_("“{title}” does not take place"),
    LetterKind.OPENS: N_("“{title}” can be bought soon"),
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
    LetterKind.OPENS: N_(
        "Hello {name},\n\n“{title}” can be bought from {time} on. You asked us to remind you.\n\n"
        "{link}\n\nIf you no longer want to be reminded of it:\n{stop}\n"
    ),
}


@dataclass(frozen=True, slots=True)
class ShowLetters:
    """`time_zone` is for readers who have chosen none."""

    languages: Languages
    signer: Signer
    origin: str
    time_zone: str = "UTC"

    def written(
        self, kind: LetterKind, show: Show, opening: Opening | None, person: Person, about: Reminder
    ) -> Mail:
        """About the offer that opens where there is one, else about the show."""
        words = self.languages.translator(person.language)
        zone = person.time_zone or self.time_zone
        address = f"{self.origin.rstrip('/')}/shows/{show.slug}"
        word = f"{person.id} {show.slug}" + (f" {about.offer_id}" if about.offer_id else "")
        title = opening.title if opening else show.title
        at = opening.opens_at if opening else show.starts_at
        text = words.text(
            TEXTS[kind],
            name=person.name,
            title=title,
            time=words.when_and_where(at, zone),
            before=words.when_and_where(about.moved_from or show.starts_at, zone),
            link=address,
            stop=f"{address}/reminder/stop?word={self.signer.sign(PURPOSE, word.encode())}",
        )
        return Mail(person.email, words.text(SUBJECTS[kind], title=title), text)

    def opened(self, word: str) -> tuple[PersonId, str, OfferId | None] | None:
        """Whose reminder of which show, or of which offer in it, a letter's word stops, if it is
        one of ours."""
        opened = self.signer.open(PURPOSE, word)
        if opened is None:
            return None
        person, slug, *offer = opened.decode().split(" ")
        return PersonId(UUID(person)), slug, OfferId(UUID(offer[0])) if offer else None
