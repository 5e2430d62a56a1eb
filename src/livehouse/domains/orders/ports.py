"""What orders need from payment providers. Notices come back signed, at any time, any often."""

from typing import Protocol, runtime_checkable

from msgspec import Struct

from livehouse.domains.orders.model import Payment
from livehouse.foundation.ids import RunId
from livehouse.foundation.money import Money


class Notice(Struct, frozen=True):
    """What a provider says of one payment, once its signature has been verified."""

    payment_id: str
    outcome: str
    amount: Money


class PaymentProvider(Protocol):
    name: str

    async def begin(self, payment: Payment) -> str:
        """Ask for the money; the answer is the address where the buyer goes on."""
        ...

    def read_notice(self, body: bytes, signature: str) -> Notice:
        """Verify a notice, or raise `NoticeRefused`."""
        ...

    async def refund(self, payment: Payment) -> None:
        """Give the money of a payment back that we could not use."""
        ...


@runtime_checkable
class Rooms(Protocol):
    """The rooms of this moment; the engine's gateway has them."""

    async def latest(self, run: RunId) -> bytes | None:
        """The newest keyframe of a run as JSON, None where nothing is on."""
        ...


@runtime_checkable
class SandboxPayments(Protocol):
    """The other side of the built-in provider: what its own page says and signs."""

    def notice(self, payment: Payment, outcome: str) -> tuple[bytes, str]:
        """The notice that the provider would send, and its signature."""
        ...
