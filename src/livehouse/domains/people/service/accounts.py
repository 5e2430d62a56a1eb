"""Accounts: signing up, in and out, and changing one's own."""

import secrets
from collections.abc import Collection, Sequence

from livehouse.domains.people.errors import PasswordWrong, SignInFailed, TimeZoneUnknown
from livehouse.domains.people.events import PersonSignedUp
from livehouse.domains.people.model import (
    SESSION_DURATION,
    Person,
    check_password,
    fingerprint,
    parse_email,
    parse_name,
)
from livehouse.domains.people.service.passwords import Passwords
from livehouse.domains.people.store import accounts as store
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import IdSource, PersonId
from livehouse.storage.database import Database, Transaction
from livehouse.web.i18n import is_zone, negotiate

LISTED_MAX = 1000


class Accounts:
    def __init__(
        self, database: Database, clock: Clock, ids: IdSource, passwords: Passwords
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._passwords = passwords

    async def sign_up(
        self, *, email: str, name: str, password: str | None, language: str, time_zone: str = ""
    ) -> Person:
        """A new account; the address must be new however it is written.

        Without a password nobody signs in to it until one is set through a reset.
        """
        person = Person(
            id=PersonId(self._ids.new()),
            email=parse_email(email),
            name=parse_name(name),
            language=negotiate(language),
            time_zone=_checked_zone(time_zone),
            created_at=self._clock.now(),
        )
        hashed = None
        if password is not None:
            check_password(password, email=person.email)
            hashed = await self._passwords.hash(password)
        async with self._database.transaction() as tx:
            await store.add(tx, person, hashed)
            tx.record(PersonSignedUp(person.id))
        return person

    async def sign_in(self, email: str, password: str, *, instead_of: str = "") -> str:
        """A new session's token; the one that the browser had before ends."""
        async with self._database.transaction() as tx:
            found = await store.by_email(tx, _parsed_or_empty(email))
        person, hashed = found or (None, None)
        if not await self._passwords.fits(password, hashed) or person is None or hashed is None:
            raise SignInFailed
        if self._passwords.is_outdated(hashed):
            hashed = await self._passwords.hash(password)
            async with self._database.transaction() as tx:
                await store.change(tx, person.id, password_hash=hashed)
        return await self.open_session(person.id, instead_of=instead_of)

    async def open_session(self, person_id: PersonId, *, instead_of: str = "") -> str:
        token, now = secrets.token_urlsafe(32), self._clock.now()
        async with self._database.transaction() as tx:
            if instead_of:
                await store.close_session(tx, fingerprint(instead_of))
            await store.open_session(tx, fingerprint(token), person_id, now, now + SESSION_DURATION)
        return token

    async def sign_out(self, token: str) -> None:
        async with self._database.transaction() as tx:
            await store.close_session(tx, fingerprint(token))

    async def sign_out_everywhere(self, person_id: PersonId) -> None:
        async with self._database.transaction() as tx:
            await store.close_sessions(tx, person_id)

    async def get(self, person_id: PersonId) -> Person:
        async with self._database.transaction() as tx:
            person = await store.get(tx, person_id)
        if person is None:
            raise NotFound
        return person

    async def reader(self, person_id: PersonId) -> Person | None:
        """Whoever can be written to; None of an account that was erased or has no address."""
        async with self._database.transaction() as tx:
            person = await store.get(tx, person_id)
        return person if person is not None and person.email else None

    async def zones(self, tx: Transaction, ids: Collection[PersonId]) -> dict[PersonId, str]:
        """The time zones of those who can be written to, empty of who has chosen none; within a
        use case of another domain."""
        return await store.zones(tx, ids)

    async def find(self, email: str) -> Person | None:
        async with self._database.transaction() as tx:
            found = await store.by_email(tx, _parsed_or_empty(email))
        return found[0] if found else None

    async def every(self) -> Sequence[Person]:
        """The first thousand accounts, oldest first: for the command line."""
        async with self._database.transaction() as tx:
            return await store.every(tx, limit=LISTED_MAX)

    async def names(self, ids: Collection[PersonId]) -> dict[PersonId, str]:
        """Names to show beside ids; an erased person's is empty."""
        async with self._database.transaction() as tx:
            return await store.names(tx, ids)

    async def named(self, text: str) -> frozenset[PersonId]:
        """Those whose name, or recipient of parcels, has this in it: a thousand at most."""
        async with self._database.transaction() as tx:
            return frozenset(await store.named(tx, text, LISTED_MAX))

    async def change_profile(
        self, person_id: PersonId, *, name: str, language: str, time_zone: str
    ) -> None:
        columns = {
            "name": parse_name(name),
            "language": negotiate(language),
            "time_zone": _checked_zone(time_zone),
        }
        async with self._database.transaction() as tx:
            await store.change(tx, person_id, **columns)

    async def set_shows_purchases(self, person_id: PersonId, *, agreed: bool) -> None:
        """Whether the room may show, masked, what this person buys."""
        async with self._database.transaction() as tx:
            await store.change(tx, person_id, shows_purchases=agreed)

    async def change_password(
        self, person_id: PersonId, *, old: str, new: str, keep_session: str = ""
    ) -> None:
        """All other sessions end: whoever knew the old password is out."""
        person = await self.confirm(person_id, old)
        check_password(new, email=person.email)
        hashed = await self._passwords.hash(new)
        async with self._database.transaction() as tx:
            await store.change(tx, person_id, password_hash=hashed)
            await store.close_sessions(tx, person_id, keep=fingerprint(keep_session))

    async def confirm(self, person_id: PersonId, password: str) -> Person:
        """The person, once they have shown that it is really them."""
        async with self._database.transaction() as tx:
            hashed = await store.password_hash(tx, person_id)
        if not await self._passwords.fits(password, hashed):
            raise PasswordWrong
        return await self.get(person_id)


def _parsed_or_empty(email: str) -> str:
    try:
        return parse_email(email)
    except DomainError:
        return ""


def _checked_zone(time_zone: str) -> str:
    if time_zone and not is_zone(time_zone):
        raise TimeZoneUnknown
    return time_zone
