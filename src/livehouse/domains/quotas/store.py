"""Every SQL statement about quotas; called inside the transactions of the domains above."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import bindparam, select, update

from livehouse.domains.quotas.errors import BelowTaken
from livehouse.domains.quotas.model import Ledger, Quota, ledger_of
from livehouse.domains.quotas.tables import quota_shares, quotas
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import QuotaId
from livehouse.storage.database import RawConnection, Transaction

# Rows are locked in the order of their ids, so that two groups never wait for each other.
_LOCK = """
select id, total, held, spent, version from quotas
where id = any($1::uuid[]) order by id for no key update
"""
_SHARES = """
select quota_id, holder_id, amount from quota_shares
where (quota_id, holder_id) in (select * from unnest($1::uuid[], $2::uuid[]))
"""
_HOLD = """
update quotas q set held = q.held + t.amount, version = q.version + 1
from unnest($1::uuid[], $2::bigint[]) as t(id, amount) where q.id = t.id
"""
_SHARE = """
insert into quota_shares (quota_id, holder_id, amount)
select * from unnest($1::uuid[], $2::uuid[], $3::bigint[])
on conflict (quota_id, holder_id) do update set amount = quota_shares.amount + excluded.amount
"""


async def create(tx: Transaction, quota_id: QuotaId, total: int) -> None:
    await tx.execute(quotas.insert().values(id=quota_id, total=total))


async def read(tx: Transaction, quota_ids: Iterable[QuotaId]) -> dict[QuotaId, Quota]:
    rows = await tx.execute(select(quotas).where(quotas.c.id.in_(list(quota_ids))))
    return {row.id: Quota(row.id, row.total, row.held, row.spent, row.version) for row in rows}


async def set_total(tx: Transaction, quota_id: QuotaId, total: int) -> None:
    """Change how much there is; refuse to go below what is already held or spent."""
    changed = await tx.execute(
        update(quotas)
        .where(quotas.c.id == quota_id, quotas.c.held + quotas.c.spent <= total)
        .values(total=total, version=quotas.c.version + 1)
    )
    if changed.rowcount == 0:
        found = (await read(tx, [quota_id])).get(quota_id)
        if found is None:
            raise NotFound
        raise BelowTaken(taken=found.held + found.spent)


async def spend(tx: Transaction, amounts: Mapping[QuotaId, int]) -> None:
    """Turn held units into sold ones."""
    await _move(tx, amounts, held=-1, spent=1)


async def give_back(tx: Transaction, amounts: Mapping[QuotaId, int]) -> None:
    """Free held units again, as when an order expires."""
    await _move(tx, amounts, held=-1, spent=0)


async def _move(tx: Transaction, amounts: Mapping[QuotaId, int], *, held: int, spent: int) -> None:
    if not amounts:
        return
    ids = sorted(amounts)
    await tx.execute(select(quotas.c.id).where(quotas.c.id.in_(ids)).order_by(quotas.c.id)
                     .with_for_update(key_share=True))  # fmt: skip
    await tx.execute(
        update(quotas)
        .where(quotas.c.id == bindparam("quota"))
        .values(
            held=quotas.c.held + held * bindparam("amount"),
            spent=quotas.c.spent + spent * bindparam("amount"),
            version=quotas.c.version + 1,
        ),
        [{"quota": quota_id, "amount": amounts[quota_id]} for quota_id in ids],
    )


async def return_shares(tx: Transaction, shares: Mapping[tuple[QuotaId, UUID], int]) -> None:
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


async def lock_ledger(
    connection: RawConnection,
    quota_ids: Sequence[QuotaId],
    limited: Sequence[tuple[QuotaId, UUID]],
) -> tuple[Ledger, dict[QuotaId, Quota]]:
    """Lock the quotas of a group and read what its buyers already have of the limited ones."""
    rows = await connection.fetch(_LOCK, quota_ids)
    found = {row["id"]: Quota(*row.values()) for row in rows}
    shares = {}
    if limited:
        quota_column, holder_column = zip(*limited, strict=True)
        rows = await connection.fetch(_SHARES, quota_column, holder_column)
        shares = {(row["quota_id"], row["holder_id"]): row["amount"] for row in rows}
    return ledger_of(found.values(), shares), found


async def write_ledger(connection: RawConnection, ledger: Ledger) -> None:
    """Write what a group took; its quotas must still be locked."""
    if ledger.taken:
        await connection.execute(_HOLD, list(ledger.taken), list(ledger.taken.values()))
    if ledger.added_shares:
        quota_column, holder_column = zip(*ledger.added_shares, strict=True)
        amounts = list(ledger.added_shares.values())
        await connection.execute(_SHARE, quota_column, holder_column, amounts)
