"""What a benchmark sells, where, and to whom; brought in through the services, as by people."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from msgspec import Struct

from livehouse.app.platform import Platform
from livehouse.domains.offers import Amount, Coupon, CouponPlan, Discount, Offer
from livehouse.domains.people import Person
from livehouse.domains.people.model import fingerprint
from livehouse.domains.shows import Show
from livehouse.domains.stores import NewProduct, StoreSettings
from livehouse.engine.ports import Visitor
from livehouse.foundation.ids import PersonId, RunId, StoreId
from livehouse.foundation.money import Money

STOCK = 5_000_000
COUPONS_PER_PERSON = 1_000
COUPON_DURATION = timedelta(days=1)
ONE_OFF = Amount(1_00)
TICKET_DURATION = timedelta(minutes=5)
HOST_EMAIL = "host@bench.example"

# Accounts like the host's, without its password: hashing thousands would take minutes, and nobody
# signs in with them. Their tickets are signed as the door signs them.
_PEOPLE = """
insert into people (id, email, email_key, name, language, time_zone, shows_purchases,
                    default_address_id, created_at)
select b.id, b.id || '@bench.example', b.id || '@bench.example', 'Ann ' || b.number, 'en', 'UTC',
       true, b.address_id, now()
from unnest($1::uuid[], $2::uuid[]) with ordinality as b(id, address_id, number)
"""
_ADDRESSES = """
insert into addresses (id, person_id, recipient, street, city, country, postal_code, region, phone,
                       created_at)
select address_id, id, 'Ann', 'Harbour Street 6', 'Hamburg', 'DE', '20457', '', '', now()
from unnest($1::uuid[], $2::uuid[]) as b(id, address_id)
"""
_TOKENS = """
insert into api_tokens (id, person_id, token_hash, name, scopes, created_at)
select id, person_id, hash, 'bench', $4::text[], now()
from unnest($1::uuid[], $2::uuid[], $3::bytea[]) as t(id, person_id, hash)
"""


class Sale(Struct, frozen=True):
    """A show on air with open offers, and a coupon for them."""

    show_slug: str
    run_id: RunId
    offers: Sequence[Offer]
    store_id: StoreId


async def open_sale(platform: Platform, *, offers: int, stock: int = STOCK, limit: int = 0) -> Sale:
    """A store, a room, a live show, and `offers` open offers, each with a stock of its own."""
    host = await _host(platform)
    settings = StoreSettings(
        name="Bench", country="DE", time_zone="Europe/Berlin", language="en",
        prices_include_tax=True, default_tax_basis_points=1_900,
    )  # fmt: skip
    store = await platform.stores.create("bench", "EUR", settings, owner=host.id)
    await platform.shows.create_room(store.id, "bench", "The Bench")
    show = await platform.shows.schedule(
        "bench", "sale", "Everything at once", starts_at=platform.clock.now(), simulated=True
    )
    opened = [
        await _offer(
            platform, show.slug, store.id, handle=f"bowl-{number}", allotment=stock, limit=limit
        )
        for number in range(offers)
    ]
    live = await platform.shows.go_live(show.slug)
    assert live.run is not None, "a live show has a run"
    return Sale(show.slug, live.run.id, opened, store.id)


async def open_room(platform: Platform, number: int, *, source: str) -> Show:
    """A store with a room whose show is live, without anything to sell."""
    host = await _host(platform, f"host-{number}@bench.example")
    settings = StoreSettings(
        name=f"Bench {number}", country="DE", time_zone="Europe/Berlin", language="en",
        prices_include_tax=True, default_tax_basis_points=1_900,
    )  # fmt: skip
    store = await platform.stores.create(f"bench-{number}", "EUR", settings, owner=host.id)
    await platform.shows.create_room(store.id, f"bench-{number}", f"Bench {number}")
    show = await platform.shows.schedule(
        f"bench-{number}", f"show-{number}", f"Show {number}", starts_at=platform.clock.now(),
        simulated=True, source=source,
    )  # fmt: skip
    return await platform.shows.go_live(show.slug)


async def add_offer(
    platform: Platform, sale: Sale, handle: str, *, allotment: int, limit: int = 0
) -> Offer:
    """One more open offer in the running sale."""
    return await _offer(
        platform, sale.show_slug, sale.store_id, handle=handle, allotment=allotment, limit=limit
    )


async def add_coupon(
    platform: Platform,
    store_id: StoreId | None,
    discount: Discount = ONE_OFF,
    *,
    total: int = STOCK,
    per_person: int = COUPONS_PER_PERSON,
) -> Coupon:
    """One euro off, unless said otherwise; of no store it is the platform's."""
    now = platform.clock.now()
    plan = CouponPlan(
        label="Less", currency="EUR", discount=discount, total=total, per_person=per_person,
        shown=True, starts_at=now, ends_at=now + COUPON_DURATION,
    )  # fmt: skip
    return (await platform.coupons.publish(plan, store_id)).coupon


async def _offer(
    platform: Platform, show: str, store_id: StoreId, *, handle: str, allotment: int, limit: int
) -> Offer:
    product = await platform.stores.add_product(
        store_id,
        NewProduct(
            handle=handle, title=handle.title(), price=Money("EUR", 2_400), on_hand=allotment,
            published=True,
        ),
    )  # fmt: skip
    offer = await platform.offers.plan(
        show, product.variants[0].id, price=Money("EUR", 1_900), allotment=allotment,
        limit=limit,
    )  # fmt: skip
    return await platform.offers.open(offer.id)


async def invite(platform: Platform, count: int) -> list[Visitor]:
    """`count` people with an account and an address, as the door would let them in."""
    ids = [platform.ids.new() for _ in range(count)]
    address_ids = [platform.ids.new() for _ in range(count)]
    async with platform.database.pool.acquire() as connection, connection.transaction():
        await connection.execute(_PEOPLE, ids, address_ids)
        await connection.execute(_ADDRESSES, ids, address_ids)
    return [
        _visitor(PersonId(person_id), number + 1, str(address_id))
        for number, (person_id, address_id) in enumerate(zip(ids, address_ids, strict=True))
    ]


def guests(count: int) -> list[Visitor]:
    return [Visitor(id=f"gbench-{number}") for number in range(count)]


def tickets(
    platform: Platform,
    run_id: RunId,
    visitors: Sequence[Visitor],
    *,
    lasting: timedelta = TICKET_DURATION,
) -> list[str]:
    """A ticket each, signed with the house's own key."""
    until = platform.clock.now() + lasting
    sign = platform.people.tickets.sign
    return [sign(run_id, visitor, until=until).ticket for visitor in visitors]


async def tokens(platform: Platform, people: Sequence[UUID], scopes: Sequence[str]) -> list[str]:
    """An API token each."""
    made = [secrets.token_urlsafe() for _ in people]
    ids = [platform.ids.new() for _ in people]
    async with platform.database.pool.acquire() as connection:
        hashes = [fingerprint(token) for token in made]
        await connection.execute(_TOKENS, ids, list(people), hashes, list(scopes))
    return made


async def _host(platform: Platform, email: str = HOST_EMAIL) -> Person:
    return await platform.people.accounts.sign_up(
        email=email, name="Mei Lin", password=secrets.token_urlsafe(), language="en"
    )


def _visitor(person_id: PersonId, number: int, address_id: str) -> Visitor:
    return Visitor(
        id=f"u{person_id}",
        name=f"Ann {number}",
        role="viewer",
        signed_in=True,
        grant={"shown_as": "A***", "address_id": address_id},
    )
