"""Figures of cameras and runs in Prometheus' form, as the media process of this node tells them."""

from collections.abc import Iterator
from typing import get_args

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from livehouse.media.outgoing.specs import TargetState
from livehouse.media.specs import InputStatus, MediaHealth, RunStatus

INPUT_FIGURES = (
    ("kbps", "What a room's camera sends, in kbit/s."),
    ("fps", "Pictures a second that a room's camera sends."),
    ("key_interval_seconds", "Time between two keyframes of a room's camera."),
    ("rtt_ms", "The way to a room's camera and back, where its protocol tells."),
    ("loss", "Share of a room's camera's packets that are lost, where its protocol tells."),
)
RUN_FIGURES = (
    ("kbps", "What a run's viewers are sent, in kbit/s."),
    ("fps", "Pictures a second of a run."),
    ("key_interval_seconds", "Time between two keyframes of a run."),
    ("encode_load", "Share of a core that a run's source takes."),
)


def media_figures(health: MediaHealth) -> Iterator[Metric]:
    yield from _house(health)
    yield from _inputs([one for one in health.inputs if one.connected])
    runs = [run for run in health.runs if run.state in {"live", "interrupted"}]
    yield from _runs(runs)
    yield from _renditions(runs)


def _inputs(inputs: list[InputStatus]) -> Iterator[Metric]:
    for name, meaning in INPUT_FIGURES:
        gauge = GaugeMetricFamily(f"livehouse_input_{name}", meaning, labels=["input"])
        for one in inputs:
            if (value := getattr(one, name)) is not None:
                gauge.add_metric([one.input_id], value)
        yield gauge
    lost = CounterMetricFamily(
        "livehouse_input_dropped", "Packets of a room's camera that were lost.", labels=["input"]
    )
    for one in inputs:
        lost.add_metric([one.input_id], one.dropped)
    yield lost


def _runs(runs: list[RunStatus]) -> Iterator[Metric]:
    for name, meaning in RUN_FIGURES:
        gauge = GaugeMetricFamily(f"livehouse_run_{name}", meaning, labels=["run"])
        for run in runs:
            gauge.add_metric([run.run_id], getattr(run, name))
        yield gauge
    recorded = GaugeMetricFamily(
        "livehouse_run_recorded", "Whether a run on air is recorded just now.", labels=["run"]
    )
    dropped = CounterMetricFamily(
        "livehouse_run_dropped", "Packets and pictures of a run that were lost.", labels=["run"]
    )
    for run in runs:
        recorded.add_metric([run.run_id], int(run.recording == "on"))
        dropped.add_metric([run.run_id], run.dropped)
    yield from (recorded, dropped)


def _house(health: MediaHealth) -> Iterator[Metric]:
    """Of the machine, whatever is on."""
    seats = health.seats
    for name, meaning, value in (
        ("recording_alarm", "Whether something on air is not recorded.", health.recording_alarm),
        ("recorded_bytes", "What recordings take on this disk.", health.recorded_bytes),
        ("recorded_bytes_max", "What they may take.", health.recorded_bytes_max),
        ("whep_seats_open", "Viewers over WebRTC, without guests and staff.", seats.open),
        ("whep_seats_open_max", "How many of these there may be.", seats.open_max),
        ("whep_seats_kept", "Guests and staff that watch over WebRTC.", seats.kept),
    ):
        yield GaugeMetricFamily(f"livehouse_{name}", meaning, value)
    targets = GaugeMetricFamily(
        "livehouse_targets", "Other platforms that shows are pushed to.", labels=["state"]
    )
    for state in get_args(TargetState):
        targets.add_metric([state], health.targets.get(state, 0))
    yield targets


def _renditions(runs: list[RunStatus]) -> Iterator[Metric]:
    labels = ["run", "rendition"]
    load = GaugeMetricFamily(
        "livehouse_rendition_load", "Share of a core that encoding a size takes.", labels=labels
    )
    kbps = GaugeMetricFamily(
        "livehouse_rendition_kbps", "What a size comes to, in kbit/s.", labels=labels
    )
    drops = CounterMetricFamily(
        "livehouse_rendition_drops", "Times a size was dropped, for want of time.", labels=labels
    )
    for run in runs:
        for one in run.renditions:
            load.add_metric([run.run_id, one.name], one.load)
            kbps.add_metric([run.run_id, one.name], one.kbps)
            drops.add_metric([run.run_id, one.name], one.drops)
    yield from (load, kbps, drops)
