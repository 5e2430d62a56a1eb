"""Chat and till on the simulated database: the domains' own decisions, in a transaction of ours."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import cast
from uuid import UUID

from msgspec import structs
from typing_extensions import override

from livehouse.domains.chat import Chat, LinesTakenBack
from livehouse.domains.chat.model import ChatLine
from livehouse.domains.offers import LeftChanged, Offer, OfferListed, Open, Terms, remainder
from livehouse.domains.orders import Buy, Known, NewOrder, OrdersPlaced, Till
from livehouse.domains.orders.model import Decision, Draft, OnSale, draft, sold
from livehouse.domains.orders.service.till import Sight
from livehouse.domains.orders.store.group import DoesNotFit
from livehouse.domains.quotas import Quota, Tally
from livehouse.domains.quotas.model import tally_of
from livehouse.domains.shows import Shows
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import ChatLineId, OfferId, OrderId, QuotaId, RunId
from livehouse.storage.database import Database as RealDatabase
from tests.simulation.database import Database, Transaction
from tests.simulation.tables import Tables, record
from tests.support.builders import an_offer
from tests.support.moments import NOON

NOWHERE = cast(RealDatabase, None)  # whatever asks it fails loudly
OFFER_LIMIT = 6


def offer_of(run: RunId) -> Offer:
    """The one offer of a run; each has its own allotment and shelf."""
    return an_offer(
        offer_id=OfferId(UUID(int=run.int + 1_000)),
        state=Open(NOON - timedelta(days=1)),
        limit=OFFER_LIMIT,
        quota_id=QuotaId(UUID(int=run.int + 2_000)),
        stock_quota_id=QuotaId(UUID(int=run.int + 3_000)),
    )


async def open_shop(database: Database, tables: Tables, run: RunId, units: int) -> None:
    """The run begins with its offer listed."""
    offer = offer_of(run)

    async def work(tx: Transaction) -> None:
        for quota_id in offer.quota_ids:
            opened = {quota_id: Quota(quota_id, units)}
            tx.write(partial(tables.quotas.update, opened))
        listed = OfferListed(
            offer.id,
            offer.title,
            "",
            "",
            2_000,
            "EUR",
            "open",
            units,
            units,
            OFFER_LIMIT,
            0,
            0,
            1,
            0,
        )
        record(tx, tables, run, listed)
        tx.write(lambda: tables.runs.append(run))

    await database.ask(work)


async def take_back(database: Database, tables: Tables, run: RunId, line_id: ChatLineId) -> None:
    """What the staff's deletion of a line does."""

    async def work(tx: Transaction) -> None:
        await tx.lock(("line", line_id))
        if line_id not in tables.taken_back:
            tx.write(partial(tables.taken_back.add, line_id))
            record(tx, tables, run, LinesTakenBack((line_id,)))

    await database.ask(work)


class SimulatedChat(Chat):
    """Lines go to the simulated database; the group in front and the answers are the real ones."""

    def __init__(self, database: Database, tables: Tables, clock: Clock) -> None:
        self._server = database
        self._tables = tables
        super().__init__(NOWHERE, clock, cast(Shows, None))

    @override
    async def write(self, lines: Sequence[ChatLine]) -> list[bool | DomainError]:
        async def work(tx: Transaction) -> list[bool | DomainError]:
            answers: list[bool | DomainError] = []
            for line in lines:
                await tx.lock(("line", line.id))
                answers.append(line.id not in self._tables.taken_back)
                tx.write(partial(_put_once, self._tables.lines, line))
            return answers

        return await self._server.ask(work)


class SimulatedTill(Till):
    """Decides with the real rule what the real till decides; only the SQL is another."""

    def __init__(self, database: Database, tables: Tables, clock: Clock) -> None:
        self._server = database
        self._tables = tables
        super().__init__(NOWHERE, clock)

    @override
    async def _seen(self, buys: Sequence[Buy]) -> Sight:
        async def work(_: Transaction) -> Sight:
            return self._here(buys)

        return await self._server.ask(work)

    @override
    async def _write(self, drafted: Draft) -> None:
        async def work(tx: Transaction) -> bool:
            for quota_id in sorted(drafted.tally.taken):
                await tx.lock(("quota", quota_id))
            if not self._fits(drafted):
                return False
            self._put(tx, list(drafted.orders.values()), drafted.tally)
            return True

        if drafted.orders and not await self._server.ask(work):
            raise DoesNotFit

    @override
    async def _under_lock(self, buys: Sequence[Buy]) -> list[Decision]:
        async def work(tx: Transaction) -> list[Decision]:
            offers = self._offers(buys).values()
            for quota_id in sorted(id_ for offer, _ in offers for id_ in offer.quota_ids):
                await tx.lock(("quota", quota_id))
            on_sale, tally, known = self._here(buys)
            drafted = draft(buys, on_sale, known, tally, self.clock.now())
            self._put(tx, list(drafted.orders.values()), tally)
            return drafted.decisions

        return await self._server.ask(work)

    def _here(self, buys: Sequence[Buy]) -> Sight:
        terms = {
            id_: Terms(offer, run, rehearsal=False)
            for id_, (offer, run) in self._offers(buys).items()
        }
        tally = tally_of(self._tables.quotas.values(), self._tables.shares)
        return OnSale(terms), tally, self.known(buys)

    def _offers(self, buys: Sequence[Buy]) -> dict[OfferId, tuple[Offer, RunId]]:
        wanted = {offer_id for buy in buys for offer_id, _ in buy.wish}
        return {
            offer.id: (offer, run)
            for run in self._tables.runs
            if (offer := offer_of(run)).id in wanted
        }

    def _fits(self, drafted: Draft) -> bool:
        """What the real statement's checks let pass."""
        tables, tally = self._tables, drafted.tally
        return (
            all(tables.quotas[id_].left >= amount for id_, amount in tally.taken.items())
            and all(
                tables.shares.get(key, 0) + more <= OFFER_LIMIT
                for key, more in tally.added_shares.items()
            )
            and not any(order_id in tables.orders for order_id in drafted.orders)
        )

    def known(self, buys: Sequence[Buy]) -> dict[OrderId, Known]:
        orders = (self._tables.orders.get(buy.id) for buy in buys)
        return {order.buy.id: _known(order) for order in orders if order is not None}

    def _put(self, tx: Transaction, fresh: Sequence[NewOrder], tally: Tally) -> None:
        tables = self._tables
        if not fresh:
            return
        after = {
            quota_id: structs.replace(
                quota, held=quota.held + tally.taken.get(quota_id, 0), version=quota.version + 1
            )
            for quota_id, quota in tables.quotas.items()
            if quota_id in tally.taken
        }
        shares = {key: tables.shares.get(key, 0) + more for key, more in tally.added_shares.items()}
        tx.write(lambda: tables.quotas.update(after))
        tx.write(lambda: tables.shares.update(shares))
        for order in fresh:
            tx.write(partial(tables.orders.update, {order.buy.id: order}))
        for part in sold(fresh):
            offer = offer_of(part.run_id)
            rest = remainder(after[offer.quota_id], after[offer.stock_quota_id])
            placed = OrdersPlaced(part.offer_id, part.orders, part.quantity, part.shown)
            record(tx, tables, part.run_id, placed)
            record(tx, tables, part.run_id, LeftChanged(offer.id, rest.left, rest.version))


def _put_once(lines: dict[ChatLineId, ChatLine], line: ChatLine) -> None:
    lines.setdefault(line.id, line)


def _known(order: NewOrder) -> Known:
    return Known(
        order.buy.id,
        order.deal.first.offer.id,
        order.buy.buyer_id,
        "placed",
        order.deal.price.total.minor,
        order.deal.price.total.currency,
        order.hold_until,
        order.buy.address_id,
    )
