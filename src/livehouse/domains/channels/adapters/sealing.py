"""Stream keys as they lie in the database: AES and HMAC, under a secret of the installation."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken

from livehouse.domains.channels.errors import KeyLost


class Seal:
    def __init__(self, secret: bytes) -> None:
        self._fernet = Fernet(urlsafe_b64encode(sha256(b"channels\0" + secret).digest()))

    def close(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """The text; `KeyLost` where the installation's secret is another by now."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise KeyLost from error
