"""Buying, told briefly."""

import asyncio
from uuid import UUID

from livehouse.domains.orders import Bought, Buy, Order
from livehouse.domains.orders.model import Decision
from livehouse.domains.people import AddressLines
from livehouse.foundation.ids import AddressId, OfferId, OrderId, PersonId
from livehouse.storage.database import RawConnection
from livehouse.web.identity import Identity
from tests.support.shows_world import ShowsWorld
from tests.support.web_client import an_identity

AN_ADDRESS = AddressId(UUID(int=0xADD))
# Of pg_stat_activity a transaction sees one moment only; locks are told as they are.
_SOMEONE_WAITS = """
select exists (select from pg_locks where not granted
               and pg_backend_pid() = any(pg_blocking_pids(pid)))
"""
LINES = AddressLines(
    recipient="Ann Example", street="Lane 1", postal_code="10115", city="Berlin", country="DE"
)


def a_wish(
    world: ShowsWorld,
    offer_id: OfferId,
    *,
    buyer: int = 1,
    quantity: int = 1,
    order_id: OrderId | None = None,
    with_address: bool = True,
) -> Buy:
    return Buy(
        order_id or OrderId(world.ids.new()),
        ((offer_id, quantity),),
        PersonId(UUID(int=buyer)),
        AN_ADDRESS if with_address else None,
    )


async def bought(world: ShowsWorld, wish: Buy) -> Bought:
    (decision,) = await world.till.commit([wish])
    if isinstance(decision, Exception):
        raise decision
    return decision


async def paid(world: ShowsWorld, offer_id: OfferId, *, buyer: int = 1, quantity: int = 1) -> Order:
    """An order that was placed, and paid in the sandbox."""
    wish = a_wish(world, offer_id, buyer=buyer, quantity=quantity)
    await bought(world, wish)
    await world.payments.begin(wish.id, buyer_id=wish.buyer_id)
    (payment,) = await world.payments.of_order(wish.id)
    await world.payments.hear_signed("sandbox", *world.sandbox.notice(payment, "succeeded"))
    return await world.orders.order(wish.id, buyer_id=wish.buyer_id)


async def decided(world: ShowsWorld, *wishes: Buy) -> list[Decision]:
    return await world.till.commit(wishes)


async def a_buyer(world: ShowsWorld, name: str = "Ann") -> Identity:
    """An account, since addresses belong to one."""
    person = await world.people.accounts.sign_up(
        email=f"{name.lower()}@shop.test", name=name, password="three quiet lighthouses",
        language="en",
    )  # fmt: skip
    return an_identity(person.id.int, name=name)


async def until_someone_waits_for(connection: RawConnection) -> None:
    """Until another session waits for a lock that this one holds."""
    async with asyncio.timeout(10):
        while not await connection.fetchval(_SOMEONE_WAITS):
            pass  # asking is the pause
