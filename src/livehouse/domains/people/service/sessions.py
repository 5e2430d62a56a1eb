"""Who stands behind a cookie or a bearer token: what the web asks on every request."""

from collections.abc import Sequence

from livehouse.domains.people.model import Grant, Person, fingerprint
from livehouse.domains.people.ports import StoreName, StoreNames
from livehouse.domains.people.store import accounts, belongings
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import PersonId
from livehouse.foundation.roles import Role
from livehouse.storage.database import Database
from livehouse.web.identity import Identity, Membership

NAMELESS = StoreName("", "")


class Sessions:
    """Makes the web's `Identities` true."""

    def __init__(self, database: Database, clock: Clock, stores: StoreNames) -> None:
        self._database = database
        self._clock = clock
        self._stores = stores

    async def by_session(self, token: str) -> Identity | None:
        async with self._database.transaction() as tx:
            person = await accounts.by_session(tx, fingerprint(token), self._clock.now())
            grants = await belongings.grants_of(tx, person.id) if person else ()
        return await self._identity(person, grants, scopes=None) if person else None

    async def by_api_token(self, token: str) -> Identity | None:
        async with self._database.transaction() as tx:
            found = await belongings.by_token(tx, fingerprint(token))
            person = await accounts.get(tx, found[0]) if found else None
            grants = await belongings.grants_of(tx, person.id) if person else ()
        if found is None or person is None:
            return None
        return await self._identity(person, grants, scopes=found[1])

    async def set_language(self, person_id: PersonId, language: str) -> None:
        async with self._database.transaction() as tx:
            await accounts.change(tx, person_id, language=language)

    async def forget_expired(self) -> int:
        """Delete what has expired; how many rows went."""
        async with self._database.transaction() as tx:
            return await accounts.forget_expired(tx, self._clock.now())

    async def _identity(
        self, person: Person, grants: Sequence[Grant], *, scopes: frozenset[str] | None
    ) -> Identity:
        """Outside the transaction, since the stores' names take a connection of their own."""
        in_stores = [(one.store_id, one.role) for one in grants if one.store_id is not None]
        names = await self._stores.names({store_id for store_id, _ in in_stores})
        return Identity(
            person_id=person.id,
            name=person.name,
            language=person.language,
            time_zone=person.time_zone,
            is_operator=any(one.role is Role.OPERATOR for one in grants),
            memberships=tuple(
                Membership(store_id, found.slug, found.name, role)
                for store_id, role in in_stores
                for found in [names.get(store_id, NAMELESS)]
            ),
            default_address_id=person.default_address_id,
            default_country=person.default_country,
            shown_as=person.shown_as,
            scopes=scopes,
        )
