"""How the picture arrives: what viewers' players tell of it, and what the host is told.

What players tell is believed as far as figures go, never more: it is bounded, counted by address,
and kept in memory alone, without a word of who told it (decision 0122).
"""

from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from litestar.response import Response
from msgspec import Meta, Struct
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from livehouse.domains.recordings import Recordings
from livehouse.domains.shows import RUNNING_ROLES, Shows
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import RunId
from livehouse.media.specs import RenditionStatus
from livehouse.media.supervisor import MediaSupervisor
from livehouse.web.guards import require_store
from livehouse.web.handlers import CurrentViewer, FromPath, JSONBody, Service, get, limited, post
from livehouse.web.limits import VIEWING, VIEWING_PER_ADDRESS

BODY_BYTES_MAX = 1024
# Runs that are remembered, and of each the newest reports and starts.
RUNS_MAX = 64
REPORTS_MAX = 1_000
STARTS_MAX = 500
# The host sees how it is now, and that is the last minutes.
SPAN = timedelta(minutes=5)
HOUR_MS = 3_600_000

Form: TypeAlias = Literal["source", "540p", "360p", "audio", "other"]
Ms: TypeAlias = Annotated[int, Meta(ge=0, le=600_000)]


class Report(Struct, frozen=True, forbid_unknown_fields=True):
    """What one player tells of the time since its last report.

    `start_ms`, from being given an address to the first moving picture, is told once. `behind_ms`
    is how far the picture is from the stage by the programme's time.
    """

    played_ms: Ms
    stalled_ms: Ms
    stalls: Annotated[int, Meta(ge=0, le=1_000)]
    form: Form
    start_ms: Ms | None = None
    behind_ms: Ms | None = None


class ViewerFigures(Struct, frozen=True):
    """What players have told in the last five minutes; null where nobody has told it."""

    reports: int
    stalls_per_hour: float | None
    stalled_share: float | None
    start_p50_ms: int | None
    start_p95_ms: int | None
    behind_p50_ms: int | None
    # Reports by the form of the picture that was played.
    forms: dict[str, int]


class PictureFigures(Struct, frozen=True):
    """A run's picture beyond its camera: what encoding takes, and how it arrives."""

    encode_load: float
    renditions: tuple[RenditionStatus, ...]
    viewers: ViewerFigures | None
    # Why nothing is recorded just now: store_full, house_full, disk_full or disk_broken.
    unrecorded: str = ""


class _Told(Struct):
    reports: deque[tuple[datetime, Report]]
    starts: deque[tuple[datetime, int]]


class Viewings:
    """What was told to this node; bounded, and forgotten with the process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._runs: OrderedDict[RunId, _Told] = OrderedDict()
        self._counts: dict[Form, int] = {}
        self._stalls = 0
        self._played_ms = 0
        self._stalled_ms = 0

    def take(self, run: RunId, report: Report) -> None:
        now = self._clock.now()
        told = self._runs.get(run)
        if told is None:
            told = self._runs[run] = _Told(deque(maxlen=REPORTS_MAX), deque(maxlen=STARTS_MAX))
        self._runs.move_to_end(run)
        if len(self._runs) > RUNS_MAX:
            self._runs.popitem(last=False)
        told.reports.append((now, report))
        if report.start_ms is not None:
            told.starts.append((now, report.start_ms))
        self._counts[report.form] = self._counts.get(report.form, 0) + 1
        self._stalls += report.stalls
        self._played_ms += report.played_ms
        self._stalled_ms += report.stalled_ms

    def figures(self, run: RunId) -> ViewerFigures | None:
        """None where nobody has told anything lately."""
        told = self._runs.get(run)
        if told is None:
            return None
        since = self._clock.now() - SPAN
        reports = [report for at, report in told.reports if at >= since]
        starts = sorted(start for at, start in told.starts if at >= since)
        return _figures(reports, starts) if reports else None

    def metrics(self, shown: Sequence[RunId]) -> Iterator[Metric]:
        """Sums of all, and figures of the runs that are on: nobody can make up others."""
        reports = CounterMetricFamily(
            "livehouse_viewing_reports", "Reports of viewers' players.", labels=["form"]
        )
        for form, count in self._counts.items():
            reports.add_metric([form], count)
        yield reports
        for name, meaning, value in (
            ("stalls", "Times that a picture stood still at viewers.", self._stalls),
            ("stalled_seconds", "How long it stood still.", self._stalled_ms / 1000),
            ("played_seconds", "How long it played.", self._played_ms / 1000),
        ):
            yield CounterMetricFamily(f"livehouse_viewing_{name}", meaning, value)
        found = {run: figures for run in shown if (figures := self.figures(run)) is not None}
        for name, meaning in (
            ("start_p95_ms", "Within what 95 of 100 players have a picture."),
            ("behind_p50_ms", "How far half of the players are behind the stage at most."),
            ("stalls_per_hour", "Stalls in an hour of playing."),
        ):
            gauge = GaugeMetricFamily(f"livehouse_viewing_{name}", meaning, labels=["run"])
            for run, figures in found.items():
                if (value := getattr(figures, name)) is not None:
                    gauge.add_metric([str(run)], value)
            yield gauge


def _figures(reports: Sequence[Report], starts: Sequence[int]) -> ViewerFigures:
    played = sum(report.played_ms for report in reports)
    stalled = sum(report.stalled_ms for report in reports)
    stalls = sum(report.stalls for report in reports)
    behind = sorted(report.behind_ms for report in reports if report.behind_ms is not None)
    forms: dict[str, int] = {}
    for report in reports:
        forms[report.form] = forms.get(report.form, 0) + 1
    return ViewerFigures(
        reports=len(reports),
        stalls_per_hour=round(stalls * HOUR_MS / played, 2) if played else None,
        stalled_share=round(stalled / (played + stalled), 4) if played + stalled else None,
        start_p50_ms=_nearest(starts, 50),
        start_p95_ms=_nearest(starts, 95),
        behind_p50_ms=_nearest(behind, 50),
        forms=forms,
    )


def _nearest(ranked: Sequence[int], percent: int) -> int | None:
    """The nearest-rank percentile of what is sorted; None of nothing."""
    return ranked[-(-len(ranked) * percent // 100) - 1] if ranked else None


class Pictures(Struct, frozen=True):
    """What is known of the pictures of this node's shows."""

    shows: Shows
    media: MediaSupervisor
    recordings: Recordings
    viewings: Viewings


@post(
    "/live/{run:uuid}/viewing",
    status_code=204,
    opt={"csrf": False},
    request_max_body_size=BODY_BYTES_MAX,
    guards=[limited(VIEWING, per_address=VIEWING_PER_ADDRESS)],
    include_in_schema=False,
)
async def tell_viewing(
    run: FromPath[UUID], data: JSONBody[Report], pictures: Service[Pictures]
) -> None:
    """A player tells how the picture arrives; it stands for nobody, and changes figures alone."""
    pictures.viewings.take(RunId(run), data)


@get("/api/shows/{slug:str}/picture")
async def read_picture(
    slug: FromPath[str], viewer: CurrentViewer, pictures: Service[Pictures]
) -> Response[PictureFigures | None]:
    """What encoding a show's picture takes and how it arrives, as this node knows it: for its
    hosts, while a run is on."""
    show = await pictures.shows.by_slug(slug)
    require_store(viewer, show.room.store_id, *RUNNING_ROLES)
    found: PictureFigures | None = None
    if show.run is not None and show.run.on:
        status = pictures.media.status(show.run.id)
        found = PictureFigures(
            encode_load=_encode_load(status.renditions, status.decode_load) if status else 0.0,
            renditions=status.renditions if status else (),
            viewers=pictures.viewings.figures(show.run.id),
            unrecorded=await pictures.recordings.problem(show.run.id),
        )
    return Response(found, headers={"Cache-Control": "no-store"})


def _encode_load(renditions: Sequence[RenditionStatus], decode_load: float) -> float:
    return round(decode_load + sum(one.load for one in renditions), 3)


routes = (tell_viewing, read_picture)
