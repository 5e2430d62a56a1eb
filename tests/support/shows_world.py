"""A small platform on a real database: two stores with goods, rooms and shows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from litestar.types import ControllerRouterHandler

from livehouse.app.programmes import programmes_of
from livehouse.app.reminding import OffersToCome
from livehouse.app.sharing import BattlePlaces, ContestPlaces, DrawPlaces, ShowPlaces
from livehouse.domains.aftersales import AfterSales, Desk
from livehouse.domains.aftersales import Letters as OrderLetters
from livehouse.domains.channels import Channels
from livehouse.domains.chat import Chat
from livehouse.domains.crowd import Crowd
from livehouse.domains.followers import Followers, News, StoreLetters
from livehouse.domains.invites import Invites
from livehouse.domains.ledger import Every, Settlement
from livehouse.domains.offers import (
    Coupons,
    Drops,
    Offer,
    Offers,
    Prices,
    StoreShelves,
    Subsidies,
)
from livehouse.domains.orders import (
    Baskets,
    Checkout,
    Invoices,
    Openings,
    Orders,
    Payments,
    Sandbox,
    Till,
    Waiting,
)
from livehouse.domains.people import People
from livehouse.domains.play import (
    Battles,
    Claims,
    Contests,
    Draws,
    Endings,
    Ground,
    PrizeLetters,
    Steps,
)
from livehouse.domains.programmes import (
    Companions,
    Formats,
    Preparations,
    Programmes,
    Reminders,
    ShowLetters,
    known_formats,
)
from livehouse.domains.quotas import Quota, quotas
from livehouse.domains.recordings import Recordings
from livehouse.domains.screens import Screens, Watching
from livehouse.domains.shows import Show, Shows, StreamKeys, Videos
from livehouse.domains.shows.api.sources import Sources
from livehouse.domains.stores import Delivery, NewProduct, Product, Store, Stores, StoreSettings
from livehouse.foundation.ids import PersonId, QuotaId, StoreId, SystemIds, VariantId
from livehouse.foundation.money import Money
from livehouse.foundation.roles import Role
from livehouse.storage.database import Database
from livehouse.storage.outbox import Cursor, Outbox, StoredFact
from livehouse.storage.sealing import Seal
from livehouse.web.i18n import Languages
from livehouse.web.identity import Identity
from livehouse.web.signing import Signer
from tests.support.builders import euros
from tests.support.clock import ManualClock
from tests.support.ledger_entries import StoresOfTests
from tests.support.people_house import Letters, a_people
from tests.support.shows_things import (
    CamerasOfTests,
    LaidOutVideos,
    MemoryRecords,
    Notices,
    QuietRooms,
)
from tests.support.stores_builders import some_stores
from tests.support.watched_rooms import WatchedRooms
from tests.support.web_client import WebClient, an_identity, web_client

OWNER = PersonId(UUID(int=0x9000))


@dataclass
class ShowsWorld:
    database: Database
    clock: ManualClock
    ids: SystemIds
    stores: Stores = field(init=False)
    shows: Shows = field(init=False)
    offers: Offers = field(init=False)
    recordings: Recordings = field(init=False)
    channels: Channels = field(init=False)
    coupons: Coupons = field(init=False)
    drops: Drops = field(init=False)
    subsidies: Subsidies = field(init=False)
    prices: Prices = field(init=False)
    orders: Orders = field(init=False)
    waiting: Waiting = field(init=False)
    payments: Payments = field(init=False)
    baskets: Baskets = field(init=False)
    checkout: Checkout = field(init=False)
    delivery: Delivery = field(init=False)
    settlement: Settlement = field(init=False)
    till: Till = field(init=False)
    openings: Openings = field(init=False)
    draws: Draws = field(init=False)
    draw_steps: Steps = field(init=False)
    battles: Battles = field(init=False)
    battle_ends: Endings = field(init=False)
    invites: Invites = field(init=False)
    prizes: Claims = field(init=False)
    prize_letters: PrizeLetters = field(init=False)
    crowd: Crowd = field(init=False)
    records: MemoryRecords = field(init=False)
    rooms: WatchedRooms = field(init=False)
    chat: Chat = field(init=False)
    people: People = field(init=False)
    aftersales: AfterSales = field(init=False)
    mail: Letters = field(init=False)
    sandbox: Sandbox = field(init=False)
    programmes: Programmes = field(init=False)
    preparations: Preparations = field(init=False)
    reminders: Reminders = field(init=False)
    followers: Followers = field(init=False)
    news: News = field(init=False)
    companions: Companions = field(init=False)
    screens: Screens = field(init=False)
    formats: Formats = field(init=False)
    videos: Videos = field(default_factory=LaidOutVideos)
    cameras: CamerasOfTests = field(default_factory=CamerasOfTests)
    stream_keys: StreamKeys = field(init=False)

    def __post_init__(self) -> None:
        self.stores = some_stores(self.database, self.clock, self.ids)
        self.shows = Shows(self.database, self.clock, self.ids)
        self.stream_keys = StreamKeys(self.database, self.clock, b"a secret of the house")
        self.offers = Offers(
            self.database, self.clock, self.ids, self.shows, StoreShelves(self.stores)
        )
        self.coupons = Coupons(self.database, self.clock, self.ids, self.stores, self.shows)
        self.drops = Drops(self.database, self.clock, self.ids, self.shows)
        self.recordings = Recordings(self.database, self.clock, self.ids, self.shows)
        self.offers.marks = [self.recordings]
        self.invites = Invites(self.database, self.clock)
        self.chat = Chat(self.database, self.clock, self.shows)
        self.crowd = Crowd(
            self.database, self.clock, self.ids, self.shows, self.chat, self.coupons, self.invites
        )
        self.followers = Followers(self.shows, self.stores)
        ground = Ground(self.shows, self.invites, self.crowd.attendance, self.followers)
        self.draws = Draws(
            self.database, self.clock, self.ids, self.stores, self.shows, self.coupons, ground,
            b"key",
        )  # fmt: skip
        self.source_seal = Seal(b"a secret of the house", "sources")
        self.channels = Channels(
            self.database,
            self.clock,
            self.ids,
            self.shows,
            Seal(b"a secret of the house", "channels"),
        )
        self.formats = Formats(self.shows, known_formats(), self.cameras.state)
        self.shows.hooks = [
            self.formats, self.offers, self.coupons, self.recordings
        ]  # fmt: skip
        self.rooms = WatchedRooms(self.database)
        self._make_money()
        self.people = a_people(self.database, self.clock, self.ids)
        self._make_games()
        self._make_letters()

    def _make_money(self) -> None:
        self.subsidies = Subsidies(self.database, self.clock, self.ids, self.stores)
        self.prices = Prices(self.database, self.clock)
        self.sandbox = Sandbox(b"a secret of the sandbox", self.database, self.clock)
        self.orders = Orders(self.database, self.clock, self.ids)
        self.waiting = Waiting(self.database, self.clock, self.ids)
        self.payments = Payments(
            self.database, self.clock, self.ids, {"sandbox": self.sandbox}, ["sandbox"]
        )
        self.baskets = Baskets(self.database, self.clock, self.ids)
        self.settlement = Settlement(
            self.database, self.clock, self.ids, StoresOfTests("Europe/Berlin"), Every.MONTH
        )
        self.till = Till(self.database, self.clock)
        self.openings = Openings(
            self.database, self.clock, self.ids, self.offers, self.till, self.rooms, b"key",
            work=10,
        )  # fmt: skip
        self.checkout = Checkout(self.database, self.clock, self.baskets, self.till)
        self.delivery = Delivery(self.database, self.ids)

    def _make_games(self) -> None:
        self.records = MemoryRecords()
        self.draw_steps = Steps(self.draws, self.rooms, self.records, work=10)
        self.prizes = Claims(
            self.database, self.clock, self.people, self.coupons, self.crowd.rewards
        )
        self.battles = Battles(
            self.database, self.clock, self.ids, self.shows, self.stores, self.invites,
            self.crowd.rewards,
        )  # fmt: skip
        self.battle_ends = Endings(self.battles)
        self.preparations = Preparations(self.database, self.clock, self.ids)
        self.programmes = programmes_of(
            recordings=self.recordings, preparations=self.preparations, offers=self.offers,
            drops=self.drops, draws=self.draws, battles=self.battles, crowd=self.crowd,
        )  # fmt: skip
        self.shows.hooks = [*self.shows.hooks, self.programmes, self.battle_ends]
        self.invites.places["battle"] = BattlePlaces(self.battles)
        self.invites.places["contest"] = ContestPlaces(Contests(self.battles))
        self.invites.places["show"] = ShowPlaces(self.shows)
        self.invites.places["draw"] = DrawPlaces(self.draws, self.shows)

    def _make_letters(self) -> None:
        self.mail = Letters()
        self.reminders = Reminders(
            self.shows, self.people, self.mail,
            ShowLetters(Languages(), Signer([b"k" * 32]), "https://shop.test"),
            OffersToCome(self.offers),
        )  # fmt: skip
        self.news = News(
            self.followers, self.people, self.mail,
            StoreLetters(Languages(), Signer([b"k" * 32]), "https://shop.test"),
            self.reminders.wanting,
        )  # fmt: skip
        self.shows.plan_hooks = [self.news]
        self.shows.hooks = [*self.shows.hooks, self.news]
        self.prize_letters = PrizeLetters(
            self.database, self.clock, self.people, self.stores, self.mail, Languages(),
            "https://shop.test",
        )  # fmt: skip
        self.shows.edit_hooks = [self.formats, self.offers, self.reminders]
        self.companions = Companions(self.shows)
        self.screens = Screens(self.database, self.clock, self.ids, Watching(self.database))
        desk = Desk(self.database, self.clock, self.ids, self.stores, self.people)
        letters = OrderLetters(desk, self.mail, Languages(), "https://shop.test")
        self.aftersales = AfterSales(desk, self.orders, letters)

    @asynccontextmanager
    async def web(
        self, *routes: ControllerRouterHandler, **more: object
    ) -> AsyncIterator[WebClient]:
        """A browser in front of these routes, with a till that works; and `more` services."""
        services: dict[str, Any] = {
            "stores": self.stores, "shows": self.shows, "offers": self.offers, "chat": self.chat,
            "recordings": self.recordings, "channels": self.channels,
            "coupons": self.coupons, "drops": self.drops,
            "subsidies": self.subsidies, "prices": self.prices,
            "orders": self.orders, "waiting": self.waiting,
            "till": self.till, "openings": self.openings,
            "people": self.people, "programmes": self.programmes, "preparations": self.preparations,
            "reminders": self.reminders, "followers": self.followers, "news": self.news,
            "companions": self.companions, "formats": self.formats,
            "screens": self.screens,
            "payments": self.payments, "refunds": self.payments.refunds,
            "baskets": self.baskets, "checkout": self.checkout, "delivery": self.delivery,
            "invoices": Invoices(self.database),
            "settlement": self.settlement,
            "sources": Sources(
                self.shows, self.stream_keys, self.videos, self.cameras, self.source_seal
            ),
            "videos": self.videos, "noticeboard": Notices(), "sandbox": self.sandbox,
            "gateway": QuietRooms(),
            "aftersales": self.aftersales, "storyteller": self.aftersales.stories,
            "draws": self.draws, "battles": self.battles, "battle_ends": self.battle_ends,
            "contests": Contests(self.battles),
            "crowd": self.crowd, "claims": self.prizes, "invites": self.invites,
            "records": self.records, **more,
        }  # fmt: skip
        async with (
            web_client(routes, clock=self.clock, **services) as client,
            asyncio.TaskGroup() as tasks,
        ):
            tasks.create_task(self.till.group.run())
            tasks.create_task(self.drops.group.run())
            yield client
            self.till.group.close()
            self.drops.group.close()

    async def a_store(self, slug: str = "tea-house") -> Store:
        settings = StoreSettings(
            name=slug.replace("-", " ").title(), country="DE", time_zone="Europe/Berlin",
            default_tax_basis_points=1900,
        )  # fmt: skip
        return await self.stores.create(slug, "EUR", settings, owner=OWNER)

    async def a_product(self, store: Store, *, title: str = "Tea bowl", stock: int = 10) -> Product:
        number = self.ids.new().hex[-8:]
        new = NewProduct(
            handle=f"p-{number}", title=title, price=euros(20), on_hand=stock, published=True
        )
        return await self.stores.add_product(store.id, new)

    async def a_show(
        self, slug: str = "tea-time", *, store: Store | None = None, title: str = "Tea time"
    ) -> Show:
        store = store or await self.a_store()
        room = await self.shows.create_room(store.id, f"{slug}-room", f"{title}, the room")
        return await self.shows.schedule(
            room.slug, slug, title, starts_at=self.clock.now() + timedelta(hours=2)
        )

    async def an_offer(
        self,
        show: Show,
        *,
        price: Money | None = None,
        stock: int = 10,
        allotment: int = 5,
        limit: int = 0,
        minutes: int = 0,
        fair_window_ms: int = 0,
        opens_at: datetime | None = None,
        title: str = "Tea bowl",
    ) -> Offer:
        store = await self.stores.store(show.room.store_id)
        product = await self.a_product(store, title=title, stock=stock)
        return await self.offers.plan(
            show.slug, product.variants[0].id, price=price or euros(20),
            allotment=allotment, limit=limit, minutes=minutes,
            fair_window_ms=fair_window_ms, opens_at=opens_at,
        )  # fmt: skip

    async def an_open_offer(
        self, *, stock: int = 10, allotment: int = 5, limit: int = 0
    ) -> tuple[Show, Offer]:
        """A show on air with an offer that can be bought."""
        show = await self.a_show()
        offer = await self.an_offer(show, stock=stock, allotment=allotment, limit=limit)
        show = await self.shows.go_live(show.slug)
        return show, await self.offers.open(offer.id)

    async def quota(self, quota_id: QuotaId) -> Quota:
        async with self.database.transaction() as tx:
            return (await quotas.read(tx, [quota_id]))[quota_id]

    async def facts(self, kind: str = "") -> list[StoredFact]:
        """What has been recorded, oldest first."""
        found = await Outbox(self.database.pool).read(Cursor(), limit=1_000)
        return [fact for fact in found.facts if fact.kind.startswith(kind)]


def member_of(store_id: StoreId, role: Role, *, number: int = 1) -> Identity:
    return an_identity(number, stores={store_id: role})


def variant_of(product: Product) -> VariantId:
    return product.variants[0].id
