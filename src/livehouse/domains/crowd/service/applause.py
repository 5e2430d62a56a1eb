"""Applause: the host asks, the crowd claps, and everybody sees how loud it is."""

from dataclasses import dataclass
from datetime import timedelta

from livehouse.domains.crowd.events import ApplauseAsked
from livehouse.domains.crowd.model import applause as rules
from livehouse.domains.shows import Shows
from livehouse.foundation.clock import Clock, to_ms
from livehouse.storage.database import Database


@dataclass(frozen=True, slots=True)
class Applause:
    """Claps are sums in the room's frames, as hearts are: nothing that has a value hangs on them,
    so nothing of them stands in a table."""

    database: Database
    clock: Clock
    shows: Shows

    async def ask(self, show_slug: str, title: str, goal: int, seconds: int) -> None:
        """Ask the room to clap until a goal is reached; a new call takes the place of another."""
        call = rules.checked(rules.Call(" ".join(title.split()), goal, timedelta(seconds=seconds)))
        async with self.database.transaction() as tx:
            _, run = await self.shows.running(tx, show_slug)
            closes_at = self.clock.now() + call.lasts
            tx.record(ApplauseAsked(call.title, call.goal, to_ms(closes_at)), run_id=run.id)
