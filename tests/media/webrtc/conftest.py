"""The WHIP endpoint, open for one test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from livehouse.foundation.clock import SystemClock
from tests.support.entrance import Entrance, an_entrance


@pytest.fixture
async def entrance(tmp_path: Path) -> AsyncIterator[Entrance]:
    async with an_entrance(tmp_path, SystemClock()) as opened:
        yield opened
