"""One's own data: taken along, or erased."""

from collections.abc import Sequence

import msgspec

from livehouse.domains.people.events import PersonErased
from livehouse.domains.people.ports import PersonalData
from livehouse.domains.people.service.accounts import Accounts
from livehouse.domains.people.store import accounts, belongings, recipients
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import PersonId
from livehouse.storage.database import Database


class Privacy:
    """Asks every domain that keeps something of a person."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        own: Accounts,
        contributors: Sequence[PersonalData] = (),
    ) -> None:
        self._database = database
        self._clock = clock
        self._own = own
        self._contributors = contributors

    async def export(self, person_id: PersonId) -> dict[str, object]:
        """All that we keep of them, in words that JSON can carry."""
        async with self._database.transaction() as tx:
            person = await accounts.get(tx, person_id)
            if person is None:
                raise NotFound
            found: dict[str, object] = {
                "account": msgspec.to_builtins(person),
                "addresses": msgspec.to_builtins(await belongings.addresses_of(tx, person_id)),
                "invoiced_to": msgspec.to_builtins(await recipients.of_person(tx, person_id)),
                "memberships": msgspec.to_builtins(await belongings.grants_of(tx, person_id)),
                "api_tokens": msgspec.to_builtins(await belongings.tokens_of(tx, person_id)),
            }
        for contributor in self._contributors:
            found |= await contributor.export(person_id)
        return found

    async def erase(self, person_id: PersonId, password: str) -> None:
        """Leave nothing that names them. Their id stays where law asks for records."""
        await self._own.confirm(person_id, password)
        now = self._clock.now()
        async with self._database.transaction() as tx:
            await belongings.blank_addresses(tx, person_id, now)
            await belongings.revoke_all(tx, person_id)
            await belongings.delete_tokens(tx, person_id)
            for contributor in self._contributors:
                await contributor.erase(tx, person_id)
            await accounts.erase(tx, person_id, now)
            tx.record(PersonErased(person_id))
