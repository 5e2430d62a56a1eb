"""Frames over plain HTTP: what caches and pages of other sites may do with them."""

import gzip
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from livehouse.app.frames import frames
from livehouse.engine.backplane import LocalBackplane
from livehouse.engine.conductor import Conductor, ConductorPorts
from livehouse.engine.gateway import Gateway, GatewayPorts
from livehouse.engine.segments import segment_of
from livehouse.engine.shelves import Shelves
from livehouse.engine.vocabulary import Vocabulary
from livehouse.foundation.clock import to_ms
from livehouse.foundation.frames import SealedRun
from livehouse.foundation.ids import RunId
from tests.support.clock import ManualClock
from tests.support.engine_memory import (
    MemoryArchive,
    MemoryFacts,
    MemoryFrameLog,
    MemoryLeases,
    MemoryRuns,
    NotesAndSwitches,
    OpenTickets,
)
from tests.support.engine_tasks import running
from tests.support.web_client import HTML, web_client

RUN = RunId(UUID("01890a5d-ac96-774b-bcce-b302099a8057"))
TICK = timedelta(milliseconds=50)


@dataclass
class Stage:
    http: httpx.AsyncClient
    clock: ManualClock
    gateway: Gateway
    facts: MemoryFacts
    archive: MemoryArchive

    @property
    def now(self) -> int:
        return segment_of(to_ms(self.clock.now()))

    async def get(self, name: object, **headers: str) -> httpx.Response:
        return await self.http.get(f"/live/{RUN}/frames/{name}", headers=headers)

    async def pass_seconds(self, seconds: float) -> None:
        for _ in range(int(seconds / TICK.total_seconds())):
            await self.clock.advance(TICK)


class KnownNames:
    async def speakers(self, run: RunId) -> Mapping[str, str]:  # noqa: ARG002 - tests have one
        return {"u1": "Ann"}


@asynccontextmanager
async def _stage() -> AsyncIterator[Stage]:
    clock, backplane, facts = ManualClock(), LocalBackplane(), MemoryFacts()
    leases = MemoryLeases(clock)
    log = MemoryFrameLog(leases)
    gateway = Gateway(
        "node",
        clock,
        GatewayPorts(frames=log, backplane=backplane, tickets=OpenTickets()),
        Vocabulary({}),
    )
    ports = ConductorPorts(
        behaviour=NotesAndSwitches(),
        frames=log,
        leases=leases,
        facts=facts,
        runs=MemoryRuns(RUN),
        backplane=backplane,
    )
    archive = MemoryArchive()
    shelves = Shelves(gateway, log, archive, clock, seconds_max=0.5)
    conducting = Conductor("node", clock, ports).run()
    async with (
        running(gateway.run()),
        running(conducting),
        web_client(
            [frames], clock=clock, gateway=gateway, shelves=shelves, names=KnownNames()
        ) as client,
    ):
        stage = Stage(client.http, clock, gateway, facts, archive)
        await stage.pass_seconds(5)
        yield stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with _stage() as found:
        yield found


async def test_a_whole_segment_may_be_kept_by_every_cache(stage: Stage) -> None:
    answer = await stage.get(f"{stage.now - 1}.json")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=3600, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["etag"]
    assert "vary" not in answer.headers
    assert "set-cookie" not in answer.headers
    document = answer.json()
    assert (document["segment"], document["revision"]) == (stage.now - 1, 0)
    assert "state" in document["frames"][0]


async def test_joining_takes_the_newest_keyframe_and_the_segment_it_lies_in(stage: Stage) -> None:
    latest = await stage.get("latest.json")
    keyframe = latest.json()

    async with running(stage.pass_seconds(2)):
        segment = await stage.get(f"{segment_of(keyframe['at'])}.json")

    assert latest.headers["cache-control"] == "public, max-age=1, stale-if-error=60"
    numbers = [frame["n"] for frame in segment.json()["frames"]]
    assert keyframe["n"] in numbers
    assert len(numbers) == numbers[-1] - numbers[0] + 1


async def test_the_index_is_for_a_second(stage: Stage) -> None:
    answer = await stage.get("index.json")

    assert answer.headers["cache-control"] == "public, max-age=1, stale-if-error=60"
    assert answer.json() == {
        "run": str(RUN),
        "segment_ms": 2_000,
        "first": stage.now - 2,
        "last": stage.now - 1,
        "ended": False,
        "revisions": {},
        "names": "names.json",
    }


async def test_the_names_of_who_spoke_are_for_a_minute(stage: Stage) -> None:
    answer = await stage.get("names.json")

    assert answer.json() == {"u1": "Ann"}
    assert answer.headers["cache-control"] == "public, max-age=60"


async def test_what_was_written_anew_is_gone_from_its_old_address(stage: Stage) -> None:
    number = stage.now - 1
    stage.archive.kept[RUN, number] = 1
    stage.archive.progress[RUN] = SealedRun(number - 1, number, 0)
    await stage.pass_seconds(1)

    answer = await stage.get(f"{number}.json")

    assert (answer.status_code, answer.json()["code"]) == (410, "segment_revised")
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert (await stage.get("index.json")).json()["revisions"] == {str(number): 1}


async def test_reading_by_http_alone_keeps_the_frames_coming(stage: Stage) -> None:
    for _ in range(60):
        await stage.pass_seconds(2)
        assert (await stage.get(f"{stage.now - 1}.json")).status_code == 200

    assert stage.gateway.viewers(RUN) == 0


@pytest.mark.parametrize(
    ("name", "status", "code", "kept"),
    [
        ("{later}.json", 404, "too_early", "no-store"),
        ("{now}.json", 503, "segment_late", "no-store"),
        ("{before}.json", 404, "not_found", "public, max-age=5"),
        ("0{whole}.json", 404, "not_found", "public, max-age=5"),
        ("-1.json", 404, "not_found", "public, max-age=5"),
        ("٣.json", 404, "not_found", "public, max-age=5"),
        ("9999999999999999999999.json", 404, "not_found", "public, max-age=5"),
        ("{whole}.gz", 404, "not_found", "public, max-age=5"),
        ("{whole}.0.json", 404, "not_found", "public, max-age=5"),
        ("{whole}.1.json", 404, "not_found", "public, max-age=5"),
        ("{whole}.json.json", 404, "not_found", "public, max-age=5"),
    ],
)
async def test_no_cache_keeps_a_refusal_for_long(
    stage: Stage, name: str, status: int, code: str, kept: str
) -> None:
    now = stage.now
    places = {"later": now + 3, "now": now, "before": now - 9, "whole": now - 1}

    answer = await stage.get(name.format(**places), **HTML)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["cache-control"] == kept
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in answer.headers
    assert answer.headers.get("retry-after") == ("1" if status == 503 else None)


async def test_a_run_that_is_not_has_nothing(stage: Stage) -> None:
    for name in ("1.json", "latest.json", "index.json"):
        answer = await stage.http.get(f"/live/{UUID(int=5)}/frames/{name}")
        assert answer.status_code == 404
        assert answer.headers["cache-control"] == "public, max-age=5"


async def test_segments_are_compressed_once_and_the_same_for_all(stage: Stage) -> None:
    async with stage.http.stream(
        "GET", f"/live/{RUN}/frames/{stage.now - 1}.json", headers={"Accept-Encoding": "identity"}
    ) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])

    assert json.loads(gzip.decompress(raw))["segment"] == stage.now - 1
