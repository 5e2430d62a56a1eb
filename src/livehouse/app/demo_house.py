"""Furnishes the demo's house: people, two stores, tonight's show. Harmless to repeat."""

import asyncio
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec

from livehouse.app.demo_past import remember
from livehouse.app.demo_season import enter, open_season
from livehouse.app.demo_stores import STORES, open_stage, open_store
from livehouse.app.demo_tonight import Night, plan_next, tonight
from livehouse.app.platform import Platform
from livehouse.domains.people import AddressLines, Person
from livehouse.domains.stores import Store
from livehouse.foundation.ids import PersonId
from livehouse.foundation.roles import Role

BOX_OFFICE = "sign-ins.json"
LOOK_AGAIN = timedelta(milliseconds=200)
# To enter a room and to buy there.
DEMO_SCOPES = ("orders:write",)

PEOPLE = (
    ("operator", "operator@demo.example", "Olu Operator"),
    ("host", "host@demo.example", "Mei Lin"),
    ("viewer", "viewer@demo.example", "Ann Viewer"),
)
# The first of the simulated viewers has bought here before.
NEIGHBOUR = "viewer-1@demo.example"
# Their commits go to the disk together; the rooms that open meanwhile have connections left.
CROWD_AT_ONCE = 4
FIRST_NAMES = (
    "Ana",
    "Bela",
    "Chen",
    "Dario",
    "Emi",
    "Farid",
    "Gao",
    "Hanna",
    "Ivo",
    "Jia",
    "Kofi",
    "Lena",
    "Min",
    "Noor",
    "Ola",
    "Pia",
    "Qing",
    "Rosa",
    "Sami",
    "Tao",
    "Uma",
    "Vera",
    "Wen",
    "Xu",
    "Yara",
    "Zoe",
)


@dataclass(frozen=True, slots=True)
class House:
    """What tonight's director has to know; `source` is the stage's picture."""

    store: Store
    host_id: PersonId
    source: str
    night: Night
    sign_ins: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Crowd:
    """The simulated viewers, and the tokens by which they enter."""

    tokens: Sequence[str]
    people: frozenset[PersonId]


async def furnish(
    platform: Platform,
    *,
    video: Path | None,
    audience: int,
    say: Callable[[str], None],
    pictures: bool = True,
) -> House:
    """Bring in what is missing and open tonight's show. To draw the `pictures` takes a while."""
    passwords = _passwords(platform.settings.folder / BOX_OFFICE)
    people = {}
    for who, email, name in PEOPLE:
        people[who] = await _person(platform, email, name, passwords[who])
    await platform.people.memberships.grant(people["operator"].id, Role.OPERATOR, None)
    store = await open_store(platform, STORES[0], people["host"].id, say)
    if pictures:
        await _draw_pictures(platform, say)
    await open_store(platform, STORES[1], people["host"].id, say)
    await open_stage(platform, store)
    neighbour = await _person(platform, NEIGHBOUR, FIRST_NAMES[0], None)
    await remember(
        platform, store, STORES[0].slug,
        viewer=people["viewer"], neighbour=neighbour, operator=people["operator"],
    )  # fmt: skip
    source = str(video) if video else ""
    tomorrow = await plan_next(platform, STORES[1])
    night = await tonight(platform, store, source=source, audience=audience)
    await open_season(platform, [tomorrow])
    await enter(platform, night)
    return House(
        store=store,
        host_id=people["host"].id,
        source=source,
        night=night,
        sign_ins=[(who, email, passwords[who]) for who, email, _ in PEOPLE],
    )


def _passwords(path: Path) -> dict[str, str]:
    """Made at the first start and kept for the owner's eyes, so that they can be told again."""
    if path.exists():
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    made = {who: secrets.token_urlsafe(9) for who, _, _ in PEOPLE}
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.encode(made))
    return made


async def _person(platform: Platform, email: str, name: str, password: str | None) -> Person:
    people = platform.people
    found = await people.accounts.find(email)
    if found is not None:
        return found
    person = await people.accounts.sign_up(email=email, name=name, password=password, language="en")
    lines = AddressLines(
        recipient=name, street="Harbour Street 6", city="Hamburg", country="DE", postal_code="20457"
    )
    await people.addresses.add(person.id, lines)
    await people.accounts.set_shows_purchases(person.id, agreed=True)
    return person


async def _draw_pictures(platform: Platform, say: Callable[[str], None]) -> None:
    """Tonight's store now, since offers take over the picture that a product has by then; the other
    store's are drawn in the background."""
    if await platform.pictures.images.pending():
        say("drawing its pictures")
    while await platform.pictures.images.pending():
        if not await platform.pictures.fetch_pending_images():
            await platform.clock.sleep(LOOK_AGAIN)  # the background draws the others already


async def invite_crowd(platform: Platform, size: int) -> Crowd:
    """Accounts for the simulated viewers, who tell their tokens only to this start."""
    door = asyncio.Semaphore(CROWD_AT_ONCE)

    async def invite(number: int) -> tuple[str, PersonId]:
        async with door:
            name = FIRST_NAMES[number % len(FIRST_NAMES)]
            person = await _person(platform, _email(number), name, None)
            for old in await platform.people.api_tokens.of(person.id):
                await platform.people.api_tokens.revoke(old.id, person.id)
            token = await platform.people.api_tokens.create(person.id, "demo audience", DEMO_SCOPES)
        return token, person.id

    async with asyncio.TaskGroup() as tasks:
        invited = [tasks.create_task(invite(number)) for number in range(size)]
    found = [task.result() for task in invited]
    return Crowd([token for token, _ in found], frozenset(person_id for _, person_id in found))


def _email(number: int) -> str:
    return f"viewer-{number + 1}@demo.example"
