"""Every SQL statement about quotas; called inside the transactions of the domains above."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Uuid, bindparam, select, text, update

from livehouse.domains.quotas.errors import BelowTaken, SoldOut
from livehouse.domains.quotas.model import Movement, Quota, ShareKey, Tally, tally_of
from livehouse.domains.quotas.tables import quota_movements, quota_shares, quotas
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import QuotaId
from livehouse.storage.database import RawConnection, Transaction

_LOOK = "select id, total, held, spent, version from quotas where id = any($1::uuid[])"
# Rows are locked in the order of their ids, so that two groups never wait for each other.
_LOCK = f"{_LOOK} order by id for no key update"
_SHARES = """
select quota_id, holder_id, amount from quota_shares
where (quota_id, holder_id) in (select * from unnest($1::uuid[], $2::uuid[]))
"""
# What a group takes, as parts of one statement: `held` tells what is left of each quota, and
# `shared` has one row, once all is locked. It may be written without a look under the lock, since
# a total or a limit that it would pass is refused by a CHECK, and the whole statement with it: a
# share beyond its limit is written as -1.
HOLD = """
locked as materialized (
  select id from quotas where id = any({ids}::uuid[]) order by id for no key update
), held as (
  update quotas q set held = q.held + t.amount, version = q.version + 1
  from unnest({ids}::uuid[], {amounts}::bigint[]) as t(id, amount) join locked l on l.id = t.id
  where q.id = t.id
  returning q.id, q.total - q.held - q.spent as units, q.version, t.amount
), moved as (
  insert into quota_movements (quota_id, version, kind, amount)
  select id, version, 'hold', amount from held
), added as (
  insert into quota_shares as s (quota_id, holder_id, amount)
  select n.* from unnest({shared}::uuid[], {holders}::uuid[], {shares}::bigint[])
    as n(quota_id, holder_id, amount)
  where (select count(*) from locked) > 0
  order by n.quota_id, n.holder_id
  on conflict (quota_id, holder_id) do update set amount = case
    when s.amount + excluded.amount <= (
      select most from unnest({limited}::uuid[], {limits}::bigint[]) as m(quota_id, most)
      where m.quota_id = s.quota_id
    ) then s.amount + excluded.amount else -1 end
  returning 1
), shared as (
  select (select count(*) from locked) as quotas, (select count(*) from added) as shares
)"""
_MOVE = text("""
with moved as (
  update quotas q set held = q.held + :held * t.amount, spent = q.spent + :spent * t.amount,
                      version = q.version + 1
  from unnest(:ids, :amounts) as t(id, amount) where q.id = t.id
  returning q.id, q.version, t.amount
)
insert into quota_movements (quota_id, version, kind, amount)
select id, version, :kind, amount from moved
""").bindparams(
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("amounts", type_=ARRAY(BigInteger)),
    bindparam("held", type_=BigInteger),
    bindparam("spent", type_=BigInteger),
)


async def create(tx: Transaction, quota_id: QuotaId, total: int) -> None:
    await tx.execute(quotas.insert().values(id=quota_id, total=total))
    await _record_total(tx, quota_id, version=0, amount=total)


async def read(tx: Transaction, quota_ids: Iterable[QuotaId]) -> dict[QuotaId, Quota]:
    rows = await tx.execute(select(quotas).where(quotas.c.id.in_(list(quota_ids))))
    return {row.id: Quota(row.id, row.total, row.held, row.spent, row.version) for row in rows}


async def lock(tx: Transaction, quota_ids: Iterable[QuotaId]) -> dict[QuotaId, Quota]:
    """Read quotas and keep others from changing them until the commit, in the order of all."""
    rows = await tx.execute(
        select(quotas)
        .where(quotas.c.id.in_(sorted(quota_ids)))
        .order_by(quotas.c.id)
        .with_for_update(key_share=True)
    )
    return {row.id: Quota(row.id, row.total, row.held, row.spent, row.version) for row in rows}


async def set_total(tx: Transaction, quota_id: QuotaId, total: int) -> None:
    """Change how much there is; refuse to go below what is already held or spent."""
    row = (
        await tx.execute(
            select(quotas).where(quotas.c.id == quota_id).with_for_update(key_share=True)
        )
    ).first()
    if row is None:
        raise NotFound
    if row.held + row.spent > total:
        raise BelowTaken(taken=row.held + row.spent)
    await tx.execute(
        update(quotas).where(quotas.c.id == quota_id).values(total=total, version=row.version + 1)
    )
    await _record_total(tx, quota_id, version=row.version + 1, amount=total - row.total)


async def spend(tx: Transaction, amounts: Mapping[QuotaId, int]) -> None:
    """Turn held units into sold ones."""
    await _move(tx, amounts, Movement.SPEND, held=-1, spent=1)


async def give_back(tx: Transaction, amounts: Mapping[QuotaId, int]) -> None:
    """Free held units again, as when an order expires."""
    await _move(tx, amounts, Movement.GIVE_BACK, held=-1, spent=0)


async def take_back(tx: Transaction, amounts: Mapping[QuotaId, int]) -> None:
    """Free sold units again, as when goods come back and are put on the shelf."""
    await _move(tx, amounts, Movement.TAKE_BACK, held=0, spent=-1)


async def take(tx: Transaction, amounts: Mapping[QuotaId, int]) -> None:
    """Spend free units at once, or refuse: two never get the last one."""
    await _need_free(tx, amounts)
    await _move(tx, amounts, Movement.TAKE, held=0, spent=1)


async def hold(tx: Transaction, amounts: Mapping[QuotaId, int]) -> None:
    """Keep free units for somebody, or refuse: they are spent or given back later."""
    await _need_free(tx, amounts)
    await _move(tx, amounts, Movement.HOLD, held=1, spent=0)


async def return_shares(tx: Transaction, shares: Mapping[ShareKey, int]) -> None:
    """Let buyers whose orders came to nothing buy again."""
    if not shares:
        return
    await tx.execute(
        update(quota_shares)
        .where(
            quota_shares.c.quota_id == bindparam("quota"),
            quota_shares.c.holder_id == bindparam("holder"),
        )
        .values(amount=quota_shares.c.amount - bindparam("amount")),
        [{"quota": q, "holder": h, "amount": a} for (q, h), a in sorted(shares.items())],
    )


async def shares_of(
    tx: Transaction, holder_id: UUID, quota_ids: Iterable[QuotaId]
) -> dict[QuotaId, int]:
    """How much one buyer has of each of these quotas, where anything counts for them."""
    rows = await tx.execute(
        select(quota_shares.c.quota_id, quota_shares.c.amount).where(
            quota_shares.c.holder_id == holder_id, quota_shares.c.quota_id.in_(list(quota_ids))
        )
    )
    return {QuotaId(row.quota_id): row.amount for row in rows}


async def tally(
    connection: RawConnection,
    quota_ids: Sequence[QuotaId],
    limited: Sequence[ShareKey],
    *,
    lock: bool,
) -> Tally:
    """What is left for a group, and what its buyers already have of the limited quotas."""
    rows = await connection.fetch(_LOCK if lock else _LOOK, quota_ids)
    shares = {}
    if limited:
        quota_column, holder_column = zip(*limited, strict=True)
        had = await connection.fetch(_SHARES, quota_column, holder_column)
        shares = {(row["quota_id"], row["holder_id"]): row["amount"] for row in had}
    return tally_of((Quota(*row.values()) for row in rows), shares)


async def _need_free(tx: Transaction, amounts: Mapping[QuotaId, int]) -> None:
    found = await lock(tx, amounts)
    if any(
        quota_id not in found or found[quota_id].left < amount
        for quota_id, amount in amounts.items()
    ):
        raise SoldOut


async def _move(
    tx: Transaction, amounts: Mapping[QuotaId, int], kind: Movement, *, held: int, spent: int
) -> None:
    ids = sorted(quota_id for quota_id, amount in amounts.items() if amount)
    if not ids:
        return
    await tx.execute(select(quotas.c.id).where(quotas.c.id.in_(ids)).order_by(quotas.c.id)
                     .with_for_update(key_share=True))  # fmt: skip
    values = {"ids": ids, "amounts": [amounts[quota_id] for quota_id in ids]}
    await tx.execute(_MOVE, [values | {"held": held, "spent": spent, "kind": kind.value}])


async def _record_total(tx: Transaction, quota_id: QuotaId, *, version: int, amount: int) -> None:
    await tx.execute(
        quota_movements.insert().values(
            quota_id=quota_id, version=version, kind=Movement.TOTAL.value, amount=amount
        )
    )
