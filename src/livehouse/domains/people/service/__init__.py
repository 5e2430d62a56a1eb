"""What people do with their accounts."""

from collections.abc import Sequence
from dataclasses import dataclass

from livehouse.domains.people.ports import Mailer, PersonalData, RunRoles, StoreNames
from livehouse.domains.people.service.accounts import Accounts
from livehouse.domains.people.service.belongings import Addresses, ApiTokens, Memberships
from livehouse.domains.people.service.letters import Post
from livehouse.domains.people.service.passwords import Passwords
from livehouse.domains.people.service.privacy import Privacy
from livehouse.domains.people.service.resets import Resets
from livehouse.domains.people.service.sessions import Sessions
from livehouse.domains.people.service.tickets import Tickets
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import IdSource
from livehouse.storage.database import Database
from livehouse.web.i18n import Languages
from livehouse.web.signing import Signer

__all__ = [
    "Accounts",
    "Addresses",
    "ApiTokens",
    "Memberships",
    "Passwords",
    "People",
    "Post",
    "Privacy",
    "Resets",
    "Sessions",
    "Tickets",
    "make_people",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The services of this domain, side by side; handlers ask for `people`."""

    accounts: Accounts
    sessions: Sessions
    resets: Resets
    addresses: Addresses
    memberships: Memberships
    api_tokens: ApiTokens
    tickets: Tickets
    privacy: Privacy
    stores: StoreNames


def make_people(  # noqa: PLR0913 - everything that a domain needs, by name
    *,
    database: Database,
    clock: Clock,
    ids: IdSource,
    signer: Signer,
    mailer: Mailer,
    languages: Languages,
    stores: StoreNames,
    runs: RunRoles,
    contributors: Sequence[PersonalData] = (),
    passwords: Passwords | None = None,
    origin: str = "http://localhost:8000",
    site_name: str = "Livehouse",
) -> People:
    """The services, built from what the app has. `origin` stands in the links of mails."""
    passwords = passwords or Passwords()
    accounts = Accounts(database, clock, ids, passwords)
    return People(
        accounts=accounts,
        sessions=Sessions(database, clock, stores),
        resets=Resets(
            database, clock, passwords, mailer, languages, origin=origin, site_name=site_name
        ),
        addresses=Addresses(database, clock, ids),
        memberships=Memberships(database, clock, ids),
        api_tokens=ApiTokens(database, clock, ids),
        tickets=Tickets(signer, clock, runs),
        privacy=Privacy(database, clock, accounts, contributors),
        stores=stores,
    )
