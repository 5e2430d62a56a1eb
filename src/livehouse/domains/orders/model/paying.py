"""Payments and refunds: what may follow what, and when to ask or try again."""

from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.orders.errors import RefundDiffers, RefundTooMuch
from livehouse.foundation.ids import OrderId
from livehouse.foundation.money import Money

# A payment that says nothing is asked about after a minute, then ever more seldom.
FIRST_LOOK = timedelta(minutes=1)
LOOK_AFTER_MAX = timedelta(hours=1)
# By then every provider has closed it; should money come all the same, it still goes back.
SILENCE_MAX = timedelta(days=3)

FIRST_RETRY = timedelta(seconds=10)
RETRY_AFTER_MAX = timedelta(hours=1)
# Over a day of silence in all: then somebody has to look.
REFUND_ATTEMPTS_MAX = 32


class PaymentState(Enum):
    """How an attempt to pay ended. `REFUNDED`: the money came when the order could no longer take
    it, and all of it goes back; what goes back later of a payment that counted are refunds."""

    STARTED = "started"
    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    REFUNDED = "refunded"


_ORDER = (
    PaymentState.STARTED, PaymentState.REFUSED, PaymentState.TIMED_OUT, PaymentState.SUCCEEDED,
)  # fmt: skip


class Payment(Struct, frozen=True):
    """One attempt. `ref` is the provider's own name for it, empty where ours is enough."""

    id: UUID
    order_id: OrderId
    amount: Money
    state: PaymentState
    provider: str
    started_at: datetime
    ref: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the buyer may still be paying; a refusal is not the end of it."""
        return self.state in (PaymentState.STARTED, PaymentState.REFUSED)

    @property
    def came(self) -> bool:
        """Whether the provider has the buyer's money, or had it."""
        return self.state in (PaymentState.SUCCEEDED, PaymentState.REFUNDED)


class RefundState(Enum):
    """`WANTED` has to be sent, `PENDING` is with the provider, `FAILED` waits for a person."""

    WANTED = "wanted"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Refund(Struct, frozen=True):
    """Money of a payment that goes back; decided once per `reason`, sent until it is through.

    `round` counts the times that the provider said no for good: only then is a further attempt
    another refund to the provider, with a key of its own.
    """

    id: UUID
    payment_id: UUID
    amount: Money
    reason: str
    state: RefundState
    requested_at: datetime
    attempts: int = 0
    round: int = 0
    ref: str = ""
    problem: str = ""

    @property
    def key(self) -> str:
        """The idempotency key: what was asked under it happens once, however often it is sent."""
        return f"{self.id}.{self.round}"


def new_refund(payment: Payment, amount: Money, reason: str, now: datetime) -> Refund:
    """The refund for `reason`; its id follows from what it is for, so there is only one."""
    return Refund(uuid5(payment.id, reason), payment.id, amount, reason, RefundState.WANTED, now)


def check_refund(payment: Payment, earlier: list[Refund], wanted: Refund) -> Refund:
    """The refund to keep: the one that was decided already, or the new one where it still fits.

    Failed ones count too: somebody will send them again.
    """
    for refund in earlier:
        if refund.id == wanted.id:
            if refund.amount != wanted.amount:
                raise RefundDiffers
            return refund
    given = sum(refund.amount.minor for refund in earlier)
    if wanted.amount.currency != payment.amount.currency or wanted.amount.minor <= 0:
        raise RefundTooMuch
    if given + wanted.amount.minor > payment.amount.minor:
        raise RefundTooMuch
    return wanted


def concerns(payment: Payment, outcome: PaymentState) -> bool:
    """Whether this word still changes anything: they come late, twice and in any order.

    Money may come after a refusal, since at many providers the buyer tries another card on the
    same page, and even after the end; once it has come, nothing else is believed.
    """
    return not payment.came and _ORDER.index(outcome) > _ORDER.index(payment.state)


def next_look(payment: Payment, now: datetime) -> datetime:
    """When to ask about a silent payment again: after as long as it has been silent so far."""
    return now + min(LOOK_AFTER_MAX, max(FIRST_LOOK, now - payment.started_at))


def next_try(refund: Refund, now: datetime) -> datetime:
    """When to send a refund again, should nothing be heard of this attempt."""
    return now + min(RETRY_AFTER_MAX, FIRST_RETRY * (1 << min(refund.attempts, 10)))


def refund_heard(refund: Refund, state: RefundState, *, ref: str = "", problem: str = "") -> Refund:
    """What the provider says of a refund. A success may still turn into a failure, when a bank
    sends the money back; nothing else follows the end of a refund."""
    ended = refund.state in (RefundState.SUCCEEDED, RefundState.FAILED)
    if ended and (refund.state, state) != (RefundState.SUCCEEDED, RefundState.FAILED):
        return refund
    failed = state is RefundState.FAILED
    return replace(
        refund,
        state=state,
        ref="" if failed else ref or refund.ref,
        round=refund.round + failed,
        problem=problem,
    )


def refund_again(refund: Refund) -> Refund:
    """An operator has it sent once more; only what failed can be."""
    if refund.state is not RefundState.FAILED:
        return refund
    return replace(refund, state=RefundState.WANTED, attempts=0)


class Charge(Struct, frozen=True):
    """What the sandbox remembers of a payment: how it ended, and what went back of it."""

    payment_id: UUID
    outcome: PaymentState
    refunds_fail: bool = False
    refunds: dict[str, int] = {}  # key and amount in minor units
