"""The stores domain with its people, as the app builds it: real database, objects in a folder."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from litestar.types import ControllerRouterHandler

from livehouse.domains.people import People, Person
from livehouse.domains.stores import Delivery, Store, StoreImages, StoreNaming, Stores, Uploads
from livehouse.domains.stores.api import routes as api_routes
from livehouse.domains.stores.pages import routes as page_routes
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import IdSource, PersonId
from livehouse.foundation.roles import Role
from livehouse.storage.database import Database
from livehouse.storage.objects import Objects, open_objects
from livehouse.web.identity import SESSION_COOKIE
from tests.support.people_house import a_people, a_person
from tests.support.stores_builders import some_settings
from tests.support.web_client import WebClient, web_client


@dataclass(frozen=True)
class House:
    """One platform's stores; `client` is a browser in it."""

    people: People
    stores: Stores
    delivery: Delivery
    uploads: Uploads
    images: StoreImages
    objects: Objects
    client: WebClient

    async def person(self, name: str) -> Person:
        return await a_person(self.people, f"{name.lower()}@shop.test", name=name)

    async def store(self, slug: str, owner: PersonId, currency: str = "EUR") -> Store:
        return await self.stores.create(
            slug, currency, some_settings(name=slug.title()), owner=owner
        )

    async def member(self, name: str, store: Store, role: Role) -> Person:
        person = await self.person(name)
        await self.people.memberships.grant(person.id, role, store.id)
        return person

    async def sign_in(self, person: Person) -> None:
        token = await self.people.accounts.open_session(person.id)
        self.client.http.cookies.set(SESSION_COOKIE, token)

    async def token_of(self, person: Person, *scopes: str) -> str:
        return await self.people.api_tokens.create(person.id, "a script", scopes)


@asynccontextmanager
async def a_house(
    database: Database, clock: Clock, ids: IdSource, folder: Path
) -> AsyncIterator[House]:
    people = a_people(database, clock, ids, stores=StoreNaming(database))
    stores = Stores(database, clock, ids, people.memberships)
    delivery = Delivery(database, ids)
    uploads = Uploads(stores)
    objects = open_objects("", folder)
    images = StoreImages(database, objects, clock)
    routes: list[ControllerRouterHandler] = [*page_routes, *api_routes]
    async with web_client(
        routes,
        clock=clock,
        identities=people.sessions,
        people=people,
        stores=stores,
        delivery=delivery,
        uploads=uploads,
        store_images=images,
    ) as client:
        yield House(people, stores, delivery, uploads, images, objects, client)
