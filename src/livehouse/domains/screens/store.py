"""Every SQL statement about screens."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, Row, case, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql import ColumnElement

from livehouse.domains.screens.model import Report, Screen, Wish
from livehouse.domains.screens.tables import screens
from livehouse.foundation.ids import PersonId, ScreenId
from livehouse.storage.database import Transaction

FORGOTTEN_MAX = 1_000


async def add(
    tx: Transaction, screen_id: ScreenId, token_hash: bytes, code: str, *, until: datetime
) -> bool:
    """A new screen that shows a code; False where another one shows the same."""
    added = await tx.execute(
        insert(screens)
        .values(
            id=screen_id, token_hash=token_hash, code=code, code_until=until, expires_at=until,
            asked=1, told=1, show="", paused=False, volume=0, programme_ms=0, at_ms=0,
        )
        .on_conflict_do_nothing(index_elements=["code"])
    )  # fmt: skip
    return added.rowcount > 0


async def drop(tx: Transaction, screen_id: ScreenId) -> None:
    await tx.execute(delete(screens).where(screens.c.id == screen_id))


async def by_token(tx: Transaction, token_hash: bytes, now: datetime) -> Screen | None:
    return await _one(tx, screens.c.token_hash == token_hash, screens.c.expires_at > now)


async def by_code(tx: Transaction, code: str, now: datetime) -> Screen | None:
    return await _one(tx, screens.c.code == code, screens.c.code_until > now)


async def of_person(tx: Transaction, person_id: PersonId, now: datetime) -> list[Screen]:
    """The newest first."""
    rows = await tx.execute(
        select(screens)
        .where(screens.c.person_id == person_id, screens.c.expires_at > now)
        .order_by(screens.c.id.desc())
    )
    return [_screen(row) for row in rows]


async def pair(
    tx: Transaction, code: str, person_id: PersonId, *, now: datetime, until: datetime
) -> ScreenId | None:
    """Give the screen with this code to the person; of two who use it at once one is refused."""
    paired = await tx.execute(
        update(screens)
        .where(screens.c.code == code, screens.c.code_until > now)
        .values(person_id=person_id, code=None, expires_at=until, asked=screens.c.asked + 1)
        .returning(screens.c.id)
    )
    found = paired.scalar_one_or_none()
    return ScreenId(found) if found else None


async def stay(tx: Transaction, screen_id: ScreenId, until: datetime) -> None:
    await tx.execute(update(screens).where(screens.c.id == screen_id).values(expires_at=until))


async def ask(
    tx: Transaction,
    screen_id: ScreenId,
    person_id: PersonId,
    wish: Wish,
    *,
    now: datetime,
    until: datetime,
) -> bool:
    """Note what the phone wants; what it does not say stays as it was."""
    asked = await tx.execute(
        update(screens)
        .where(
            screens.c.id == screen_id,
            screens.c.person_id == person_id,
            screens.c.expires_at > now,
        )
        .values(
            asked=screens.c.asked + 1,
            expires_at=until,
            wish_show=func.coalesce(literal(wish.show, screens.c.wish_show.type),
                                    screens.c.wish_show),
            wish_paused=func.coalesce(literal(wish.paused, screens.c.wish_paused.type),
                                      screens.c.wish_paused),
            wish_volume=func.coalesce(literal(wish.volume, screens.c.wish_volume.type),
                                      screens.c.wish_volume),
        )
    )  # fmt: skip
    return asked.rowcount > 0


async def tell(tx: Transaction, screen_id: ScreenId, report: Report, *, heard: int) -> None:
    """Note what is shown. It is also what is wished from now on, unless the phone has asked more
    than the screen had `heard`."""
    is_newest = screens.c.asked == heard

    def wished(value: object, column: Column[object]) -> ColumnElement[object]:
        return case((is_newest, literal(value, column.type)), else_=column)

    await tx.execute(
        update(screens)
        .where(screens.c.id == screen_id)
        .values(
            told=screens.c.told + 1, show=report.show, paused=report.paused, volume=report.volume,
            programme_ms=report.programme_ms, at_ms=report.at_ms,
            wish_show=wished(report.show or None, screens.c.wish_show),
            wish_paused=wished(report.paused, screens.c.wish_paused),
            wish_volume=wished(report.volume, screens.c.wish_volume),
        )
    )  # fmt: skip


async def marks(
    tx: Transaction, screen_ids: Collection[ScreenId]
) -> dict[ScreenId, tuple[int, int]]:
    """How often each was asked and has told; those that are gone are left out."""
    rows = await tx.execute(
        select(screens.c.id, screens.c.asked, screens.c.told).where(screens.c.id.in_(screen_ids))
    )
    return {ScreenId(row.id): (row.asked, row.told) for row in rows}


async def forget_expired(tx: Transaction, now: datetime) -> int:
    old = select(screens.c.id).where(screens.c.expires_at <= now).limit(FORGOTTEN_MAX)
    gone = await tx.execute(delete(screens).where(screens.c.id.in_(old)))
    return gone.rowcount


async def forget(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(delete(screens).where(screens.c.person_id == person_id))


async def _one(tx: Transaction, *which: ColumnElement[bool]) -> Screen | None:
    row = (await tx.execute(select(screens).where(*which))).first()
    return _screen(row) if row else None


def _screen(row: Row[tuple[object, ...]]) -> Screen:
    return Screen(
        id=ScreenId(row.id),
        code=row.code or "",
        code_until=row.code_until,
        person_id=PersonId(row.person_id) if row.person_id else None,
        expires_at=row.expires_at,
        asked=row.asked,
        told=row.told,
        wish=Wish(row.wish_show, row.wish_paused, row.wish_volume),
        report=Report(row.show, row.paused, row.volume, row.programme_ms, row.at_ms),
    )
