"""What followers are to be told, and the letters that wait to be sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, case, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.followers.model import FollowLetter, Happening, NewsKind
from livehouse.domains.followers.tables import follow_news as news
from livehouse.domains.followers.tables import follower_letters as letters
from livehouse.foundation.ids import PersonId, ShowId, StoreId
from livehouse.storage.database import Transaction


async def last(tx: Transaction, store_id: StoreId, kind: NewsKind) -> datetime | None:
    """When followers were last told of such a thing, or are to be."""
    found = await tx.execute(
        select(func.max(news.c.due_at)).where(
            news.c.store_id == store_id, news.c.kind == kind.value
        )
    )
    moment: datetime | None = found.scalar()
    return moment


async def add(tx: Transaction, one: Happening, due_at: datetime) -> None:
    """Nothing where a letter waits already that will tell of it."""
    await tx.execute(
        insert(news)
        .values(
            id=one.id, store_id=one.store_id, kind=one.kind.value, show_id=one.show_id,
            made_at=one.made_at, due_at=due_at,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip


async def take(tx: Transaction, now: datetime) -> Happening | None:
    """Something to be told now, what has begun before what is planned; it is ours until the
    commit."""
    found = await tx.execute(
        select(news)
        .where(news.c.state != "told", news.c.due_at <= now)
        .order_by(case((news.c.kind == NewsKind.BEGUN.value, 0), else_=1), news.c.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = found.first()
    return _happening(row) if row else None


async def told(tx: Transaction, one: Happening, up_to: PersonId | None) -> None:
    """Note how far letters have been written; None: to the end."""
    values: dict[str, object] = {"state": "told"}
    if up_to is not None:
        values = {"state": "telling", "told_to": up_to}
    await tx.execute(update(news).where(news.c.id == one.id).values(**values))


async def write(tx: Transaction, one: Happening, at: Mapping[PersonId, datetime]) -> None:
    """Leave letters for these, each at a moment of their own."""
    rows = [
        {"news_id": one.id, "person_id": person_id, "kind": one.kind.value, "try_after": moment}
        for person_id, moment in at.items()
    ]
    if rows:
        await tx.execute(insert(letters).on_conflict_do_nothing(), rows)


@dataclass(frozen=True, slots=True)
class Queue:
    """The letters of one kind: what has begun does not wait behind what is planned."""

    kind: NewsKind

    async def take_due(
        self, tx: Transaction, now: datetime, until: datetime, limit: int, /
    ) -> list[FollowLetter]:
        """Letters to send now; `until` then nobody else tries, should this process die."""
        due = (
            select(letters.c.news_id, letters.c.person_id)
            .where(letters.c.kind == self.kind.value, letters.c.try_after <= now)
            .order_by(letters.c.try_after)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = await tx.execute(
            update(letters)
            .where(
                tuple_(letters.c.news_id, letters.c.person_id).in_(due),
                news.c.id == letters.c.news_id,
            )
            .values(try_after=until, attempts=letters.c.attempts + 1)
            .returning(letters.c.person_id, letters.c.attempts, *news.c)
        )
        return [
            FollowLetter(
                row.id, PersonId(row.person_id), StoreId(row.store_id), NewsKind(row.kind),
                row.show_id, row.attempts,
            )
            for row in rows
        ]  # fmt: skip

    async def put_off(self, tx: Transaction, letter: FollowLetter, until: datetime, /) -> None:
        await tx.execute(update(letters).where(*_is(letter)).values(try_after=until))

    async def remove(self, tx: Transaction, letter: FollowLetter, /) -> None:
        await tx.execute(delete(letters).where(*_is(letter)))


async def remove_of(tx: Transaction, person_id: PersonId, store_id: StoreId | None = None) -> None:
    """Take away letters to somebody that have not been sent, or those about one store."""
    wanted = delete(letters).where(letters.c.person_id == person_id)
    if store_id is not None:
        about = select(news.c.id).where(news.c.store_id == store_id)
        wanted = wanted.where(letters.c.news_id.in_(about))
    await tx.execute(wanted)


async def forget(tx: Transaction, before: datetime) -> int:
    """Take away what was told so long ago, once no letter of it waits."""
    waits = select(letters.c.news_id).where(letters.c.news_id == news.c.id).exists()
    done = await tx.execute(
        delete(news).where(news.c.state == "told", news.c.due_at < before, ~waits)
    )
    return done.rowcount


def _is(letter: FollowLetter) -> tuple[ColumnElement[bool], ...]:
    return letters.c.news_id == letter.news_id, letters.c.person_id == letter.person_id


def _happening(row: Row[tuple[object, ...]]) -> Happening:
    return Happening(
        row.id,
        StoreId(row.store_id),
        NewsKind(row.kind),
        row.made_at,
        ShowId(row.show_id) if row.show_id else None,
        PersonId(row.told_to) if row.told_to else None,
    )
