"""Says in the playlists that offer a picture which captions there are (RFC 8216, 4.3.4.1)."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from livehouse.domains.recordings import language_names
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import Busy
from livehouse.foundation.ids import RunId

log = structlog.get_logger()

# The playlists that offer something, and what the names of their captions begin with.
OFFERING = {
    "main.m3u8": "captions-",
    "recorded.m3u8": "recorded-captions-",
    "rewind.m3u8": "recorded-captions-",
}
GROUP = "captions"
STREAM = "#EXT-X-STREAM-INF:"
REMEMBERED = timedelta(seconds=2)
REMEMBERED_MAX = 1_000
ASK_SECONDS_MAX = 1.0


class KnowsLanguages(Protocol):
    async def languages(self, run_id: RunId) -> dict[str, int]: ...


class Spoken:
    """The languages of runs' captions, remembered for a moment: everybody who begins asks."""

    def __init__(self, recordings: KnowsLanguages, clock: Clock) -> None:
        self._recordings = recordings
        self._clock = clock
        self._known: dict[RunId, tuple[datetime, tuple[str, ...]]] = {}

    async def of(self, run_id: RunId) -> tuple[str, ...]:
        """None where the database is away: the picture does without captions then."""
        now = self._clock.now()
        until, known = self._known.get(run_id, (now, ()))
        if until > now:
            return known
        try:
            async with asyncio.timeout(ASK_SECONDS_MAX):
                found = tuple(await self._recordings.languages(run_id))
        except (OSError, TimeoutError, SQLAlchemyError, Busy) as error:
            log.warning("captions_unknown", run_id=str(run_id), error=type(error).__name__)
            found = known
        if len(self._known) >= REMEMBERED_MAX:
            self._known.clear()
        self._known[run_id] = now + REMEMBERED, found
        return found


def with_captions(playlist: bytes, name: str, languages: Sequence[str]) -> bytes:
    """The playlist of that name, offering captions in these languages with every form."""
    if not languages:
        return playlist
    media = [
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="{GROUP}",NAME="{words}",LANGUAGE="{language}",'
        f'AUTOSELECT=YES,DEFAULT=NO,FORCED=NO,URI="{OFFERING[name]}{language}.m3u8"'
        for language, words in language_names(languages)
    ]
    lines = playlist.decode().splitlines()
    first = next((at for at, line in enumerate(lines) if line.startswith(STREAM)), len(lines))
    offered = [
        f'{line},SUBTITLES="{GROUP}"' if line.startswith(STREAM) else line for line in lines[first:]
    ]
    return ("\n".join([*lines[:first], *media, *offered]) + "\n").encode()
