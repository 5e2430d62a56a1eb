"""The till in a room: one tap buys, and everybody sees what is left."""

from functools import lru_cache
from uuid import UUID

from livehouse.domains.orders.events import (
    LineServed,
    OpeningCalled,
    OpeningEnded,
    OpeningListed,
    OpeningPromised,
    OpeningRevealed,
    OrdersPlaced,
    OrdersReturned,
)
from livehouse.domains.orders.model import Bought, Buy
from livehouse.domains.orders.model.openings import Entering, Entry, Result
from livehouse.domains.orders.service import Openings, Till
from livehouse.domains.orders.wire import BuyOffer, bought
from livehouse.domains.orders.wire.openings import EnterOpening, drawn, entered
from livehouse.engine.canonical import State
from livehouse.engine.folds import Fold
from livehouse.engine.ports import Change
from livehouse.engine.protocol import Command
from livehouse.engine.session import Session
from livehouse.engine.vocabulary import Handler
from livehouse.foundation.errors import DomainError, SignInRequired
from livehouse.foundation.ids import AddressId, OfferId, PersonId


@lru_cache(maxsize=20_000)
def _buyer(visitor_id: str, address: str) -> tuple[PersonId, AddressId | None]:
    """Read once per buyer rather than per order: it costs as much as decoding the message."""
    person_id = PersonId(UUID(visitor_id[1:]))
    return person_id, AddressId(UUID(address)) if address else None


def buying(till: Till) -> Handler:
    """What a session's `orders.buy` does; the answer comes when the order is durable."""

    def buy(session: Session, command: Command) -> None:
        assert isinstance(command, BuyOffer), "registered for it"
        visitor = session.visitor
        if not visitor.signed_in:
            raise SignInRequired

        def answer(decision: Bought | DomainError) -> None:
            if isinstance(decision, DomainError):
                session.refuse(str(command.id), decision)
            else:
                session.push(bought(decision))

        grant = visitor.grant
        buyer_id, address_id = _buyer(visitor.id, grant.get("address_id", ""))
        wish = Buy(
            command.id, ((command.offer_id, command.quantity),), buyer_id, address_id,
            grant.get("shown_as", ""), command.coupon_ids, "", command.expects_minor,
            grant.get("country", ""),
        )  # fmt: skip
        till.buy(wish, answer, first=command.first)

    return buy


def entering(openings: Openings) -> Handler:
    """What a session's `orders.enter` does; the result is pushed after the draw."""

    def enter(session: Session, command: Command) -> None:
        assert isinstance(command, EnterOpening), "registered for it"
        visitor = session.visitor
        if not visitor.signed_in:
            raise SignInRequired

        def tell(result: Result) -> None:
            session.push(drawn(result))

        def answer(decision: Entry | DomainError) -> None:
            if isinstance(decision, DomainError):
                session.refuse(str(command.id), decision)
            else:
                session.push(entered(decision, command.offer_id, command.id))
                openings.await_result(decision, tell)

        grant = visitor.grant
        person_id, address_id = _buyer(visitor.id, grant.get("address_id", ""))
        wish = Entering(
            command.id, command.offer_id, command.nonce, command.quantity, person_id, address_id
        )
        openings.group.submit(wish, answer)

    return enter


def _placed(state: State, fact: OrdersPlaced, at_ms: int) -> Change:
    says = tuple((f"p{id_}", name, str(fact.offer_id), count) for id_, name, count in fact.shown)
    return Change({"counts": {"orders": _orders(state) + fact.orders}}, says)


def _returned(state: State, fact: OrdersReturned, at_ms: int) -> Change:
    return Change({"counts": {"orders": max(0, _orders(state) - fact.orders)}})


def _orders(state: State) -> int:
    counts = state.get("counts")
    found = counts.get("orders", 0) if isinstance(counts, dict) else 0
    return found if isinstance(found, int) else 0


def _promised(state: State, fact: OpeningPromised, at_ms: int) -> Change:
    # An opening before it may have come to nothing: what it left is taken away.
    fair: dict[str, object] = {
        "id": str(fact.opening_id), "stage": "promised", "commitment": fact.commitment,
        "window_ms": fact.window_ms, "call_at": 0, "closes_at": 0, "entrants": 0, "root": "",
        "seed": "", "placed": 0,
    }  # fmt: skip
    return _fair(fact.offer_id, fair)


def _called(state: State, fact: OpeningCalled, at_ms: int) -> Change:
    fair: dict[str, object] = {
        "stage": "called", "call_at": fact.call_at_ms, "closes_at": fact.closes_at_ms,
    }  # fmt: skip
    return _fair(fact.offer_id, fair)


def _listed(state: State, fact: OpeningListed, at_ms: int) -> Change:
    return _fair(fact.offer_id, {"stage": "listed", "entrants": fact.entrants, "root": fact.root})


def _revealed(state: State, fact: OpeningRevealed, at_ms: int) -> Change:
    return _fair(fact.offer_id, {"stage": "revealed", "seed": fact.seed})


def _ended(state: State, fact: OpeningEnded, at_ms: int) -> Change:
    return _fair(fact.offer_id, {"stage": fact.stage, "placed": fact.placed})


def _fair(offer_id: OfferId, fair: dict[str, object]) -> Change:
    return Change({"offers": {str(offer_id): {"fair": fair}}})


def _served(state: State, fact: LineServed, at_ms: int) -> Change:
    offers = state.get("offers")
    card = offers.get(str(fact.offer_id)) if isinstance(offers, dict) else None
    known = card.get("served", 0) if isinstance(card, dict) else 0
    newest = max(fact.number, known if isinstance(known, int) else 0)
    return Change({"offers": {str(fact.offer_id): {"served": newest}}})


FOLDS = (
    Fold(LineServed, _served),
    Fold(OrdersPlaced, _placed),
    Fold(OrdersReturned, _returned),
    Fold(OpeningPromised, _promised),
    Fold(OpeningCalled, _called),
    Fold(OpeningListed, _listed),
    Fold(OpeningRevealed, _revealed),
    Fold(OpeningEnded, _ended),
)
