"""Settling on a database of the test's own, with two stores."""

import pytest

from livehouse.domains.ledger import Every, Settlement
from livehouse.foundation.ids import SystemIds
from livehouse.storage.database import Database
from tests.support.clock import ManualClock
from tests.support.ledger_entries import StoresOfTests


@pytest.fixture
def settlement(database: Database, clock: ManualClock, ids: SystemIds) -> Settlement:
    return Settlement(database, clock, ids, StoresOfTests(), Every.MONTH)
