"""Furnishes the demo's house: people, two stores, tonight's show. Harmless to repeat."""

import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import msgspec
from msgspec import Struct

from livehouse.app.build import Platform
from livehouse.app.demo_past import earlier, remember
from livehouse.domains.offers import (
    PLATFORM,
    STORE,
    Amount,
    CouponPlan,
    Offer,
    Part,
    SubsidyPlan,
)
from livehouse.domains.people import AddressLines, Person
from livehouse.domains.shows import Live, Scheduled, Show
from livehouse.domains.stores import DeliveryEdit, Store, StoreSettings, Variant
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import PersonId
from livehouse.foundation.money import Money
from livehouse.foundation.roles import Role

# A show that has run for this long makes place for a new one at the next start.
SHOW_DURATION = timedelta(hours=6)
OFFERS_PER_SHOW = 8
ALLOTMENT = 30
LIMIT = 2
COMMISSION_BASIS_POINTS = 500
BOX_OFFICE = "sign-ins.json"
LOOK_AGAIN = timedelta(milliseconds=200)
DISCOUNTS_LAST = timedelta(days=30)
# To enter a room and to buy there.
DEMO_SCOPES = ("orders:write",)


# The stores have been open for so long, so that their shelves' prices prove a reduction.
OPEN_SINCE = timedelta(days=75)


class StorePlan(Struct, frozen=True):
    slug: str
    currency: str
    settings: StoreSettings
    catalogue: str
    room: str
    show_slug: str
    show_title: str
    description: str
    deliveries: tuple[DeliveryEdit, ...]


STORES = (
    StorePlan(
        slug="kiln",
        currency="EUR",
        settings=StoreSettings(
            name="Kiln & Leaf", country="DE", time_zone="Europe/Berlin", language="en",
            prices_include_tax=True, default_tax_basis_points=1_900,
        ),
        catalogue="kiln.csv",
        room="The Tea Room",
        show_slug="tea-at-dusk",
        show_title="Tea at Dusk",
        description="An evening at the wheel: six glazes, one kettle, and questions welcome.",
        deliveries=(
            DeliveryEdit(
                name="Parcel", fee_minor=4_90, free_from_minor=90_00, days_min=2, days_max=4
            ),
            DeliveryEdit(name="By courier tomorrow", fee_minor=12_90, countries=("DE",)),
        ),
    ),
    StorePlan(
        slug="tideline",
        currency="CNY",
        settings=StoreSettings(
            name="Tideline", country="CN", time_zone="Asia/Shanghai", language="zh-Hans",
            prices_include_tax=True, default_tax_basis_points=1_300,
        ),
        catalogue="tideline.csv",
        room="The Loft",
        show_slug="winter-knits",
        show_title="Winter Knits, First Look",
        description="New yarns from the coast, tried on by people of every size.",
        deliveries=(
            DeliveryEdit(name="顺丰速运", fee_minor=18_00, free_from_minor=299_00, days_max=3),
        ),
    ),
)  # fmt: skip

PEOPLE = (
    ("operator", "operator@demo.example", "Olu Operator"),
    ("host", "host@demo.example", "Mei Lin"),
    ("viewer", "viewer@demo.example", "Ann Viewer"),
)
# The first of the simulated viewers has bought here before.
NEIGHBOUR = "viewer-1@demo.example"
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
    show_slug: str
    store_slug: str
    offers: Sequence[Offer]
    sign_ins: Sequence[tuple[str, str, str]]
    audience_tokens: Sequence[str]
    audience: frozenset[PersonId]


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
    store = await _store(platform, STORES[0], people["host"].id, say)
    if pictures:
        await _draw_pictures(platform, say)
    await _store(platform, STORES[1], people["host"].id, say)
    neighbour = await _person(platform, NEIGHBOUR, FIRST_NAMES[0], None)
    await remember(
        platform, store, STORES[0].slug,
        viewer=people["viewer"], neighbour=neighbour, operator=people["operator"],
    )  # fmt: skip
    await _plan_next(platform, STORES[1])
    show = await _tonight(platform, STORES[0], store, video)
    offers = [offer for offer, _ in await platform.offers.of_show(show.id)]
    await lower(platform, store, offers[0])
    tokens, crowd = await _crowd(platform, audience, say)
    return House(
        show_slug=show.slug,
        store_slug=store.slug,
        offers=offers,
        sign_ins=[(who, email, passwords[who]) for who, email, _ in PEOPLE],
        audience_tokens=tokens,
        audience=frozenset(crowd),
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


async def _store(
    platform: Platform, plan: StorePlan, owner: PersonId, say: Callable[[str], None]
) -> Store:
    try:
        return await platform.stores.by_slug(plan.slug)
    except NotFound:
        say(f"opening the store {plan.settings.name}")
    past, _ = earlier(platform, platform.clock.now() - OPEN_SINCE)
    store = await past.stores.create(plan.slug, plan.currency, plan.settings, owner=owner)
    content = files("livehouse.app").joinpath("demo_data", plan.catalogue).read_bytes()
    report = await past.stores.import_products(store.id, content)
    assert not report.refused, f"the demo's own catalogue is refused: {report}"
    await past.stores.set_commission(store.id, COMMISSION_BASIS_POINTS)
    for method in plan.deliveries:
        await past.delivery.add(store.id, method)
    await past.shows.create_room(store.id, plan.slug, plan.room)
    return store


async def _draw_pictures(platform: Platform, say: Callable[[str], None]) -> None:
    """Tonight's store now, since offers take over the picture that a product has by then; the other
    store's are drawn in the background."""
    if await platform.pictures.images.pending():
        say("drawing its pictures")
    while await platform.pictures.images.pending():
        if not await platform.pictures.fetch_pending_images():
            await platform.clock.sleep(LOOK_AGAIN)  # the background draws the others already


async def _plan_next(platform: Platform, plan: StorePlan) -> None:
    _, shows = await platform.shows.room(plan.slug)
    if not any(isinstance(show.state, Scheduled) for show in shows):
        await _schedule(platform, plan, shows, in_=timedelta(hours=20), source="")


async def _tonight(platform: Platform, plan: StorePlan, store: Store, video: Path | None) -> Show:
    """The show that is on: last time's if it is young and plays the same, else a new one."""
    source = str(video) if video else ""
    _, shows = await platform.shows.room(plan.slug)
    now = platform.clock.now()
    for show in shows:
        if not isinstance(show.state, Live):
            continue
        if now - show.state.started_at < SHOW_DURATION and show.source == source:
            return show
        await platform.shows.end(show.slug)
    show = await _schedule(platform, plan, shows, in_=timedelta(0), source=source)
    await _plan_offers(platform, show, store)
    return await platform.shows.go_live(show.slug)


async def _schedule(
    platform: Platform, plan: StorePlan, earlier: Sequence[Show], *, in_: timedelta, source: str
) -> Show:
    taken = {show.slug for show in earlier}
    names = (plan.show_slug, *(f"{plan.show_slug}-{number}" for number in range(2, 10_000)))
    return await platform.shows.schedule(
        plan.slug,
        next(name for name in names if name not in taken),
        plan.show_title,
        starts_at=platform.clock.now() + in_,
        description=plan.description,
        simulated=True,
        source=source,
    )


async def _plan_offers(platform: Platform, show: Show, store: Store) -> None:
    page = await platform.stores.products(store.id, published_only=True)
    for product in page.products[:OFFERS_PER_SHOW]:
        variant = product.variants[0]
        await platform.offers.plan(
            show.slug, variant.id, price=_show_price(variant), allotment=ALLOTMENT, limit=LIMIT
        )


def _show_price(variant: Variant) -> Money:
    """A tenth less than in the shop, in whole units of the currency."""
    minor = variant.price.minor * 9 // 10
    return Money(variant.price.currency, max(100, minor - minor % 100))


async def lower(platform: Platform, store: Store, offer: Offer) -> None:
    """A coupon for everybody in the room, and one offer that the platform helps to pay."""
    now = platform.clock.now()
    ends_at = now + DISCOUNTS_LAST
    if all(one.coupon.ends_at <= now for one in await platform.coupons.issued_by(store.id)):
        coupon = CouponPlan(
            label="Welcome", currency=store.currency, discount=Amount(3_00), from_minor=20_00,
            total=500, shown=True, starts_at=now, ends_at=ends_at,
        )  # fmt: skip
        await platform.coupons.publish(coupon, store.id)
    if all(one.subsidy.offer_id != offer.id for one in await platform.subsidies.listing()):
        subsidy = SubsidyPlan(
            label="Livehouse adds", currency=store.currency, discount=Amount(2_00),
            parts=(Part(PLATFORM, 6_000), Part(STORE, 4_000)), budget_minor=500_00,
            offer_id=offer.id, starts_at=now, ends_at=ends_at,
        )  # fmt: skip
        await platform.subsidies.publish(subsidy)


async def _crowd(
    platform: Platform, size: int, say: Callable[[str], None]
) -> tuple[list[str], list[PersonId]]:
    """Accounts for the simulated viewers, who tell their tokens only to this start."""
    tokens, ids = [], []
    for number in range(size):
        email = f"viewer-{number + 1}@demo.example"
        if number == 0 and await platform.people.accounts.find(email) is None:
            say(f"inviting {size} simulated viewers")
        name = FIRST_NAMES[number % len(FIRST_NAMES)]
        person = await _person(platform, email, name, None)
        for old in await platform.people.api_tokens.of(person.id):
            await platform.people.api_tokens.revoke(old.id, person.id)
        tokens.append(
            await platform.people.api_tokens.create(person.id, "demo audience", DEMO_SCOPES)
        )
        ids.append(person.id)
    return tokens, ids
