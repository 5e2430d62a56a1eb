"""Every SQL statement about invites."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import any_, bindparam, delete, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import Text, Uuid

from livehouse.domains.invites.model import Invite, Subject
from livehouse.domains.invites.tables import invited, invites
from livehouse.foundation.ids import PersonId
from livehouse.storage.database import Transaction

# Each gets a place under the owner of the code that they came with, if it is a code of another
# person for this very subject; who has a place keeps it. Sorted, so that two groups never wait for
# each other in a circle.
_PLACE = """
insert into invited (subject_kind, subject_id, person_id, invited_by, placed_at, joined_at)
select :kind, :subject, a.person_id, i.person_id, :now, {joined}
from unnest(:people, :codes) as a(person_id, code)
left join invites i on i.code = a.code and i.subject_kind = :kind and i.subject_id = :subject
    and i.person_id <> a.person_id
order by a.person_id
on conflict (subject_kind, subject_id, person_id) {otherwise}
"""
_PARAMETERS = (bindparam("people", type_=ARRAY(Uuid)), bindparam("codes", type_=ARRAY(Text)))
_ONLY_PLACE = text(_PLACE.format(joined="null", otherwise="do nothing")).bindparams(*_PARAMETERS)
_JOIN = text(
    _PLACE.format(
        joined=":now",
        otherwise="do update set joined_at = excluded.joined_at where invited.joined_at is null "
        "returning person_id, invited_by",
    )
).bindparams(*_PARAMETERS)

# Everybody under a person, as far down as is asked for.
_BELOW = text("""
with recursive below (person_id, depth) as (
    select person_id, 1 from invited
    where subject_kind = :kind and subject_id = :subject and invited_by = :person
      and joined_at is not null
    union all
    select n.person_id, b.depth + 1 from below b
    join invited n on n.subject_kind = :kind and n.subject_id = :subject
      and n.invited_by = b.person_id and n.joined_at is not null
    where b.depth < :deepest
)
select count(*) as below from (select 1 from below limit :most) as counted
""")


class Brought(Struct, frozen=True):
    """Somebody who came by a person's link and joined."""

    person_id: PersonId
    joined_at: datetime


async def place(
    tx: Transaction, subject: Subject, people: Mapping[PersonId, str], now: datetime
) -> None:
    """Give people their places under the owners of the codes that they came with."""
    await tx.execute(_ONLY_PLACE.bindparams(**_arguments(subject, people, now)))


async def join(
    tx: Transaction, subject: Subject, people: Mapping[PersonId, str], now: datetime
) -> dict[PersonId, PersonId | None]:
    """The same, and they take part; only those who join for the first time are told."""
    found = await tx.execute(_JOIN.bindparams(**_arguments(subject, people, now)))
    return {
        PersonId(row.person_id): PersonId(row.invited_by) if row.invited_by else None
        for row in found
    }


async def add(tx: Transaction, invite: Invite, now: datetime) -> Invite:
    """Keep a person's invite; the one that they have already stays."""
    subject = invite.subject
    await tx.execute(
        insert(invites)
        .values(
            code=invite.code, subject_kind=subject.kind, subject_id=subject.id,
            person_id=invite.person_id, made_at=now,
        )
        .on_conflict_do_nothing(constraint="uq_invites_own")
    )  # fmt: skip
    found = await own(tx, subject, invite.person_id)
    assert found is not None, "it has just been written, or was there"
    return found


async def own(tx: Transaction, subject: Subject, person_id: PersonId) -> Invite | None:
    found = await tx.execute(
        select(invites.c.code).where(
            invites.c.subject_kind == subject.kind,
            invites.c.subject_id == subject.id,
            invites.c.person_id == person_id,
        )
    )
    code = found.scalar_one_or_none()
    return Invite(code, subject, person_id) if code else None


async def by_code(tx: Transaction, code: str) -> Invite | None:
    row = (await tx.execute(select(invites).where(invites.c.code == code))).first()
    if row is None:
        return None
    return Invite(row.code, Subject(row.subject_kind, row.subject_id), PersonId(row.person_id))


async def count_brought(
    tx: Transaction, subject: Subject, people: Sequence[PersonId]
) -> dict[PersonId, int]:
    rows = await tx.execute(
        select(invited.c.invited_by, func.count().label("brought"))
        .where(
            invited.c.subject_kind == subject.kind,
            invited.c.subject_id == subject.id,
            invited.c.invited_by.in_(people),
            invited.c.joined_at.is_not(None),
        )
        .group_by(invited.c.invited_by)
    )
    return {PersonId(row.invited_by): row.brought for row in rows}


async def inviters(
    tx: Transaction, subject: Subject, people: Sequence[PersonId]
) -> dict[PersonId, PersonId]:
    rows = await tx.execute(
        select(invited.c.person_id, invited.c.invited_by).where(
            invited.c.subject_kind == subject.kind,
            invited.c.subject_id == subject.id,
            invited.c.person_id == any_(bindparam("people", list(people), type_=ARRAY(Uuid))),
            invited.c.invited_by.is_not(None),
        )
    )
    return {PersonId(row.person_id): PersonId(row.invited_by) for row in rows}


async def brought_lately(
    tx: Transaction, subject: Subject, person_id: PersonId, limit: int
) -> list[Brought]:
    """Who joined by a person's link, the newest first."""
    rows = await tx.execute(
        select(invited.c.person_id, invited.c.joined_at)
        .where(
            invited.c.subject_kind == subject.kind,
            invited.c.subject_id == subject.id,
            invited.c.invited_by == person_id,
            invited.c.joined_at.is_not(None),
        )
        .order_by(invited.c.joined_at.desc())
        .limit(limit)
    )
    return [Brought(PersonId(row.person_id), row.joined_at) for row in rows]


async def count_below(
    tx: Transaction, subject: Subject, person_id: PersonId, *, deepest: int, most: int
) -> int:
    found = await tx.execute(
        _BELOW.bindparams(
            kind=subject.kind, subject=subject.id, person=person_id, deepest=deepest, most=most
        )
    )
    return int(found.scalar_one())


async def of_person(tx: Transaction, person_id: PersonId, limit: int) -> list[Invite]:
    rows = await tx.execute(
        select(invites)
        .where(invites.c.person_id == person_id)
        .order_by(invites.c.made_at.desc())
        .limit(limit)
    )
    return [
        Invite(row.code, Subject(row.subject_kind, row.subject_id), PersonId(row.person_id))
        for row in rows
    ]


async def forget(tx: Transaction, person_id: PersonId) -> None:
    """A person's links lead nowhere any more; the trees keep ids, which then name nobody."""
    await tx.execute(delete(invites).where(invites.c.person_id == person_id))


def _arguments(
    subject: Subject, people: Mapping[PersonId, str], now: datetime
) -> dict[str, object]:
    return {
        "kind": subject.kind, "subject": subject.id, "now": now,
        "people": list(people), "codes": list(people.values()),
    }  # fmt: skip
