"""Secrets as they lie in the database: AES and HMAC, under a secret of the installation."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken


class SealBroken(Exception):
    """Sealed by another installation, with a secret that was replaced, or for another purpose."""


class Seal:
    """`purpose` keeps what was sealed for one thing from being opened as another."""

    def __init__(self, secret: bytes, purpose: str) -> None:
        key = sha256(purpose.encode() + b"\0" + secret).digest()
        self._fernet = Fernet(urlsafe_b64encode(key))

    def close(self, text: str) -> bytes:
        """ASCII of about one and a third times the length; sealing again gives other bytes."""
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """The text, or `SealBroken`."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise SealBroken from error
