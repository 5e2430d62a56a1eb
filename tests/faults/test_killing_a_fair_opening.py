"""The house is killed between the steps of a fair opening: who has entered is in the one draw."""

import asyncio
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import msgspec
import pytest

from livehouse.app.bench.furnishing import Sale, invite, open_sale, tickets
from livehouse.app.bench.house import HouseProcess
from livehouse.app.lifespan import opened
from livehouse.app.settings import Settings
from livehouse.domains.fairness import PLACED, Record, verify
from livehouse.domains.stores import NewProduct
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import OfferId, SystemIds
from livehouse.foundation.money import Money
from tests.support.processes import environment, eventually, is_well, killed_at_the_end
from tests.support.shoppers import AWAY, Client

ENTRANTS, PLACES = 8, 3
WINDOW_MS = 15_000
LOOK = timedelta(milliseconds=100)
ENTER_SECONDS_MAX, DRAW_SECONDS_MAX = 30, 90


@pytest.mark.torture
async def test_a_house_that_is_killed_twice_draws_once(house_folder: Path) -> None:
    house = HouseProcess(house_folder, environment(media=False))
    async with asyncio.TaskGroup() as tasks:
        await house.start(tasks)
        async with killed_at_the_end(house):
            await eventually("the house is well", lambda: is_well(house))
            sale, guests = await a_fair_offer(house_folder, house)
            entered = await all_enter(guests)
            opening = next(iter(entered))["opening_id"]

            await killed_and_started(house, tasks)
            again = await all_enter(guests)
            assert [one["entrant"] for one in again] == [one["entrant"] for one in entered]
            await until(house, opening, {"listed", "revealed", "done"})
            await killed_and_started(house, tasks)
            record = await until(house, opening, {"done"})

            assert all(finding.holds for finding in verify(msgspec.convert(record, Record)))
            named = {one["id"] for one in record["entrants"]}
            assert named == {one["entrant"] for one in entered}
            assert sorted(record["outcomes"]) == [PLACED] * PLACES + ["sold_out"] * 5
            async with opened(Settings(data=str(house_folder))) as platform:
                bought = {str(one.id) for one in await platform.orders.of_store(sale.store_id)}
            assert len(bought) == PLACES
            assert bought <= {one["order_id"] for one in entered}


class Guest(Client):
    """Wants a place, and asks until it is written down, however often the house is away."""

    def __init__(self, address: str, run: UUID, ticket: str, offer_id: OfferId) -> None:
        super().__init__(address, run, ticket)
        self._wish = {
            "type": "orders.enter", "id": str(SystemIds(SystemClock()).new()),
            "offer_id": str(offer_id), "nonce": secrets.token_hex(32),
        }  # fmt: skip

    async def enter(self) -> dict[str, Any]:
        async with asyncio.timeout(ENTER_SECONDS_MAX), aiohttp.ClientSession() as http:
            while True:
                try:
                    if (told := await self._ask(await self.join(http))) is not None:
                        return told
                except AWAY:
                    pass
                await self.come_back()

    async def _ask(self, socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any] | None:
        """What the house says to the entry; None for a refusal, such as that it is too early."""
        async with socket:
            await socket.send_json(self._wish)
            async for message in socket:
                told: dict[str, Any] = msgspec.json.decode(message.data)
                if told.get("id") == self._wish["id"]:
                    return told if told["type"] == "orders.entered" else None
        return None


async def a_fair_offer(folder: Path, house: HouseProcess) -> tuple[Sale, list[Guest]]:
    async with opened(Settings(data=str(folder))) as platform:
        sale = await open_sale(platform, offers=0)
        cup = NewProduct(
            handle="cup", title="Cup", price=Money("EUR", 900), on_hand=PLACES, published=True
        )
        product = await platform.stores.add_product(sale.store_id, cup)
        offer = await platform.offers.plan(
            sale.show_slug, product.variants[0].id, price=Money("EUR", 900), allotment=PLACES,
            limit=1, fair_window_ms=WINDOW_MS,
        )  # fmt: skip
        await platform.offers.open(offer.id)
        people = tickets(platform, sale.run_id, await invite(platform, ENTRANTS))
    guests = [Guest(house.address, sale.run_id, ticket, offer.id) for ticket in people]
    return sale, guests


async def all_enter(guests: list[Guest]) -> list[dict[str, Any]]:
    return await asyncio.gather(*(guest.enter() for guest in guests))


async def killed_and_started(house: HouseProcess, tasks: asyncio.TaskGroup) -> None:
    port = int(house.address.rpartition(":")[2])
    house.kill()
    await house.ended()
    await house.start(tasks, port=port)


async def until(house: HouseProcess, opening: str, stages: set[str]) -> dict[str, Any]:
    """The opening's record, once it has come so far."""
    async with asyncio.timeout(DRAW_SECONDS_MAX), aiohttp.ClientSession(house.address) as http:
        while True:
            async with http.get(f"/api/openings/{opening}") as answer:
                record: dict[str, Any] = await answer.json()
            if record.get("stage") in stages:
                return record
            await SystemClock().sleep(LOOK)
