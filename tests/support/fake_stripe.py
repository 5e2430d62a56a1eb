"""Stripe on this machine: a real HTTP server that checks what is asked of it as Stripe does.

Written from the documentation of Stripe's API, and without its library, so that a mistake in how
the library is used shows. Signatures are made by hand for the same reason.
"""

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from aiohttp import web

from livehouse.foundation.clock import Clock

API_KEY = "sk_test_made_on_this_machine"
NOTICE_KEY = "whsec_made_on_this_machine"
SIGNATURE_HEADER = "stripe-signature"
OPEN_MIN, OPEN_MAX = timedelta(minutes=30), timedelta(hours=24)
Object: TypeAlias = dict[str, Any]
Signed: TypeAlias = tuple[bytes, dict[str, str]]


class Refused(Exception):
    def __init__(self, message: str, *, status: int = 400, code: str = "", kind: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body = {
            "error": {
                "type": kind or "invalid_request_error", "message": message, "code": code,
            }
        }  # fmt: skip


@dataclass
class FakeStripe:
    """`moods` are what the next requests meet: a status to fail with; "lost", where the work is
    done and the connection ends; or "stuck", where nothing is ever said."""

    clock: Clock
    url: str = ""
    sessions: dict[str, Object] = field(default_factory=dict)
    intents: dict[str, Object] = field(default_factory=dict)
    refunds: dict[str, Object] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    moods: list[int | str] = field(default_factory=list)
    refund_status: str = "succeeded"
    never: asyncio.Event = field(default_factory=asyncio.Event)
    _answers: dict[str, tuple[str, Object]] = field(default_factory=dict)
    _made: int = 0

    # What buyers and banks do there.

    def pay(self, session_id: str) -> Signed:
        """The buyer pays; the answer is the notice that Stripe sends."""
        intent = self._intent(session_id)
        intent["status"], intent["amount_received"] = "succeeded", intent["amount"]
        self.sessions[session_id] |= {"status": "complete", "payment_status": "paid"}
        return self.event("payment_intent.succeeded", intent)

    def decline(self, session_id: str) -> Signed:
        """The bank says no; the buyer may try another card on the same page."""
        intent = self._intent(session_id)
        intent["last_payment_error"] = {"code": "card_declined", "type": "card_error"}
        return self.event("payment_intent.payment_failed", intent)

    def expire(self, session_id: str) -> Signed:
        self.sessions[session_id]["status"] = "expired"
        return self.event("checkout.session.expired", self.sessions[session_id])

    def end_refund(self, refund_id: str, status: str) -> Signed:
        refund = self.refunds[refund_id]
        refund["status"] = status
        if status == "failed":
            refund["failure_reason"] = "lost_or_stolen_card"
        return self.event("refund.failed" if status == "failed" else "refund.updated", refund)

    def event(self, kind: str, thing: Object) -> Signed:
        event = {
            "id": self._id("evt"), "object": "event", "type": kind, "livemode": False,
            "created": int(self.clock.now().timestamp()), "data": {"object": thing},
        }  # fmt: skip
        return self.sign(json.dumps(event).encode())

    def sign(self, body: bytes, *, at: datetime | None = None, key: str = NOTICE_KEY) -> Signed:
        said = int((at or self.clock.now()).timestamp())
        mark = hmac.new(key.encode(), b"%d." % said + body, hashlib.sha256).hexdigest()
        return body, {SIGNATURE_HEADER: f"t={said},v1={mark},v0=of_old"}

    def refunded(self, intent_id: str) -> int:
        """What went back of a payment intent, or is about to."""
        return sum(
            refund["amount"]
            for refund in self.refunds.values()
            if refund["payment_intent"] == intent_id
            and refund["status"] in ("pending", "succeeded")
        )

    # What its API answers.

    def _create_session(self, asked: Object) -> Object:
        now = self.clock.now()
        closes_in = timedelta(seconds=int(asked["expires_at"]) - now.timestamp())
        price = asked["line_items"]["0"]["price_data"]
        amount = int(price["unit_amount"])
        if not OPEN_MIN <= closes_in <= OPEN_MAX:
            raise Refused("The `expires_at` timestamp must be between 30 minutes and 24 hours.")
        if not re.fullmatch("[a-z]{3}", price["currency"]) or amount <= 0:
            raise Refused("Invalid currency or integer")
        if asked["mode"] != "payment" or not price["product_data"]["name"]:
            raise Refused("Missing required param")
        for address in (asked["success_url"], asked["cancel_url"]):
            if not re.match("https?://[^/]+/", address):
                raise Refused("Not a valid URL")
        name = self._id("cs_test")
        session = self.sessions[name] = {
            "id": name, "object": "checkout.session", "status": "open",
            "payment_status": "unpaid", "url": f"{self.url}/c/pay/{name}",
            "amount_total": amount, "currency": price["currency"],
            "metadata": asked.get("metadata", {}), "payment_intent": None,
            "intent_metadata": asked["payment_intent_data"]["metadata"],
            "success_url": asked["success_url"],
            "allowed_payment_method_types": list(asked["allowed_payment_method_types"].values()),
        }  # fmt: skip
        return session

    def _expire_session(self, name: str) -> Object:
        session = self._found(self.sessions, name)
        if session["status"] != "open":
            raise Refused("Only Checkout Sessions with a status in [open] can be expired.")
        session["status"] = "expired"
        return session

    def _create_refund(self, asked: Object) -> Object:
        intent = self._found(self.intents, asked["payment_intent"])
        amount = int(asked["amount"])
        if intent["status"] != "succeeded":
            raise Refused("This PaymentIntent does not have a successful charge to refund.")
        if amount + self.refunded(intent["id"]) > intent["amount_received"]:
            raise Refused("Refund amount is greater than unrefunded amount on charge")
        name = self._id("re")
        refund = self.refunds[name] = {
            "id": name, "object": "refund", "amount": amount, "currency": intent["currency"],
            "payment_intent": intent["id"], "status": self.refund_status,
            "metadata": asked.get("metadata", {}),
            "failure_reason": "expired_card" if self.refund_status == "failed" else None,
        }  # fmt: skip
        return refund

    def _shown(self, session: Object, query: Object) -> Object:
        shown = dict(session)
        if session["payment_intent"] and "payment_intent" in query.get("expand", {}).values():
            shown["payment_intent"] = self.intents[session["payment_intent"]]
        return shown

    def _listed(self, query: Object) -> Object:
        wanted = query["payment_intent"]
        found = [one for one in self.refunds.values() if one["payment_intent"] == wanted]
        return {"object": "list", "data": found, "has_more": False, "url": "/v1/refunds"}

    def _answer(self, method: str, path: str, asked: Object) -> Object:
        match method, path.removeprefix("/v1/").split("/"):
            case "POST", ["checkout", "sessions"]:
                return self._create_session(asked)
            case "GET", ["checkout", "sessions", name]:
                return self._shown(self._found(self.sessions, name), asked)
            case "POST", ["checkout", "sessions", name, "expire"]:
                return self._expire_session(name)
            case "POST", ["refunds"]:
                return self._create_refund(asked)
            case "GET", ["refunds"]:
                return self._listed(asked)
            case "GET", ["refunds", name]:
                return self._found(self.refunds, name)
            case _:
                raise Refused(f"Unrecognized request URL ({method}: {path})", status=404)

    async def handle(self, request: web.Request) -> web.Response:
        self.requests.append(f"{request.method} {request.path}")
        mood = self.moods.pop(0) if self.moods else 200
        if isinstance(mood, int) and mood != 200:
            headers = {"Stripe-Should-Retry": "true"} if mood == 503 else {}
            return web.json_response(_fault(mood), status=mood, headers=headers)
        if mood == "stuck":
            await self.never.wait()
        try:
            status, body = 200, self._once(request, await request.text())
        except Refused as refusal:
            status, body = refusal.status, refusal.body
        if mood == "lost":
            assert request.transport is not None
            request.transport.close()
        headers = {"Request-Id": f"req_{len(self.requests)}"}
        return web.json_response(body, status=status, headers=headers)

    def _once(self, request: web.Request, text: str) -> Object:
        """Do what is asked; under a key that was used before, only say again what came of it."""
        if request.headers.get("Authorization") != f"Bearer {API_KEY}":
            raise Refused("Invalid API Key provided", status=401)
        if not re.fullmatch(r"\d{4}-\d\d-\d\d\.\w+", request.headers["Stripe-Version"]):
            raise Refused("Invalid Stripe API version")
        if request.method == "GET":
            return self._answer("GET", request.path, _unfolded(request.query_string))
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.content_type != "application/x-www-form-urlencoded":
            raise Refused("every POST of ours needs a key and a form")
        asked = f"{request.path}?{text}"
        before, body = self._answers.get(key, (asked, None))
        if before != asked:
            problem = "Keys for idempotent requests can only be used with the same parameters."
            raise Refused(problem, kind="idempotency_error")
        if body is None:
            body = dict(self._answer("POST", request.path, _unfolded(text)))
            self._answers[key] = (asked, body)
        return body

    def _intent(self, session_id: str) -> Object:
        """The payment intent of a session: made when the buyer first tries to pay."""
        session = self.sessions[session_id]
        assert session["status"] == "open", "nobody can pay there any more"
        if session["payment_intent"] is None:
            name = session["payment_intent"] = self._id("pi")
            self.intents[name] = {
                "id": name, "object": "payment_intent", "status": "requires_payment_method",
                "amount": session["amount_total"], "amount_received": 0,
                "currency": session["currency"], "metadata": session["intent_metadata"],
                "last_payment_error": None,
            }  # fmt: skip
        return self.intents[session["payment_intent"]]

    def _found(self, things: dict[str, Object], name: str) -> Object:
        if name not in things:
            raise Refused(f"No such thing: '{name}'", status=404, code="resource_missing")
        return things[name]

    def _id(self, prefix: str) -> str:
        self._made += 1
        return f"{prefix}_{self._made:06}"


def _fault(status: int) -> Object:
    return {"error": {"type": "api_error", "message": f"it is said to be {status} today"}}


def _unfolded(text: str) -> Object:
    """What was sent as a[b][0]=c, as dictionaries in each other."""
    root: Object = {}
    for name, value in parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)):
        *path, last = re.findall(r"[^\[\]]+", name)
        place = root
        for part in path:
            place = place.setdefault(part, {})
        place[last] = value
    return root


@asynccontextmanager
async def fake_stripe(clock: Clock) -> AsyncIterator[FakeStripe]:
    fake = FakeStripe(clock)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", fake.handle)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield fake
    finally:
        fake.never.set()
        await runner.cleanup()
