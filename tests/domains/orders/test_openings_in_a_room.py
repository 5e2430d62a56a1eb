"""Fair openings over the live connection and over HTTP: by socket, by posts, and for anybody."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import msgspec
from msgspec import Raw
from typing_extensions import override

from livehouse.domains.fairness import Entrant, Proof, proves, verify
from livehouse.domains.offers import Offer
from livehouse.domains.orders import api as orders_api
from livehouse.domains.orders.live import entering
from livehouse.domains.orders.wire.openings import EnterOpening, OpeningRecord
from livehouse.engine.backplane import LocalBackplane
from livehouse.engine.gateway import Gateway, GatewayPorts
from livehouse.engine.ports import Visitor
from livehouse.engine.posts import Posts, Signals
from livehouse.engine.vocabulary import Vocabulary
from livehouse.foundation.ids import PersonId, RunId
from tests.support.clock import settle
from tests.support.engine_memory import MemoryFrameLog, MemoryLeases, OpenTickets
from tests.support.engine_tasks import running
from tests.support.engine_viewers import RUN, FakeTransport
from tests.support.openings_world import a_called_offer, a_fair_offer, entered, the_draw
from tests.support.shows_world import ShowsWorld

WAIT = 20.0
NONCE = "0123456789abcdef" * 4
ANN, BO = UUID(int=0xA), UUID(int=0xB)


class Tickets(OpenTickets):
    """A ticket is a person's id, or `guest`."""

    @override
    def verify(self, ticket: str, run: RunId) -> Visitor:
        if ticket == "guest":
            return Visitor(id="g1")
        return Visitor(id=f"u{ticket}", role="viewer", signed_in=True)


@dataclass
class Room:
    world: ShowsWorld
    gateway: Gateway
    posts: Posts

    def joined(self, ticket: object) -> FakeTransport:
        transport = FakeTransport()
        transport.session = self.gateway.accept(transport, RUN, "203.0.113.7")
        transport.session.received(json.dumps({"type": "join", "ticket": str(ticket)}).encode())
        return transport

    async def told(self, transport: FakeTransport, **command: object) -> dict[str, Any]:
        """Send `orders.enter` and hear the answer."""
        assert transport.session is not None
        pushes = transport.follower.pushes
        before = len(pushes)
        transport.session.received(self.enter(**command))
        async with asyncio.timeout(WAIT):
            while len(pushes) == before:
                await self.world.database.pool.fetchval("select 1")
        return pushes[-1]

    def enter(self, **command: object) -> bytes:
        message = {"type": "orders.enter", "id": str(self.world.ids.new()), "nonce": NONCE}
        return json.dumps(message | command).encode()


@asynccontextmanager
async def a_room(world: ShowsWorld) -> AsyncIterator[Room]:
    tickets = Tickets()
    gateway = Gateway(
        "node",
        world.clock,
        GatewayPorts(
            frames=MemoryFrameLog(MemoryLeases(world.clock)),
            backplane=LocalBackplane(),
            tickets=tickets,
        ),
        Vocabulary({EnterOpening: entering(world.openings)}),
    )
    async with running(gateway.run()), running(world.openings.group.run()):
        await settle()
        yield Room(world, gateway, Posts(gateway, tickets, world.clock))


async def test_who_enters_is_answered_and_hears_the_result(world: ShowsWorld) -> None:
    offer = await a_called_offer(world, allotment=1)
    async with a_room(world) as room:
        ann, bo = room.joined(ANN), room.joined(BO)

        first = await room.told(ann, offer_id=str(offer.id))
        second = await room.told(bo, offer_id=str(offer.id), nonce="ff" * 32)
        await the_draw(world)
        await world.openings.tell()

    results = [transport.follower.pushes[-1] for transport in (ann, bo)]
    assert [one["type"] for one in (first, second)] == ["orders.entered"] * 2
    assert first["entrant"] != second["entrant"]
    assert [one["type"] for one in results] == ["orders.drawn"] * 2
    assert sorted(one["outcome"] for one in results) == ["placed", "sold_out"]
    assert sorted((one["position"], one["entrants"]) for one in results) == [(1, 2), (2, 2)]
    (winner,) = [one for one in results if one["outcome"] == "placed"]
    assert (winner["total_minor"], winner["currency"]) == (2_000, "EUR")


async def test_who_comes_back_asks_again_and_hears_the_same(world: ShowsWorld) -> None:
    offer = await a_called_offer(world, allotment=1)
    async with a_room(world) as room:
        answer = await room.told(room.joined(ANN), offer_id=str(offer.id))
        await the_draw(world)
        back = room.joined(ANN)

        again = await room.told(back, offer_id=str(offer.id), id=answer["id"])
        await world.openings.tell()

    assert again == answer
    assert back.follower.pushes[-1]["outcome"] == "placed"


async def test_another_window_hears_of_the_one_entry(world: ShowsWorld) -> None:
    offer = await a_called_offer(world)
    async with a_room(world) as room:
        first = await room.told(room.joined(ANN), offer_id=str(offer.id))
        other = await room.told(room.joined(ANN), offer_id=str(offer.id), nonce="ff" * 32)

    assert other["id"] != first["id"]
    for field in ("order_id", "entrant", "nonce"):
        assert other[field] == first[field]


async def test_who_posts_finds_the_result_with_the_next_post(world: ShowsWorld) -> None:
    offer = await a_called_offer(world, allotment=1)
    async with a_room(world) as room:
        command = Raw(room.enter(offer_id=str(offer.id)))
        entered_now = await room.posts.post(RUN, Signals(str(ANN), (command,)), "address")
        await the_draw(world)
        await world.openings.tell()
        later = await room.posts.post(RUN, Signals(str(ANN)), "address")

    assert [read(one)["type"] for one in entered_now.answers][-1] == "orders.entered"
    assert [read(one)["outcome"] for one in later.answers] == ["placed"]


NONSENSE: Sequence[tuple[Mapping[str, object], str]] = (
    ({"nonce": "short"}, "bad_nonce"),
    ({"nonce": "AB" * 32}, "bad_nonce"),
    ({"nonce": "ab" * 33}, "invalid_message"),
    ({"nonce": 7}, "invalid_message"),
    ({"quantity": 0}, "bad_quantity"),
    ({"quantity": 10**12}, "bad_quantity"),
    ({"quantity": 3}, "limit_reached"),
    ({"id": "00000000-0000-4000-8000-000000000000"}, "order_id_not_uuid7"),
    ({"offer_id": str(UUID(int=77))}, "not_called_yet"),
    ({"more": 1}, "invalid_message"),
)


async def test_what_makes_no_sense_is_refused(world: ShowsWorld) -> None:
    offer = await a_called_offer(world, limit=2)
    async with a_room(world) as room:
        for command, code in NONSENSE:
            answer = await room.told(room.joined(ANN), **{"offer_id": str(offer.id), **command})
            assert (answer["type"], answer["code"]) == ("refused", code), command


async def test_a_guest_is_asked_to_sign_in(world: ShowsWorld) -> None:
    offer = await a_called_offer(world)
    async with a_room(world) as room:
        answer = await room.told(room.joined("guest"), offer_id=str(offer.id))

    assert answer["code"] == "sign_in_required"


async def test_anybody_can_fetch_and_check_a_draw(world: ShowsWorld) -> None:
    offer = await drawn(world)
    address = f"/api/openings/{world.rooms.fair(offer.id)['id']}"
    async with world.web(*orders_api.routes) as web:
        answer = await web.get(address)
        record = record_in(answer)
        proved = (await web.get(f"{address}/entrants/{record.order[0]}")).json()
        stranger = await web.get(f"{address}/entrants/{'00' * 16}")
        nothing = await web.get(f"/api/openings/{UUID(int=1)}")
        nonsense = await web.get("/api/openings/x")

    assert "max-age" in answer.headers["cache-control"]
    assert record.stage == "done"
    assert all(finding.holds for finding in verify(record, work=10))
    assert proves(Proof(**proved["proof"]), Entrant(**proved["entrant"]), str(proved["root"]))
    assert [one.status_code for one in (stranger, nothing, nonsense)] == [404, 404, 404]


async def test_nobody_hears_who_takes_part_before_the_draw(world: ShowsWorld) -> None:
    offer = await a_called_offer(world)
    await entered(world, offer.id, range(1, 4))
    await world.rooms.show()
    async with world.web(*orders_api.routes) as web:
        answer = await web.get(f"/api/openings/{world.rooms.fair(offer.id)['id']}")

    record = record_in(answer)
    assert (record.stage, record.entrants, record.seed, record.root) == ("called", (), "", "")
    assert answer.headers["cache-control"] == "no-store"


async def test_a_fair_offer_waits_in_a_basket_until_it_is_drawn_for(world: ShowsWorld) -> None:
    offer = await a_fair_offer(world, allotment=2)
    await world.offers.open(offer.id)
    await world.baskets.add(PersonId(ANN), offer.id, 1)

    (before,) = await world.baskets.look(PersonId(ANN))

    assert [item.standing.value for item in before.items] == ["not_yet"]


async def test_a_person_takes_their_entries_along(world: ShowsWorld) -> None:
    offer = await a_called_offer(world)
    (entry,) = await entered(world, offer.id, range(1, 2))

    exported = await world.openings.export(entry.person_id)
    async with world.database.transaction() as tx:
        await world.openings.erase(tx, entry.person_id)
    await the_draw(world)

    assert entry.entrant.id in json.dumps(exported, default=str)


async def drawn(world: ShowsWorld) -> Offer:
    offer = await a_called_offer(world)
    await entered(world, offer.id, range(1, 6))
    await the_draw(world)
    return offer


def record_in(answer: httpx.Response) -> OpeningRecord:
    return msgspec.json.decode(answer.content, type=OpeningRecord)


def read(answer: Raw) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(bytes(answer))
    return found
