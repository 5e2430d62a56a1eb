"""What people do with offers: one method, one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from livehouse.domains.offers import model
from livehouse.domains.offers.errors import NotOnSale, UnknownOffer
from livehouse.domains.offers.events import OfferListed, OfferPinned
from livehouse.domains.offers.model import Offer, Open, state_name
from livehouse.domains.offers.ports import DrawHook, Marks, Shelves
from livehouse.domains.offers.store import offers as store
from livehouse.domains.quotas import Quota, quotas
from livehouse.domains.shows import (
    Cancelled,
    Ended,
    NotLive,
    Run,
    RunKind,
    Show,
    ShowOver,
    Shows,
)
from livehouse.domains.stores import PriceSource, price_history
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import IdSource, OfferId, QuotaId, ShowId, VariantId
from livehouse.foundation.money import Money
from livehouse.foundation.text import N_
from livehouse.storage.database import Database, Transaction

OFFERS_PER_SHOW_MAX = 200
CLOSED_PER_LOOK_MAX = 100
OPENED_PER_LOOK_MAX = 100


@dataclass(slots=True)
class Offers:
    database: Database
    clock: Clock
    ids: IdSource
    shows: Shows
    shelves: Shelves
    draws: Sequence[DrawHook] = ()
    marks: Sequence[Marks] = ()

    async def plan(  # noqa: PLR0913 - each is found by its name
        self,
        show_slug: str,
        variant_id: VariantId,
        *,
        price: Money,
        allotment: int,
        limit: int = 0,
        minutes: int = 0,
        fair_window_ms: int = 0,
        opens_at: datetime | None = None,
    ) -> Offer:
        """Add an offer to a show; one that is on air shows it at once as planned.

        With `opens_at` it opens by itself, and everybody sees the time until then.
        """
        model.checked_plan(price.minor, allotment, limit, minutes)
        model.checked_window(fair_window_ms)
        planned = model.checked_opening(opens_at, self.clock.now())
        show = await self.shows.by_slug(show_slug)
        if isinstance(show.state, Ended | Cancelled):
            raise ShowOver
        goods = await self.shelves.goods(variant_id)
        if goods.store_id != show.room.store_id or not goods.published:
            raise NotOnSale
        if goods.price.currency != price.currency:
            raise InvalidInput(field="price", problem=N_("this is not the store's currency"))
        async with self.database.transaction() as tx:
            others = await store.of_show(tx, show.id)
            if len(others) >= OFFERS_PER_SHOW_MAX:
                raise InvalidInput(field="show", problem=N_("a show has at most 200 offers"))
            offer = Offer(
                id=OfferId(self.ids.new()),
                show_id=show.id,
                store_id=goods.store_id,
                variant_id=variant_id,
                title=goods.title,
                variant_title=goods.variant_title,
                image=goods.image,
                price=price,
                quota_id=QuotaId(self.ids.new()),
                stock_quota_id=goods.stock_quota_id,
                state=planned,
                limit=limit,
                duration=timedelta(minutes=minutes) if minutes else None,
                rank=max((other.rank for other in others), default=0) + 1,
                tax_basis_points=goods.tax_basis_points,
                prices_include_tax=goods.prices_include_tax,
                grace_ms=show.grace_ms,
                no_return=goods.no_return,
                fair_window_ms=fair_window_ms,
            )
            await quotas.create(tx, offer.quota_id, allotment)
            await store.add(tx, offer)
            await self._list(tx, show, [offer])
        return offer

    async def open(self, offer_id: OfferId) -> Offer:
        return await self._change(offer_id, opening=True)

    async def close(self, offer_id: OfferId) -> Offer:
        return await self._change(offer_id, opening=False)

    async def pin(self, show_slug: str, offer_id: OfferId | None) -> None:
        """Hold one offer up in the room, or take the pin down."""
        async with self.database.transaction() as tx:
            show, run = await self.shows.running(tx, show_slug)
            await self.pin_within(tx, show, run, offer_id)

    async def pin_within(
        self, tx: Transaction, show: Show, run: Run, offer_id: OfferId | None
    ) -> None:
        """Hold one offer up, as part of another use case."""
        title = ""
        if offer_id is not None:
            offer = (await store.by_ids(tx, [offer_id])).get(offer_id)
            if offer is None or offer.show_id != show.id:
                raise UnknownOffer
            title = offer.title
        await store.pin(tx, run.id, offer_id)
        tx.record(OfferPinned(str(offer_id) if offer_id else ""), run_id=run.id)
        for mark in self.marks if title else ():
            await mark.mark(tx, run.id, title)

    async def open_within(self, tx: Transaction, show: Show, offer_id: OfferId) -> Offer:
        """Open an offer of the show, as part of another use case."""
        offer = await store.lock(tx, offer_id)
        if offer.show_id != show.id:
            raise UnknownOffer
        return await self._turned(tx, offer, opening=True)

    async def allotment(self, offer_id: OfferId) -> Quota:
        async with self.database.transaction() as tx:
            offer = await store.lock(tx, offer_id)
            return (await quotas.read(tx, [offer.quota_id]))[offer.quota_id]

    async def enlarge(self, offer_id: OfferId, *, by: int) -> None:
        """Put more of the stock into an offer that sells well."""
        async with self.database.transaction() as tx:
            offer = await store.lock(tx, offer_id)
            found = await quotas.read(tx, [offer.quota_id])
            total = found[offer.quota_id].total + by
            if not 1 <= total <= model.ALLOTMENT_MAX:
                raise InvalidInput(field="allotment", problem=N_("from 1 to 10,000,000"))
            await quotas.set_total(tx, offer.quota_id, total)
            show = await self.shows.by_id(tx, offer.show_id)
            await self._list(tx, show, [offer])

    async def open_due(self) -> int:
        """Open the offers whose moment has come, in shows that are live."""
        async with self.database.transaction() as tx:
            due = await store.due_to_open(tx, self.clock.now(), OPENED_PER_LOOK_MAX)
            for offer in due:
                await self._turned(tx, offer, opening=True)
        return len(due)

    async def close_due(self) -> int:
        """Close the offers whose time is up."""
        now = self.clock.now()
        async with self.database.transaction() as tx:
            due = await store.due_to_close(tx, now, CLOSED_PER_LOOK_MAX)
            for offer in due:
                await self._save(tx, model.close_offer(offer, now))
        return len(due)

    async def of_show(self, show_id: ShowId) -> list[tuple[Offer, Quota]]:
        """A show's offers in their order, each with what is left of its allotment."""
        async with self.database.transaction() as tx:
            found = await store.of_show(tx, show_id)
            allotments = await quotas.read(tx, [offer.quota_id for offer in found])
        return [(offer, allotments[offer.quota_id]) for offer in found]

    async def of_show_within(self, tx: Transaction, show_id: ShowId) -> list[Offer]:
        """The same without what is left, within a use case of another domain."""
        return await store.of_show(tx, show_id)

    async def listing(self, show_id: ShowId) -> list[tuple[Offer, Quota, Quota]]:
        """A show's offers in their order, each with its allotment and the stock behind it."""
        async with self.database.transaction() as tx:
            found = await store.of_show(tx, show_id)
            known = await quotas.read(tx, {id_ for offer in found for id_ in offer.quota_ids})
        return [(one, known[one.quota_id], known[one.stock_quota_id]) for one in found]

    async def by_id(self, offer_id: OfferId) -> Offer:
        async with self.database.transaction() as tx:
            found = (await store.by_ids(tx, [offer_id])).get(offer_id)
        if found is None:
            raise UnknownOffer
        return found

    async def show_of(self, tx: Transaction, offer_id: OfferId) -> ShowId | None:
        """Whose an offer is, within a use case of another domain; None where there is none."""
        found = (await store.by_ids(tx, [offer_id])).get(offer_id)
        return found.show_id if found else None

    async def in_transaction(
        self, tx: Transaction, offer_ids: Iterable[OfferId]
    ) -> dict[OfferId, Offer]:
        """These offers, within a use case of another domain."""
        return await store.by_ids(tx, list(offer_ids))

    async def by_ids(self, offer_ids: Iterable[OfferId]) -> dict[OfferId, Offer]:
        async with self.database.transaction() as tx:
            return await store.by_ids(tx, list(offer_ids))

    async def run_started(self, tx: Transaction, show: Show, run: Run) -> None:
        """List the show's offers in the room that opens (a `RunHook`)."""
        listed = []
        for offer in await store.lock_all(tx, show.id):
            again = model.planned_again(offer)
            if again != offer:
                await store.save_state(tx, again)
            listed.append(again)
        await self._note(tx, listed, run)
        await self._list(tx, show, listed, run)

    async def run_ended(self, tx: Transaction, show: Show, run: Run) -> None:
        """Nothing of a show that is over can be bought: its prices are no longer public."""
        await self._note(tx, await store.lock_all(tx, show.id), run)

    async def edited(
        self, tx: Transaction, before: Show, after: Show, *, openings_follow: bool
    ) -> None:
        """What opens by itself moves with the start of its show (an `EditHook`)."""
        by = after.starts_at - before.starts_at
        if by and openings_follow:
            moved = [model.moved(one, by) for one in await store.lock_all(tx, after.id)]
            for offer in moved:
                await store.save_state(tx, offer)
            await self._list(tx, after, moved)  # a rehearsal may be on

    async def prices_before(self, offers: Iterable[Offer]) -> dict[OfferId, int]:
        """The proven prices to show struck through, in minor units, of offers that have one."""
        async with self.database.transaction() as tx:
            return await _prices_before(tx, list(offers))

    async def _change(self, offer_id: OfferId, *, opening: bool) -> Offer:
        async with self.database.transaction() as tx:
            return await self._turned(tx, await store.lock(tx, offer_id), opening=opening)

    async def _turned(self, tx: Transaction, offer: Offer, *, opening: bool) -> Offer:
        rule = model.open_offer if opening else model.close_offer
        changed = rule(offer, self.clock.now())
        if changed != offer:
            await self._save(tx, changed)
            if opening and changed.awaits_draw:
                await self._call_for(tx, changed)
        return changed

    async def _call_for(self, tx: Transaction, offer: Offer) -> None:
        show = await self.shows.by_id(tx, offer.show_id)
        if show.run is None or not show.run.on:
            raise NotLive  # nobody would see the call
        for draw in self.draws:
            await draw.called_for(tx, offer, show.run)

    async def _save(self, tx: Transaction, offer: Offer) -> None:
        await store.save_state(tx, offer)
        show = await self.shows.by_id(tx, offer.show_id)
        if show.run is not None:
            await self._note(tx, [offer], show.run)
        await self._list(tx, show, [offer])

    async def _note(self, tx: Transaction, offers: Sequence[Offer], run: Run) -> None:
        """Keep what offers cost in public from now on: who rehearses is not in public."""
        if run.kind is RunKind.LIVE:
            prices: dict[PriceSource, int | None] = {
                (offer.variant_id, offer.id): (
                    offer.price.minor if run.on and isinstance(offer.state, Open) else None
                )
                for offer in offers
            }
            await price_history.note_offers(tx, prices, self.clock.now())

    async def _list(
        self, tx: Transaction, show: Show, offers: list[Offer], run: Run | None = None
    ) -> None:
        run = run or show.run
        if run is None or not run.on or not offers:
            return
        found = await quotas.read(tx, [quota for offer in offers for quota in offer.quota_ids])
        before = await _prices_before(tx, offers)
        for offer in offers:
            tx.record(_listed(offer, found, before.get(offer.id, 0)), run_id=run.id)


async def _prices_before(tx: Transaction, offers: Sequence[Offer]) -> dict[OfferId, int]:
    """Offers of one store; what it claims plays no part, only what was public."""
    if not offers:
        return {}
    wanted: dict[PriceSource, int | None] = {(offer.variant_id, offer.id): None for offer in offers}
    found = await price_history.prices_before(tx, offers[0].store_id, wanted)
    return {offer_id: minor for (_, offer_id), minor in found.items() if offer_id is not None}


def _listed(offer: Offer, found: dict[QuotaId, Quota], was_minor: int) -> OfferListed:
    allotment, stock = (found[quota_id] for quota_id in offer.quota_ids)
    rest = model.remainder(allotment, stock)
    opens_at, closes_at = model.hours_ms(offer)
    return OfferListed(
        offer_id=offer.id,
        title=offer.title,
        variant_title=offer.variant_title,
        image=offer.image,
        price_minor=offer.price.minor,
        was_minor=was_minor,
        currency=offer.price.currency,
        state=state_name(offer),
        left=rest.left,
        total=allotment.total,
        limit=offer.limit,
        opens_at_ms=opens_at,
        closes_at_ms=closes_at,
        rank=offer.rank,
        no_return=offer.no_return,
        fair_window_ms=offer.fair_window_ms,
        version=rest.version,
    )
