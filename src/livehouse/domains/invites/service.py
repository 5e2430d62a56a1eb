"""What people do with invitations: one method, one transaction."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from livehouse.domains.invites import model, store
from livehouse.domains.invites.errors import UnknownInvite, UnknownSubject
from livehouse.domains.invites.model import Invite, Place, Subject
from livehouse.domains.invites.ports import Places
from livehouse.domains.invites.store import Brought
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import PersonId
from livehouse.storage.database import Database, Transaction

FRIENDS_SHOWN_MAX = 50
# A tree may be large: nobody needs to know more exactly how large it is below one person.
DEPTH_MAX = 12
BELOW_MAX = 10_000
EXPORTED_MAX = 1_000


class Arrived(Struct, frozen=True):
    """Somebody came by a link: where it leads, and whether they joined just now."""

    invite: Invite
    place: Place
    joined: bool


class Following(Struct, frozen=True):
    """Who a person brought: those at first hand, the newest of them, and everybody below."""

    brought: int
    below: int
    newest: Sequence[Brought]


NOBODY = Following(0, 0, ())


@dataclass(frozen=True, slots=True)
class Invites:
    """`places` knows the kinds of subjects; `app` fills it with what the domains above offer."""

    database: Database
    clock: Clock
    places: dict[str, Places] = field(default_factory=dict)

    async def place(self, subject: Subject) -> Place:
        """Where a subject is; raises `UnknownSubject` where there is none."""
        places = self.places.get(subject.kind)
        found = await places.place(subject.id) if places else None
        if found is None:
            raise UnknownSubject
        return found

    async def named(self, kind: str, name: str) -> tuple[Subject, Place]:
        """What stands under that name, as addresses have it; raises `UnknownSubject`."""
        places = self.places.get(kind)
        found = await places.named(name) if places else None
        if found is None:
            raise UnknownSubject
        subject = Subject(kind, found)
        return subject, await self.place(subject)

    async def link(self, person_id: PersonId, subject: Subject, *, by: str = "") -> Invite:
        """The person's own link to a subject; asked again it is the same.

        `by` is the code that they came with themselves, which says under whom they stand.
        """
        await self.place(subject)
        new = Invite(secrets.token_urlsafe(model.CODE_BYTES), subject, person_id)
        async with self.database.transaction() as tx:
            now = self.clock.now()
            await store.place(tx, subject, {person_id: model.sound_code(by)}, now)
            return await store.add(tx, new, now)

    async def mine(self, person_id: PersonId, subject: Subject) -> Invite | None:
        """The person's own link, if they have made it."""
        async with self.database.transaction() as tx:
            return await store.own(tx, subject, person_id)

    async def find(self, code: str) -> tuple[Invite, Place]:
        """The invite behind a code and where it leads; raises `UnknownInvite`."""
        if not model.is_code(code):
            raise UnknownInvite
        async with self.database.transaction() as tx:
            invite = await store.by_code(tx, code)
        if invite is None:
            raise UnknownInvite
        return invite, await self.place(invite.subject)

    async def arrive(self, code: str, person_id: PersonId) -> Arrived:
        """A signed-in person comes by a link; by their own, or a second one, nothing changes."""
        invite, place = await self.find(code)
        async with self.database.transaction() as tx:
            now = self.clock.now()
            people = {person_id: code}
            if not place.joins_on_arrival or invite.person_id == person_id:
                await store.place(tx, invite.subject, people, now)
                return Arrived(invite, place, joined=False)
            new = await store.join(tx, invite.subject, people, now)
        return Arrived(invite, place, joined=person_id in new)

    async def joined(
        self, tx: Transaction, subject: Subject, people: Mapping[PersonId, str]
    ) -> Mapping[PersonId, PersonId | None]:
        """People take part, each with the code that they came with or none; any number at once.

        Tells those who do for the first time, and who brought each. Others, one's own and unknown
        codes count for nobody, and a person counts once for a subject, whatever they do.
        """
        sound = {person_id: model.sound_code(code) for person_id, code in people.items()}
        return await store.join(tx, subject, sound, self.clock.now())

    async def inviters(
        self, tx: Transaction, subject: Subject, people: Sequence[PersonId]
    ) -> Mapping[PersonId, PersonId]:
        """Who brought each of these; who came by themselves is not among them."""
        return await store.inviters(tx, subject, people)

    async def brought(
        self, tx: Transaction, subject: Subject, people: Sequence[PersonId]
    ) -> Mapping[PersonId, int]:
        """How many joined by the link of each."""
        found = await store.count_brought(tx, subject, people)
        return {person_id: found.get(person_id, 0) for person_id in people}

    async def following(self, person_id: PersonId, subject: Subject) -> Following:
        async with self.database.transaction() as tx:
            counts = await store.count_brought(tx, subject, [person_id])
            below = await store.count_below(
                tx, subject, person_id, deepest=DEPTH_MAX, most=BELOW_MAX
            )
            newest = await store.brought_lately(tx, subject, person_id, FRIENDS_SHOWN_MAX)
        return Following(counts.get(person_id, 0), below, newest)

    async def export(self, person_id: PersonId) -> dict[str, object]:
        """A person's links, for the export of their data."""
        async with self.database.transaction() as tx:
            found = await store.of_person(tx, person_id, EXPORTED_MAX)
        return {"invites": [{"link": one.path, "to": one.subject.kind} for one in found]}

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        await store.forget(tx, person_id)
