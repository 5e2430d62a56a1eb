"""What players tell of their picture, and what the host and the operator hear of it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from livehouse.app import viewing
from livehouse.app.viewing import RUNS_MAX, SPAN, Pictures, Report, ViewerFigures, Viewings
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import RunId, SystemIds
from livehouse.foundation.roles import Role
from livehouse.media.specs import RenditionStatus, RunStatus
from livehouse.media.supervisor import MediaSupervisor
from livehouse.storage.database import Database
from livehouse.web.limits import VIEWING_PER_ADDRESS
from tests.support.clock import ManualClock
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import WebClient, web_client

RUN = RunId(UUID(int=7))
CALM = Report(played_ms=60_000, stalled_ms=0, stalls=0, form="source", behind_ms=1_000)
GOOD = {"played_ms": 60_000, "stalled_ms": 500, "stalls": 1, "form": "360p", "start_ms": 400,
        "behind_ms": 1_200}  # fmt: skip


class MediaOfTests(MediaSupervisor):
    """One run, which is encoded."""

    @override
    def status(self, run_id: RunId) -> RunStatus:
        small = RenditionStatus("360p", on=True, load=0.05, drops=2)
        return RunStatus(str(run_id), "live", renditions=(small,), decode_load=0.04)


@pytest.fixture
def viewings(clock: ManualClock) -> Viewings:
    return Viewings(clock)


def test_figures_are_those_of_the_last_minutes(viewings: Viewings, clock: ManualClock) -> None:
    viewings.take(RUN, replace(CALM, start_ms=90_000, stalls=50))
    clock.set(clock.now() + SPAN + timedelta(seconds=1))
    assert viewings.figures(RUN) is None
    for start in range(100, 2_001, 100):
        viewings.take(RUN, replace(CALM, start_ms=start))
    stood = Report(played_ms=0, stalled_ms=60_000, stalls=1, form="540p")
    viewings.take(RUN, stood)

    assert viewings.figures(RUN) == ViewerFigures(
        reports=21, stalls_per_hour=3.0, stalled_share=0.0476, start_p50_ms=1_000,
        start_p95_ms=1_900, behind_p50_ms=1_000, forms={"source": 20, "540p": 1},
    )  # fmt: skip
    assert viewings.figures(RunId(UUID(int=8))) is None


def test_nobody_makes_it_remember_without_end(viewings: Viewings) -> None:
    for number in range(RUNS_MAX + 1):
        viewings.take(RunId(UUID(int=number)), CALM)

    known = [number for number in range(RUNS_MAX + 1) if viewings.figures(RunId(UUID(int=number)))]
    assert known == list(range(1, RUNS_MAX + 1))


def test_metrics_name_only_runs_that_are_on(viewings: Viewings) -> None:
    viewings.take(RUN, replace(CALM, start_ms=300, stalls=2))
    viewings.take(RunId(UUID(int=666)), CALM)

    class Told(Collector):
        @override
        def collect(self) -> list[Metric]:
            return list(viewings.metrics([RUN]))

    registry = CollectorRegistry()
    registry.register(Told())
    text = generate_latest(registry).decode()

    for line in (
        'livehouse_viewing_reports_total{form="source"} 2.0',
        "livehouse_viewing_stalls_total 2.0",
        "livehouse_viewing_played_seconds_total 120.0",
        f'livehouse_viewing_start_p95_ms{{run="{RUN}"}} 300.0',
        f'livehouse_viewing_behind_p50_ms{{run="{RUN}"}} 1000.0',
    ):
        assert line in text
    assert str(UUID(int=666)) not in text


@pytest.fixture
def world(database: Database, clock: ManualClock, ids: SystemIds) -> ShowsWorld:
    return ShowsWorld(database, clock, ids)


@pytest.fixture
async def web(world: ShowsWorld, viewings: Viewings, tmp_path: Path) -> AsyncIterator[WebClient]:
    media = MediaOfTests(tmp_path, SystemClock())
    pictures = Pictures(world.shows, media, world.recordings, viewings)
    async with web_client(viewing.routes, clock=world.clock, pictures=pictures) as client:
        yield client


async def test_nonsense_is_refused_and_a_report_is_not(web: WebClient, viewings: Viewings) -> None:
    for body in (
        b"", b"[]", b"{}", b"\xff", b'{"a":' * 90, b"9" * 2_000,
        msgspec.json.encode({**GOOD, "stalls": -1}),
        msgspec.json.encode({**GOOD, "played_ms": 600_001}),
        msgspec.json.encode({**GOOD, "behind_ms": 1.5}),
        msgspec.json.encode({**GOOD, "start_ms": "soon"}),
        msgspec.json.encode({**GOOD, "form": "8k"}),
        msgspec.json.encode({**GOOD, "viewer": "ann"}),
    ):  # fmt: skip
        headers = {"Content-Type": "application/json"}
        answer = await web.http.post(f"/live/{RUN}/viewing", content=body, headers=headers)
        assert 400 <= answer.status_code < 500, body
    assert viewings.figures(RUN) is None

    assert (await web.http.post(f"/live/{RUN}/viewing", json=GOOD)).status_code == 204
    assert viewings.figures(RUN) is not None


async def test_one_address_tells_only_so_much(web: WebClient, viewings: Viewings) -> None:
    for _ in range(VIEWING_PER_ADDRESS.count):
        web.web.rates.spend(VIEWING_PER_ADDRESS, "127.0.0.1")

    assert (await web.http.post(f"/live/{RUN}/viewing", json=GOOD)).status_code == 429
    assert viewings.figures(RUN) is None


async def test_the_host_sees_how_the_picture_arrives(
    world: ShowsWorld, web: WebClient, viewings: Viewings
) -> None:
    show = await world.a_show()
    web.sign_in_as(member_of(show.room.store_id, Role.HOST))
    before = (await web.get_json("/api/shows/tea-time/picture")).json()
    live = await world.shows.go_live("tea-time")
    assert live.run is not None
    viewings.take(live.run.id, msgspec.convert(GOOD, Report))
    await world.recordings.tell(
        live.run.id, ms=0, size=0, pieces=[], is_on=True, problem="disk_full"
    )

    told = (await web.get_json("/api/shows/tea-time/picture")).json()
    web.sign_in_as(member_of((await world.a_store("elsewhere")).id, Role.OWNER))
    refused = await web.get_json("/api/shows/tea-time/picture")

    assert before is None
    assert told["encode_load"] == 0.09
    assert told["renditions"][0]["drops"] == 2
    assert told["unrecorded"] == "disk_full"
    assert (told["viewers"]["reports"], told["viewers"]["start_p50_ms"]) == (1, 400)
    assert refused.status_code in {403, 404}
