"""The built-in payment provider: no money moves; the buyer says how the payment ends.

It behaves as a real one does: it sends its own page, and its word counts only as a signed notice.
"""

import hashlib
import hmac

import msgspec

from livehouse.domains.orders.errors import NoticeRefused
from livehouse.domains.orders.model import Payment
from livehouse.domains.orders.ports import Notice


class Sandbox:
    name = "sandbox"

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    async def begin(self, payment: Payment) -> str:
        return f"/sandbox/{payment.id}"

    def notice(self, payment: Payment, outcome: str) -> tuple[bytes, str]:
        """The notice that a provider would send, and its signature."""
        body = msgspec.json.encode(Notice(str(payment.id), outcome, payment.amount))
        return body, self._sign(body)

    def read_notice(self, body: bytes, signature: str) -> Notice:
        if not hmac.compare_digest(self._sign(body).encode(), signature.encode()):
            raise NoticeRefused
        try:
            return msgspec.json.decode(body, type=Notice)
        except msgspec.DecodeError:
            raise NoticeRefused from None

    async def refund(self, payment: Payment) -> None:
        """Nothing was charged, so nothing has to go back."""

    def _sign(self, body: bytes) -> str:
        return hmac.new(self._secret, body, hashlib.sha256).hexdigest()
