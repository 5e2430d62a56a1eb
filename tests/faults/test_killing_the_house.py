"""The house is killed in the middle of a sale; a plain start mends everything."""

import asyncio
import sys
from functools import partial
from pathlib import Path

from livehouse.app.bench.house import HouseProcess
from tests.faults.sale import a_sale, check
from tests.support.processes import (
    environment,
    eventually,
    is_well,
    kill,
    killed_at_the_end,
    media_of,
    nothing_is_left_of,
    postmaster_of,
    processes_of,
    status_of,
)

STOCK = 720  # eight seconds at ninety a second: longer than a lease


async def test_a_sale_goes_on_after_every_kill_of_the_house(house_folder: Path) -> None:
    async with a_sale(house_folder, stock=STOCK) as sale:
        for life, orders in ((1, STOCK // 8), (2, STOCK // 2)):
            # A life that ends before the lease of the one before it never conducts the room.
            await sale.follower.wait_for(partial(sale.follower.has_seen, epochs=life))
            await sale.ledger.wait_for(orders)
            sale.house.kill()
            await sale.house.ended()
            await sale.restart()
        await sale.sold_out()

        check(sale, await sale.books(), stock=STOCK)
        # The goods may be gone before the follower is back in the third life's room.
        await sale.follower.wait_for(partial(sale.follower.has_seen, epochs=3))
        assert len(set(sale.follower.epochs)) == 3, "each life of the house has an epoch"
        assert await sale.house.stop() == 0
        await nothing_is_left_of(house_folder)


async def test_a_killed_house_takes_its_processes_along(house_folder: Path) -> None:
    house = HouseProcess(house_folder, environment())
    async with asyncio.TaskGroup() as tasks:
        await house.start(tasks)
        async with killed_at_the_end(house):
            await eventually("the house is well", lambda: is_well(house))
            assert {media_of(house), postmaster_of(house)} <= set(processes_of(house_folder))

            house.kill()

            await house.ended()
            await nothing_is_left_of(house_folder)


async def test_a_clean_stop_leaves_no_process(house_folder: Path) -> None:
    house = HouseProcess(house_folder, environment())
    async with asyncio.TaskGroup() as tasks:
        await house.start(tasks)
        async with killed_at_the_end(house):
            await eventually("the house is well", lambda: is_well(house))

            assert await house.stop() == 0

            await nothing_is_left_of(house_folder)


async def test_a_second_house_on_the_same_folder_is_refused(house_folder: Path) -> None:
    house = HouseProcess(house_folder, environment(media=False))
    async with asyncio.TaskGroup() as tasks:
        await house.start(tasks)
        async with killed_at_the_end(house):
            second = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "livehouse", "--data", str(house_folder), "serve",
                "--port", "0", stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
            _, said = await second.communicate()

            assert second.returncode == 1
            assert b"a house is running" in said
            assert await status_of(house.address, "/healthz") == 200


async def test_the_video_comes_back_when_its_process_is_killed(house_folder: Path) -> None:
    async with a_sale(house_folder, stock=1_000_000, media=True) as sale:
        video = f"/live/{sale.sale.run_id}/video/index.m3u8"

        async def is_on_air() -> bool:
            return await status_of(sale.house.address, video) == 200

        await eventually("the show is on air", is_on_air)
        first = media_of(sale.house)

        kill(first)

        await eventually("the process is gone", lambda: _is_gone(first.pid, house_folder))
        await eventually("the show is on air again", is_on_air)
        orders = len(sale.ledger.acknowledged)
        await sale.ledger.wait_for(orders + 1)
        assert sale.follower.has_no_gap
        assert len(set(sale.follower.epochs)) == 1, "the room never noticed"


async def _is_gone(pid: int, folder: Path) -> bool:
    return pid not in {process.pid for process in processes_of(folder)}
