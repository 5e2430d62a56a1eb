"""Shows that take part, wish to, or are asked to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, case, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.campaigns.errors import NotInCampaign
from livehouse.domains.campaigns.model import CampaignId, Entry, EntryState, LineId
from livehouse.domains.campaigns.tables import campaign_entries as entries
from livehouse.foundation.ids import RoomId, RunId, ShowId, StoreId
from livehouse.storage.database import Transaction

_ACCEPTED = entries.c.state == "accepted"
_ON = and_(_ACCEPTED, entries.c.run_id.is_not(None))


async def add(tx: Transaction, entry: Entry, now: datetime) -> bool:
    """Ask; tells whether the show was not in the campaign yet."""
    added = await tx.execute(
        insert(entries)
        .values(
            campaign_id=entry.campaign_id, show_id=entry.show_id, line_id=entry.line_id,
            room_id=entry.room_id, store_id=entry.store_id, starts_at=entry.starts_at,
            state=entry.state.value, withheld=False, run_id=entry.run_id,
            on_since=entry.on_since, viewers=0, viewers_max=0, asked_at=now,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    return added.rowcount == 1


async def lock(tx: Transaction, campaign_id: CampaignId, show_id: ShowId) -> Entry:
    """The entry, whose part in the sums nobody else changes until the commit."""
    found = await tx.execute(
        select(entries)
        .where(entries.c.campaign_id == campaign_id, entries.c.show_id == show_id)
        .with_for_update(key_share=True)
    )
    row = found.first()
    if row is None:
        raise NotInCampaign
    return _entry(row)


async def lock_all(tx: Transaction, show_ids: Sequence[ShowId]) -> list[Entry]:
    """Every entry of these shows, also those that do not count: they may be about to."""
    rows = await tx.execute(
        select(entries)
        .where(entries.c.show_id.in_(show_ids))
        .order_by(entries.c.campaign_id, entries.c.show_id)
        .with_for_update(key_share=True)
    )
    return [_entry(row) for row in rows]


async def save(tx: Transaction, entry: Entry) -> None:
    await tx.execute(
        update(entries)
        .where(entries.c.campaign_id == entry.campaign_id, entries.c.show_id == entry.show_id)
        .values(state=entry.state.value, withheld=entry.withheld, line_id=entry.line_id)
    )


async def went_on(tx: Transaction, show_id: ShowId, run_id: RunId, now: datetime) -> None:
    await tx.execute(
        update(entries)
        .where(entries.c.show_id == show_id)
        .values(run_id=run_id, on_since=now, viewers=0)
    )


async def went_off(tx: Transaction, run_id: RunId, show_id: ShowId) -> None:
    await tx.execute(
        update(entries)
        .where(entries.c.show_id == show_id, entries.c.run_id == run_id)
        .values(run_id=None, viewers=0)
    )


async def runs_on(tx: Transaction, after: RunId | None, limit: int) -> list[RunId]:
    """Runs that are on in any campaign."""
    wanted = select(entries.c.run_id).where(_ON).distinct()
    if after is not None:
        wanted = wanted.where(entries.c.run_id > after)
    rows = await tx.execute(wanted.order_by(entries.c.run_id).limit(limit))
    return [RunId(row.run_id) for row in rows]


async def note_viewers(tx: Transaction, viewers: Mapping[RunId, int]) -> None:
    if not viewers:
        return
    await tx.execute(
        update(entries)
        .where(entries.c.run_id == bindparam("run"))
        .values(
            viewers=bindparam("now"),
            viewers_max=case(
                (entries.c.viewers_max < bindparam("now"), bindparam("now")),
                else_=entries.c.viewers_max,
            ),
        ),
        [{"run": run, "now": count} for run, count in sorted(viewers.items())],
    )


async def scheduled(
    tx: Transaction,
    campaign_id: CampaignId,
    *,
    since: datetime,
    until: datetime | None = None,
    line_id: LineId | None = None,
    after: tuple[datetime, ShowId] | None = None,
    limit: int,
) -> list[Entry]:
    """Who takes part from a moment on, in the order of their start."""
    wanted = select(entries).where(
        entries.c.campaign_id == campaign_id, _ACCEPTED, entries.c.starts_at >= since
    )
    if until is not None:
        wanted = wanted.where(entries.c.starts_at < until)
    if line_id is not None:
        wanted = wanted.where(entries.c.line_id == line_id)
    if after is not None:
        at, show_id = after
        wanted = wanted.where(
            or_(
                entries.c.starts_at > at,
                and_(entries.c.starts_at == at, entries.c.show_id > show_id),
            )
        )
    return await _listed(tx, wanted.order_by(entries.c.starts_at, entries.c.show_id).limit(limit))


async def on_now(
    tx: Transaction, campaign_id: CampaignId, *, line_id: LineId | None = None, limit: int
) -> list[Entry]:
    """What is on, what most watch first."""
    wanted = select(entries).where(entries.c.campaign_id == campaign_id, _ON)
    if line_id is not None:
        wanted = wanted.where(entries.c.line_id == line_id)
    return await _listed(
        tx, wanted.order_by(entries.c.viewers.desc(), entries.c.show_id.desc()).limit(limit)
    )


async def newest_on(tx: Transaction, campaign_id: CampaignId, limit: int) -> list[Entry]:
    wanted = select(entries).where(entries.c.campaign_id == campaign_id, _ON)
    return await _listed(tx, wanted.order_by(entries.c.on_since.desc()).limit(limit))


async def most_watched(tx: Transaction, campaign_id: CampaignId, limit: int) -> list[Entry]:
    wanted = select(entries).where(
        entries.c.campaign_id == campaign_id, _ACCEPTED, entries.c.viewers_max > 0
    )
    return await _listed(tx, wanted.order_by(entries.c.viewers_max.desc()).limit(limit))


async def asked(
    tx: Transaction,
    campaign_id: CampaignId,
    state: EntryState,
    *,
    after: ShowId | None,
    limit: int,
) -> list[Entry]:
    """Entries in one state, those that were asked first before others."""
    wanted = select(entries).where(
        entries.c.campaign_id == campaign_id, entries.c.state == state.value
    )
    if after is not None:
        at = (
            select(entries.c.asked_at)
            .where(entries.c.campaign_id == campaign_id, entries.c.show_id == after)
            .scalar_subquery()
        )
        wanted = wanted.where(
            or_(entries.c.asked_at > at, and_(entries.c.asked_at == at, entries.c.show_id > after))
        )
    return await _listed(tx, wanted.order_by(entries.c.asked_at, entries.c.show_id).limit(limit))


async def of_store(tx: Transaction, store_id: StoreId, limit: int) -> list[Entry]:
    wanted = select(entries).where(entries.c.store_id == store_id)
    return await _listed(tx, wanted.order_by(entries.c.asked_at.desc()).limit(limit))


async def count_accepted(tx: Transaction, campaign_id: CampaignId, most: int) -> int:
    """How many take part, counted up to `most`."""
    some = (
        select(entries.c.show_id)
        .where(entries.c.campaign_id == campaign_id, _ACCEPTED)
        .limit(most)
        .subquery()
    )
    found = await tx.execute(select(func.count()).select_from(some))
    return int(found.scalar_one())


async def _listed(tx: Transaction, wanted: Select[Any]) -> list[Entry]:
    return [_entry(row) for row in await tx.execute(wanted)]


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        campaign_id=CampaignId(row.campaign_id),
        show_id=ShowId(row.show_id),
        room_id=RoomId(row.room_id),
        store_id=StoreId(row.store_id),
        line_id=LineId(row.line_id),
        starts_at=row.starts_at,
        state=EntryState(row.state),
        withheld=row.withheld,
        run_id=RunId(row.run_id) if row.run_id else None,
        on_since=row.on_since,
        viewers=row.viewers,
        viewers_max=row.viewers_max,
    )
