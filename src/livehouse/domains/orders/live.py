"""The till in a room: one tap buys, and everybody sees what is left."""

from functools import lru_cache
from uuid import UUID

from livehouse.domains.orders.events import OrdersPlaced, OrdersReturned
from livehouse.domains.orders.model import Bought, Buy
from livehouse.domains.orders.service import Till
from livehouse.domains.orders.wire import BuyOffer, bought
from livehouse.engine.canonical import State
from livehouse.engine.folds import Fold
from livehouse.engine.ports import Change
from livehouse.engine.protocol import Command
from livehouse.engine.session import Session
from livehouse.engine.vocabulary import Handler
from livehouse.foundation.errors import DomainError, SignInRequired
from livehouse.foundation.ids import AddressId, PersonId


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
        )  # fmt: skip
        till.buy(wish, answer)

    return buy


def _placed(state: State, fact: OrdersPlaced, at_ms: int) -> Change:
    says = tuple((f"p{id_}", name, str(fact.offer_id), count) for id_, name, count in fact.shown)
    return Change({"counts": {"orders": _orders(state) + fact.orders}}, says)


def _returned(state: State, fact: OrdersReturned, at_ms: int) -> Change:
    return Change({"counts": {"orders": max(0, _orders(state) - fact.orders)}})


def _orders(state: State) -> int:
    counts = state.get("counts")
    found = counts.get("orders", 0) if isinstance(counts, dict) else 0
    return found if isinstance(found, int) else 0


FOLDS = (Fold(OrdersPlaced, _placed), Fold(OrdersReturned, _returned))
