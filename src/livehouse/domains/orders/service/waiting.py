"""What people do with lines: join, leave, see where they stand."""

from dataclasses import dataclass

from livehouse.domains.offers import UnknownOffer, offer_terms, remainder
from livehouse.domains.orders import store
from livehouse.domains.orders.errors import OnlyRehearsal, ShowNotOn, WaitsForEnough
from livehouse.domains.orders.model.waiting import (
    LINES_PER_PERSON_MAX,
    WAIT_MAX,
    Standing,
    Wait,
    check_joining,
)
from livehouse.domains.orders.service import lines
from livehouse.domains.orders.store import waiting as waiting_store
from livehouse.domains.quotas import quotas
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import AddressId, IdSource, OfferId, PersonId
from livehouse.storage.database import Database, Transaction

SHOWN_MAX = 50
OFFERS_PER_LOOK_MAX = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    database: Database
    clock: Clock
    ids: IdSource
    lines_max: int = LINES_PER_PERSON_MAX

    async def join(
        self,
        offer_id: OfferId,
        person_id: PersonId,
        *,
        address_id: AddressId | None = None,
        country: str = "",
    ) -> Wait:
        """Stand at the end of the line for an offer that is sold out; again changes nothing."""
        async with self.database.transaction() as tx:
            terms = (await offer_terms.terms(await tx.raw(), [offer_id])).get(offer_id)
            if terms is None:
                raise UnknownOffer
            found = await quotas.read(tx, terms.offer.quota_ids)
            left = remainder(found[terms.offer.quota_id], found[terms.offer.stock_quota_id])
            check_joining(terms.offer, left.left)
            if terms.run_id is None:
                raise ShowNotOn
            if terms.rehearsal:
                raise OnlyRehearsal
            if await waiting_store.count_of(tx, person_id) >= self.lines_max:
                raise WaitsForEnough(count=self.lines_max)
            return await waiting_store.join(
                tx,
                offer_id=offer_id,
                person_id=person_id,
                run_id=terms.run_id,
                address_id=address_id,
                country=country,
                now=self.clock.now(),
            )

    async def leave(self, offer_id: OfferId, person_id: PersonId) -> None:
        async with self.database.transaction() as tx:
            await waiting_store.leave(tx, offer_id, person_id)

    async def of_person(self, person_id: PersonId) -> list[Standing]:
        """The lines that somebody stands in, and what is held for them, the newest first."""
        async with self.database.transaction() as tx:
            waits = await waiting_store.of_person(tx, person_id, limit=SHOWN_MAX)
            offers = await offer_terms.by_ids(tx, [wait.offer_id for wait in waits])
            return [
                Standing(
                    wait,
                    offers[wait.offer_id],
                    0 if wait.order_id else await waiting_store.ahead_of(tx, wait),
                    await store.by_id(tx, wait.order_id) if wait.order_id else None,
                )
                for wait in waits
            ]

    async def serve_free(self) -> int:
        """Hold for who waits what is free in whatever way it became so, such as by a host who
        put more into the offer; tells for how many."""
        now = self.clock.now()
        async with self.database.transaction() as tx:
            await waiting_store.let_pass_older(tx, now - WAIT_MAX)
            free = await waiting_store.offers_with_free(tx, now - WAIT_MAX, OFFERS_PER_LOOK_MAX)
        served = 0
        for offer_id in free:
            async with self.database.transaction() as tx:
                line = await lines.look(tx, [offer_id], [], now)
                served += await lines.serve(tx, line, self.ids, now)
        return served

    async def export(self, person_id: PersonId) -> dict[str, object]:
        """What a person waits for, for the export of their data."""
        async with self.database.transaction() as tx:
            found = await waiting_store.of_person(tx, person_id, limit=1_000)
        return {"waiting": [{"offer_id": str(one.offer_id), "state": one.state} for one in found]}

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        await waiting_store.forget(tx, person_id)
