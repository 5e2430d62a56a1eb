"""What tests about people share."""

from collections.abc import AsyncIterator

import pytest

from livehouse.domains.people import People
from livehouse.foundation.ids import SystemIds
from livehouse.storage.database import Database
from tests.support.clock import ManualClock
from tests.support.people_house import Letters, a_people, people_client
from tests.support.web_client import WebClient


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def people(database: Database, clock: ManualClock, ids: SystemIds, letters: Letters) -> People:
    return a_people(database, clock, ids, letters=letters)


@pytest.fixture
async def web(people: People, clock: ManualClock) -> AsyncIterator[WebClient]:
    async with people_client(people, clock) as client:
        yield client
