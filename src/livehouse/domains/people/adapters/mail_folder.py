"""Mail for development: each letter is a file that any mail program opens."""

import asyncio
from pathlib import Path

import structlog

from livehouse.domains.people.adapters.smtp import letter
from livehouse.domains.people.ports import Mail
from livehouse.foundation.ids import IdSource

log = structlog.get_logger()

SENDER = "livehouse@localhost"


class MailFolder:
    def __init__(self, folder: Path, ids: IdSource) -> None:
        self._folder = folder
        self._ids = ids

    async def send(self, mail: Mail) -> None:
        path = self._folder / f"{self._ids.new()}.eml"
        await asyncio.to_thread(self._write, path, letter(mail, SENDER).as_bytes())
        log.info("mail_written", path=str(path))

    def _write(self, path: Path, content: bytes) -> None:
        # The letters hold links that sign people in: for the owner's eyes only.
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(content)
