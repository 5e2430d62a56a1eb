"""What must be true once nothing goes wrong any more: all agree, and on what the database holds."""

from collections.abc import Iterator, Sequence

import msgspec

from livehouse.engine.canonical import State, is_over
from livehouse.foundation.ids import RunId
from tests.simulation.laws import counted
from tests.simulation.nodes import Noted, chained
from tests.simulation.parts import Shared
from tests.simulation.shop import offer_of
from tests.simulation.viewers import Viewer

BEHIND_FRAMES_MAX = 2  # what may be on its way to a viewer
_noted = msgspec.json.Decoder(Noted).decode


def unrest(shared: Shared, viewers: Sequence[Viewer]) -> list[str]:
    """What is not yet as it must be in the end; empty when all is well."""
    return [
        *(
            f"r{run.int}: {what}"
            for run in shared.tables.runs
            for what in _room(shared, run, viewers)
        ),
        *(what for viewer in viewers for what in _viewer(shared, viewer)),
    ]


def _room(shared: Shared, run: RunId, viewers: Sequence[Viewer]) -> Iterator[str]:
    room = shared.laws.room(run)
    if room.state is None:
        yield "no frame"
        return
    yield from _facts(shared, run, room.state)
    yield from _sales(shared, run, room.state)
    if is_over(room.state):
        return
    here = sum(viewer.run == run and viewer.link is not None for viewer in viewers)
    if counted(room.state, "viewers") != here:
        yield f"{here} viewers are counted as {counted(room.state, 'viewers')}"
    arrived, likes = shared.laws.likes_arrived[run], counted(room.state, "likes")
    if shared.weather.is_calm and likes != arrived:
        yield f"{arrived} hearts are counted as {likes}"


def _facts(shared: Shared, run: RunId, state: State) -> Iterator[str]:
    """Each fact is folded once, in the outbox's order; only an ended show may miss the last."""
    committed = sorted(
        (
            fact
            for fact in shared.tables.facts
            if fact.run == run and fact.kind == "simulation.noted"
        ),
        key=lambda fact: fact.cursor,
    )
    notes = state.get("notes", {})
    assert isinstance(notes, dict), "made by our own fold"
    count, chain = notes.get("count", 0), 0
    assert isinstance(count, int), "made by our own fold"
    for fact in committed[:count]:
        chain = chained(chain, _noted(fact.payload).number)
    if not is_over(state) and count != len(committed):
        yield f"{len(committed)} facts are folded as {count}"
    elif chain != notes.get("chain", 0):
        yield f"{count} facts are folded out of order, twice or not at all"


def _sales(shared: Shared, run: RunId, state: State) -> Iterator[str]:
    """Units, orders and what the room shows of them are the same sums."""
    offer, tables = offer_of(run), shared.tables
    orders = [order for order in tables.orders.values() if order.deal.first.offer.id == offer.id]
    units = sum(order.deal.first.quantity for order in orders)
    for quota in (tables.quotas[quota_id] for quota_id in offer.quota_ids):
        if quota.held != units or not 0 <= quota.left <= quota.total:
            yield f"orders of {units} units hold {quota.held} of {quota.total}"
    buyers = {order.buy.buyer_id for order in orders}
    shares = {key[1]: amount for key, amount in tables.shares.items() if key[0] == offer.quota_id}
    for buyer in buyers:
        had = sum(order.deal.first.quantity for order in orders if order.buy.buyer_id == buyer)
        if shares.get(buyer, 0) != had:
            yield f"a buyer of {had} units is counted with {shares.get(buyer, 0)}"
    if is_over(state):
        return
    if counted(state, "orders") != len(orders):
        yield f"{len(orders)} orders are counted as {counted(state, 'orders')}"
    left = tables.quotas[offer.quota_id].left
    if shown_as_left(state, str(offer.id)) != left:
        yield f"{left} units left are shown as {shown_as_left(state, str(offer.id))}"


def shown_as_left(state: State, offer_id: str) -> object:
    offers = state.get("offers")
    card = offers.get(offer_id) if isinstance(offers, dict) else None
    return card.get("left") if isinstance(card, dict) else None


def _viewer(shared: Shared, viewer: Viewer) -> Iterator[str]:
    room = shared.laws.room(viewer.run)
    if viewer.is_over:
        return
    if viewer.link is None or viewer.n < room.n - BEHIND_FRAMES_MAX:
        yield f"{viewer.name} stands at n{viewer.n} of {room.n}"
    for request in viewer.asked:
        yield f"{viewer.name} waits for an answer to {request}"
