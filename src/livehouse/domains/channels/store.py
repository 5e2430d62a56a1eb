"""Every SQL statement about channels."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, delete, func, select, update

from livehouse.domains.channels.model import Channel
from livehouse.domains.channels.tables import channels
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import RoomId, RunId
from livehouse.storage.database import Transaction
from livehouse.storage.node_tables import media_owners


async def add(tx: Transaction, channel: Channel) -> None:
    await tx.execute(channels.insert().values(**msgspec.structs.asdict(channel)))


async def count(tx: Transaction, room_id: RoomId) -> int:
    found = await tx.execute(
        select(func.count()).select_from(channels).where(channels.c.room_id == room_id)
    )
    return int(found.scalar_one())


async def of_rooms(tx: Transaction, room_ids: Sequence[RoomId]) -> list[Channel]:
    found = await tx.execute(
        select(channels).where(channels.c.room_id.in_(room_ids)).order_by(channels.c.name)
    )
    return [_channel(row) for row in found]


async def one(tx: Transaction, channel_id: UUID) -> Channel:
    found = (await tx.execute(select(channels).where(channels.c.id == channel_id))).first()
    if found is None:
        raise NotFound
    return _channel(found)


async def change(tx: Transaction, channel_id: UUID, **values: object) -> None:
    await tx.execute(update(channels).where(channels.c.id == channel_id).values(**values))


async def start(tx: Transaction, channel_id: UUID) -> None:
    await tx.execute(
        update(channels)
        .where(channels.c.id == channel_id)
        .values(is_on=True, starts=channels.c.starts + 1, state="waiting", problem="")
    )


async def forget(tx: Transaction, channel_id: UUID) -> None:
    await tx.execute(delete(channels).where(channels.c.id == channel_id))


async def runs_of_node(tx: Transaction, node: str, run_ids: Sequence[RunId]) -> set[RunId]:
    """Those of the runs whose video that node makes."""
    found = await tx.execute(
        select(media_owners.c.run_id).where(
            media_owners.c.node == node, media_owners.c.run_id.in_(run_ids)
        )
    )
    return {RunId(row.run_id) for row in found}


def _channel(row: Row[Any]) -> Channel:
    return Channel(**{name: getattr(row, name) for name in Channel.__struct_fields__})
