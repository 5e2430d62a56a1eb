"""The platform that these tests run on."""

import pytest

from livehouse.foundation.ids import SystemIds
from livehouse.storage.database import Database
from tests.support.clock import ManualClock
from tests.support.shows_world import ShowsWorld


@pytest.fixture
def world(database: Database, clock: ManualClock, ids: SystemIds) -> ShowsWorld:
    return ShowsWorld(database, clock, ids)
