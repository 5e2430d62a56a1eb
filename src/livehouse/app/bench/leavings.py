"""What the torture leaves: the rows in the end, the clients' logs, and a folder for outsiders."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic_ns
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from livehouse.app.bench.history import Broken, OrderRow, PaymentRow, Said, Sale, judge
from livehouse.app.bench.house import a_folder
from livehouse.app.secrets_folder import secret_file
from livehouse.foundation.clock import EPOCH, MILLISECOND, SystemClock
from livehouse.storage.postgres import BundledPostgres

ACKS, SALE, FIGURES, HOUSE, HOUSE_LOG = (
    "acks.jsonl",
    "sale.json",
    "figures.json",
    "house",
    "house.log",
)
_NS_PER_MS = 1_000_000

_ORDERS = """
select o.id::text, o.buyer_id, d.units, o.state, d.total_minor, o.changed_at, d.coupons
from orders o join (
  select id, total_minor,
         (select sum(quantity)::int from deal_items where deal_id = deals.id) as units,
         array(select number - 1 from unnest($1::uuid[]) with ordinality as c(id, number)
               where lines @> jsonb_build_array(jsonb_build_object('kind', 'coupon', 'ref', c.id))
               order by number) as coupons
  from deals
) d on d.id = o.deal_id
"""
_PAYMENTS = "select id::text, order_id::text, state from payments"
_QUOTAS = """
select q.id, q.total, q.held, q.spent,
       coalesce(sum(m.amount) filter (where m.kind = 'total'), 0)::bigint as m_total,
       coalesce(sum(case m.kind when 'hold' then m.amount when 'spend' then -m.amount
                                when 'give_back' then -m.amount else 0 end), 0)::bigint as m_held,
       coalesce(sum(case m.kind when 'spend' then m.amount when 'take_back' then -m.amount
                                else 0 end), 0)::bigint as m_spent,
       count(m.version) = coalesce(max(m.version) - min(m.version) + 1, 0) as is_whole
from quotas q left join quota_movements m on m.quota_id = q.id
where q.id = any($1::uuid[]) group by q.id
"""


README = """What a run of `livehouse bench torture` has left
====================================================

acks.jsonl     what each client asked and was told, one line each. `asked` and `answered` are
               nanoseconds of the monotonic clock, which all processes of the machine share;
               `asked` is when it was first asked, however often a lost answer made it ask again.
               `do` is buy, pay, cancel or look, or the provider's notice, or a forged one.
sale.json      what was for sale, and the rows of orders and payments in the end.
figures.json   what the benchmark printed.
house.log      what all lives of the house wrote.
house/         the data folder, with the database's own log. The database lies in
               {cluster}

To ask the database:   livehouse --data {house} serve --port 0
                       psql -U livehouse -h {sockets} livehouse
                       (the password is in {house}/secrets/postgres)
To judge again:        livehouse bench torture --judge {folder}
"""


class KeepFolderInUse(Exception):
    """What is in a folder already is not written over."""


class QuotaRow(Struct, frozen=True):
    """A quota in the end; `told` is whether its movements add up to it."""

    total: int
    held: int
    spent: int
    told: bool


@contextmanager
def a_place(keep: Path | None, say: Callable[[str], None]) -> Iterator[tuple[Path, Path]]:
    """A folder for what is left, and in it the house's own; kept if somebody wants it."""
    if keep is None:
        with a_folder("bench-torture", say) as folder:
            (folder / HOUSE).mkdir()
            yield folder, folder / HOUSE
        return
    if keep.exists() and any(keep.iterdir()):
        raise KeepFolderInUse(f"{keep} is not empty")
    (keep / HOUSE).mkdir(parents=True)
    say(f"working in {keep}, which stays")
    yield keep, keep / HOUSE


async def order_rows(
    pool: asyncpg.Pool, buyers: Mapping[UUID, int], coupons: Sequence[UUID]
) -> list[OrderRow]:
    """Every order, its last change on the clients' clock."""
    apart = monotonic_ns() - _ns_since_epoch()
    return [
        OrderRow(
            row["id"], buyers.get(row["buyer_id"], -1), row["units"], row["state"],
            row["total_minor"],
            (row["changed_at"] - EPOCH) // MILLISECOND * _NS_PER_MS + apart
            if row["changed_at"] else 0,
            tuple(row["coupons"]),
        )
        for row in await pool.fetch(_ORDERS, list(coupons))
    ]  # fmt: skip


async def payment_rows(pool: asyncpg.Pool) -> list[PaymentRow]:
    return [PaymentRow(*row.values()) for row in await pool.fetch(_PAYMENTS)]


async def quota_rows(pool: asyncpg.Pool, quota_ids: Sequence[UUID]) -> dict[UUID, QuotaRow]:
    rows = await pool.fetch(_QUOTAS, list(quota_ids))
    return {
        row["id"]: QuotaRow(
            row["total"], row["held"], row["spent"],
            row["is_whole"] and (row["total"], row["held"], row["spent"])
            == (row["m_total"], row["m_held"], row["m_spent"]),
        )
        for row in rows
    }  # fmt: skip


def keep(folder: Path, said: str, sale: Struct, figures: Struct) -> None:
    """Put beside the logs what an outside checker needs."""
    house = folder / HOUSE
    password = secret_file(house / "secrets", "postgres")
    server = BundledPostgres(house / "postgres", password, SystemClock())
    (folder / HOUSE_LOG).write_text(said)
    (folder / SALE).write_bytes(msgspec.json.encode(sale))
    (folder / FIGURES).write_bytes(msgspec.json.format(msgspec.json.encode(figures)))
    (folder / "README.txt").write_text(
        README.format(
            folder=folder, house=house, cluster=server.home / "cluster", sockets=server.sockets
        )
    )


def judge_again(folder: Path) -> list[Broken]:
    """What a kept folder's files say, whoever reads them."""
    sale = msgspec.json.decode((folder / SALE).read_bytes(), type=Sale)
    return judge(sale, read(folder / ACKS))


def gather(folder: Path, logs: Sequence[Path]) -> Path:
    """All crews' logs as one file; the order of its lines means nothing."""
    with (folder / ACKS).open("wb") as whole:
        for log in logs:
            with log.open("rb") as part:
                shutil.copyfileobj(part, whole)
            log.unlink()
    return folder / ACKS


def read(acks: Path) -> Iterator[Said]:
    decode = msgspec.json.Decoder(Said).decode
    with acks.open("rb") as lines:
        for line in lines:
            yield decode(line)


def _ns_since_epoch() -> int:
    return (SystemClock().now() - EPOCH) // MILLISECOND * _NS_PER_MS
