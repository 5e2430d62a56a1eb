"""What has been asked and not yet answered: sent again after a reconnect, given up at its end."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

from livehouse.client import limits
from livehouse.client.errors import Refused

Answering: TypeAlias = "asyncio.Future[Mapping[str, Any]]"


class Requests:
    """By the id that the asker gave; an answer that nobody waits for is let pass."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[bytes, Answering]] = {}

    @contextmanager
    def waiting(self, id_: str, command: bytes) -> Iterator[Answering]:
        """A request until the block ends; `Refused` where too many wait, or this one already."""
        if id_ in self._waiting or len(self._waiting) >= limits.REQUESTS_WAITING_MAX:
            raise Refused("too_many_waiting")
        answer: Answering = asyncio.get_running_loop().create_future()
        self._waiting[id_] = command, answer
        try:
            yield answer
        finally:
            del self._waiting[id_]
            answer.cancel()

    def commands(self) -> list[bytes]:
        return [command for command, _ in self._waiting.values()]

    def hear(self, message: Mapping[str, Any]) -> None:
        _, answer = self._waiting.get(str(message.get("id", "")), (b"", None))
        if answer is None or answer.done():
            return
        if message.get("type") == "refused":
            answer.set_exception(Refused(message["code"], message["message"]))
        else:
            answer.set_result(message)

    def fail_all(self, refusal: Refused) -> None:
        for _, answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(refusal)
