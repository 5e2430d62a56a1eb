"""What operators are told of cameras and runs."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from livehouse.app.media_figures import media_figures
from livehouse.media.specs import InputStatus, MediaHealth, RenditionStatus, RunStatus

ROOM, RUN = "room-1", "run-1"


class Figures(Collector):
    def __init__(self, health: MediaHealth) -> None:
        self._health = health

    @override
    def collect(self) -> Iterator[Metric]:
        yield from media_figures(self._health)


def told(health: MediaHealth) -> str:
    registry = CollectorRegistry()
    registry.register(Figures(health))
    return generate_latest(registry).decode()


def test_each_camera_and_each_run_has_its_figures() -> None:
    camera = InputStatus(
        ROOM, connected=True, kbps=2500, fps=30.0, key_interval_seconds=2.0, dropped=3
    )
    run = RunStatus(
        RUN,
        "live",
        kbps=2600,
        fps=29.9,
        dropped=4,
        encode_load=0.25,
        renditions=(RenditionStatus("540p", on=True, kbps=1500, load=0.09, drops=1),),
    )
    text = told(MediaHealth(runs=[run], inputs=[camera]))

    for line in (
        'livehouse_input_kbps{input="room-1"} 2500.0',
        'livehouse_input_fps{input="room-1"} 30.0',
        'livehouse_input_key_interval_seconds{input="room-1"} 2.0',
        'livehouse_input_dropped_total{input="room-1"} 3.0',
        'livehouse_run_kbps{run="run-1"} 2600.0',
        'livehouse_run_encode_load{run="run-1"} 0.25',
        'livehouse_run_dropped_total{run="run-1"} 4.0',
        'livehouse_rendition_load{rendition="540p",run="run-1"} 0.09',
        'livehouse_rendition_kbps{rendition="540p",run="run-1"} 1500.0',
        'livehouse_rendition_drops_total{rendition="540p",run="run-1"} 1.0',
    ):
        assert line in text


def test_what_is_over_has_no_figures() -> None:
    gone = InputStatus(ROOM)
    text = told(MediaHealth(runs=[RunStatus(RUN, "ended")], inputs=[gone]))

    assert ROOM not in text
    assert RUN not in text
