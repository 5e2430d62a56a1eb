"""Orders that are paid, sent, brought and sent back, told briefly."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from livehouse.domains.aftersales.model.parcels import Label, Parcel, ParcelEvent, ParcelState
from livehouse.domains.aftersales.model.pieces import Piece
from livehouse.domains.aftersales.model.returns import Return, Why, Wish
from livehouse.domains.offers import Offer
from livehouse.domains.orders import Buy, Charge, Order, PaymentState, Refund
from livehouse.foundation.ids import CouponId, OrderId
from livehouse.web.identity import Identity
from tests.support.orders_world import LINES, a_buyer, bought
from tests.support.shows_world import ShowsWorld

A_LABEL = Label("DHL", "JD014600001")


@dataclass
class Counter:
    """The counter of a shop with one buyer, Ann, who lives in Berlin."""

    world: ShowsWorld
    ann: Identity | None = None

    async def buyer(self) -> Identity:
        self.ann = self.ann or await a_buyer(self.world)
        return self.ann

    async def offers(self, *, stock: int = 10, limit: int = 0, count: int = 1) -> list[Offer]:
        """Some offers of one show, for twenty euros each."""
        show = await self.world.a_show()
        planned = [
            await self.world.an_offer(show, stock=stock, limit=limit, title=f"Tea bowl {n}")
            for n in range(count)
        ]
        await self.world.shows.go_live(show.slug)
        return [await self.world.offers.open(offer.id) for offer in planned]

    async def paid(
        self, offers: Sequence[Offer], *, quantity: int = 1, coupon_ids: tuple[CouponId, ...] = ()
    ) -> Order:
        """An order of so many of each offer, paid."""
        ann = await self.buyer()
        kept = await self.world.people.addresses.of(ann.person_id)
        address = kept[0] if kept else await self.world.people.addresses.add(ann.person_id, LINES)
        wish = Buy(
            OrderId(self.world.ids.new()),
            tuple((offer.id, quantity) for offer in offers),
            ann.person_id,
            address.id,
            coupon_ids=coupon_ids,
        )
        await bought(self.world, wish)
        await self.world.payments.begin(wish.id, buyer_id=ann.person_id)
        (payment,) = await self.world.payments.of_order(wish.id)
        await self.world.sandbox.decide(Charge(payment.id, PaymentState.SUCCEEDED))
        notice = self.world.sandbox.notice(payment, "succeeded")
        await self.world.payments.hear_signed("sandbox", *notice)
        return await self.now(wish.id)

    async def now(self, order_id: OrderId) -> Order:
        return await self.world.orders.order(order_id, buyer_id=(await self.buyer()).person_id)

    async def sent(self, order: Order, *pieces: Piece, label: Label = A_LABEL) -> Parcel:
        parcel, _ = await self.world.aftersales.shipping.ship(
            order.id, label, store_id=order.store_id, pieces=pieces or None
        )
        return parcel

    async def brought(self, order: Order, parcel: Parcel) -> None:
        """The carrier has handed it over, just now."""
        event = ParcelEvent(ParcelState.DELIVERED, self.world.clock.now())
        await self.world.aftersales.shipping.hear(parcel.id, event, store_id=order.store_id)

    async def confirmed(self, order: Order) -> Order:
        await self.world.aftersales.shipping.confirm(order.id, buyer_id=order.buyer_id)
        return await self.now(order.id)

    async def delivered(self, offers: Sequence[Offer], *, quantity: int = 1) -> Order:
        order = await self.paid(offers, quantity=quantity)
        await self.sent(order)
        return await self.confirmed(order)

    async def asked(
        self, order: Order, *pieces: Piece, why: Why = Why.CHANGED_MIND, note: str = ""
    ) -> Return:
        wish = Wish(pieces=pieces or (Piece(0, 1),), why=why, note=note)
        return await self.world.aftersales.returns.ask(order.id, wish, buyer_id=order.buyer_id)

    async def received(self, one: Return, *, restocked: bool = True) -> Return:
        """Accepted, sent and received."""
        returns, store_id = self.world.aftersales.returns, one.order.store_id
        await returns.accept(one.id, store_id=store_id)
        await returns.send(one.id, Label("UPS", "1Z9"), buyer_id=one.order.buyer_id)
        return await returns.receive(one.id, store_id=store_id, restocked=restocked)

    async def refunds(self, order: Order) -> list[Refund]:
        return await self.world.payments.refunds.of_order(order.id)

    async def pass_days(self, days: float) -> None:
        await self.world.clock.advance(timedelta(days=days))
