"""Stripe: the buyer pays a Payment Intent on Stripe's own page, so no card data touches us.

Requests and signatures go through the official library (decision 0094). Our ids are its
idempotency keys and stand in the metadata of what it makes, so that whatever comes back by notice
or question names the payment or refund that it is about.
"""

import asyncio
import re
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import aiohttp
import msgspec
import stripe
import structlog
from babel.numbers import get_currency_precision
from msgspec import Struct

from livehouse.domains.orders.errors import (
    AmountDiffers,
    NoticeRefused,
    ProviderRefused,
    ProviderSilent,
)
from livehouse.domains.orders.model import (
    Payment,
    PaymentState,
    Refund,
    RefundState,
    number_of,
)
from livehouse.domains.orders.ports import Begun, Notice, Redirect, Refunded, RefundNotice
from livehouse.foundation.money import Money

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

log = structlog.get_logger()

T = TypeVar("T")

# The library would count our requests' times, keep an id in the home folder and send them along.
stripe.enable_telemetry = False

API = "https://api.stripe.com"
PAGES = "https://checkout.stripe.com"
SIGNATURE_HEADER = "stripe-signature"
# Stripe's own advice: clocks differ by less, and what is older was recorded by somebody.
NOTICE_AGE_MAX = timedelta(minutes=5)
# Stripe takes 30 minutes at least, by its own clock.
OPEN_DURATION = timedelta(minutes=31)
REQUEST_SECONDS_MAX = 8.0
CALL_SECONDS_MAX = 20.0  # with its retries
RETRIES_MAX = 2
REFUNDS_LISTED_MAX = 100

PAYMENT = "livehouse_payment"
REFUND = "livehouse_refund"

# https://docs.stripe.com/currencies#minor-units: all others have two digits there, also those
# that have none elsewhere, such as ISK and UGX.
NO_DIGITS = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()  # noqa: SIM905 - a table
)
THREE_DIGITS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})

_INTENT_OUTCOMES = {
    "payment_intent.succeeded": PaymentState.SUCCEEDED,
    "payment_intent.payment_failed": PaymentState.REFUSED,
    "payment_intent.canceled": PaymentState.TIMED_OUT,
}
_REFUND_EVENTS = frozenset({"refund.updated", "refund.failed"})
_REFUND_STATES = {
    "pending": RefundState.PENDING,
    "requires_action": RefundState.PENDING,
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}


class Keys(Struct, frozen=True):
    """`secret` is the API key (sk_… or rk_…), `notices` that of the webhook endpoint (whsec_…)."""

    secret: str
    notices: str


class Stripe:
    """`methods` are Stripe's names of the ways to pay that its page offers."""

    name = "stripe"

    def __init__(
        self,
        keys: Keys,
        *,
        origin: str,
        site_name: str,
        methods: tuple[str, ...] = ("card",),
        api: str = API,
        request_seconds_max: float = REQUEST_SECONDS_MAX,
    ) -> None:
        self._keys = keys
        self._origin = origin.rstrip("/")
        self._site_name = site_name
        self._methods = methods
        self._http = stripe.AIOHTTPClient(timeout=aiohttp.ClientTimeout(total=request_seconds_max))
        self._client = stripe.StripeClient(
            keys.secret,
            base_addresses={"api": api},
            http_client=self._http,
            max_network_retries=RETRIES_MAX,
        ).v1

    async def close_connections(self) -> None:
        await self._http.close_async()  # type: ignore[no-untyped-call] # the library's

    async def begin(self, payment: Payment, back: str) -> Begun:
        session = await _answered(
            self._client.checkout.sessions.create_async(
                self._session(payment, back), {"idempotency_key": f"payment-{payment.id}"}
            )
        )
        if session.url is None:
            raise ProviderRefused(problem="there is no page to pay on")
        return Begun(Redirect(session.url), session.id)

    async def ask(self, payment: Payment) -> Notice | None:
        if not payment.ref:
            # Nobody ever got the address of its page.
            return Notice(payment.id, PaymentState.TIMED_OUT, payment.amount)
        session = await self._retrieved(payment)
        intent = session.payment_intent
        if isinstance(intent, stripe.PaymentIntent):
            if intent.status == "succeeded":
                paid = money_of(intent.currency, intent.amount_received)
                return Notice(payment.id, PaymentState.SUCCEEDED, paid)
            if session.status == "open" and intent.last_payment_error is not None:
                asked = money_of(intent.currency, intent.amount)
                return Notice(payment.id, PaymentState.REFUSED, asked)
        if session.status == "expired":
            return Notice(payment.id, PaymentState.TIMED_OUT, payment.amount)
        return None

    async def close(self, payment: Payment) -> None:
        if not payment.ref:
            return
        try:
            await _answered(self._client.checkout.sessions.expire_async(payment.ref))
        except ProviderRefused:
            # It is not open: paid in this moment, or closed already. The next question tells.
            return

    async def refund(self, payment: Payment, refund: Refund) -> Refunded:
        found = await self._sent_before(payment, refund)
        if found is None:
            intent = await self._intent_id(payment)
            found = await _answered(
                self._client.refunds.create_async(
                    {
                        "payment_intent": intent,
                        "amount": minor_of(refund.amount),
                        "metadata": {REFUND: refund.key, PAYMENT: str(payment.id)},
                    },
                    {"idempotency_key": f"refund-{refund.key}"},
                )
            )
        state = _REFUND_STATES.get(found.status or "", RefundState.PENDING)
        return Refunded(state, found.id, found.failure_reason or "")

    def read_notice(
        self, body: bytes, headers: Mapping[str, str], now: datetime
    ) -> Notice | RefundNotice | None:
        self._verify(body, headers.get(SIGNATURE_HEADER, ""), now)
        try:
            event = msgspec.json.decode(body, type=_Event)
            if event.type in _INTENT_OUTCOMES:
                intent = msgspec.json.decode(event.data.object, type=_Intent)
                return _about_intent(intent, _INTENT_OUTCOMES[event.type])
            if event.type == "checkout.session.expired":
                session = msgspec.json.decode(event.data.object, type=_Session)
                return _about(
                    session.metadata, PaymentState.TIMED_OUT, session.currency, session.amount_total
                )
            if event.type in _REFUND_EVENTS:
                return _about_refund(msgspec.json.decode(event.data.object, type=_Refund))
        except msgspec.DecodeError:
            raise NoticeRefused from None
        return None

    def _session(self, payment: Payment, back: str) -> "SessionCreateParams":
        marks = {PAYMENT: str(payment.id), "livehouse_order": str(payment.order_id)}
        params: SessionCreateParams = {
            "mode": "payment",
            "client_reference_id": str(payment.id),
            "metadata": marks,
            "payment_intent_data": {"metadata": marks},
            "allowed_payment_method_types": list(self._methods),
            # The amount is checked, so it stays in the currency that was asked for.
            "adaptive_pricing": {"enabled": False},
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": payment.amount.currency.lower(),
                        "unit_amount": minor_of(payment.amount),
                        "product_data": {
                            "name": f"{self._site_name} {number_of(payment.order_id)}"
                        },
                    },
                }
            ],
            "success_url": f"{self._origin}{back}",
            "cancel_url": f"{self._origin}/orders/{payment.order_id}",
            "expires_at": int((payment.started_at + OPEN_DURATION).timestamp()),
        }
        if "wechat_pay" in self._methods:
            params["payment_method_options"] = {"wechat_pay": {"client": "web"}}
        return params

    async def _retrieved(self, payment: Payment) -> stripe.checkout.Session:
        if not payment.ref:
            raise ProviderRefused(problem="this payment never began")
        return await _answered(
            self._client.checkout.sessions.retrieve_async(
                payment.ref, {"expand": ["payment_intent"]}
            )
        )

    async def _intent_id(self, payment: Payment) -> str:
        intent = (await self._retrieved(payment)).payment_intent
        if not isinstance(intent, stripe.PaymentIntent):
            raise ProviderRefused(problem="the payment has no payment intent")
        return intent.id

    async def _sent_before(self, payment: Payment, refund: Refund) -> stripe.Refund | None:
        """What became of earlier attempts: Stripe forgets idempotency keys after a day."""
        if refund.ref:
            return await _answered(self._client.refunds.retrieve_async(refund.ref))
        if refund.attempts <= 1:
            return None
        intent = await self._intent_id(payment)
        listed = await _answered(
            self._client.refunds.list_async({"payment_intent": intent, "limit": REFUNDS_LISTED_MAX})
        )
        return next((one for one in listed.data if _is_marked(one.metadata, refund.key)), None)

    def _verify(self, body: bytes, signature: str, now: datetime) -> None:
        """The library looks at the signature; the age counts by our clock, and both ways."""
        try:
            stripe.WebhookSignature.verify_header(
                body, signature.encode("ascii").decode(), self._keys.notices, tolerance=None
            )
        except (stripe.SignatureVerificationError, UnicodeError):
            raise NoticeRefused from None
        said = re.search(r"(?:^|,)t=([0-9]{1,11})(?:,|$)", signature)
        if said is None or abs(now - datetime.fromtimestamp(int(said[1]), UTC)) > NOTICE_AGE_MAX:
            raise NoticeRefused


class _Data(Struct):
    object: msgspec.Raw


class _Event(Struct):
    """As much of an event as we read; its `data.object` is a type of its own per kind."""

    type: str
    data: _Data


class _Intent(Struct):
    currency: str
    amount: int
    amount_received: int = 0
    metadata: dict[str, str] = {}


class _Session(Struct):
    currency: str | None = None
    amount_total: int | None = None
    metadata: dict[str, str] | None = None


class _Refund(Struct):
    id: str
    currency: str
    amount: int
    status: str | None = None
    failure_reason: str | None = None
    metadata: dict[str, str] | None = None


def minor_of(amount: Money) -> int:
    """The amount as Stripe counts it; refuses what its currency cannot say there."""
    ours: int = get_currency_precision(amount.currency)
    theirs = _digits(amount.currency)
    minor, rest = divmod(amount.minor * 10**theirs, 10**ours)
    # Three digits, the last of which has to be a zero.
    if rest or (theirs == 3 and minor % 10):  # noqa: PLR2004 - three digits
        raise ProviderRefused(problem=f"{amount.minor} {amount.currency} cannot be said there")
    return int(minor)


def money_of(currency: str, minor: int) -> Money:
    """What Stripe says, as we count it."""
    currency = currency.upper()
    ours: int = get_currency_precision(currency)
    theirs = _digits(currency)
    amount, rest = divmod(minor * 10**ours, 10**theirs)
    if rest:
        raise AmountDiffers
    return Money(currency, amount)


def _digits(currency: str) -> int:
    if currency in THREE_DIGITS:
        return 3
    return 0 if currency in NO_DIGITS else 2


def _about_intent(intent: _Intent, outcome: PaymentState) -> Notice | None:
    paid = outcome is PaymentState.SUCCEEDED
    return _about(
        intent.metadata, outcome, intent.currency, intent.amount_received if paid else intent.amount
    )


def _about(
    metadata: Mapping[str, str] | None,
    outcome: PaymentState,
    currency: str | None,
    minor: int | None,
) -> Notice | None:
    """None for what others do with the same Stripe account."""
    payment_id = _uuid((metadata or {}).get(PAYMENT, ""))
    if payment_id is None or currency is None or minor is None:
        return None
    return Notice(payment_id, outcome, money_of(currency, minor))


def _about_refund(refund: _Refund) -> RefundNotice | None:
    key = (refund.metadata or {}).get(REFUND)
    state = _REFUND_STATES.get(refund.status or "")
    if key is None or state is None:
        return None
    amount = money_of(refund.currency, refund.amount)
    return RefundNotice(key, state, amount, refund.id, refund.failure_reason or "")


def _is_marked(metadata: stripe.StripeObject | None, key: str) -> bool:
    return metadata is not None and REFUND in metadata and metadata[REFUND] == key


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _answered(call: Awaitable[T]) -> T:
    """Wait for an answer, within a deadline; the library's errors in words of the port."""
    try:
        async with asyncio.timeout(CALL_SECONDS_MAX):
            return await call
    except (stripe.InvalidRequestError, stripe.CardError, stripe.IdempotencyError) as error:
        log.warning("stripe_refused", code=error.code, request_id=error.request_id)
        raise ProviderRefused(problem=str(error.user_message or error.code or "")) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        log.error("stripe_key_refused", request_id=error.request_id)  # noqa: TRY400 - no traceback
        raise ProviderSilent from error
    except (stripe.StripeError, aiohttp.ClientError, TimeoutError, OSError) as error:
        log.warning("stripe_silent", error=type(error).__name__)
        raise ProviderSilent from error
