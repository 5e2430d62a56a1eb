"""A store's statements in its console: what became due, what was taken off, what was paid out."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar.response import Stream
from msgspec import Struct

from livehouse.domains.ledger import (
    PAGE_LINES,
    PAGE_STATEMENTS,
    Period,
    Settlement,
    Statement,
    StatementId,
    StatementLine,
    Sums,
)
from livehouse.domains.orders.model import number_of
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.ids import OrderId
from livehouse.foundation.money import Money
from livehouse.foundation.roles import Role
from livehouse.foundation.sheets import BYTE_ORDER_MARK, Cell, csv_text
from livehouse.web.guards import own_store
from livehouse.web.handlers import (
    CurrentRender,
    CurrentViewer,
    FromPath,
    FromQuery,
    Html,
    Page,
    Service,
    get,
)
from livehouse.web.i18n import day_of
from livehouse.web.identity import Viewer

CSV = "text/csv; charset=utf-8"
CSV_LINES_AT_ONCE = 1_000
COLUMNS = (
    "line", "booked_at", "due_at", "kind", "order", "received", "subsidies", "commission",
    "paid_out", "amount", "currency",
)  # fmt: skip


class SumsView(Struct, frozen=True, kw_only=True):
    received: Money
    subsidies: Money
    commission: Money
    paid_out: Money
    amount: Money


class StatementRow(Struct, frozen=True, kw_only=True):
    """`state` is paid, on_its_way, waiting, carried (paid with a later one) or nothing."""

    id: StatementId
    first_day: str
    last_day: str
    line_count: int
    opening: Money
    closing: Money
    sums: SumsView
    state: str


class LineRow(Struct, frozen=True, kw_only=True):
    """`order_id` is empty for what is not about an order."""

    kind: str
    order_id: str
    number: str
    at: datetime
    sums: SumsView


class StatementsPage(Page, frozen=True, kw_only=True):
    """`stated` is what statements say and is not paid out; `due` will be on the next one."""

    template: ClassVar[str] = "orders/statements.html"

    store: Store
    section: str = "statements"
    statements: list[StatementRow]
    stated: Money
    due: Money
    waiting: Money
    newer: str
    older: str


class StatementPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "orders/statement.html"

    store: Store
    section: str = "statements"
    statement: StatementRow
    lines: list[LineRow]
    following: str


@get("/console/{store_slug:str}/statements")
async def statements_page(
    *,
    store_slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    settlement: Service[Settlement],
    before: FromQuery[datetime | None] = None,
) -> Html:
    store = await own_store(viewer, stores, store_slug, Role.OWNER)
    found = await settlement.of_store(store.id, store.currency, before=before)
    standing = await settlement.standing(store.id, store.currency)
    here = f"/console/{store.slug}/statements"
    older = ""
    if len(found) == PAGE_STATEMENTS:
        older = f"{here}?before={found[-1].period.ends_at:%Y-%m-%dT%H:%M:%SZ}"
    return render(
        StatementsPage(
            store=store,
            statements=[
                _row(one, store, viewer, is_newest=number == 0 and before is None)
                for number, one in enumerate(found)
            ],
            stated=Money(store.currency, standing.stated_minor),
            due=Money(store.currency, standing.due_minor),
            waiting=Money(store.currency, standing.waiting_minor),
            newer=here if before else "",
            older=older,
        )
    )


@get("/console/{store_slug:str}/statements/{statement_id:uuid}")
async def statement_page(
    *,
    store_slug: FromPath[str],
    statement_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    settlement: Service[Settlement],
    after: FromQuery[int] = 0,
) -> Html:
    store = await own_store(viewer, stores, store_slug, Role.OWNER)
    found = await settlement.statement(StatementId(statement_id), store.id)
    newest = await settlement.of_store(store.id, store.currency)
    lines = await settlement.lines(found.id, after=after)
    is_newest = bool(newest) and newest[0].id == found.id
    here = f"/console/{store.slug}/statements/{found.id}"
    return render(
        StatementPage(
            store=store,
            statement=_row(found, store, viewer, is_newest=is_newest),
            lines=[_line(one, store.currency) for one in lines],
            following=f"{here}?after={lines[-1].position}" if len(lines) == PAGE_LINES else "",
        )
    )


@get("/console/{store_slug:str}/statements/{statement_id:uuid}/lines.csv")
async def statement_csv(
    *,
    store_slug: FromPath[str],
    statement_id: FromPath[UUID],
    viewer: CurrentViewer,
    stores: Service[Stores],
    settlement: Service[Settlement],
) -> Stream:
    """All lines of a statement; it may have a million."""
    store = await own_store(viewer, stores, store_slug, Role.OWNER)
    found = await settlement.statement(StatementId(statement_id), store.id)
    name = f"{store.slug}-{_days(found.period, store)[0]:%Y-%m-%d}.csv"
    return Stream(_csv(settlement, found), media_type=CSV, headers=attached(name))


def attached(name: str) -> dict[str, str]:
    """What a browser is told about a file that only its reader may keep."""
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }


async def _csv(settlement: Settlement, statement: Statement) -> AsyncIterator[str]:
    yield BYTE_ORDER_MARK + csv_text([COLUMNS])
    after = 0
    while lines := await settlement.lines(statement.id, after=after, limit=CSV_LINES_AT_ONCE):
        yield csv_text(_cells(line, statement.currency) for line in lines)
        after = lines[-1].position


def _cells(line: StatementLine, currency: str) -> tuple[Cell, ...]:
    sums = _sums(line.sums, currency)
    amounts = (sums.received, sums.subsidies, sums.commission, sums.paid_out, sums.amount)
    about = "" if line.kind == "payout" else str(line.subject_id)
    return (
        line.position, line.at, line.due_at, line.kind, about,
        *(amount.major() for amount in amounts), currency,
    )  # fmt: skip


def _row(one: Statement, store: Store, viewer: Viewer, *, is_newest: bool) -> StatementRow:
    first, last = _days(one.period, store)
    return StatementRow(
        id=one.id,
        first_day=day_of(first, viewer.language),
        last_day=day_of(last, viewer.language),
        line_count=one.line_count,
        opening=Money(one.currency, one.opening_minor),
        closing=Money(one.currency, one.closing_minor),
        sums=_sums(one.sums, one.currency),
        state=_state(one, is_newest=is_newest),
    )


def _state(one: Statement, *, is_newest: bool) -> str:
    if one.payout_minor:
        return "paid" if one.sent_at else "on_its_way"
    if one.closing_minor <= 0:
        return "nothing"
    return "waiting" if is_newest else "carried"


def _line(one: StatementLine, currency: str) -> LineRow:
    is_payout = one.kind == "payout"
    return LineRow(
        kind=one.kind,
        order_id="" if is_payout else str(one.subject_id),
        number="" if is_payout else number_of(OrderId(one.subject_id)),
        at=one.at,
        sums=_sums(one.sums, currency),
    )


def _sums(sums: Sums, currency: str) -> SumsView:
    return SumsView(
        received=Money(currency, sums.received_minor),
        subsidies=Money(currency, sums.subsidies_minor),
        commission=Money(currency, sums.commission_minor),
        paid_out=Money(currency, sums.paid_out_minor),
        amount=Money(currency, sums.minor),
    )


def _days(period: Period, store: Store) -> tuple[datetime, datetime]:
    """The first and the last day of a period where the store is."""
    zone = ZoneInfo(store.time_zone)
    last = period.ends_at - timedelta(seconds=1)
    return period.starts_at.astimezone(zone), last.astimezone(zone)


handlers = (statements_page, statement_page, statement_csv)
