"""Letters to followers, in their reader's language and zone, each with a way out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from livehouse.domains.followers.model import NewsKind
from livehouse.domains.people import Mail, Person
from livehouse.domains.shows import Show
from livehouse.domains.stores import Store
from livehouse.foundation.ids import PersonId
from livehouse.foundation.text import N_
from livehouse.web.i18n import Languages, Translator
from livehouse.web.signing import Signer

PURPOSE = "follow no more"

SUBJECTS: Mapping[NewsKind, str] = {
    NewsKind.PLANNED: N_("What comes at {store}"),
    NewsKind.BEGUN: N_("“{title}” has begun"),
}
TEXTS: Mapping[NewsKind, str] = {
    NewsKind.PLANNED: N_(
        "Hello {name},\n\n{store}, which you follow, has planned:\n\n{shows}\n\n"
        "If you no longer want to hear of this store:\n{stop}\n"
    ),
    NewsKind.BEGUN: N_(
        "Hello {name},\n\n“{title}” has begun, a show of {store}, which you follow.\n\n{shows}\n\n"
        "If you no longer want to hear of this store:\n{stop}\n"
    ),
}


@dataclass(frozen=True, slots=True)
class StoreLetters:
    """`time_zone` is for readers who have chosen none."""

    languages: Languages
    signer: Signer
    origin: str
    time_zone: str = "UTC"

    def written(self, kind: NewsKind, store: Store, shows: Sequence[Show], person: Person) -> Mail:
        """About the show that has begun, or those that are planned."""
        words = self.languages.translator(person.language)
        lines = [self._line(kind, show, words, person) for show in shows]
        params = {"name": person.name, "store": store.name, "title": shows[0].title}
        text = words.text(
            TEXTS[kind], **params, shows="\n\n".join(lines), stop=self.way_out(store, person.id)
        )
        return Mail(person.email, words.text(SUBJECTS[kind], **params), text)

    def way_out(self, store: Store, person_id: PersonId) -> str:
        """The link to a page on which one press ends it, signed in or not."""
        word = self.signer.sign(PURPOSE, f"{person_id} {store.slug}".encode())
        return f"{self._house}/stores/{store.slug}/letters?word={word}"

    def opened(self, word: str) -> tuple[PersonId, str] | None:
        """Who stops following which store with a letter's word, if it is one of ours."""
        opened = self.signer.open(PURPOSE, word)
        if opened is None:
            return None
        person, _, slug = opened.decode().partition(" ")
        return PersonId(UUID(person)), slug

    @property
    def _house(self) -> str:
        return self.origin.rstrip("/")

    def _line(self, kind: NewsKind, show: Show, words: Translator, person: Person) -> str:
        address = f"{self._house}/shows/{show.slug}"
        if kind is NewsKind.BEGUN:
            return address
        zone = person.time_zone or self.time_zone
        return f"“{show.title}”, {words.when_and_where(show.starts_at, zone)}\n{address}"
