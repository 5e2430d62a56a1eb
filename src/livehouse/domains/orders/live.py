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
from livehouse.foundation.ids import AddressId, OfferId, OrderId, PersonId

# Read once per buyer rather than once per order: it costs as much as decoding the message.
_uuid = lru_cache(maxsize=20_000)(UUID)


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

        address = visitor.grant.get("address_id")
        wish = Buy(
            id=OrderId(command.id),
            offer_id=OfferId(command.offer_id),
            quantity=command.quantity,
            buyer_id=PersonId(_uuid(visitor.id[1:])),
            address_id=AddressId(_uuid(address)) if address else None,
            shown_as=visitor.grant.get("shown_as", ""),
        )
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
