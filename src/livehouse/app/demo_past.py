"""What lies behind the demo's house: two evenings whose orders were sent, rated, sent back and
settled, so that no page is empty. They are lived through the services, at the time they were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from livehouse.app.build import build
from livehouse.app.platform import Platform
from livehouse.domains.aftersales import (
    About,
    Label,
    Parcel,
    ParcelEvent,
    ParcelState,
    Piece,
    Why,
    Wish,
)
from livehouse.domains.offers import PLATFORM, STORE, Amount, Offer, Part, SubsidyPlan
from livehouse.domains.orders import Buy, Charge, PaymentState
from livehouse.domains.people import Person
from livehouse.domains.stores import Store
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import OrderId
from livehouse.foundation.money import Money

# Long enough ago for a statement: delivered, no longer to be sent back, and the month is over.
LONG_AGO = timedelta(days=60)
LATELY = timedelta(days=6)
FIRST_SLUG, SECOND_SLUG = "opening-night", "glaze-lab"
OFFERS = 3
ALLOTMENT = 6
PARCEL_TAKES = timedelta(days=2)
CLOSED_AFTER = timedelta(days=20)


class PastClock:
    """A clock that stands still until the story goes on; nobody waits by it."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    async def sleep(self, duration: timedelta) -> None:
        self._now += duration


async def remember(
    platform: Platform,
    store: Store,
    room: str,
    *,
    viewer: Person,
    neighbour: Person,
    operator: Person,
) -> None:
    """Live through both evenings in a room, unless that was done at an earlier start."""
    try:
        await platform.shows.by_slug(FIRST_SLUG)
    except NotFound:
        pass
    else:
        return
    now = platform.clock.now()
    first = await an_evening(platform, store, room, (FIRST_SLUG, "Opening Night"), now - LONG_AGO)
    await _sold_and_settled(first, viewer, neighbour, operator, until=now)
    second = await an_evening(platform, store, room, (SECOND_SLUG, "The Glaze Lab"), now - LATELY)
    await _still_going_on(second, viewer, neighbour)


def earlier(platform: Platform, now: datetime) -> tuple[Platform, PastClock]:
    """The same house at an earlier time, for what is to have happened then.

    Goods are held until after today: else today's background work takes an order of then for one
    that was never paid, if it looks before the payment is there.
    """
    clock = PastClock(now)
    held = platform.clock.now() - now + timedelta(days=1)
    settings = replace(platform.settings, hold_seconds=int(held.total_seconds()))
    return build(settings, platform.database, clock=clock), clock


@dataclass(frozen=True, slots=True)
class Evening:
    """A platform that lives at `clock`, and what is on sale there."""

    platform: Platform
    clock: PastClock
    store: Store
    offers: Sequence[Offer]

    async def bought(
        self, buyer: Person, *wish: tuple[int, int], refunds_fail: bool = False
    ) -> OrderId:
        """An order of so many of each of those offers, paid at once."""
        platform = self.platform
        address = (await platform.people.addresses.of(buyer.id))[0]
        order_id = OrderId(platform.ids.new())
        buy = Buy(
            id=order_id,
            wish=tuple((self.offers[number].id, quantity) for number, quantity in wish),
            buyer_id=buyer.id,
            address_id=address.id,
            country=address.lines.country,
        )
        (decision,) = await platform.till.commit([buy])
        assert not isinstance(decision, Exception), f"the demo's own order is refused: {decision}"
        payments, sandbox = platform.payments, platform.providers.sandbox
        await payments.begin(order_id, buyer_id=buyer.id, provider=sandbox.name)
        (payment,) = await payments.of_order(order_id)
        await sandbox.decide(Charge(payment.id, PaymentState.SUCCEEDED, refunds_fail))
        await payments.hear_signed(sandbox.name, *sandbox.notice(payment, "succeeded"))
        await self.clock.sleep(timedelta(minutes=3))
        return order_id

    async def sent(self, order_id: OrderId, number: str) -> Parcel:
        parcel, _ = await self.platform.aftersales.shipping.ship(
            order_id, Label("DHL", number), store_id=self.store.id
        )
        return parcel


async def an_evening(
    platform: Platform, store: Store, room: str, name: tuple[str, str], at: datetime
) -> Evening:
    """A show that was, of this slug and title, with its offers open: nobody conducts it, so it has
    no recording."""
    slug, title = name
    past, clock = earlier(platform, at)
    await past.shows.schedule(room, slug, title, starts_at=at, simulated=True)
    page = await past.stores.products(store.id, published_only=True)
    offers = []
    for product in page.products[-OFFERS:]:
        variant = product.variants[0]
        price = Money(store.currency, variant.price.minor * 9 // 10)
        offer = await past.offers.plan(slug, variant.id, price=price, allotment=ALLOTMENT)
        offers.append(offer)
    await past.subsidies.publish(
        SubsidyPlan(
            label="Winter help", currency=store.currency, discount=Amount(2_00),
            parts=(Part(PLATFORM, 7_500), Part(STORE, 2_500)), budget_minor=100_00,
            offer_id=offers[0].id, starts_at=at, ends_at=at + timedelta(days=1),
        )
    )  # fmt: skip
    await past.shows.go_live(slug)
    for offer in offers:
        await past.offers.open(offer.id)
    return Evening(past, clock, store, offers)


async def _sold_and_settled(
    evening: Evening, viewer: Person, neighbour: Person, operator: Person, *, until: datetime
) -> None:
    """Three orders: two are rated, of one a piece comes back, and the store is paid."""
    after, clock = evening.platform.aftersales, evening.clock
    orders = {
        await evening.bought(viewer, (0, 1), (1, 1)): viewer,
        await evening.bought(neighbour, (1, 1), (2, 1)): neighbour,
        await evening.bought(viewer, (0, 2)): viewer,
    }
    await evening.platform.shows.end(FIRST_SLUG)
    await clock.sleep(timedelta(hours=14))
    for number, order_id in enumerate(orders):
        await evening.sent(order_id, f"JD01460{number}")
    await clock.sleep(PARCEL_TAKES)
    for order_id, buyer in orders.items():
        await after.shipping.confirm(order_id, buyer_id=buyer.id)
    liked, fair, returned = orders
    await after.ratings.rate(liked, 5, "Even finer than in the show.", buyer_id=viewer.id)
    await after.ratings.rate(fair, 4, "", buyer_id=neighbour.id)
    wish = Wish(pieces=(Piece(0, 1),), why=Why.CHANGED_MIND)
    one = await after.returns.ask(returned, wish, buyer_id=viewer.id)
    await after.returns.accept(one.id, store_id=evening.store.id)
    await after.returns.send(one.id, Label("DHL", "JD014699"), buyer_id=viewer.id)
    await clock.sleep(PARCEL_TAKES)
    await after.returns.receive(one.id, store_id=evening.store.id, restocked=True)
    await evening.platform.payments.refunds.send_due()
    await clock.sleep(CLOSED_AFTER)
    await after.shipping.close_due()
    await clock.sleep(until - clock.now() - timedelta(days=1))
    settlement = evening.platform.settlement
    await settlement.make_statements()
    run = await settlement.pay_out(by=operator.id)
    await settlement.mark_sent(run.id)


async def _still_going_on(evening: Evening, viewer: Person, neighbour: Person) -> None:
    """One is to be sent, one is on its way, one shall come back, and somebody complains."""
    after, clock = evening.platform.aftersales, evening.clock
    await evening.bought(neighbour, (1, 1))
    travelling = await evening.bought(viewer, (0, 1))
    broken = await evening.bought(viewer, (1, 1), (2, 1))
    greener = await evening.bought(neighbour, (2, 1))
    await evening.platform.shows.end(SECOND_SLUG)
    await clock.sleep(timedelta(days=2))
    for number, order_id in enumerate((broken, greener)):
        await evening.sent(order_id, f"JD01470{number}")
    parcel = await evening.sent(travelling, "JD014709")
    await clock.sleep(PARCEL_TAKES)
    event = ParcelEvent(ParcelState.OUT_FOR_DELIVERY, clock.now(), "Hamburg")
    await after.shipping.hear(parcel.id, event, store_id=evening.store.id)
    await after.shipping.confirm(broken, buyer_id=viewer.id)
    await after.shipping.confirm(greener, buyer_id=neighbour.id)
    await clock.sleep(PARCEL_TAKES - timedelta(hours=3))
    wish = Wish(pieces=(Piece(0, 1),), why=Why.DAMAGED, note="A crack at the foot.")
    await after.returns.ask(broken, wish, buyer_id=viewer.id)
    words = "The glaze is far greener than in the show."
    await after.complaints.complain(greener, About.NOT_AS_SHOWN, words, buyer_id=neighbour.id)
