"""What channels need from the installation."""

from typing import Protocol


class Sealing(Protocol):
    def close(self, text: str) -> bytes: ...

    def open(self, sealed: bytes) -> str: ...
