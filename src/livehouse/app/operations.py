"""What operators and their tools ask: is it well, and how much of what."""

import asyncio
import hmac
import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Response
from msgspec import Struct
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from livehouse.app.media_figures import media_figures
from livehouse.foundation.errors import NotFound
from livehouse.media.errors import MediaUnavailable
from livehouse.web.connections import AnyRequest
from livehouse.web.context import address_of

if TYPE_CHECKING:
    from livehouse.app.platform import Platform

LOOK_SECONDS_MAX = 2.0
_OK, _UNWELL = 200, 503


class Health(Struct, frozen=True):
    """`ok` is the whole; each part says `ok` or what it lacks. NATS is `none` for a node alone.

    `recording` says `stopped` while something on air is not recorded: shows go on, and somebody
    should make room.
    """

    ok: bool
    database: str
    media: str
    nats: str
    recording: str


class Operations:
    """Looks at the platform's parts; changes nothing."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform
        self._registry = CollectorRegistry()
        self._registry.register(_Figures(platform))

    async def health(self) -> Health:
        database, media = "ok", "ok"
        try:
            async with asyncio.timeout(LOOK_SECONDS_MAX):
                await self._platform.database.pool.fetchval("select 1")
        except Exception as error:  # noqa: BLE001 - told to whoever watches
            database = type(error).__name__
        try:
            _ = self._platform.settings.makes_video and self._platform.media.base_url
        except MediaUnavailable as error:
            media = error.code
        return Health(
            database == "ok" and media == "ok", database, media, self._nats(), self._recording()
        )

    def _recording(self) -> str:
        return "stopped" if self._platform.media.health.recording_alarm else "ok"

    def _nats(self) -> str:
        # Without NATS a node still sells and shows: it is well, and somebody should look.
        nats = self._platform.nats
        return "none" if nats is None else "ok" if nats.is_connected else "away"

    def metrics(self) -> bytes:
        return generate_latest(self._registry)

    def may_see_metrics(self, request: AnyRequest) -> bool:
        """Whoever holds the token; without one, this machine alone."""
        token = self._platform.settings.metrics_token
        if token:
            given = request.headers.get("authorization", "").removeprefix("Bearer ")
            return hmac.compare_digest(given.encode(), token.encode())
        try:
            return ipaddress.ip_address(address_of(request)).is_loopback
        except ValueError:
            return False


class _Figures(Collector):
    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    @override
    def collect(self) -> Iterator[Metric]:
        platform = self._platform
        figures = (
            ("connections", "Live connections of this node.", platform.gateway.connections),
            ("rooms", "Rooms that this node conducts.", len(platform.conductor.rooms)),
            ("database_pool", "Open raw connections.", platform.database.pool.get_size()),
            ("media_restarts", "Restarts of the media process.", platform.media.restarts),
        )
        for name, meaning, value in figures:
            yield GaugeMetricFamily(f"livehouse_{name}", meaning, value)
        yield CounterMetricFamily(
            "livehouse_segments_asked",
            "Requests for segments of frames, refused ones too.",
            platform.shelves.asked,
        )
        if platform.nats is not None:
            for name, meaning, value in (
                ("nats_connected", "Whether NATS is there.", int(platform.nats.is_connected)),
                ("nats_lost", "Messages that could not be sent or heard.", platform.nats.lost),
                ("nats_refused", "Messages that were not believed.", platform.nats.refused),
            ):
                yield GaugeMetricFamily(f"livehouse_{name}", meaning, value)
        viewers = GaugeMetricFamily(
            "livehouse_viewers", "People in a room on this node.", labels=["run"]
        )
        for run in platform.conductor.rooms:
            viewers.add_metric([str(run)], platform.gateway.viewers(run))
        yield viewers
        yield from media_figures(platform.media.health)
        yield from platform.viewings.metrics(list(platform.conductor.rooms))


@get("/healthz")
async def healthz(operations: NamedDependency[Operations]) -> Response[Health]:
    """Whether this node can work: 200, or 503 with what is missing."""
    health = await operations.health()
    return Response(health, status_code=_OK if health.ok else _UNWELL)


@get("/metrics", include_in_schema=False)
async def metrics(request: AnyRequest, operations: NamedDependency[Operations]) -> Response[bytes]:
    """Figures in Prometheus' format; strangers hear that there is nothing here."""
    if not operations.may_see_metrics(request):
        raise NotFound
    return Response(operations.metrics(), media_type=CONTENT_TYPE_LATEST)
