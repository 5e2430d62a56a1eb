"""The books for operators: balances, payouts, and what the platform takes of each store's sales."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar.response import Response
from msgspec import Meta, Struct

from livehouse.domains.ledger import (
    PAGE_RUNS,
    STORE,
    Balance,
    NothingDue,
    Party,
    Payout,
    PayoutRun,
    PayoutRunId,
    Settlement,
)
from livehouse.domains.orders.pages.statements import CSV, attached
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError, InvalidInput, NotFound
from livehouse.foundation.money import Money, parse_percent
from livehouse.foundation.sheets import BYTE_ORDER_MARK, Cell, csv_text
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import require_operator
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    FromQuery,
    Html,
    Page,
    Service,
    get,
    post,
)

HERE = "/operator/ledger"
COLUMNS = (
    "store", "address", "first_day", "last_day", "amount", "currency", "reference", "store_id",
)  # fmt: skip


class CommissionForm(Struct):
    store: Annotated[str, Meta(min_length=1, max_length=63)]
    percent: Annotated[str, Meta(min_length=1, max_length=20)]


class AccountRow(Struct, frozen=True, kw_only=True):
    """An account stands on the side on which it has more: `debit` or `credit`."""

    kind: str
    owner: str
    debit: Money | None
    credit: Money | None


class CurrencySum(Struct, frozen=True, kw_only=True):
    """Both sides of one currency; they are equal, or the books are wrong."""

    debit: Money
    credit: Money


class WaitingRow(Struct, frozen=True, kw_only=True):
    store: str
    amount: Money


class RunRow(Struct, frozen=True, kw_only=True):
    id: PayoutRunId
    made_at: datetime
    sent_at: datetime | None
    count: int
    sums: list[Money]


class CommissionRow(Struct, frozen=True, kw_only=True):
    name: str
    slug: str
    percent: str


class LedgerPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "orders/ledger.html"

    section: str = "ledger"
    waiting: list[WaitingRow]
    runs: list[RunRow]
    accounts: list[AccountRow]
    sums: list[CurrencySum]
    stores: list[CommissionRow]
    form: Form[CommissionForm]
    newer: str
    older: str


@get(HERE)
async def ledger_page(
    *,
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    settlement: Service[Settlement],
    before: FromQuery[UUID | None] = None,
) -> Html:
    require_operator(viewer)
    form: Form[CommissionForm] = Form.blank()
    run_id = PayoutRunId(before) if before else None
    return render(await _page(stores, settlement, form, before=run_id))


@post(f"{HERE}/payouts")
async def pay_out(
    viewer: CurrentViewer, render: CurrentRender, settlement: Service[Settlement]
) -> Html:
    operator = require_operator(viewer)
    try:
        await settlement.pay_out(by=operator)
    except NothingDue as refusal:
        return render.see_other(HERE, refusal.message, kind="info")
    return render.see_other(HERE, N_("The payouts are ready: download the file for the bank."))


@post(f"{HERE}/payouts/{{run_id:uuid}}/sent")
async def mark_sent(
    run_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    settlement: Service[Settlement],
) -> Html:
    require_operator(viewer)
    await settlement.mark_sent(PayoutRunId(run_id))
    return render.see_other(HERE, N_("Marked as sent. The stores see it on their statements."))


@get(f"{HERE}/payouts/{{run_id:uuid}}/payouts.csv")
async def payouts_csv(
    run_id: FromPath[UUID], viewer: CurrentViewer, settlement: Service[Settlement]
) -> Response[str]:
    require_operator(viewer)
    run, found = await settlement.payouts(PayoutRunId(run_id))
    parties = await settlement.names([one.owner for one in found])
    rows = [_cells(one, parties.get(one.owner)) for one in found]
    return Response(
        BYTE_ORDER_MARK + csv_text([COLUMNS, *rows]),
        media_type=CSV,
        headers=attached(f"payouts-{run.made_at:%Y-%m-%d-%H%M}.csv"),
    )


@post(f"{HERE}/commission")
async def set_commission(
    *,
    request: AnyRequest,
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    settlement: Service[Settlement],
) -> Html:
    require_operator(viewer)
    form = await read_form(request, CommissionForm)
    if form.value is not None:
        try:
            rate = parse_percent(form.value.percent, field="percent")
            store = await stores.by_slug(form.value.store)
            await stores.set_commission(store.id, rate)
            return render.see_other(
                HERE, N_("{store} pays this commission from now on."), store=store.name
            )
        except NotFound:
            form = form.refuse(InvalidInput(field="store", problem=N_("there is no such store")))
        except DomainError as refusal:
            form = form.refuse(refusal)
    return render(await _page(stores, settlement, form), status_code=422)


async def _page(
    stores: Stores,
    settlement: Settlement,
    form: Form[CommissionForm],
    *,
    before: PayoutRunId | None = None,
) -> LedgerPage:
    balances = await settlement.balances()
    waiting = await settlement.waiting()
    owners = {one.owner for one in waiting}
    owners |= {one.account.owner for one in balances if one.account.kind == STORE}
    parties = await settlement.names(sorted(owners))
    runs = await settlement.runs(before=before)
    return LedgerPage(
        waiting=[
            WaitingRow(
                store=_name(one.owner, parties), amount=Money(one.currency, one.closing_minor)
            )
            for one in waiting
        ],
        runs=[_run(one) for one in runs],
        accounts=[_account(one, parties) for one in balances],
        sums=_sums(balances),
        stores=[_commission(store) for store in await stores.all()],
        form=form,
        newer=HERE if before else "",
        older=f"{HERE}?before={runs[-1].id}" if len(runs) == PAGE_RUNS else "",
    )


def _account(one: Balance, parties: Mapping[str, Party]) -> AccountRow:
    account, amount = one.account, Money(one.account.currency, abs(one.minor))
    owner = account.owner
    return AccountRow(
        kind=account.kind,
        owner=_name(owner, parties) if account.kind == STORE else owner,
        debit=amount if one.minor < 0 else None,
        credit=amount if one.minor >= 0 else None,
    )


def _sums(balances: Sequence[Balance]) -> list[CurrencySum]:
    found: dict[str, tuple[int, int]] = {}
    for one in balances:
        debit, credit = found.get(one.account.currency, (0, 0))
        found[one.account.currency] = (debit + max(0, -one.minor), credit + max(0, one.minor))
    return [
        CurrencySum(debit=Money(currency, debit), credit=Money(currency, credit))
        for currency, (debit, credit) in sorted(found.items())
    ]


def _run(run: PayoutRun) -> RunRow:
    return RunRow(
        id=run.id,
        made_at=run.made_at,
        sent_at=run.sent_at,
        count=run.count,
        sums=[Money(currency, minor) for currency, minor in run.sums],
    )


def _commission(store: Store) -> CommissionRow:
    percent = f"{store.commission_basis_points / 100:g}"
    return CommissionRow(name=store.name, slug=store.slug, percent=percent)


def _name(owner: str, parties: Mapping[str, Party]) -> str:
    party = parties.get(owner)
    return party.name if party else owner


def _cells(one: Payout, party: Party | None) -> tuple[Cell, ...]:
    zone = ZoneInfo(party.time_zone if party else "UTC")
    last = one.period.ends_at - timedelta(seconds=1)
    return (
        party.name if party else "",
        party.slug if party else "",
        f"{one.period.starts_at.astimezone(zone):%Y-%m-%d}",
        f"{last.astimezone(zone):%Y-%m-%d}",
        Money(one.currency, one.amount_minor).major(),
        one.currency,
        str(one.statement_id),
        one.owner,
    )


handlers = (ledger_page, pay_out, mark_sent, payouts_csv, set_commission)
