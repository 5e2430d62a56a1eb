"""Every SQL statement about accounts, their sessions and their password resets."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.people.errors import EmailTaken
from livehouse.domains.people.model import Person, email_key
from livehouse.domains.people.tables import addresses, password_resets, people, sessions
from livehouse.foundation.ids import AddressId, PersonId
from livehouse.storage.database import Transaction

# Where their parcels go decides what delivery costs, with every tap.
_COUNTRY = select(addresses.c.country).where(addresses.c.id == people.c.default_address_id)
_PEOPLE = select(people, _COUNTRY.scalar_subquery().label("default_country"))


async def add(tx: Transaction, person: Person, password_hash: str | None) -> None:
    added = await tx.execute(
        insert(people)
        .values(
            id=person.id,
            email=person.email,
            email_key=email_key(person.email),
            name=person.name,
            password_hash=password_hash,
            language=person.language,
            time_zone=person.time_zone,
            shows_purchases=person.shows_purchases,
            created_at=person.created_at,
            verified_at=person.verified_at,
        )
        .on_conflict_do_nothing(index_elements=["email_key"])
    )
    if added.rowcount == 0:
        raise EmailTaken


async def get(tx: Transaction, person_id: PersonId) -> Person | None:
    found = (await tx.execute(_PEOPLE.where(people.c.id == person_id, _there()))).first()
    return _person(found) if found else None


async def by_email(tx: Transaction, email: str) -> tuple[Person, str | None] | None:
    """The account and its password's hash, where one is set."""
    query = _PEOPLE.where(people.c.email_key == email_key(email), _there())
    found = (await tx.execute(query)).first()
    return (_person(found), found.password_hash) if found else None


async def password_hash(tx: Transaction, person_id: PersonId) -> str | None:
    query = select(people.c.password_hash).where(people.c.id == person_id, _there())
    found: str | None = (await tx.execute(query)).scalar()
    return found


async def every(tx: Transaction, *, limit: int) -> Sequence[Person]:
    rows = await tx.execute(_PEOPLE.where(_there()).order_by(people.c.id).limit(limit))
    return [_person(row) for row in rows]


async def names(tx: Transaction, ids: Collection[PersonId]) -> dict[PersonId, str]:
    rows = await tx.execute(select(people.c.id, people.c.name).where(people.c.id.in_(ids)))
    return {PersonId(row.id): row.name for row in rows}


async def zones(tx: Transaction, ids: Collection[PersonId]) -> dict[PersonId, str]:
    """Of those who have an address."""
    rows = await tx.execute(
        select(people.c.id, people.c.time_zone).where(people.c.id.in_(ids), _there())
    )
    return {PersonId(row.id): row.time_zone for row in rows}


async def named(tx: Transaction, text: str, limit: int) -> list[PersonId]:
    """Those whose name, or who an address of theirs names, has this in it."""
    recipients = select(addresses.c.person_id).where(
        addresses.c.recipient.icontains(text, autoescape=True)
    )
    wanted = select(people.c.id).where(
        or_(people.c.name.icontains(text, autoescape=True), people.c.id.in_(recipients))
    )
    return [PersonId(row.id) for row in await tx.execute(wanted.limit(limit))]


async def change(tx: Transaction, person_id: PersonId, **columns: object) -> None:
    await tx.execute(update(people).where(people.c.id == person_id, _there()).values(**columns))


async def erase(tx: Transaction, person_id: PersonId, now: datetime) -> None:
    await change(
        tx,
        person_id,
        email=None,
        email_key=None,
        name="",
        password_hash=None,
        time_zone="",
        shows_purchases=False,
        default_address_id=None,
        verified_at=None,
        erased_at=now,
    )
    await tx.execute(delete(password_resets).where(password_resets.c.person_id == person_id))
    await close_sessions(tx, person_id)


async def open_session(
    tx: Transaction, token_hash: bytes, person_id: PersonId, now: datetime, expires_at: datetime
) -> None:
    await tx.execute(
        sessions.insert().values(
            token_hash=token_hash, person_id=person_id, created_at=now, expires_at=expires_at
        )
    )


async def by_session(tx: Transaction, token_hash: bytes, now: datetime) -> Person | None:
    query = _PEOPLE.join(sessions, sessions.c.person_id == people.c.id).where(
        sessions.c.token_hash == token_hash, sessions.c.expires_at > now, _there()
    )
    found = (await tx.execute(query)).first()
    return _person(found) if found else None


async def close_session(tx: Transaction, token_hash: bytes) -> None:
    await tx.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


async def close_sessions(
    tx: Transaction, person_id: PersonId, *, keep: bytes | None = None
) -> None:
    statement = delete(sessions).where(sessions.c.person_id == person_id)
    if keep is not None:
        statement = statement.where(sessions.c.token_hash != keep)
    await tx.execute(statement)


async def forget_expired(tx: Transaction, now: datetime) -> int:
    """Drop sessions and resets that nobody can use any more."""
    gone = await tx.execute(delete(sessions).where(sessions.c.expires_at <= now))
    old = await tx.execute(delete(password_resets).where(password_resets.c.expires_at <= now))
    return gone.rowcount + old.rowcount


async def allow_reset(
    tx: Transaction, token_hash: bytes, person_id: PersonId, expires_at: datetime
) -> None:
    """Let the newest link be the only one."""
    await tx.execute(delete(password_resets).where(password_resets.c.person_id == person_id))
    await tx.execute(
        password_resets.insert().values(
            token_hash=token_hash, person_id=person_id, expires_at=expires_at
        )
    )


async def find_reset(tx: Transaction, token_hash: bytes, now: datetime) -> Person | None:
    query = _PEOPLE.join(password_resets, password_resets.c.person_id == people.c.id).where(
        password_resets.c.token_hash == token_hash,
        password_resets.c.expires_at > now,
        _there(),
    )
    found = (await tx.execute(query)).first()
    return _person(found) if found else None


async def take_reset(tx: Transaction, token_hash: bytes, now: datetime) -> bool:
    """Use the link up; of two who try at once one gets it."""
    taken = await tx.execute(
        delete(password_resets).where(
            password_resets.c.token_hash == token_hash, password_resets.c.expires_at > now
        )
    )
    return taken.rowcount == 1


def _there() -> Any:  # noqa: ANN401 - SQLAlchemy's own expression
    return people.c.erased_at.is_(None)


def _person(row: Row[Any]) -> Person:
    return Person(
        id=PersonId(row.id),
        email=row.email,
        name=row.name,
        language=row.language,
        time_zone=row.time_zone,
        shows_purchases=row.shows_purchases,
        default_address_id=AddressId(row.default_address_id) if row.default_address_id else None,
        default_country=row.default_country or "",
        created_at=row.created_at,
        verified_at=row.verified_at,
    )
