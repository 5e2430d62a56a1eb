"""The house that the screenshots are taken of: every state of a page, and awkward content."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from livehouse.app.platform import Platform
from livehouse.domains.offers import Offer
from livehouse.domains.orders import Buy, Notice, Order, PaymentState
from livehouse.domains.people import AddressLines, Person
from livehouse.domains.shows import Show
from livehouse.domains.stores import DeliveryEdit, Store, StoreSettings, Variant
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import OrderId, StoreId
from livehouse.foundation.money import Money
from livehouse.foundation.roles import Role

PASSWORD = "correct horse battery staple"
LONG_NAME = "Maximiliane-Charlotte von Hohenwartensteinberg"
PEOPLE = {
    "host": "Mei Lin",
    "olu": "Olu Operator",
    "ann": "Ann Viewer",
    "bo": "Bo",
    "cho": LONG_NAME,
    "wang": "王小明",
    "mo": "Mo Moderator",
    "new": "Nia Newcomer",
}
CATALOGUE = """Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Inventory Qty,Variant Price,Variant Compare At Price
moss-bowl,Moss tea bowl,<p>Thrown by hand and <strong>fired twice</strong>.</p><ul><li>Holds 300 ml</li></ul>,Kiln,Bowl,"tea, moss",true,Glaze,Moss,Size,Small,MB-M-S,40,24.00,29.00
moss-bowl,,,,,,,,Moss,,Large,MB-M-L,12,34.00,39.00
moss-bowl,,,,,,,,Ash,,Small,MB-A-S,7,24.00,
moss-bowl,,,,,,,,Volcanic obsidian with copper flecks,,Extra large,MB-V-XL,0,124.00,
breakfast-set,"Handgedrehte Frühstücksteeschalensammlung mit Untertassen, Löffelhalter und Geschenkverpackung aus ungebleichtem Leinen",<p>For eight.</p>,Kiln,Set,gift,true,Title,Default Title,,,FS-1,60,1249.00,1399.00
ember-cup,Ember cup,<p>Warm in the hand.</p>,Kiln,Cup,tea,true,Title,Default Title,,,EC-1,90,18.00,
celadon,青瓷茶盏 · 手工拉坯 · 天青釉开片,<p>雨过天青云破处。</p>,Kiln,Cup,tea,true,Title,Default Title,,,QC-1,15,88.00,
kettle,Cast-iron kettle,<p>One litre.</p>,Kiln,Kettle,,true,Title,Default Title,,,CK-1,3,89.00,
whisk,Bamboo whisk,<p>A hundred tines.</p>,Kiln,Tool,,true,Title,Default Title,,,BW-1,9,14.50,
tray,Walnut tray,,Kiln,Tray,,true,Title,Default Title,,,WT-1,22,56.00,
tin,Tea tin,,Kiln,Tin,,true,Title,Default Title,,,TT-1,0,12.00,
vase,Ash vase,,Kiln,Vase,,false,Title,Default Title,,,AV-1,4,45.00,
"""  # noqa: E501 - a CSV's lines are as long as they are
WOOL = """Handle,Title,Body (HTML),Vendor,Published,Option1 Name,Option1 Value,Variant Inventory Qty,Variant Price
jumper,渔夫毛衣 Fisherman's jumper,<p>厚实保暖。</p>,Tideline,true,尺码,S,20,899.00
jumper,,,,,,M,20,899.00
scarf,羊绒围巾,<p>柔软。</p>,Tideline,true,Title,Default Title,30,399.00
"""  # noqa: E501
SPOILT = """Handle,Title,Published,Option1 Name,Option1 Value,Variant Inventory Qty,Variant Price
new-spoon,Serving spoon,true,Title,Default Title,9,19.00
,No handle at all,true,Title,Default Title,9,19.00
bad-price,Priceless jug,true,Title,Default Title,9,about twenty
bad-stock,Jug of nobody knows how many,true,Title,Default Title,several,19.00
ember-cup,Ember cup,true,Title,Default Title,90,18.00
"""
# What people say in the room while the pictures are taken.
LINES = (
    "is it warm?",
    "Hello from Hamburg",
    "这个颜色真好看，还有别的尺寸吗？",
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenaufbewahrungsschachtelhersteller",
    "❤️🔥🫖 wow 👩‍👩‍👧‍👦🎉🎉🎉",
    "How does the glaze behave in the dishwasher, and does the foot stay unglazed so that it does"
    " not slip on a wet tray when the kettle is heavy?",
    "主播能再展示一下底部吗",
    "ordered two",
)
STAFF_LINE = "Welcome in, everybody. Questions are welcome."
DESCRIPTION = (
    "An evening at the wheel: six glazes, one kettle, and questions welcome.\n"
    "We open the kiln at nine; what comes out is yours to see first."
)
TITLES = (
    "Tea at Dusk", "First Firing", "Kiln Opening", "The Show That Was Not",
    "冬日毛衣首秀：来自海岸的新纱线", "The Tea Room", "潮线直播间", "An Empty Room",
    "Kiln & Leaf", "Tideline 潮线", "Bare Shelf", "The Annual Glaze Lecture", "Opening Night",
    "The Glaze Lab", "The Bad Batch", "Winter help", "Livehouse adds",
)  # fmt: skip
STREETS = (
    "Harbour Street 6",
    "Lange Reihe 71, Hinterhaus, dritter Stock links",
    "Hamburg",
    "Berlin",
)
# What buyers, a store and a payment provider have written.
WRITTEN = (
    "A crack at the foot.",
    "The glaze is far greener than in the show.",
    "The photographs were taken by candlelight. We cannot take it back.",
    "the sandbox was told to refuse",
    # Words that machines read.
    "platform store order carrier tracking status time place",
    "livehouse ledger verify sandbox Sandbox",
)
# What is typed while the pictures are taken.
TYPED = ("let me in", "zeppelin", "till", "cheap", "many", "much", "z" * 1_001)
# Latin words of our own content: they stay as they are on Chinese pages.
CONTENT = " ".join(
    [
        *PEOPLE, *PEOPLE.values(), CATALOGUE, WOOL, SPOILT, *LINES, STAFF_LINE, DESCRIPTION,
        *TITLES, *STREETS, *TYPED, *WRITTEN,
    ]
)  # fmt: skip


@dataclass(slots=True)
class Furniture:
    """What stands where, for the scenes' addresses; tokens by the person's short name."""

    people: dict[str, Person] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    speakers: dict[str, str] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    payment_page: str = ""
    address_id: str = ""
    paths: dict[str, str] = field(default_factory=dict)


class SetClock:
    """Tells the moment it was put at, so that yesterday can be furnished today; sleeps truly."""

    def __init__(self, start: datetime) -> None:
        self.moment = start

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, duration: timedelta) -> None:
        await SystemClock().sleep(duration)


async def furnish_empty(platform: Platform) -> dict[str, str]:
    """A house on its first day: an operator and nothing else; tells the sessions."""
    olu = await _person(platform, "olu")
    await platform.people.memberships.grant(olu.id, Role.OPERATOR, None)
    return {"olu": await platform.people.accounts.open_session(olu.id)}


async def furnish_full(platform: Platform, clock: SetClock) -> Furniture:
    """Two stores with a past and one without; `clock` ends at the present."""
    made = Furniture()
    now = SystemClock().now()
    clock.moment = now - timedelta(hours=3)
    for name in PEOPLE:
        made.people[name] = await _person(platform, name)
    kiln = await _stores(platform, made)
    await _catalogue(platform, kiln, made)
    await _shows(platform, clock)
    await _offers(platform, made)
    await _orders(platform, made, clock, now)
    clock.moment = now
    for name, person in made.people.items():
        made.sessions[name] = await platform.people.accounts.open_session(person.id)
    for name in ("ann", "cho", "wang", "host", "bo"):
        tokens = platform.people.api_tokens
        made.speakers[name] = await tokens.create(made.people[name].id, "till", ("orders:write",))
    return made


async def _person(platform: Platform, name: str) -> Person:
    accounts = platform.people.accounts
    person = await accounts.sign_up(
        email=f"{name}@house.example", name=PEOPLE[name], password=PASSWORD, language="en"
    )
    await accounts.set_shows_purchases(person.id, agreed=True)
    return person


async def _stores(platform: Platform, made: Furniture) -> StoreId:
    people, grant = made.people, platform.people.memberships.grant
    await grant(people["olu"].id, Role.OPERATOR, None)
    kiln = await _store(platform, "kiln", "EUR", "Kiln & Leaf", people["host"])
    tide = await _store(platform, "tideline", "CNY", "Tideline 潮线", people["host"])
    bare = await _store(platform, "bare", "JPY", "Bare Shelf", people["olu"])
    await grant(people["mo"].id, Role.MODERATOR, kiln.id)
    await grant(people["cho"].id, Role.EDITOR, kiln.id)
    await platform.stores.import_products(tide.id, WOOL.encode())
    for store, slug, title in (
        (kiln, "tea-room", "The Tea Room"),
        (tide, "tideline", "潮线直播间"),
        (bare, "empty-room", "An Empty Room"),
    ):
        await platform.shows.create_room(store.id, slug, title)
    lines = AddressLines(
        recipient=LONG_NAME, street=STREETS[1], city="Berlin", country="DE", postal_code="20099"
    )
    addresses = platform.people.addresses
    made.address_id = str((await addresses.add(people["ann"].id, lines)).id)
    lines = AddressLines(
        recipient="Ann Viewer", street=STREETS[0], city="Hamburg", country="DE", phone="+49 40 1234"
    )
    await addresses.add(people["ann"].id, lines)
    return kiln.id


async def _store(platform: Platform, slug: str, currency: str, name: str, owner: Person) -> Store:
    settings = StoreSettings(
        name=name, country="DE", time_zone="Europe/Berlin", default_tax_basis_points=1_900
    )
    return await platform.stores.create(slug, currency, settings, owner=owner.id)


async def _catalogue(platform: Platform, kiln: StoreId, made: Furniture) -> None:
    by = made.people["host"].id
    for name, content in (
        ("kiln-autumn-2026-final-final-really-final.csv", CATALOGUE.encode()),
        ("spoilt.csv", SPOILT.encode()),
        ("holiday.jpg", b"\xff\xd8 not a table"),
    ):
        upload = await platform.uploads.begin(kiln, name, content, by=by)
        await platform.uploads.run_next()
        made.imports[name.partition(".")[0]] = str(upload.id)
    page = await platform.stores.products(kiln)
    made.products = {product.handle: str(product.id) for product in page.products}


async def _shows(platform: Platform, clock: SetClock) -> None:
    now = SystemClock().now()
    plans = (
        ("tea-room", "first-firing", "First Firing", now - timedelta(hours=3)),
        ("tea-room", "kiln-opening", "Kiln Opening", now + timedelta(hours=20)),
        ("tea-room", "not-happening", "The Show That Was Not", now + timedelta(hours=30)),
        ("tea-room", "lecture", "The Annual Glaze Lecture", now - timedelta(hours=2)),
        ("tideline", "winter-knits", TITLES[4], now + timedelta(days=2)),
    )
    for room, slug, title, starts_at in plans:
        await platform.shows.schedule(
            room, slug, title, starts_at=starts_at, description=DESCRIPTION
        )
    await platform.shows.cancel("not-happening")
    await platform.shows.go_live("first-firing")
    clock.moment = now - timedelta(minutes=20)
    await platform.shows.schedule(
        "tea-room", "tea-at-dusk", "Tea at Dusk", starts_at=clock.moment,
        description=DESCRIPTION, simulated=True,
    )  # fmt: skip
    clock.moment = now - timedelta(hours=3)


async def _offers(platform: Platform, made: Furniture) -> None:
    """Offers in every state, in the live show; the past one needs something to have sold."""
    kiln = await platform.stores.by_slug("kiln")
    page = await platform.stores.products(kiln.id, published_only=True)
    variants = {product.handle: product.variants for product in page.products}
    await _plan(platform, made, "first-firing", "past", variants["ember-cup"], 1_500)
    await _plan(platform, made, "first-firing", "past-set", variants["breakfast-set"], 99_900)
    for handle in ("past", "past-set"):
        await platform.offers.open(made.offers[handle].id)
    tonight = (
        ("open", "moss-bowl", 1_900), ("long", "breakfast-set", 99_900), ("last", "kettle", 7_900),
        ("sold-out", "celadon", 6_600), ("closed", "whisk", 1_200), ("planned", "tray", 4_900),
    )  # fmt: skip
    for name, handle, minor in tonight:
        await _plan(platform, made, "tea-at-dusk", name, variants[handle], minor)
    for name, handle in (("next-1", "moss-bowl"), ("next-2", "celadon")):
        await _plan(platform, made, "kiln-opening", name, variants[handle], 2_200)


async def _plan(  # noqa: PLR0917 - an offer says what, where and for how much
    platform: Platform,
    made: Furniture,
    show: str,
    name: str,
    variants: Sequence[Variant],
    minor: int,
) -> None:
    allotment = {"sold-out": 1, "last": 3}.get(name, 30)
    made.offers[name] = await platform.offers.plan(
        show, variants[0].id, price=Money("EUR", minor), allotment=allotment, limit=0
    )


async def _orders(platform: Platform, made: Furniture, clock: SetClock, now: datetime) -> None:
    """One of each state, then tonight's show as it stands now."""
    clock.moment = now - timedelta(hours=2)
    paid = await _bought(platform, made, "paid", "past", 2)
    await _pay(platform, paid, "succeeded")
    cancelled = await _bought(platform, made, "cancelled", "past-set", 1)
    await platform.orders.cancel(cancelled.id, buyer_id=cancelled.buyer_id)
    await _bought(platform, made, "expired", "past", 3)
    clock.moment = now - timedelta(hours=1)
    await platform.orders.expire_due()
    # Yesterday's order that still waits would be gone before the last picture.
    clock.moment = now + timedelta(minutes=20)
    placed = await _bought(platform, made, "placed", "past-set", 1)
    refused = await _bought(platform, made, "refused", "past", 1)
    await _bought(platform, made, "no-address", "past", 1, who="cho")
    await _pay(platform, refused, "refused")
    made.payment_page = (await platform.payments.begin(placed.id, buyer_id=placed.buyer_id)).url
    clock.moment = now
    await platform.shows.end("first-firing")
    await platform.shows.go_live("lecture")


async def open_tonight(platform: Platform, made: Furniture) -> Show:
    """Go live with the show that the pictures are about; its first offer is pinned."""
    await platform.shows.end("lecture")
    show = await platform.shows.go_live("tea-at-dusk")
    for name in ("open", "long", "last", "sold-out", "closed"):
        await platform.offers.open(made.offers[name].id)
    await _bought(platform, made, "tonight", "sold-out", 1)
    await platform.offers.close(made.offers["closed"].id)
    await platform.offers.pin("tea-at-dusk", made.offers["open"].id)
    await _fill_baskets(platform, made)
    by = made.people["host"].id
    await platform.chat.ban("tea-at-dusk", made.people["bo"].id, by=by)
    return show


async def _fill_baskets(platform: Platform, made: Furniture) -> None:
    """What can be bought and what cannot, at a store with two ways to deliver."""
    kiln = await platform.stores.by_slug("kiln")
    parcel = DeliveryEdit(
        name="Parcel", countries=("AT", "DE"), fee_minor=490, free_from_minor=20_000
    )
    for way in (parcel, DeliveryEdit(name="Express", fee_minor=1_490, days_max=1)):
        await platform.delivery.add(kiln.id, way)
    for who, names in (("ann", ("open", "last", "sold-out", "planned")), ("wang", ("open",))):
        for name in names:
            await platform.baskets.add(made.people[who].id, made.offers[name].id)


async def _bought(
    platform: Platform, made: Furniture, name: str, offer: str, quantity: int, *, who: str = "ann"
) -> Order:
    buyer = made.people[who].id
    found = await platform.people.accounts.get(buyer)
    buy = Buy(
        id=OrderId(platform.ids.new()),
        wish=((made.offers[offer].id, quantity),),
        buyer_id=buyer,
        address_id=found.default_address_id,
    )
    (decision,) = await platform.till.commit([buy])
    if isinstance(decision, Exception):
        raise decision
    made.orders[name] = str(buy.id)
    return await platform.orders.order(buy.id, buyer_id=buyer)


async def _pay(platform: Platform, order: Order, outcome: str) -> None:
    await platform.payments.begin(order.id, buyer_id=order.buyer_id)
    payment = (await platform.payments.of_order(order.id))[0]
    await platform.payments.hear(
        Notice(payment.id, PaymentState(outcome), payment.amount), payment.provider
    )
