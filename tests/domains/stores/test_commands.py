"""Catalogues on the command line."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click import Group
from click.testing import CliRunner, Result

from livehouse.domains.stores import Stores
from livehouse.domains.stores.commands import commands
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import IdSource
from livehouse.storage.database import connect
from tests.support.stores_builders import REAL_FILES, a_file, a_row, a_store, real_file, some_stores

Run = Callable[..., Result]


@dataclass
class OnlyStores:
    stores: Stores


@pytest.fixture
async def run(database_url: str, clock: Clock, ids: IdSource) -> Run:
    """Runs a command in a thread, since it has an event loop of its own."""

    @asynccontextmanager
    async def open_platform() -> AsyncIterator[OnlyStores]:
        database = await connect(database_url, pool_size=2)
        try:
            yield OnlyStores(some_stores(database, clock, ids))
        finally:
            await database.close()

    async with open_platform() as platform:
        await a_store(platform.stores)
    root = Group("livehouse", commands={one.name or "": one for one in commands(open_platform)})

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(root, arguments)

    return invoke


async def test_a_real_file_is_imported(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_bytes(real_file(REAL_FILES[0]))

    first = await asyncio.to_thread(run, "import", "products", "--store", "kiln", str(file))
    second = await asyncio.to_thread(run, "import", "products", "--store", "kiln", str(file))

    assert first.exit_code == second.exit_code == 0, first.output
    assert "22 rows: 22 created, 0 updated, 0 unchanged, 0 refused." in first.output
    assert "22 unchanged" in second.output
    export = await asyncio.to_thread(run, "export", "products", "--store", "kiln")
    assert export.output.startswith("Handle,Title,")


async def test_refused_rows_are_named_and_make_the_command_fail(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_bytes(a_file(a_row(), a_row("jug", variant_price="19.999")))

    table = await asyncio.to_thread(run, "import", "products", "--store", "kiln", str(file))

    assert table.exit_code == 1
    assert "     3  refused    jug  price_digits: Variant Price: EUR has 2 digits" in table.output
    told = await asyncio.to_thread(
        run, "import", "products", "--store", "kiln", "--json", str(file)
    )
    report = json.loads(told.stdout)
    assert report["counts"] == {"created": 0, "updated": 0, "unchanged": 1, "refused": 1}
    assert report["rows"][1]["code"] == "price_digits"


async def test_what_cannot_be_done_at_all_is_said_in_one_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "cat.gif"
    file.write_bytes(b"GIF89a")

    picture = await asyncio.to_thread(run, "import", "products", "--store", "kiln", str(file))
    nowhere = await asyncio.to_thread(run, "import", "products", "--store", "none", str(file))
    missing = await asyncio.to_thread(run, "import", "products", "--store", "kiln", "none.csv")

    assert (picture.exit_code, nowhere.exit_code, missing.exit_code) == (1, 1, 2)
    assert "(not_a_catalogue)" in picture.output
    assert "(not_found)" in nowhere.output
