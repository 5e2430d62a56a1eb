"""The demo's director: takes the night from act to act, and pays for the simulated buyers."""

import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from livehouse.app import demo_season
from livehouse.app.demo_house import Crowd, House
from livehouse.app.demo_night import (
    BATTLE_TITLE,
    FLASH_AFTER_SECONDS,
    FREE_VOTES,
    SECONDS,
    Part,
    deal_act_beside,
    place_of,
    stars,
)
from livehouse.app.demo_tonight import ALLOTMENT, Night, new_night
from livehouse.app.platform import Platform
from livehouse.domains.offers import Offer
from livehouse.domains.orders import Charge, PaymentState, Sought
from livehouse.domains.play import BattlePlan
from livehouse.domains.programmes import Board
from livehouse.domains.programmes.model import SlotState
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import OrderId, PersonId

log = structlog.get_logger()

LOOK_EVERY = timedelta(seconds=1)
BREAK_BETWEEN_NIGHTS = timedelta(seconds=20)
PAY_EVERY_LOOKS = 4
PAYING_SHARE = 0.85
TOP_UP_BELOW = 8
# What lies on the shelf when it is filled up again: nobody should find the demo sold out.
SHELF = 60
# The recordings of so many nights are kept.
NIGHTS_KEPT = 2
BATTLE_LASTS = timedelta(
    seconds=SECONDS[Part.SONG] + SECONDS[Part.DRAW] + SECONDS[Part.MIDNIGHT] - 5
)


@dataclass(slots=True)
class Director:
    """`follow` lets the audience know which night it is now."""

    platform: Platform
    house: House
    crowd: Crowd
    follow: Callable[[Night], Awaitable[None]]
    dice: random.Random = field(default_factory=lambda: random.Random(6))  # noqa: S311 - play
    _left_unpaid: set[OrderId] = field(default_factory=set)

    async def run(self) -> None:
        """Night after night, until cancelled."""
        night = self.house.night
        while True:
            await self.follow(night)
            await self._play(night)
            await self._close(night)
            await self.platform.clock.sleep(BREAK_BETWEEN_NIGHTS)
            night = await new_night(
                self.platform, self.house.store, source=self.house.source,
                audience=len(self.crowd.people),
            )  # fmt: skip
            await demo_season.enter(self.platform, night)

    async def _play(self, night: Night) -> None:
        """Follow the stage's sheet until it is over, or somebody has ended the show."""
        looks = 0
        while True:
            try:
                if not await self.look(night):
                    return
            except DomainError as refusal:  # a visitor who is the host pressed first
                log.info("demo_pauses", code=refusal.code)
            if looks % PAY_EVERY_LOOKS == 0:
                await self._pay()
            looks += 1
            await self.platform.clock.sleep(LOOK_EVERY)

    async def look(self, night: Night) -> bool:
        """Go on where an act has had its time; tells whether there is anything to come."""
        programmes = self.platform.programmes
        board = await programmes.board(night.stage.slug)
        if board.show.run is None or not board.show.run.on:
            return False
        on = next((slot for slot in board.slots if slot.state is SlotState.ON), None)
        if on is not None and self.platform.clock.now() < on.ends_at:
            return True
        board = await programmes.go_on(
            night.stage.slug, after=board.progress.steps, by=self.house.host_id
        )
        if board.progress.on is None:
            return False
        await self._begin(night, board)
        return True

    async def _begin(self, night: Night, board: Board) -> None:
        """What belongs to an act beside its cues."""
        assert board.progress.on is not None, "something has begun"
        place = place_of(board.sheet.acts, board.progress.on.act_id)
        for offer in (night.flash, *night.offers):
            await self._top_up(offer)
        midnight = _next_midnight(board)
        if midnight is not None:
            await demo_season.announce(self.platform, midnight)
        if place is None:
            return
        part, lap = place
        await self._bring_along(night, deal_act_beside(part, lap))
        if part is Part.SONG:
            await self.platform.battles.begin(
                night.stage.slug, BattlePlan(BATTLE_TITLE, stars(lap), FREE_VOTES, BATTLE_LASTS)
            )

    async def _bring_along(self, night: Night, begun: int) -> None:
        """Let the deal room be where it belongs beside the stage."""
        while True:
            board = await self.platform.programmes.board(night.deal.slug)
            if len(board.progress.played) >= min(begun, len(board.sheet.acts)):
                return
            await self.platform.programmes.go_on(
                night.deal.slug, after=board.progress.steps, by=self.house.host_id
            )

    async def _close(self, night: Night) -> None:
        for show in (night.stage, night.deal):
            with suppress(DomainError):  # it is over already
                await self.platform.shows.end(show.slug)
        await self._forget()

    async def _forget(self) -> None:
        """The recordings of earlier nights: the demo may run for days."""
        recordings = self.platform.recordings
        kept: dict[str, int] = {}
        for show, recording in await recordings.of_store(self.house.store.id):
            kept[show.room.slug] = kept.get(show.room.slug, 0) + 1
            if kept[show.room.slug] > NIGHTS_KEPT and recording.state == "kept":
                await recordings.remove(recording.run_id)

    async def _top_up(self, offer: Offer) -> None:
        left = (await self.platform.offers.allotment(offer.id)).left
        if left >= TOP_UP_BELOW:
            return
        with suppress(DomainError):
            await self.platform.stores.set_stock(self.house.store.id, offer.variant_id, SHELF)
            await self.platform.offers.enlarge(offer.id, by=ALLOTMENT - left)

    async def _pay(self) -> None:
        """Most of the simulated buyers pay; the goods of the others come back by themselves."""
        sought = Sought(state="placed")
        placed = await self.platform.orders.of_store(self.house.store.id, sought=sought)
        self._left_unpaid &= {order.id for order in placed}
        for order in placed:
            if order.buyer_id not in self.crowd.people or order.id in self._left_unpaid:
                continue
            if self.dice.random() > PAYING_SHARE:
                self._left_unpaid.add(order.id)
                continue
            with suppress(DomainError):
                await self._approve(order.id, order.buyer_id)

    async def _approve(self, order_id: OrderId, buyer_id: PersonId) -> None:
        """Pay at the sandbox, as a buyer does: its signed notice is what counts."""
        payments, sandbox = self.platform.payments, self.platform.providers.sandbox
        await payments.begin(order_id, buyer_id=buyer_id, provider=sandbox.name)
        payment = (await payments.of_order(order_id))[0]
        await sandbox.decide(Charge(payment.id, PaymentState.SUCCEEDED))
        await payments.hear_signed(sandbox.name, *sandbox.notice(payment, "succeeded"))


def _next_midnight(board: Board) -> datetime | None:
    """When the flash sale opens the next time."""
    return next(
        (
            slot.starts_at + timedelta(seconds=FLASH_AFTER_SECONDS)
            for slot in board.slots
            if slot.act.script == Part.MIDNIGHT.value
            and slot.state in {SlotState.ON, SlotState.COMING}
        ),
        None,
    )
