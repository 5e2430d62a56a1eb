"""What belongs to an account: addresses, memberships, API tokens."""

import secrets
from collections.abc import Collection, Sequence
from uuid import UUID

from livehouse.domains.people.errors import LastOwner, TooManyKept
from livehouse.domains.people.model import (
    ADDRESSES_MAX,
    API_TOKENS_MAX,
    Address,
    AddressLines,
    ApiToken,
    Grant,
    Member,
    check_country,
    check_scopes,
    parse_name,
)
from livehouse.domains.people.model import fingerprint as fingerprint_of
from livehouse.domains.people.store import accounts, belongings
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import AddressId, IdSource, PersonId, StoreId
from livehouse.foundation.roles import Role
from livehouse.storage.database import Database, Transaction

TOKEN_PREFIX = "lh_"  # noqa: S105 - lets people and scanners know what they found


class Addresses:
    """Versions that never change: orders point at them. Changing one makes a new one."""

    def __init__(self, database: Database, clock: Clock, ids: IdSource) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def add(
        self, person_id: PersonId, lines: AddressLines, *, replaces: AddressId | None = None
    ) -> Address:
        """Keep an address; the first one, and one that replaces the default, is the default."""
        check_country(lines)
        now = self._clock.now()
        address = Address(id=AddressId(self._ids.new()), person_id=person_id, lines=lines)
        async with self._database.transaction() as tx:
            person = await accounts.get(tx, person_id)
            if person is None:
                raise NotFound
            if replaces is not None and not await belongings.retire_address(
                tx, replaces, person_id, now
            ):
                raise NotFound
            if len(await belongings.addresses_of(tx, person_id)) >= ADDRESSES_MAX:
                raise TooManyKept(count=ADDRESSES_MAX)
            await belongings.add_address(tx, address, now)
            if person.default_address_id in {None, replaces}:
                await accounts.change(tx, person_id, default_address_id=address.id)
        return address

    async def of(self, person_id: PersonId) -> Sequence[Address]:
        async with self._database.transaction() as tx:
            return await belongings.addresses_of(tx, person_id)

    async def owned(self, address_id: AddressId, person_id: PersonId) -> Address:
        """An address that the person may use now; another's is not there."""
        for address in await self.of(person_id):
            if address.id == address_id:
                return address
        raise NotFound

    async def by_id(self, ids: Collection[AddressId]) -> dict[AddressId, Address]:
        """Any versions, also retired and blanked ones: for who must deliver to them."""
        async with self._database.transaction() as tx:
            return await belongings.addresses_by_id(tx, ids)

    async def make_default(self, address_id: AddressId, person_id: PersonId) -> None:
        await self.owned(address_id, person_id)
        async with self._database.transaction() as tx:
            await accounts.change(tx, person_id, default_address_id=address_id)

    async def remove(self, address_id: AddressId, person_id: PersonId) -> None:
        async with self._database.transaction() as tx:
            if not await belongings.retire_address(tx, address_id, person_id, self._clock.now()):
                raise NotFound
            person = await accounts.get(tx, person_id)
            if person is not None and person.default_address_id == address_id:
                rest = await belongings.addresses_of(tx, person_id)
                following = rest[0].id if rest else None
                await accounts.change(tx, person_id, default_address_id=following)


class Memberships:
    """Who may do what in which store; operators belong to the platform."""

    def __init__(self, database: Database, clock: Clock, ids: IdSource) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def grant(self, person_id: PersonId, role: Role, store_id: StoreId | None = None) -> None:
        async with self._database.transaction() as tx:
            await self.grant_within(tx, person_id, role, store_id)

    async def grant_within(
        self, tx: Transaction, person_id: PersonId, role: Role, store_id: StoreId | None
    ) -> None:
        """The same inside another's transaction: a store and its owner come together."""
        given = Grant(role, store_id)
        await belongings.grant(tx, self._ids.new(), person_id, given, self._clock.now())

    async def revoke(
        self, person_id: PersonId, role: Role, store_id: StoreId | None = None
    ) -> None:
        """Take a role back, but never a store's last owner."""
        async with self._database.transaction() as tx:
            if role is Role.OWNER and store_id is not None:
                members = await belongings.members(tx, store_id, lock=True)
                if {one.person_id for one in members if one.role is role} == {person_id}:
                    raise LastOwner
            await belongings.revoke(tx, person_id, Grant(role, store_id))

    async def of_person(self, person_id: PersonId) -> Sequence[Grant]:
        async with self._database.transaction() as tx:
            return await belongings.grants_of(tx, person_id)

    async def of_store(self, store_id: StoreId) -> Sequence[Member]:
        async with self._database.transaction() as tx:
            return await belongings.members(tx, store_id)


class ApiTokens:
    """Bearer tokens for scripts: scoped, shown once, kept as a fingerprint, revocable."""

    def __init__(self, database: Database, clock: Clock, ids: IdSource) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def create(self, person_id: PersonId, name: str, scopes: tuple[str, ...]) -> str:
        """The token itself, which nobody can see again."""
        check_scopes(scopes)
        token = TOKEN_PREFIX + secrets.token_urlsafe(32)
        kept = ApiToken(
            id=self._ids.new(),
            name=parse_name(name),
            scopes=tuple(dict.fromkeys(scopes)),
            created_at=self._clock.now(),
        )
        async with self._database.transaction() as tx:
            if len(await belongings.tokens_of(tx, person_id)) >= API_TOKENS_MAX:
                raise TooManyKept(count=API_TOKENS_MAX)
            await belongings.add_token(tx, kept, person_id, fingerprint_of(token))
        return token

    async def of(self, person_id: PersonId) -> Sequence[ApiToken]:
        async with self._database.transaction() as tx:
            return await belongings.tokens_of(tx, person_id)

    async def revoke(self, token_id: UUID, person_id: PersonId) -> None:
        async with self._database.transaction() as tx:
            if not await belongings.revoke_token(tx, token_id, person_id, self._clock.now()):
                raise NotFound
