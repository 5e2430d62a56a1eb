"""A data folder on a real disk for each test that kills processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from livehouse.app.bench.house import a_folder


@pytest.fixture
def house_folder() -> Iterator[Path]:
    with a_folder("faults") as folder:
        yield folder
