"""Red packets: a whole group of grabs in a few statements."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Integer,
    Text,
    Uuid,
    any_,
    bindparam,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from livehouse.domains.crowd.errors import PacketsGoingOn
from livehouse.domains.crowd.model.drops import Drop, Kind, Packet
from livehouse.domains.crowd.tables import packet_drops, packets
from livehouse.foundation.ids import CouponId, PacketsId, PersonId, RunId, ShowId
from livehouse.storage.database import Transaction

_TAKE = text("""
insert into packets (drop_id, person_id, number, amount, address, taken_at)
select :drop, w.person_id, w.number, w.amount, w.address, :now
from unnest(:people, :numbers, :amounts, :addresses) as w(person_id, number, amount, address)
""").bindparams(
    bindparam("drop", type_=Uuid),
    bindparam("people", type_=ARRAY(Uuid)),
    bindparam("numbers", type_=ARRAY(Integer)),
    bindparam("amounts", type_=ARRAY(BigInteger)),
    bindparam("addresses", type_=ARRAY(Text)),
)


async def add(tx: Transaction, drop: Drop) -> None:
    values = {name: getattr(drop, name) for name in Drop.__struct_fields__}
    try:
        await tx.execute(packet_drops.insert().values(**values | {"kind": drop.kind.value}))
    except IntegrityError as error:
        if "uq_packet_drops_falling" in str(error):
            raise PacketsGoingOn from None
        raise


async def lock(tx: Transaction, drop_id: PacketsId) -> Drop | None:
    """Read it; groups of several nodes take from it one after the other."""
    rows = await tx.execute(
        select(packet_drops).where(packet_drops.c.id == drop_id).with_for_update(key_share=True)
    )
    row = rows.first()
    return None if row is None else _drop(row)


async def by_id(tx: Transaction, drop_id: PacketsId) -> Drop | None:
    row = (await tx.execute(select(packet_drops).where(packet_drops.c.id == drop_id))).first()
    return None if row is None else _drop(row)


async def of_show(
    tx: Transaction, show_id: ShowId, limit: int, *, rehearsed_in: RunId | None = None
) -> list[Drop]:
    """The newest first; of rehearsals those of that run alone."""
    is_shown = packet_drops.c.rehearsal.is_(False) | (packet_drops.c.run_id == rehearsed_in)
    rows = await tx.execute(
        select(packet_drops).where(packet_drops.c.show_id == show_id, is_shown)
        .order_by(packet_drops.c.id.desc()).limit(limit)
    )  # fmt: skip
    return [_drop(row) for row in rows]


async def due(tx: Transaction, now: datetime, limit: int) -> list[Drop]:
    """What is empty or whose time is up, held until the commit."""
    is_over = (packet_drops.c.closes_at < now) | (packet_drops.c.taken >= packet_drops.c.count)
    rows = await tx.execute(
        select(packet_drops).where(packet_drops.c.ended_at.is_(None), is_over)
        .order_by(packet_drops.c.id).limit(limit).with_for_update(key_share=True, skip_locked=True)
    )  # fmt: skip
    return [_drop(row) for row in rows]


async def known(
    tx: Transaction, drop_id: PacketsId, people: Sequence[PersonId]
) -> dict[PersonId, Packet]:
    rows = await tx.execute(
        select(packets).where(
            packets.c.drop_id == drop_id,
            packets.c.person_id == any_(literal(list(people), ARRAY(Uuid))),
        )
    )
    return {PersonId(row.person_id): _packet(row) for row in rows}


async def there(tx: Transaction, drop_id: PacketsId, addresses: Sequence[str]) -> dict[str, int]:
    """How many have had a packet at each of these addresses."""
    rows = await tx.execute(
        select(packets.c.address, func.count().label("people"))
        .where(packets.c.drop_id == drop_id, packets.c.address.in_(addresses))
        .group_by(packets.c.address)
    )
    return {row.address: row.people for row in rows}


async def take(
    tx: Transaction, drop: Drop, fresh: Sequence[Packet], addresses: Mapping[PersonId, str],
    now: datetime,
) -> None:  # fmt: skip
    await tx.execute(
        _TAKE.bindparams(
            drop=drop.id,
            people=[one.person_id for one in fresh],
            numbers=[one.number for one in fresh],
            amounts=[one.amount for one in fresh],
            addresses=[addresses.get(one.person_id, "") for one in fresh],
            now=now,
        )
    )
    await tx.execute(
        update(packet_drops).where(packet_drops.c.id == drop.id)
        .values(taken=packet_drops.c.taken + len(fresh))
    )  # fmt: skip


async def end(tx: Transaction, drop_id: PacketsId, now: datetime) -> int:
    """It is over; where people were is asked no more. Tells how much was in what they have."""
    await tx.execute(update(packet_drops).where(packet_drops.c.id == drop_id).values(ended_at=now))
    await tx.execute(update(packets).where(packets.c.drop_id == drop_id).values(address=""))
    found = await tx.execute(
        select(func.coalesce(func.sum(packets.c.amount), 0)).where(packets.c.drop_id == drop_id)
    )
    return int(found.scalar_one())


async def of_person(tx: Transaction, person_id: PersonId, limit: int) -> list[Packet]:
    rows = await tx.execute(
        select(packets).join(packet_drops, packet_drops.c.id == packets.c.drop_id)
        .where(packets.c.person_id == person_id, packet_drops.c.rehearsal.is_(False))
        .order_by(packets.c.taken_at.desc(), packets.c.drop_id).limit(limit)
    )  # fmt: skip
    return [_packet(row) for row in rows]


async def forget(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(update(packets).where(packets.c.person_id == person_id).values(address=""))


def _drop(row: object) -> Drop:
    values = {name: getattr(row, name) for name in Drop.__struct_fields__}
    coupon_id = values["coupon_id"]
    return Drop(
        **values
        | {"kind": Kind(values["kind"]), "coupon_id": CouponId(coupon_id) if coupon_id else None}
    )


def _packet(row: object) -> Packet:
    return Packet(**{name: getattr(row, name) for name in Packet.__struct_fields__})
