"""The platform that these tests run on."""

import pytest

from livehouse.domains.guests import Guests
from livehouse.foundation.ids import SystemIds
from livehouse.storage.database import Database
from livehouse.web.signing import Signer
from tests.support.clock import ManualClock
from tests.support.shows_world import ShowsWorld


@pytest.fixture
def world(database: Database, clock: ManualClock, ids: SystemIds) -> ShowsWorld:
    return ShowsWorld(database, clock, ids)


@pytest.fixture
def guests(world: ShowsWorld) -> Guests:
    """They leave with their show."""
    made = Guests(world.database, world.clock, world.ids, world.shows, Signer([b"k" * 32]))
    world.shows.hooks = [*world.shows.hooks, made]
    return made
