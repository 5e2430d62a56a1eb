"""Forgotten passwords: a link by mail that works once, for an hour."""

import asyncio
import secrets

import structlog

from livehouse.domains.people.errors import ResetRefused
from livehouse.domains.people.model import (
    RESET_DURATION,
    Person,
    check_password,
    fingerprint,
    parse_email,
)
from livehouse.domains.people.ports import Mail, Mailer
from livehouse.domains.people.service.passwords import Passwords
from livehouse.domains.people.store import accounts as store
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import Busy
from livehouse.foundation.text import N_
from livehouse.storage.database import Database
from livehouse.web.i18n import Languages

log = structlog.get_logger()

WAITING_MAX = 200
SUBJECT = N_("Your new password at {site}")
LETTER = N_(
    "Hello {name},\n\n"
    "someone, we hope you, asked for a new password at {site}. Choose it here within an hour:\n\n"
    "{link}\n\n"
    "If it was not you, do nothing: your password stays as it is.\n"
)


class Resets:
    """Asking only queues the address, so that the answer is the same whoever has an account."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        passwords: Passwords,
        mailer: Mailer,
        languages: Languages,
        *,
        origin: str,
        site_name: str,
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._mailer = mailer
        self._languages = languages
        self._origin = origin.rstrip("/")
        self._site_name = site_name
        self._asked: asyncio.Queue[str] = asyncio.Queue(WAITING_MAX)

    def ask(self, email: str) -> None:
        """Let a link be sent to the account of this address, if there is one."""
        try:
            self._asked.put_nowait(parse_email(email))
        except asyncio.QueueFull:
            raise Busy from None

    async def run(self) -> None:
        """Send what is asked for, for ever: `app` runs this in its task group."""
        while True:
            await self._send_or_log(await self._asked.get())

    async def send_waiting(self) -> None:
        """Send what has been asked for so far."""
        while not self._asked.empty():
            await self._send_or_log(self._asked.get_nowait())

    async def holder(self, token: str) -> Person:
        """Whose link it is."""
        async with self._database.transaction() as tx:
            person = await store.find_reset(tx, fingerprint(token), self._clock.now())
        if person is None:
            raise ResetRefused
        return person

    async def reset(self, token: str, password: str) -> Person:
        """Set the password, and end every session; the mail address is proven by the way."""
        person = await self.holder(token)
        check_password(password, email=person.email)
        hashed, now = await self._passwords.hash(password), self._clock.now()
        async with self._database.transaction() as tx:
            if not await store.take_reset(tx, fingerprint(token), now):
                raise ResetRefused
            await store.change(
                tx, person.id, password_hash=hashed, verified_at=person.verified_at or now
            )
            await store.close_sessions(tx, person.id)
        return person

    async def _send_or_log(self, email: str) -> None:
        try:
            await self._send(email)
        except Exception:
            # One letter that fails must not keep the others from going out.
            log.exception("reset_mail_failed")

    async def _send(self, email: str) -> None:
        token, now = secrets.token_urlsafe(32), self._clock.now()
        async with self._database.transaction() as tx:
            found = await store.by_email(tx, email)
            if found is None:
                return
            person, _ = found
            await store.allow_reset(tx, fingerprint(token), person.id, now + RESET_DURATION)
        words = self._languages.translator(person.language)
        link = f"{self._origin}/reset/{token}"
        text = words.text(LETTER, name=person.name, site=self._site_name, link=link)
        subject = words.text(SUBJECT, site=self._site_name)
        await self._mailer.send(Mail(person.email, subject, text))
