"""The other side of each payment provider: what buyers, banks and thieves do there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

import msgspec

from livehouse.domains.orders import Charge, Notice, Payment, PaymentProvider, PaymentState, Sandbox
from livehouse.domains.orders.adapters.sandbox import SIGNATURE_HEADER as SANDBOX_HEADER
from livehouse.domains.orders.adapters.sandbox import Word
from livehouse.domains.orders.adapters.stripe import Keys, Stripe
from livehouse.domains.orders.store import sandbox as sandbox_store
from livehouse.foundation.money import Money
from tests.support.fake_stripe import API_KEY, NOTICE_KEY, SIGNATURE_HEADER, FakeStripe

Signed: TypeAlias = tuple[bytes, Mapping[str, str]]


class OtherSide(Protocol):
    """Each verb does it and returns the notice that the provider sends of it."""

    @property
    def provider(self) -> PaymentProvider: ...

    @property
    def header(self) -> str:
        """The name of the header that has the signature."""
        ...

    async def approve(self, payment: Payment, *, refunds_fail: bool = False) -> Signed: ...

    async def refuse(self, payment: Payment) -> Signed: ...

    async def time_out(self, payment: Payment) -> Signed: ...

    async def say(self, payment: Payment, amount: Money, at: datetime) -> Signed:
        """A notice of success of this amount, well signed at this moment; nothing was paid."""
        ...

    def sign(self, body: bytes, at: datetime) -> Signed:
        """Any body, well signed."""
        ...

    async def gone_back(self, payment: Payment) -> int:
        """What has been refunded, in minor units."""
        ...


@dataclass
class SandboxSide:
    provider: Sandbox
    header: str = SANDBOX_HEADER

    async def approve(self, payment: Payment, *, refunds_fail: bool = False) -> Signed:
        return await self._end(payment, PaymentState.SUCCEEDED, refunds_fail=refunds_fail)

    async def refuse(self, payment: Payment) -> Signed:
        return await self._end(payment, PaymentState.REFUSED)

    async def time_out(self, payment: Payment) -> Signed:
        return await self._end(payment, PaymentState.TIMED_OUT)

    async def say(self, payment: Payment, amount: Money, at: datetime) -> Signed:
        notice = Notice(payment.id, PaymentState.SUCCEEDED, amount)
        return self.sign(msgspec.json.encode(Word(notice, at)), at)

    def sign(self, body: bytes, at: datetime) -> Signed:  # noqa: ARG002 - its time is in the body
        return body, {SANDBOX_HEADER: self.provider._sign(body)}

    async def gone_back(self, payment: Payment) -> int:
        async with self.provider.database.transaction() as tx:
            charge = await sandbox_store.charge(tx, payment.id)
        return sum(charge.refunds.values()) if charge else 0

    async def _end(
        self, payment: Payment, outcome: PaymentState, *, refunds_fail: bool = False
    ) -> Signed:
        await self.provider.decide(Charge(payment.id, outcome, refunds_fail))
        return self.provider.notice(payment, outcome.value)


@dataclass
class StripeSide:
    provider: Stripe
    fake: FakeStripe
    header: str = SIGNATURE_HEADER

    async def approve(self, payment: Payment, *, refunds_fail: bool = False) -> Signed:
        if refunds_fail:
            self.fake.refund_status = "failed"
        return self.fake.pay(payment.ref)

    async def refuse(self, payment: Payment) -> Signed:
        return self.fake.decline(payment.ref)

    async def time_out(self, payment: Payment) -> Signed:
        return self.fake.expire(payment.ref)

    async def say(self, payment: Payment, amount: Money, at: datetime) -> Signed:
        body, _ = self.fake.event(
            "payment_intent.succeeded",
            {
                "id": "pi_of_a_liar", "object": "payment_intent", "amount": amount.minor,
                "amount_received": amount.minor, "currency": amount.currency.lower(),
                "metadata": {"livehouse_payment": str(payment.id)},
            },
        )  # fmt: skip
        return self.fake.sign(body, at=at)

    def sign(self, body: bytes, at: datetime) -> Signed:
        return self.fake.sign(body, at=at)

    async def gone_back(self, payment: Payment) -> int:
        return self.fake.refunded(self.fake.sessions[payment.ref]["payment_intent"])


def a_stripe(fake: FakeStripe, *methods: str) -> Stripe:
    return Stripe(
        Keys(API_KEY, NOTICE_KEY),
        origin="https://shop.example",
        site_name="Livehouse",
        methods=methods or ("card",),
        api=fake.url,
    )
