"""A whole house for journeys: furnished through the services, then served as a user starts it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from livehouse.app.lifespan import opened
from livehouse.app.platform import Platform
from livehouse.app.settings import Settings
from livehouse.domains.people import Accounts, AddressLines, Person
from livehouse.domains.programmes import CompanionKind
from livehouse.domains.stores import StoreSettings
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.money import Money
from livehouse.foundation.roles import Role
from tests.support.people_house import quick_passwords

START_SECONDS_MAX = 120.0
STOP_SECONDS_MAX = 60.0
PASSWORD = "correct horse battery staple"
CATALOGUE = """Handle,Title,Body (HTML),Vendor,Published,Option1 Name,Option1 Value,Variant Inventory Qty,Variant Price
moss-bowl,Moss tea bowl,<p>Thrown by hand.</p>,Kiln,true,Glaze,Moss,5,24.00
moss-bowl,,,,,,Ash,7,24.00
ember-cup,Ember cup,<p>Warm in the hand.</p>,Kiln,true,Title,Default Title,9,18.00
"""  # noqa: E501 - a CSV's lines are as long as they are


@dataclass(frozen=True, slots=True)
class House:
    """Where it is open, and what is in it."""

    address: str
    show_slug: str
    pid: int

    def email(self, name: str) -> str:
        return f"{name}@house.example"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the house holds when its doors open."""

    people: tuple[str, ...] = ("ann", "bo")
    video: Path | None = None
    live: bool = True
    allotment: int = 3
    fair_window_ms: int = 0
    # Whether the picture is encoded in smaller sizes.
    renditions: str = "off"


@asynccontextmanager
async def open_house(folder: Path, plan: Plan) -> AsyncIterator[House]:
    """Furnish, serve until the block ends, and stop in order."""
    settings = Settings(data=str(folder))
    async with opened(settings) as platform:
        show_slug = await furnish(platform, plan)
    async with served(folder, LIVEHOUSE_VIDEO_RENDITIONS=plan.renditions) as (address, pid):
        yield House(address, show_slug, pid)


@asynccontextmanager
async def served(folder: Path, **environment: str) -> AsyncIterator[tuple[str, int]]:
    """Serve a furnished folder as a user does; tells the address and the process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "livehouse", "--data", str(folder), "serve", "--port", "0",
        stderr=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.DEVNULL,
        env={**os.environ, **environment},
    )  # fmt: skip
    try:
        async with asyncio.timeout(START_SECONDS_MAX):
            address = await _address(process)
        async with asyncio.TaskGroup() as tasks:
            draining = tasks.create_task(_drain(process, folder / "serve.log"))
            yield address, process.pid
            process.terminate()
            async with asyncio.timeout(STOP_SECONDS_MAX):
                await process.wait()
                await draining
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def furnish(platform: Platform, plan: Plan) -> str:
    """People, a store with a catalogue, a show with two offers; tells the show's slug."""
    host = await _person(platform, "host")
    await platform.people.memberships.grant(host.id, Role.OPERATOR, None)
    for name in plan.people:
        await _person(platform, name)
    store = await platform.stores.create(
        "kiln",
        "EUR",
        StoreSettings(name="Kiln", country="DE", time_zone="UTC", default_tax_basis_points=1_900),
        owner=host.id,
    )
    await platform.stores.import_products(store.id, CATALOGUE.encode())
    await platform.shows.create_room(store.id, "tea-room", "The Tea Room")
    show = await platform.shows.schedule(
        "tea-room", "tea-at-dusk", "Tea at Dusk",
        starts_at=SystemClock().now() + timedelta(minutes=5),
        source=str(plan.video) if plan.video else "",
    )  # fmt: skip
    page = await platform.stores.products(store.id)
    for product in sorted(page.products, key=lambda product: product.handle):
        variant = product.variants[0]
        await platform.offers.plan(
            show.slug, variant.id, price=Money("EUR", 1_500), allotment=plan.allotment, limit=2,
            fair_window_ms=plan.fair_window_ms,
        )  # fmt: skip
    if plan.live:
        await platform.shows.go_live(show.slug)
    return show.slug


async def furnish_night(platform: Platform) -> str:
    """A stage on air with a deal room beside it, each with an open offer on show; tells the
    stage's slug."""
    stage = await furnish(platform, Plan(live=False))
    store_id = (await platform.shows.by_slug(stage)).room.store_id
    later = SystemClock().now() + timedelta(minutes=5)
    await platform.shows.create_room(store_id, "deal-room", "The Deal Room")
    await platform.shows.schedule("deal-room", "the-deals", "The deals", starts_at=later)
    await platform.companions.link(stage, "the-deals", CompanionKind.DEAL)
    page = await platform.stores.products(store_id)
    cup = next(one for one in page.products if one.handle == "ember-cup").variants[0]
    await platform.offers.plan(
        "the-deals", cup.id, price=Money("EUR", 1_200), allotment=3, limit=2
    )  # fmt: skip
    for slug in (stage, "the-deals"):
        show = await platform.shows.go_live(slug)
        (first, _), *_ = await platform.offers.of_show(show.id)
        await platform.offers.open(first.id)
        await platform.offers.pin(slug, first.id)
    return stage


async def _person(platform: Platform, name: str) -> Person:
    # Hashed quickly, as nobody attacks: a house is furnished for nearly every journey.
    accounts = Accounts(platform.database, platform.clock, platform.ids, quick_passwords())
    person = await accounts.sign_up(
        email=f"{name}@house.example", name=name.title(), password=PASSWORD, language="en"
    )
    lines = AddressLines(recipient=name.title(), street="Quay 1", city="Hamburg", country="DE")
    await platform.people.addresses.add(person.id, lines)
    await platform.people.accounts.set_shows_purchases(person.id, agreed=True)
    return person


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    said = []
    async for line in process.stderr:
        said.append(line.decode())
        if "is open at" in said[-1]:
            return said[-1].rpartition(" ")[2].strip()
    raise AssertionError("the house did not open:\n" + "".join(said))


async def _drain(process: asyncio.subprocess.Process, into: Path) -> None:
    """Keep what the house says, for whoever looks into a failure."""
    assert process.stderr is not None
    with into.open("wb") as file:
        async for line in process.stderr:
            file.write(line)
