"""SQL about coupons and subsidies."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from asyncpg import Record
from msgspec import Struct
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    RowMapping,
    Select,
    Uuid,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.offers.errors import CodeTaken
from livehouse.domains.offers.model import (
    Amount,
    Coupon,
    Discount,
    Funded,
    Part,
    Percent,
    Published,
    Subsidy,
)
from livehouse.domains.offers.tables import coupon_claims, coupons, discount_ends, subsidies
from livehouse.domains.quotas import quotas as quota_store
from livehouse.foundation.ids import CouponId, OfferId, PersonId, QuotaId, StoreId, SubsidyId
from livehouse.storage.database import RawConnection, Transaction

# A subsidy whose budget is used up has come to its end: it is no longer part of any price.
_TERMS = """
select c.id, c.label, c.currency, c.amount_minor, c.basis_points, c.quota_id, c.starts_at,
  least(c.ends_at, e.ended_at) as ends_at, c.store_id, c.cap_minor,
  c.from_minor, c.per_person, c.alone, null::uuid as offer_id, null::jsonb as parts,
  null::uuid as budget_id
from coupons c left join discount_ends e on e.id = c.id
where c.id = any($1::uuid[])
union all
select s.id, s.label, s.currency, s.amount_minor, s.basis_points, null, s.starts_at,
  least(s.ends_at, e.ended_at), s.store_id, s.cap_minor, null, null, null, s.offer_id, s.parts,
  s.budget_id
from subsidies s
left join discount_ends e on e.id = s.id
join quotas q on q.id = s.budget_id and q.held + q.spent < q.total
where s.ends_at > $3 and s.starts_at <= $3 and (e.ended_at is null or e.ended_at > $3)
  and (s.offer_id is null or s.offer_id = any($2::uuid[]))
  and (s.store_id is null
       or s.store_id in (select o.store_id from offers o where o.id = any($2::uuid[])))
"""

# Each has one claim fewer than may be, so that there is room for this one.
_MAKE_ROOM = text("""
delete from coupon_claims c using (
    select person_id, coupon_id, row_number() over (
        partition by person_id order by claimed_at desc, coupon_id desc
    ) as place
    from coupon_claims where person_id = any(:people) and coupon_id <> :coupon
) as ranked
where c.person_id = ranked.person_id and c.coupon_id = ranked.coupon_id and ranked.place >= :most
""").bindparams(bindparam("people", type_=ARRAY(Uuid)), bindparam("coupon", type_=Uuid))
_CLAIM_FOR = text("""
insert into coupon_claims (person_id, coupon_id, claimed_at)
select person_id, :coupon, :now from unnest(:people) as w(person_id) order by person_id
on conflict do nothing
""").bindparams(bindparam("people", type_=ARRAY(Uuid)), bindparam("coupon", type_=Uuid))

_ENDS = func.least(coupons.c.ends_at, discount_ends.c.ended_at)
_COUPONS = select(coupons, _ENDS.label("until")).outerjoin(
    discount_ends, discount_ends.c.id == coupons.c.id
)
_SUBSIDIES = select(
    subsidies, func.least(subsidies.c.ends_at, discount_ends.c.ended_at).label("until")
).outerjoin(discount_ends, discount_ends.c.id == subsidies.c.id)


class DiscountTerms(Struct, frozen=True):
    """What may lower the prices of a group: the coupons that were named, and every subsidy that
    runs for its offers."""

    coupons: dict[CouponId, Coupon]
    subsidies: tuple[Subsidy, ...]


async def terms(
    connection: RawConnection,
    coupon_ids: Sequence[CouponId],
    offer_ids: Sequence[OfferId],
    now: datetime,
) -> DiscountTerms:
    """What the till needs of the discounts in a group, on its own connection, in one look."""
    found: dict[CouponId, Coupon] = {}
    running: list[Subsidy] = []
    for row in await connection.fetch(_TERMS, coupon_ids, offer_ids, now):
        if row["parts"] is None:
            found[row["id"]] = _coupon(row, row["ends_at"])
        else:
            parts = msgspec.json.decode(row["parts"], type=tuple[Part, ...])
            running.append(_subsidy(row, parts, row["ends_at"]))
    return DiscountTerms(found, tuple(running))


async def add_coupon(tx: Transaction, made: Published, now: datetime) -> None:
    coupon = made.coupon
    statement = insert(coupons).values(
        id=coupon.id,
        store_id=coupon.store_id,
        code=made.code or None,
        shown=made.shown,
        label=coupon.label,
        currency=coupon.currency,
        **_discount_columns(coupon.discount),
        from_minor=coupon.from_minor,
        cap_minor=coupon.cap_minor,
        per_person=coupon.per_person,
        alone=coupon.alone,
        quota_id=coupon.quota_id,
        starts_at=coupon.starts_at,
        ends_at=coupon.ends_at,
        published_at=now,
    )
    if (await tx.execute(statement.on_conflict_do_nothing())).rowcount == 0:
        raise CodeTaken


async def add_subsidy(tx: Transaction, subsidy: Subsidy, now: datetime) -> None:
    await tx.execute(
        subsidies.insert().values(
            id=subsidy.id,
            store_id=subsidy.store_id,
            offer_id=subsidy.offer_id,
            label=subsidy.label,
            currency=subsidy.currency,
            **_discount_columns(subsidy.discount),
            cap_minor=subsidy.cap_minor,
            parts=msgspec.to_builtins(subsidy.parts),
            budget_id=subsidy.budget_id,
            starts_at=subsidy.starts_at,
            ends_at=subsidy.ends_at,
            published_at=now,
        )
    )


async def end(tx: Transaction, discount_id: UUID, now: datetime) -> None:
    """End a coupon or subsidy; the first end stays."""
    await tx.execute(
        insert(discount_ends).values(id=discount_id, ended_at=now).on_conflict_do_nothing()
    )


async def issued_by(
    tx: Transaction, store_id: StoreId | None, *, before: CouponId | None, limit: int
) -> list[Published]:
    """A store's coupons, or the platform's, newest first."""
    statement = _COUPONS.where(coupons.c.store_id.is_not_distinct_from(store_id))
    if before is not None:
        statement = statement.where(coupons.c.id < before)
    return await _published(tx, statement.order_by(coupons.c.id.desc()).limit(limit))


async def promisable_by(
    tx: Transaction, store_id: StoreId, now: datetime, *, limit: int
) -> list[Published]:
    """What a store may promise now, newest first: not what is set aside for others."""
    statement = _COUPONS.where(
        coupons.c.store_id == store_id,
        or_(coupons.c.shown, coupons.c.code.is_not(None)),
        _runs(now),
    )
    return await _published(tx, statement.order_by(coupons.c.id.desc()).limit(limit))


async def coupon(tx: Transaction, coupon_id: CouponId) -> Published | None:
    found = await _published(tx, _COUPONS.where(coupons.c.id == coupon_id))
    return found[0] if found else None


async def by_code(tx: Transaction, code: str, store_id: StoreId, now: datetime) -> Published | None:
    """The coupon with this code that the store honours; its own before the platform's."""
    found = await _published(
        tx,
        _COUPONS.where(coupons.c.code == code, _honoured_by(store_id), _runs(now))
        .order_by(coupons.c.store_id.nulls_last())
        .limit(1),
    )
    return found[0] if found else None


async def shown_by(
    tx: Transaction, store_id: StoreId, now: datetime, *, limit: int
) -> list[Published]:
    """What viewers of the store's shows are offered now, newest first."""
    statement = _COUPONS.where(coupons.c.shown, _honoured_by(store_id), _runs(now))
    return await _published(tx, statement.order_by(coupons.c.id.desc()).limit(limit))


async def claim(tx: Transaction, coupon_id: CouponId, person_id: PersonId, now: datetime) -> None:
    await tx.execute(
        insert(coupon_claims)
        .values(coupon_id=coupon_id, person_id=person_id, claimed_at=now)
        .on_conflict_do_nothing()
    )


async def claim_for(
    tx: Transaction, coupon_id: CouponId, people: Sequence[PersonId], now: datetime, *, most: int
) -> None:
    """The same for many at once; of who has as many as may be the oldest go."""
    given = {"people": list(people), "coupon": coupon_id}
    await tx.execute(_MAKE_ROOM.bindparams(**given, most=most))
    await tx.execute(_CLAIM_FOR.bindparams(**given, now=now))


async def count_claims(tx: Transaction, person_id: PersonId) -> int:
    counted = select(func.count()).where(coupon_claims.c.person_id == person_id)
    return int((await tx.execute(counted)).scalar_one())


async def claimed_by(
    tx: Transaction, person_id: PersonId, now: datetime | None, *, limit: int
) -> list[Published]:
    """A person's coupons that are not over, those that end first before others; without a
    moment all that they ever took."""
    statement = _COUPONS.join(coupon_claims, coupon_claims.c.coupon_id == coupons.c.id).where(
        coupon_claims.c.person_id == person_id
    )
    if now is not None:
        statement = statement.where(now < _ENDS)
    return await _published(tx, statement.order_by(_ENDS, coupons.c.id).limit(limit))


async def forget_oldest_claim(tx: Transaction, person_id: PersonId) -> None:
    oldest = (
        select(coupon_claims.c.coupon_id)
        .where(coupon_claims.c.person_id == person_id)
        .order_by(coupon_claims.c.claimed_at, coupon_claims.c.coupon_id)
        .limit(1)
    )
    await tx.execute(
        delete(coupon_claims).where(
            coupon_claims.c.person_id == person_id,
            coupon_claims.c.coupon_id == oldest.scalar_subquery(),
        )
    )


async def forget_claims(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(delete(coupon_claims).where(coupon_claims.c.person_id == person_id))


async def budgets(tx: Transaction, refs: Collection[str]) -> dict[str, QuotaId]:
    """The budgets of those of these price lines' refs that are subsidies."""
    wanted = [UUID(ref) for ref in refs if ref]
    rows = await tx.execute(
        select(subsidies.c.id, subsidies.c.budget_id).where(subsidies.c.id.in_(wanted))
    )
    return {str(row.id): QuotaId(row.budget_id) for row in rows}


async def list_subsidies(tx: Transaction, *, before: SubsidyId | None, limit: int) -> list[Funded]:
    """Newest first."""
    statement = _SUBSIDIES
    if before is not None:
        statement = statement.where(subsidies.c.id < before)
    return await _funded(tx, statement.order_by(subsidies.c.id.desc()).limit(limit))


async def subsidy(tx: Transaction, subsidy_id: SubsidyId) -> Funded | None:
    found = await _funded(tx, _SUBSIDIES.where(subsidies.c.id == subsidy_id))
    return found[0] if found else None


def _honoured_by(store_id: StoreId) -> ColumnElement[bool]:
    return or_(coupons.c.store_id == store_id, coupons.c.store_id.is_(None))


def _runs(now: datetime) -> ColumnElement[bool]:
    return and_(coupons.c.starts_at <= now, now < _ENDS)


async def _published(tx: Transaction, statement: Select[Any]) -> list[Published]:
    rows = (await tx.execute(statement)).mappings().all()
    uses = await quota_store.read(tx, [QuotaId(row["quota_id"]) for row in rows])
    return [
        Published(
            _coupon(row, row["until"]), row["code"] or "", row["shown"], uses[row["quota_id"]]
        )
        for row in rows
    ]


async def _funded(tx: Transaction, statement: Select[Any]) -> list[Funded]:
    rows = (await tx.execute(statement)).mappings().all()
    budgets = await quota_store.read(tx, [QuotaId(row["budget_id"]) for row in rows])
    return [
        Funded(
            _subsidy(row, msgspec.convert(row["parts"], tuple[Part, ...]), row["until"]),
            budgets[row["budget_id"]],
        )
        for row in rows
    ]


def _discount_columns(discount: Discount) -> dict[str, int | None]:
    match discount:
        case Amount(minor=minor):
            return {"amount_minor": minor, "basis_points": None}
        case Percent(basis_points=rate):
            return {"amount_minor": None, "basis_points": rate}


def _discount(row: RowMapping | Record) -> Discount:
    if row["amount_minor"] is not None:
        return Amount(row["amount_minor"])
    return Percent(row["basis_points"])


def _coupon(row: RowMapping | Record, ends_at: datetime) -> Coupon:
    return Coupon(
        id=CouponId(row["id"]),
        label=row["label"],
        currency=row["currency"],
        discount=_discount(row),
        quota_id=QuotaId(row["quota_id"]),
        starts_at=row["starts_at"],
        ends_at=ends_at,
        store_id=row["store_id"],
        from_minor=row["from_minor"],
        cap_minor=row["cap_minor"],
        per_person=row["per_person"],
        alone=row["alone"],
    )


def _subsidy(row: RowMapping | Record, parts: tuple[Part, ...], ends_at: datetime) -> Subsidy:
    return Subsidy(
        id=SubsidyId(row["id"]),
        label=row["label"],
        currency=row["currency"],
        discount=_discount(row),
        parts=parts,
        budget_id=QuotaId(row["budget_id"]),
        starts_at=row["starts_at"],
        ends_at=ends_at,
        store_id=row["store_id"],
        offer_id=row["offer_id"],
        cap_minor=row["cap_minor"],
    )
