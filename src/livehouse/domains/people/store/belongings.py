"""Every SQL statement about what belongs to an account: addresses, memberships, API tokens."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.people.model import Address, AddressLines, ApiToken, Grant, Member
from livehouse.domains.people.tables import addresses, api_tokens, memberships, people
from livehouse.foundation.ids import AddressId, PersonId, StoreId
from livehouse.foundation.roles import Role
from livehouse.storage.database import Transaction

BLANK = dict.fromkeys(AddressLines.__struct_fields__, "")


async def add_address(tx: Transaction, address: Address, now: datetime) -> None:
    lines = msgspec.structs.asdict(address.lines)
    await tx.execute(
        addresses.insert().values(
            id=address.id, person_id=address.person_id, created_at=now, **lines
        )
    )


async def retire_address(
    tx: Transaction, address_id: AddressId, person_id: PersonId, now: datetime
) -> bool:
    """Stop offering it; orders keep it. False where it is not theirs."""
    retired = await tx.execute(
        update(addresses)
        .where(
            addresses.c.id == address_id,
            addresses.c.person_id == person_id,
            addresses.c.retired_at.is_(None),
        )
        .values(retired_at=now)
    )
    return retired.rowcount == 1


async def addresses_of(tx: Transaction, person_id: PersonId) -> Sequence[Address]:
    query = (
        select(addresses)
        .where(addresses.c.person_id == person_id, addresses.c.retired_at.is_(None))
        .order_by(addresses.c.id)
    )
    return [_address(row) for row in await tx.execute(query)]


async def addresses_by_id(tx: Transaction, ids: Collection[AddressId]) -> dict[AddressId, Address]:
    rows = await tx.execute(select(addresses).where(addresses.c.id.in_(ids)))
    return {address.id: address for address in map(_address, rows)}


async def blank_addresses(tx: Transaction, person_id: PersonId, now: datetime) -> None:
    await tx.execute(
        update(addresses)
        .where(addresses.c.person_id == person_id)
        .values(retired_at=func.coalesce(addresses.c.retired_at, now), **BLANK)
    )


async def grant(
    tx: Transaction, new_id: UUID, person_id: PersonId, given: Grant, now: datetime
) -> None:
    await tx.execute(
        insert(memberships)
        .values(
            id=new_id,
            person_id=person_id,
            store_id=given.store_id,
            role=given.role.value,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )


async def revoke(tx: Transaction, person_id: PersonId, taken: Grant) -> None:
    await tx.execute(
        delete(memberships).where(
            memberships.c.person_id == person_id,
            memberships.c.store_id.is_not_distinct_from(taken.store_id),
            memberships.c.role == taken.role.value,
        )
    )


async def revoke_all(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(delete(memberships).where(memberships.c.person_id == person_id))


async def grants_of(tx: Transaction, person_id: PersonId) -> Sequence[Grant]:
    query = (
        select(memberships.c.role, memberships.c.store_id)
        .where(memberships.c.person_id == person_id)
        .order_by(memberships.c.id)
    )
    return [
        Grant(Role(row.role), StoreId(row.store_id) if row.store_id else None)
        for row in await tx.execute(query)
    ]


async def members(tx: Transaction, store_id: StoreId, *, lock: bool = False) -> Sequence[Member]:
    query = (
        select(memberships.c.role, people.c.id, people.c.name, people.c.email)
        .join(people, people.c.id == memberships.c.person_id)
        .where(memberships.c.store_id == store_id, people.c.erased_at.is_(None))
        .order_by(memberships.c.id)
    )
    if lock:
        query = query.with_for_update(of=memberships)
    return [
        Member(person_id=PersonId(row.id), name=row.name, email=row.email, role=Role(row.role))
        for row in await tx.execute(query)
    ]


async def add_token(
    tx: Transaction, token: ApiToken, person_id: PersonId, token_hash: bytes
) -> None:
    await tx.execute(
        api_tokens.insert().values(
            id=token.id,
            person_id=person_id,
            token_hash=token_hash,
            name=token.name,
            scopes=list(token.scopes),
            created_at=token.created_at,
        )
    )


async def tokens_of(tx: Transaction, person_id: PersonId) -> Sequence[ApiToken]:
    query = (
        select(api_tokens)
        .where(api_tokens.c.person_id == person_id, api_tokens.c.revoked_at.is_(None))
        .order_by(api_tokens.c.id)
    )
    return [_token(row) for row in await tx.execute(query)]


async def by_token(tx: Transaction, token_hash: bytes) -> tuple[PersonId, frozenset[str]] | None:
    query = select(api_tokens.c.person_id, api_tokens.c.scopes).where(
        api_tokens.c.token_hash == token_hash, api_tokens.c.revoked_at.is_(None)
    )
    found = (await tx.execute(query)).first()
    return (PersonId(found.person_id), frozenset(found.scopes)) if found else None


async def revoke_token(tx: Transaction, token_id: UUID, person_id: PersonId, now: datetime) -> bool:
    revoked = await tx.execute(
        update(api_tokens)
        .where(
            api_tokens.c.id == token_id,
            api_tokens.c.person_id == person_id,
            api_tokens.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    return revoked.rowcount == 1


async def delete_tokens(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(delete(api_tokens).where(api_tokens.c.person_id == person_id))


def _address(row: Row[Any]) -> Address:
    lines = AddressLines(*(getattr(row, name) for name in AddressLines.__struct_fields__))
    return Address(
        id=AddressId(row.id),
        person_id=PersonId(row.person_id),
        lines=lines,
        retired=row.retired_at is not None,
    )


def _token(row: Row[Any]) -> ApiToken:
    return ApiToken(id=row.id, name=row.name, scopes=tuple(row.scopes), created_at=row.created_at)
