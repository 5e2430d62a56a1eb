"""The built-in payment provider: no money moves; the buyer says how the payment ends.

It behaves as a real one does: it sends its own page, remembers what happened there, its word
counts only as a signed notice, and what was asked under one key happens once.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.orders.errors import NoticeRefused, ProviderRefused
from livehouse.domains.orders.model import Charge, Payment, PaymentState, Refund, RefundState
from livehouse.domains.orders.ports import Begun, Notice, Redirect, Refunded
from livehouse.domains.orders.store import sandbox as store
from livehouse.foundation.clock import Clock, Instant
from livehouse.storage.database import Database

SIGNATURE_HEADER = "livehouse-signature"
# As long as Stripe's: clocks differ, and a notice is repeated with a new signature anyway.
NOTICE_AGE_MAX = timedelta(minutes=5)


class Word(Struct, frozen=True):
    """What a signature covers. `at` is when it was said."""

    notice: Notice
    at: Instant


@dataclass(frozen=True, slots=True)
class Sandbox:
    secret: bytes
    database: Database
    clock: Clock
    name: str = "sandbox"

    async def begin(self, payment: Payment, back: str) -> Begun:  # noqa: ARG002 - its page knows
        return Begun(Redirect(f"/sandbox/{payment.id}"))

    async def ask(self, payment: Payment) -> Notice | None:
        async with self.database.transaction() as tx:
            charge = await store.charge(tx, payment.id)
        return Notice(payment.id, charge.outcome, payment.amount) if charge else None

    async def close(self, payment: Payment) -> None:
        async with self.database.transaction() as tx:
            charge = await store.charge(tx, payment.id)
            if charge is None or charge.outcome is not PaymentState.SUCCEEDED:
                await store.keep_charge(tx, Charge(payment.id, PaymentState.TIMED_OUT))

    async def refund(self, payment: Payment, refund: Refund) -> Refunded:
        async with self.database.transaction() as tx:
            charge = await store.charge(tx, payment.id)
            if charge is None or charge.outcome is not PaymentState.SUCCEEDED:
                raise ProviderRefused(problem="there was no such payment")
            if charge.refunds_fail:
                return Refunded(RefundState.FAILED, problem="the sandbox was told to refuse")
            given = charge.refunds | {refund.key: refund.amount.minor}
            if sum(given.values()) > payment.amount.minor:
                raise ProviderRefused(problem="more than was paid")
            await store.keep_charge(tx, replace(charge, refunds=given))
        return Refunded(RefundState.SUCCEEDED, ref=refund.key)

    def read_notice(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Notice:
        signature = headers.get(SIGNATURE_HEADER, "")
        if not hmac.compare_digest(self._sign(body).encode(), signature.encode()):
            raise NoticeRefused
        try:
            word = msgspec.json.decode(body, type=Word)
        except msgspec.DecodeError:
            raise NoticeRefused from None
        if abs(now - word.at) > NOTICE_AGE_MAX:
            raise NoticeRefused
        return word.notice

    async def decide(self, charge: Charge) -> None:
        """Remember how a payment ended, without telling anybody."""
        async with self.database.transaction() as tx:
            await store.keep_charge(tx, charge)

    def notice(self, payment: Payment, outcome: str) -> tuple[bytes, dict[str, str]]:
        """The notice that a provider would send, with its signature in the headers."""
        notice = Notice(payment.id, PaymentState(outcome), payment.amount)
        body = msgspec.json.encode(Word(notice, self.clock.now()))
        return body, {SIGNATURE_HEADER: self._sign(body)}

    def _sign(self, body: bytes) -> str:
        return hmac.new(self.secret, body, hashlib.sha256).hexdigest()
