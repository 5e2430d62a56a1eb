"""What operators are told of cameras and runs."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from livehouse.app.media_figures import media_figures
from livehouse.media.specs import InputStatus, MediaHealth, RenditionStatus, RunStatus, SeatCounts

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
        ROOM, connected=True, kbps=2500, fps=30.0, key_interval_seconds=2.0, dropped=3,
        rtt_ms=41.5, loss=0.25,
    )  # fmt: skip
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
        'livehouse_input_rtt_ms{input="room-1"} 41.5',
        'livehouse_input_loss{input="room-1"} 0.25',
        'livehouse_run_recorded{run="run-1"} 1.0',
        'livehouse_run_kbps{run="run-1"} 2600.0',
        'livehouse_run_encode_load{run="run-1"} 0.25',
        'livehouse_run_dropped_total{run="run-1"} 4.0',
        'livehouse_rendition_load{rendition="540p",run="run-1"} 0.09',
        'livehouse_rendition_kbps{rendition="540p",run="run-1"} 1500.0',
        'livehouse_rendition_drops_total{rendition="540p",run="run-1"} 1.0',
    ):
        assert line in text


def test_what_runs_out_is_told_before_it_has() -> None:
    text = told(
        MediaHealth(
            runs=[RunStatus(RUN, "live", recording="stopped", recording_problem="house_full")],
            recording_alarm=True,
            recorded_bytes=7_000,
            recorded_bytes_max=8_000,
            seats=SeatCounts(open=3, open_max=20, kept=2),
            targets={"live": 2, "refused": 1},
        )
    )

    for line in (
        "livehouse_recording_alarm 1.0",
        "livehouse_recorded_bytes 7000.0",
        "livehouse_recorded_bytes_max 8000.0",
        'livehouse_run_recorded{run="run-1"} 0.0',
        "livehouse_whep_seats_open 3.0",
        "livehouse_whep_seats_open_max 20.0",
        "livehouse_whep_seats_kept 2.0",
        'livehouse_targets{state="live"} 2.0',
        'livehouse_targets{state="refused"} 1.0',
        'livehouse_targets{state="lost"} 0.0',
    ):
        assert line in text


def test_what_is_over_has_no_figures() -> None:
    gone = InputStatus(ROOM)
    text = told(MediaHealth(runs=[RunStatus(RUN, "ended")], inputs=[gone]))

    assert ROOM not in text
    assert RUN not in text
