"""`bench draw`: a million entrants closed, drawn, and published so that anybody can check it."""

import asyncio
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from time import perf_counter
from uuid import UUID

import msgspec
from msgspec import Struct

from livehouse.app.bench.furnishing import open_sale
from livehouse.app.bench.house import a_folder
from livehouse.app.bench.machine import Machine, describe
from livehouse.app.lifespan import opened
from livehouse.app.platform import Platform
from livehouse.app.settings import Settings
from livehouse.domains.fairness import leaf_for, name_of
from livehouse.domains.play import Steps
from livehouse.domains.play.model.rounds import Round, Stage
from livehouse.domains.play.model.terms import Kind, Plan, Prize, PrizeKind
from livehouse.domains.play.service.steps import record_key
from livehouse.foundation.ids import PersonId, RunId

AGAINST = "PostgreSQL's `order by random() limit n` over the same rows, which nobody can check"
PRIZES = 100
CHUNK = 50_000
VERIFY_SECONDS_MAX = 120.0
_COLUMNS = ("round_id", "person_id", "name", "nonce", "leaf", "joined_at")
_BASELINE = """
select person_id from draw_entries where round_id = $1 order by random() limit $2
"""

Say = Callable[[str], None]
_Row = tuple[UUID, UUID, bytes, bytes, bytes, datetime]


class DrawPlan(Struct, frozen=True, kw_only=True):
    entrants: int = 1_000_000


class DrawFigures(Struct, frozen=True, kw_only=True):
    """What `bench draw` prints. `seconds` is the house's work from the last entrant to the record
    that anybody can read; between its steps a real room shows two frames, half a second in all.
    `close_seconds` of them go until the list and its root stand, `draw_seconds` from there to the
    published record."""

    bench: str = "draw"
    machine: Machine
    pids: dict[str, int]
    seconds: float
    against: str
    entrants: int
    winners: int
    close_seconds: float
    draw_seconds: float
    record_bytes: int
    verified: bool
    verify_seconds: float
    baseline_seconds: float
    ratio: float


class _Shown:
    """A room whose frames come at once: what has just been fixed is seen."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.round: Round | None = None
        self.listed: float | None = None  # when it was first asked for after the close

    async def latest(self, run: RunId) -> bytes | None:  # noqa: ARG002 - there is one
        assert self.round is not None, "asked before the draw was started"
        _, one = await self._platform.draws.round(self.round.id)
        if one.root and self.listed is None:
            self.listed = perf_counter()
        card = {
            "round_id": str(one.id), "terms_hash": one.terms_hash, "commitment": one.commitment,
            "root": one.root,
        }  # fmt: skip
        return msgspec.json.encode({"state": {"draws": {str(one.draw_id): card}}})


async def bench_draw(plan: DrawPlan, say: Say) -> DrawFigures:
    """Fill a gathering, close it, draw it, and let another process check what was published."""
    with a_folder("bench-draw", say) as folder:
        async with opened(Settings(data=str(folder), media=False)) as platform:
            machine = await describe(platform.database.pool, folder)
            shown = _Shown(platform)
            steps = Steps(platform.draws, shown, platform.objects)
            shown.round = await _started(platform, plan.entrants)
            await steps.advance()
            one = shown.round
            say(f"{plan.entrants} people join")
            await _fill(platform, one, plan.entrants)
            began = perf_counter()
            await steps.advance()
            took = perf_counter() - began
            assert shown.listed is not None, "a room shows the list before the seed"
            closing = shown.listed - began
            _, done = await platform.draws.round(one.id)
            record = await platform.objects.get(record_key(one.id))
            assert done.stage is Stage.DONE, "one look takes all steps"
            assert record is not None, "what is drawn is published"
            say("another process checks the record")
            verified, verify_seconds = await _verified(folder, record)
            began = perf_counter()
            await platform.database.pool.fetch(_BASELINE, one.id, PRIZES)
            baseline = perf_counter() - began
            return DrawFigures(
                machine=machine,
                pids={"bench": os.getpid()},
                seconds=round(took, 3),
                against=AGAINST,
                entrants=done.entrants,
                winners=sum(prize >= 0 for _, prize, _ in await platform.draws.drawn(one.id)),
                close_seconds=round(closing, 3),
                draw_seconds=round(took - closing, 3),
                record_bytes=len(record),
                verified=verified,
                verify_seconds=round(verify_seconds, 3),
                baseline_seconds=round(baseline, 3),
                ratio=round(took / baseline, 2),
            )


async def _started(platform: Platform, entrants: int) -> Round:
    sale = await open_sale(platform, offers=1)
    show = await platform.shows.by_slug(sale.show_slug)
    prize = Prize(kind=PrizeKind.GIFT, title="A bowl", quantity=PRIZES, value_minor=0)
    plan = Plan(
        kind=Kind.GATHERING, title="Bowls", prizes=(prize,), seconds=3_600, currency="EUR",
        goal=entrants,
    )  # fmt: skip
    plan_id = await platform.draws.plan(show, plan)
    by = PersonId(platform.ids.new())
    return await platform.draws.start(show.slug, plan_id, by=by)


async def _fill(platform: Platform, one: Round, entrants: int) -> None:
    """Write them as joining does, without the questions: how fast they join is not asked here."""
    now = platform.clock.now()
    async with platform.database.pool.acquire() as connection:
        for chunk in _chunks(platform, one, entrants, now):
            await connection.copy_records_to_table("draw_entries", records=chunk, columns=_COLUMNS)
        await connection.execute("analyze draw_entries")
        await connection.execute(
            "update draw_rounds set entrants = $2, filled_at = $3 where id = $1",
            one.id, entrants, now,
        )  # fmt: skip


def _chunks(platform: Platform, one: Round, entrants: int, now: datetime) -> Iterator[list[_Row]]:
    for start in range(0, entrants, CHUNK):
        nonces = [secrets.token_hex(32) for _ in range(min(CHUNK, entrants - start))]
        yield [
            (one.id, platform.ids.new(), name_of(one.id, nonce), bytes.fromhex(nonce),
             leaf_for(one.id, nonce), now)
            for nonce in nonces
        ]  # fmt: skip


async def _verified(folder: Path, record: bytes) -> tuple[bool, float]:
    """What `livehouse draw verify` says, which needs neither this house nor its database."""
    path = folder / "record.json"
    path.write_bytes(record)
    began = perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "livehouse", "draw", "verify", str(path),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    async with asyncio.timeout(VERIFY_SECONDS_MAX):
        return await process.wait() == 0, perf_counter() - began
