"""The house that tests of pages and endpoints live in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import IdSource
from livehouse.storage.database import Database
from tests.support.stores_house import House, a_house


@pytest.fixture
async def house(
    database: Database, clock: Clock, ids: IdSource, tmp_path: Path
) -> AsyncIterator[House]:
    async with a_house(database, clock, ids, tmp_path) as opened:
        yield opened
