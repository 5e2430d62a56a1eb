"""Short texts that only we can have written: CSRF tokens, notices, tickets."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from hashlib import sha256

SIGNED_CHARS_MAX = 4096


class Signer:
    """Signs with the first key and accepts every key, so that keys can be rotated.

    A purpose is part of what is signed: a notice is never taken for a ticket.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        assert keys, "at least one key"
        assert all(len(key) >= sha256().digest_size for key in keys), "keys of 32 bytes or more"
        self._keys = tuple(keys)

    def sign(self, purpose: str, payload: bytes) -> str:
        """`payload` and its proof as one word of URL-safe characters."""
        return f"{_text(payload)}.{_text(self._proof(self._keys[0], purpose, payload))}"

    def open(self, purpose: str, signed: str) -> bytes | None:
        """The payload, or None for anything that we did not sign for this purpose."""
        if len(signed) > SIGNED_CHARS_MAX or not signed.isascii():
            return None
        body, _, proof = signed.partition(".")
        try:
            payload, given = _bytes(body), _bytes(proof)
        except (NotBase64, ValueError):
            return None
        return payload if self._is_proof(purpose, payload, given) else None

    def token(self, purpose: str, about: str) -> str:
        """A proof alone, for what the other side holds already."""
        return _text(self._proof(self._keys[0], purpose, about.encode()))

    def is_token(self, purpose: str, about: str, given: str) -> bool:
        if len(given) > SIGNED_CHARS_MAX or not given.isascii():
            return False
        try:
            return self._is_proof(purpose, about.encode(), _bytes(given))
        except (NotBase64, ValueError):
            return False

    def _is_proof(self, purpose: str, payload: bytes, given: bytes) -> bool:
        # Every key is tried, so that the time taken tells nothing about which one signed.
        matches = [
            hmac.compare_digest(self._proof(key, purpose, payload), given) for key in self._keys
        ]
        return any(matches)

    def _proof(self, key: bytes, purpose: str, payload: bytes) -> bytes:
        return hmac.digest(key, purpose.encode() + b"\0" + payload, "sha256")


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
