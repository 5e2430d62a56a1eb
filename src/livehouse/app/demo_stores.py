"""The demo's two stores and the stage that the first one runs."""

from collections.abc import Callable
from datetime import timedelta
from importlib.resources import files

from msgspec import Struct

from livehouse.app.demo_past import earlier
from livehouse.app.platform import Platform
from livehouse.domains.offers import PLATFORM, STORE, Amount, CouponPlan, Offer, Part, SubsidyPlan
from livehouse.domains.shows import Room, Where
from livehouse.domains.stores import DeliveryEdit, Store, StoreSettings
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import PersonId
from livehouse.foundation.places import Spot

COMMISSION_BASIS_POINTS = 500
DISCOUNTS_LAST = timedelta(days=30)
# The stores have been open for so long, so that their shelves' prices prove a reduction.
OPEN_SINCE = timedelta(days=75)


class ShowPlan(Struct, frozen=True):
    """A show that is planned again and again in the same room."""

    room: str
    slug: str
    title: str
    description: str
    where: Where = Where()


class StorePlan(Struct, frozen=True):
    slug: str
    currency: str
    settings: StoreSettings
    catalogue: str
    room: str
    show: ShowPlan
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
        show=ShowPlan(
            room="kiln", slug="tea-at-dusk", title="Tea at Dusk",
            description="The deal room beside the stage: six glazes, one kettle, and at each"
            " midnight a flash sale at half the price. The audience is simulated, and no money"
            " moves.",
            where=Where("The old harbour", "Hamburg", "Jingdezhen", Spot(53.54, 9.99)),
        ),
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
        show=ShowPlan(
            room="tideline", slug="winter-knits", title="Winter Knits, First Look",
            description="New yarns from the coast, tried on by people of every size.",
            where=Where("Wool market", "Ningbo", "Zhoushan", Spot(29.87, 121.55)),
        ),
        deliveries=(
            DeliveryEdit(name="顺丰速运", fee_minor=18_00, free_from_minor=299_00, days_max=3),
        ),
    ),
)  # fmt: skip


STAGE_TITLE = "The Lantern Stage"
STAGE = ShowPlan(
    room="stage",
    slug="lantern-night",
    title="Lantern Night",
    description="It is always midnight somewhere: songs, a battle of the stars, a draw that friends"
    " fill, and every few minutes a flash sale in the deal room. The audience is simulated, and no"
    " money moves.",
)


async def open_store(
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


async def open_stage(platform: Platform, store: Store) -> Room:
    """The room of the gala, which the store runs beside its own."""
    rooms = await platform.shows.rooms_of(store.id)
    found = next((room for room in rooms if room.slug == STAGE.room), None)
    return found or await platform.shows.create_room(store.id, STAGE.room, STAGE_TITLE)


async def lower(platform: Platform, store: Store, offer: Offer) -> None:
    """A coupon for everybody in the room, and one offer that the platform helps to pay."""
    now = platform.clock.now()
    ends_at = now + DISCOUNTS_LAST
    if not await platform.coupons.promisable_by(store.id):
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
