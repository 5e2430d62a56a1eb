"""Letters that wait to be sent: each goes out at least once and seldom twice, or is given up."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic

import structlog

from livehouse.domains.people.model import LETTER_ATTEMPTS_MAX, next_try
from livehouse.domains.people.ports import L, LetterQueue, Mail, Mailer
from livehouse.foundation.clock import Clock
from livehouse.storage.database import Database

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Post(Generic[L]):
    """`at_once` letters are taken at a look. `lasts` is longer than all of them may take: meanwhile
    nobody else sends them, should this process die. `lanes` of them are on their way at a time,
    each in a connection of its own to the mail server."""

    database: Database
    clock: Clock
    mailer: Mailer
    queue: LetterQueue[L]
    at_once: int
    lasts: timedelta
    lanes: int = 1

    async def send_due(self, written: Callable[[L], Awaitable[Mail | None]]) -> int:
        """Send what waits; a letter that cannot be sent is tried again, and given up in the end.

        None is written where there is nobody to read it. Returns how many were looked at.
        """
        now = self.clock.now()
        async with self.database.transaction() as tx:
            due = await self.queue.take_due(tx, now, now + self.lasts, self.at_once)
        lanes = asyncio.Semaphore(self.lanes)
        async with asyncio.TaskGroup() as tasks:
            for letter in due:
                tasks.create_task(self._settle(letter, written, lanes))
        return len(due)

    async def _settle(
        self, letter: L, written: Callable[[L], Awaitable[Mail | None]], lanes: asyncio.Semaphore
    ) -> None:
        async with lanes:
            is_done = await self._send(letter, written) or letter.attempts >= LETTER_ATTEMPTS_MAX
            async with self.database.transaction() as tx:
                if is_done:
                    await self.queue.remove(tx, letter)
                else:
                    again = next_try(letter.attempts, self.clock.now())
                    await self.queue.put_off(tx, letter, again)

    async def _send(self, letter: L, written: Callable[[L], Awaitable[Mail | None]]) -> bool:
        try:
            mail = await written(letter)
            if mail is not None:
                await self.mailer.send(mail)
        except Exception:
            # One letter that fails must not keep the others from going out.
            log.exception("letter_failed", kind=letter.kind.value, about=str(letter.about))
            return False
        return True
