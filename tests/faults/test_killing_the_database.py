"""The database is killed in the middle of a sale; the house stays up and starts it again."""

from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from livehouse.app.bench.house import HouseProcess
from tests.faults.sale import a_sale, check
from tests.support.processes import backend_of, eventually, is_well, kill, postmaster_of

STOCK = 480  # some five seconds: most of them after the kill


@pytest.mark.parametrize("which", [postmaster_of, backend_of])
async def test_a_sale_goes_on_after_a_kill_of_the_database(
    which: Callable[[HouseProcess], psutil.Process], house_folder: Path
) -> None:
    async with a_sale(house_folder, stock=STOCK) as sale:
        house = sale.house.pid
        await sale.ledger.wait_for(STOCK // 4)

        kill(which(sale.house))

        await eventually("the house is well again", lambda: is_well(sale.house))
        await sale.sold_out()
        check(sale, await sale.books(), stock=STOCK)
        assert set(sale.ledger.refused) <= {"busy", "sold_out"}
        assert sale.house.pid == house
        assert len(set(sale.follower.epochs)) == 1, "the same conductor went on"
        assert await sale.house.stop() == 0
