"""Every SQL statement about rooms, shows and runs."""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, lateral, select, true, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.shows.errors import SlugTaken
from livehouse.domains.shows.model import (
    Cancelled,
    Ended,
    Live,
    PictureForm,
    Room,
    Run,
    RunKind,
    Scheduled,
    Show,
    ShowState,
    StreamAccess,
    Where,
    is_slug,
    state_name,
)
from livehouse.domains.shows.tables import rooms, runs, shows, stream_keys
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import RoomId, RunId, ShowId, StoreId
from livehouse.foundation.places import Spot
from livehouse.storage.database import Transaction

# Shows that begin in the same quarter of an hour, on one house.
DUE_MAX = 500


async def add_room(tx: Transaction, room: Room, now: datetime) -> None:
    added = await tx.execute(
        insert(rooms)
        .values(
            id=room.id, slug=room.slug, store_id=room.store_id, title=room.title, created_at=now
        )
        .on_conflict_do_nothing()
    )
    if added.rowcount == 0:
        raise SlugTaken(slug=room.slug)


async def add_show(tx: Transaction, show: Show, now: datetime) -> None:
    added = await tx.execute(
        insert(shows)
        .values(
            id=show.id,
            slug=show.slug,
            room_id=show.room.id,
            title=show.title,
            description=show.description,
            state="scheduled",
            starts_at=show.starts_at,
            changed_at=now,
            grace_ms=show.grace_ms,
            simulated=show.simulated,
            source=show.source,
            profile=show.form.profile,
            sizes=show.form.sizes,
        )
        .on_conflict_do_nothing()
    )
    if added.rowcount == 0:
        raise SlugTaken(slug=show.slug)


async def add_run(tx: Transaction, run: Run) -> None:
    await tx.execute(
        runs.insert().values(
            id=run.id, show_id=run.show_id, kind=run.kind.value, started_at=run.started_at
        )
    )


async def end_run(tx: Transaction, run: Run) -> None:
    await tx.execute(update(runs).where(runs.c.id == run.id).values(ended_at=run.ended_at))


async def save_state(tx: Transaction, show: Show, now: datetime) -> None:
    await tx.execute(
        update(shows)
        .where(shows.c.id == show.id)
        .values(state=state_name(show.state), version=show.version, changed_at=now)
    )


async def save_source(tx: Transaction, show: Show) -> None:
    await tx.execute(update(shows).where(shows.c.id == show.id).values(source=show.source))


async def save_form(tx: Transaction, show: Show) -> None:
    form = show.form
    await tx.execute(
        update(shows).where(shows.c.id == show.id).values(profile=form.profile, sizes=form.sizes)
    )


async def save_edit(tx: Transaction, show: Show, now: datetime) -> None:
    """What the show says of itself; whoever saves it has locked it."""
    where = show.where
    await tx.execute(
        update(shows)
        .where(shows.c.id == show.id)
        .values(
            title=show.title, description=show.description, starts_at=show.starts_at,
            place=where.place, city=where.city, origin=where.origin,
            latitude=where.spot.latitude if where.spot else None,
            longitude=where.spot.longitude if where.spot else None,
            version=show.version, changed_at=now,
        )
    )  # fmt: skip


async def nearest(tx: Transaction, spot: Spot, limit: int) -> list[Show]:
    """What is on or to come with a spot, the nearest first, on a map that is flat around `spot`:
    right in its order for all that is near, and also across the line of the date."""
    apart = func.abs(shows.c.longitude - spot.longitude)
    along = func.least(apart, 360 - apart) * math.cos(math.radians(spot.latitude))
    across = shows.c.latitude - spot.latitude
    wanted = (
        _shows()
        .where(shows.c.state.in_(("live", "scheduled")), shows.c.latitude.is_not(None))
        .order_by(across * across + along * along, shows.c.starts_at)
        .limit(limit)
    )
    return [_show(row) for row in await tx.execute(wanted)]


async def in_city(tx: Transaction, city: str, limit: int) -> list[Show]:
    """What is on or to come there, by its start; in any city where none is named."""
    wanted = _shows().where(shows.c.state.in_(("live", "scheduled")), shows.c.city != "")
    if city:
        wanted = wanted.where(func.lower(shows.c.city) == city.lower())
    return [_show(row) for row in await tx.execute(wanted.order_by(shows.c.starts_at).limit(limit))]


async def cities(tx: Transaction, limit: int) -> list[str]:
    """Where shows are on or to come, the most of them first."""
    name = func.min(shows.c.city).label("name")
    found = await tx.execute(
        select(name)
        .where(shows.c.state.in_(("live", "scheduled")), shows.c.city != "")
        .group_by(func.lower(shows.c.city))
        .order_by(func.count().desc(), name)
        .limit(limit)
    )
    return [row.name for row in found]


async def lock_show(tx: Transaction, slug: str, *, shared: bool = False) -> Show:
    """Read the show and keep others from changing it until the commit."""
    _refuse_nonsense(slug)
    locked = await tx.execute(
        select(shows.c.id)
        .where(shows.c.slug == slug)
        .with_for_update(read=shared, key_share=not shared)
    )
    if locked.first() is None:
        raise NotFound
    return await show_by_slug(tx, slug)


async def show_by_slug(tx: Transaction, slug: str) -> Show:
    _refuse_nonsense(slug)
    return await _one(tx, shows.c.slug == slug)


async def show_by_id(tx: Transaction, show_id: ShowId) -> Show:
    return await _one(tx, shows.c.id == show_id)


async def shows_by_ids(tx: Transaction, show_ids: Sequence[ShowId]) -> dict[ShowId, Show]:
    found = [_show(row) for row in await tx.execute(_shows().where(shows.c.id.in_(show_ids)))]
    return {show.id: show for show in found}


async def rooms_by_ids(tx: Transaction, room_ids: Sequence[RoomId]) -> dict[RoomId, Room]:
    found = await tx.execute(select(rooms).where(rooms.c.id.in_(room_ids)))
    return {
        RoomId(row.id): Room(RoomId(row.id), row.slug, StoreId(row.store_id), row.title)
        for row in found
    }


async def show_of_run(tx: Transaction, run_id: RunId) -> Show:
    """The show with that very run, also where it has had a later one."""
    found = (await tx.execute(select(runs).where(runs.c.id == run_id))).first()
    if found is None:
        raise NotFound
    show = await show_by_id(tx, ShowId(found.show_id))
    return Show(**{**_fields(show), "run": _run(found)})


async def room_by_slug(tx: Transaction, slug: str) -> Room:
    _refuse_nonsense(slug)
    found = (await tx.execute(select(rooms).where(rooms.c.slug == slug))).first()
    if found is None:
        raise NotFound
    return Room(RoomId(found.id), found.slug, StoreId(found.store_id), found.title)


async def rooms_of(tx: Transaction, store_id: StoreId) -> list[Room]:
    found = await tx.execute(
        select(rooms).where(rooms.c.store_id == store_id).order_by(rooms.c.title)
    )
    return [Room(RoomId(row.id), row.slug, StoreId(row.store_id), row.title) for row in found]


async def listed(
    tx: Transaction,
    *,
    states: Sequence[str],
    newest_first: bool,
    limit: int,
    room_id: RoomId | None = None,
    store_ids: Sequence[StoreId] | None = None,
) -> list[Show]:
    """Shows in any of `states`, by their planned start."""
    wanted = _shows().where(shows.c.state.in_(states))
    if room_id is not None:
        wanted = wanted.where(shows.c.room_id == room_id)
    if store_ids is not None:
        wanted = wanted.where(rooms.c.store_id.in_(store_ids))
    order = shows.c.starts_at.desc() if newest_first else shows.c.starts_at.asc()
    return [_show(row) for row in await tx.execute(wanted.order_by(order).limit(limit))]


async def coming(tx: Transaction, store_id: StoreId, now: datetime, limit: int) -> list[Show]:
    """A store's shows that begin after `now`, the next one first."""
    wanted = _shows().where(
        shows.c.state == "scheduled", rooms.c.store_id == store_id, shows.c.starts_at > now
    )
    return [_show(row) for row in await tx.execute(wanted.order_by(shows.c.starts_at).limit(limit))]


async def runs_on(tx: Transaction) -> list[Show]:
    """Every show that has a run on air or in rehearsal."""
    on = select(runs.c.show_id).where(runs.c.ended_at.is_(None))
    return [_show(row) for row in await tx.execute(_shows().where(shows.c.id.in_(on)))]


async def filmed_before(tx: Transaction, *, since: datetime, until: datetime) -> list[Show]:
    """Shows that are planned to begin in this time, and whose source takes more words than one."""
    planned = _shows().where(
        shows.c.state == "scheduled",
        shows.c.starts_at.between(since, until),
        shows.c.source.startswith("{"),
    )
    return [_show(row) for row in await tx.execute(planned.limit(DUE_MAX))]


async def playing(tx: Transaction, name: str) -> Show | None:
    """A show that is on or to come, and plays the file of that name."""
    wanted = _shows().where(
        shows.c.state.in_(("live", "scheduled")), shows.c.source.contains(name, autoescape=True)
    )
    found = (await tx.execute(wanted.limit(1))).first()
    return found and _show(found)


async def stream_access(
    tx: Transaction, *, room_id: RoomId | None = None, key_hash: bytes = b""
) -> StreamAccess | None:
    """By its room, or by the hash of its key."""
    where = stream_keys.c.key_hash == key_hash if room_id is None else (
        stream_keys.c.room_id == room_id)  # fmt: skip
    found = (await tx.execute(select(stream_keys).where(where))).first()
    return found and StreamAccess(RoomId(found.room_id), bytes(found.nonce), found.second)


async def save_stream_access(
    tx: Transaction, access: StreamAccess, key_hash: bytes, now: datetime
) -> None:
    values = {"nonce": access.nonce, "key_hash": key_hash, "second": access.second, "made_at": now}
    await tx.execute(
        insert(stream_keys)
        .values(room_id=access.room_id, **values)
        .on_conflict_do_update(index_elements=[stream_keys.c.room_id], set_=values)
    )


async def lock_room(tx: Transaction, room_id: RoomId) -> None:
    """Keep others from making a key for the room until the commit."""
    await tx.execute(
        select(rooms.c.id).where(rooms.c.id == room_id).with_for_update(key_share=True)
    )


def _refuse_nonsense(slug: str) -> None:
    """PostgreSQL takes no NUL in a text: such an address is a wrong one, not an error of ours."""
    if not is_slug(slug):
        raise NotFound


async def has_rehearsed(tx: Transaction, show_id: ShowId) -> bool:
    """Whether a rehearsal of the show has been begun and ended."""
    found = await tx.execute(
        select(runs.c.id)
        .where(runs.c.show_id == show_id, runs.c.kind == "rehearsal", runs.c.ended_at.isnot(None))
        .limit(1)
    )
    return found.first() is not None


async def run_ids_since(tx: Transaction, since: datetime) -> list[RunId]:
    """Runs that have not ended, or not before `since`."""
    wanted = select(runs.c.id).where(runs.c.ended_at.is_(None) | (runs.c.ended_at >= since))
    return [RunId(row.id) for row in await tx.execute(wanted)]


async def _one(tx: Transaction, where: ColumnElement[bool]) -> Show:
    found = (await tx.execute(_shows().where(where))).first()
    if found is None:
        raise NotFound
    return _show(found)


def _shows() -> Select[Any]:
    """A show with its room and its current run: the live one, else the newest."""
    current = lateral(
        select(runs)
        .where(runs.c.show_id == shows.c.id)
        .order_by(
            runs.c.ended_at.is_(None).desc(), (runs.c.kind == "live").desc(),
            runs.c.started_at.desc(),
        )
        .limit(1)
    ).alias("current")  # fmt: skip
    return (
        select(
            shows,
            rooms.c.slug.label("room_slug"),
            rooms.c.store_id,
            rooms.c.title.label("room_title"),
            current.c.id.label("run_id"),
            current.c.kind.label("run_kind"),
            current.c.started_at.label("run_started_at"),
            current.c.ended_at.label("run_ended_at"),
        )
        .join(rooms, rooms.c.id == shows.c.room_id)
        .outerjoin(current, true())
    )


def _show(row: Row[Any]) -> Show:
    run = None
    if row.run_id is not None:
        run = Run(
            RunId(row.run_id), ShowId(row.id), RunKind(row.run_kind),
            row.run_started_at, row.run_ended_at,
        )  # fmt: skip
    return Show(
        id=ShowId(row.id),
        slug=row.slug,
        room=Room(RoomId(row.room_id), row.room_slug, StoreId(row.store_id), row.room_title),
        title=row.title,
        description=row.description,
        state=_state(row),
        starts_at=row.starts_at,
        grace_ms=row.grace_ms,
        simulated=row.simulated,
        source=row.source,
        form=PictureForm(row.profile, row.sizes),
        where=Where(row.place, row.city, row.origin, _spot(row)),
        version=row.version,
        run=run,
    )


def _spot(row: Row[Any]) -> Spot | None:
    return None if row.latitude is None else Spot(row.latitude, row.longitude)


def _run(row: Row[Any]) -> Run:
    return Run(RunId(row.id), ShowId(row.show_id), RunKind(row.kind), row.started_at, row.ended_at)


def _fields(show: Show) -> dict[str, Any]:
    return {name: getattr(show, name) for name in show.__struct_fields__}


def _state(row: Row[Any]) -> ShowState:
    match row.state:
        case "scheduled":
            return Scheduled(row.starts_at)
        case "live":
            return Live(row.run_started_at or row.changed_at)
        case "ended":
            return Ended(row.run_ended_at or row.changed_at)
        case _:
            return Cancelled(row.changed_at)
