"""The people domain for tests: real database, quick hashing, mail kept in a list."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager

from argon2 import PasswordHasher
from litestar.types import ControllerRouterHandler

from livehouse.domains.people import (
    Mail,
    Passwords,
    People,
    Person,
    PersonalData,
    StoreName,
    StoreNames,
    make_people,
)
from livehouse.domains.people.api import routes as api_routes
from livehouse.domains.people.pages import routes as page_routes
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import IdSource, RunId, StoreId
from livehouse.storage.database import Database
from livehouse.web.i18n import Languages
from livehouse.web.identity import Viewer
from livehouse.web.signing import Signer
from tests.support.web_client import WebClient, web_client

PASSWORD = "three quiet lighthouses"
SIGNER = Signer([b"k" * 32])


class Letters:
    """A mailer that keeps what it should send."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        self.sent.append(mail)

    def link(self) -> str:
        """The path of the link in the newest letter."""
        text = self.sent[-1].text
        return "/reset/" + text.partition("/reset/")[2].split()[0]


class KnownStores:
    def __init__(self, stores: Mapping[StoreId, StoreName] | None = None) -> None:
        self.stores = dict(stores or {})

    async def names(self, store_ids: Collection[StoreId]) -> Mapping[StoreId, StoreName]:
        return {one: self.stores[one] for one in store_ids if one in self.stores}

    async def by_slug(self, slug: str) -> StoreId | None:
        return next((one for one, name in self.stores.items() if name.slug == slug), None)


class KnownRuns:
    """Runs that a test knows: everybody signed in is a viewer there."""

    def __init__(self, *runs: RunId) -> None:
        self.runs = set(runs)

    async def role(self, viewer: Viewer, run_id: RunId) -> str | None:
        if run_id not in self.runs:
            return None
        return "viewer" if viewer.signed_in else "guest"


def quick_passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def a_people(
    database: Database,
    clock: Clock,
    ids: IdSource,
    *,
    letters: Letters | None = None,
    stores: StoreNames | None = None,
    runs: KnownRuns | None = None,
    contributors: Sequence[PersonalData] = (),
) -> People:
    return make_people(
        database=database,
        clock=clock,
        ids=ids,
        signer=SIGNER,
        mailer=letters or Letters(),
        languages=Languages(),
        stores=stores or KnownStores(),
        runs=runs or KnownRuns(),
        contributors=contributors,
        passwords=quick_passwords(),
        origin="http://shop.test",
    )


async def a_person(
    people: People, email: str = "ann@shop.test", *, name: str = "Ann", language: str = "en"
) -> Person:
    """Someone with an account and the password PASSWORD."""
    return await people.accounts.sign_up(
        email=email, name=name, password=PASSWORD, language=language
    )


@asynccontextmanager
async def people_client(people: People, clock: Clock) -> AsyncIterator[WebClient]:
    routes: list[ControllerRouterHandler] = [*page_routes, *api_routes]
    async with web_client(routes, clock=clock, identities=people.sessions, people=people) as client:
        yield client
