"""Subsidies: operators say who adds what to which prices, and from which budget."""

from dataclasses import dataclass

from msgspec.structs import replace

from livehouse.domains.offers import model
from livehouse.domains.offers.errors import UnknownOffer
from livehouse.domains.offers.model import Funded, SubsidyPlan
from livehouse.domains.offers.store import discounts as store
from livehouse.domains.offers.store import offers as offer_store
from livehouse.domains.quotas import quotas
from livehouse.domains.stores import Stores
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import InvalidInput, NotFound
from livehouse.foundation.ids import IdSource, QuotaId, SubsidyId
from livehouse.foundation.text import N_
from livehouse.storage.database import Database, Transaction

PAGE_SUBSIDIES = 50


@dataclass(frozen=True, slots=True)
class Subsidies:
    database: Database
    clock: Clock
    ids: IdSource
    stores: Stores

    async def publish(self, plan: SubsidyPlan) -> Funded:
        """Publish a subsidy: from now on nothing of it changes, it can only end early."""
        now = self.clock.now()
        async with self.database.transaction() as tx:
            plan = await self._placed(tx, plan)
            made = model.funded_subsidy(
                plan,
                subsidy_id=SubsidyId(self.ids.new()),
                budget_id=QuotaId(self.ids.new()),
                now=now,
            )
            await quotas.create(tx, made.budget.id, made.budget.total)
            await store.add_subsidy(tx, made.subsidy, now)
        return made

    async def listing(self, *, before: SubsidyId | None = None) -> list[Funded]:
        """A page of all subsidies, newest first."""
        async with self.database.transaction() as tx:
            return await store.list_subsidies(tx, before=before, limit=PAGE_SUBSIDIES)

    async def end(self, subsidy_id: SubsidyId) -> Funded:
        """End a subsidy now; orders that were placed with it keep it."""
        async with self.database.transaction() as tx:
            found = await store.subsidy(tx, subsidy_id)
            if found is None:
                raise NotFound
            now = self.clock.now()
            if found.subsidy.ends_at <= now:
                return found
            await store.end(tx, subsidy_id, now)
        return replace(found, subsidy=replace(found.subsidy, ends_at=now))

    async def _placed(self, tx: Transaction, plan: SubsidyPlan) -> SubsidyPlan:
        """The plan with the store of its offer, and in that store's money."""
        store_id, currency = plan.store_id, plan.currency
        if plan.offer_id is not None:
            offer = (await offer_store.by_ids(tx, [plan.offer_id])).get(plan.offer_id)
            if offer is None or plan.store_id not in {None, offer.store_id}:
                raise UnknownOffer
            store_id, currency = offer.store_id, offer.price.currency
        elif store_id is not None:
            currency = (await self.stores.store(store_id)).currency
        if currency != plan.currency:
            raise InvalidInput(field="currency", problem=N_("this is not the store's currency"))
        return replace(plan, store_id=store_id)
