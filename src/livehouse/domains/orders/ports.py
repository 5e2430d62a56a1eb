"""What orders need from payment providers and from the rooms.

The port is made so that those with a page of their own (Stripe, Alipay) and those with a code to
scan (WeChat Pay) fit: our ids name payments and refunds, so nothing happens twice; what is said
comes signed, at any time, any often; and what was not heard can be asked.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, TypeAlias, runtime_checkable
from uuid import UUID

from msgspec import Struct

from livehouse.domains.orders.model import Charge, Order, Payment, PaymentState, Refund, RefundState
from livehouse.foundation.ids import RunId
from livehouse.foundation.money import Money


class Redirect(Struct, frozen=True, tag="redirect"):
    """The buyer goes on at this address, the provider's own page."""

    url: str


GoOn: TypeAlias = Redirect


class Begun(Struct, frozen=True):
    """How the buyer goes on, and the provider's own name for the payment where it needs one."""

    go_on: GoOn
    ref: str = ""


class Notice(Struct, frozen=True):
    """What a provider says of one payment, once its signature has been verified."""

    payment_id: UUID
    outcome: PaymentState
    amount: Money


class RefundNotice(Struct, frozen=True):
    """What a provider says of one refund. `key` is the one that it was sent with."""

    key: str
    state: RefundState
    amount: Money
    ref: str = ""
    problem: str = ""


class Refunded(Struct, frozen=True):
    """How a refund stands at the provider."""

    state: RefundState
    ref: str = ""
    problem: str = ""


class PaymentProvider(Protocol):
    """Each method but `read_notice` may wait for the network, and is never called inside a
    transaction. It raises `ProviderSilent` when nothing is known and trying again is right, and
    `ProviderRefused` when the answer is no.
    """

    @property
    def name(self) -> str: ...

    async def begin(self, payment: Payment, back: str) -> Begun:
        """Ask for the money. The buyer comes back to the path `back`; the same payment again is
        the same request."""
        ...

    async def ask(self, payment: Payment) -> Notice | None:
        """How a payment stands, should its notice be lost; None while it is open."""
        ...

    async def close(self, payment: Payment) -> None:
        """Let nobody pay it any more. One that is over already stays as it is."""
        ...

    async def refund(self, payment: Payment, refund: Refund) -> Refunded:
        """Give money back, in part or all of it. The same `refund.key` again is the same refund,
        and tells how it stands now."""
        ...

    def read_notice(
        self, body: bytes, headers: Mapping[str, str], now: datetime
    ) -> Notice | RefundNotice | None:
        """Verify a notice, or raise `NoticeRefused`; None for what does not concern us.

        The names in `headers` are in small letters.
        """
        ...


class Step(Struct, frozen=True):
    """Something that happened to an order or is awaited: done, now, next or bad.

    `words` are a sentence to translate, `detail` is not: a carrier and a number, a place.
    """

    state: str
    words: str
    at: datetime | None = None
    detail: str = ""
    link: str = ""
    amount: Money | None = None


class Action(Struct, frozen=True):
    """Something that can be done: a page to go to, or a button that `posts` at once."""

    words: str
    href: str
    posts: bool = False
    kind: str = ""
    confirm: str = ""


class Story(Struct, frozen=True):
    """What an order's page tells of the time after its payment; empty before."""

    steps: tuple[Step, ...] = ()
    actions: tuple[Action, ...] = ()


@runtime_checkable
class Storyteller(Protocol):
    """Knows what has happened after an order; the domain above does."""

    async def for_buyer(self, order: Order, /) -> Story: ...
    async def for_store(self, order: Order, store_slug: str, /) -> Story: ...


@runtime_checkable
class Rooms(Protocol):
    """The rooms of this moment; the engine's gateway has them."""

    async def latest(self, run: RunId) -> bytes | None:
        """The newest keyframe of a run as JSON, None where nothing is on."""
        ...


@runtime_checkable
class SandboxPayments(Protocol):
    """The other side of the built-in provider: what its own page says and signs."""

    async def decide(self, charge: Charge) -> None:
        """Remember how a payment ended, without telling anybody."""
        ...

    def notice(self, payment: Payment, outcome: str) -> tuple[bytes, dict[str, str]]:
        """The notice that the provider would send, with its signature in the headers."""
        ...
