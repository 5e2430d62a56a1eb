"""Fair openings, told briefly."""

from datetime import timedelta
from uuid import UUID

from livehouse.domains.offers import Offer
from livehouse.domains.orders import Openings
from livehouse.domains.orders.model.openings import Entering, Entry, Opening
from livehouse.foundation.ids import OfferId, OpeningId, OrderId, PersonId
from tests.support.shows_world import ShowsWorld

WINDOW_MS = 5_000
# From the frame with the promise to the call, and so long until nobody enters any more.
LEAD = timedelta(seconds=5)
WINDOW_AND_GRACE = timedelta(milliseconds=WINDOW_MS + 3_000)
MOMENT = timedelta(milliseconds=1)


async def a_fair_offer(
    world: ShowsWorld, *, allotment: int = 3, stock: int = 100, limit: int = 2
) -> Offer:
    """Planned in a show that is on."""
    show = await world.a_show()
    offer = await world.an_offer(
        show, stock=stock, allotment=allotment, limit=limit, fair_window_ms=WINDOW_MS
    )
    await world.shows.go_live(show.slug)
    return offer


async def a_called_offer(
    world: ShowsWorld, *, allotment: int = 3, stock: int = 100, limit: int = 2
) -> Offer:
    """The host has called just now."""
    offer = await a_fair_offer(world, allotment=allotment, stock=stock, limit=limit)
    await world.offers.open(offer.id)
    await world.rooms.show()
    await world.openings.advance()
    await world.clock.advance(LEAD)
    return offer


async def the_draw(world: ShowsWorld) -> None:
    """The window passes, and frame follows frame until all places are given."""
    await world.clock.advance(WINDOW_AND_GRACE + MOMENT)
    await world.openings.advance()
    await world.rooms.show()
    await world.openings.advance()
    await world.rooms.show()


def entering(
    world: ShowsWorld,
    offer_id: OfferId,
    person: int,
    *,
    quantity: int = 1,
    nonce: str = "",
    order_id: OrderId | None = None,
) -> Entering:
    return Entering(
        order_id or OrderId(world.ids.new()),
        offer_id,
        nonce or world.ids.new().hex + world.ids.new().hex,
        quantity,
        PersonId(UUID(int=person)),
    )


async def entered(
    world: ShowsWorld, offer_id: OfferId, people: range, *, quantity: int = 1
) -> list[Entry]:
    """Everybody enters, and everybody is let in."""
    wishes = [entering(world, offer_id, person, quantity=quantity) for person in people]
    decisions = await world.openings.enter(wishes)
    return [one for one in decisions if isinstance(one, Entry)]


async def the_opening(world: ShowsWorld, offer: Offer) -> tuple[Opening, list[Entry]]:
    """The newest of an offer as it is published."""
    await world.rooms.show()
    return await world.openings.record(OpeningId(UUID(str(world.rooms.fair(offer.id)["id"]))))


def restarted(world: ShowsWorld) -> Openings:
    """The house ends and begins again: only the database stays."""
    return Openings(
        world.database, world.clock, world.ids, world.offers, world.till, world.rooms, b"key",
        work=10, places_per_group=2,
    )  # fmt: skip
