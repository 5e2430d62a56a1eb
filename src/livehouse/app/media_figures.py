"""Figures of cameras and runs in Prometheus' form, as the media process of this node tells them."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from livehouse.media.specs import MediaHealth, RunStatus

INPUT_FIGURES = (
    ("kbps", "What a room's camera sends, in kbit/s."),
    ("fps", "Pictures a second that a room's camera sends."),
    ("key_interval_seconds", "Time between two keyframes of a room's camera."),
)
RUN_FIGURES = (
    ("kbps", "What a run's viewers are sent, in kbit/s."),
    ("fps", "Pictures a second of a run."),
    ("key_interval_seconds", "Time between two keyframes of a run."),
    ("encode_load", "Share of a core that a run's source takes."),
)


def media_figures(health: MediaHealth) -> Iterator[Metric]:
    inputs = [one for one in health.inputs if one.connected]
    for name, meaning in INPUT_FIGURES:
        gauge = GaugeMetricFamily(f"livehouse_input_{name}", meaning, labels=["input"])
        for one in inputs:
            gauge.add_metric([one.input_id], getattr(one, name))
        yield gauge
    lost = CounterMetricFamily(
        "livehouse_input_dropped", "Packets of a room's camera that were lost.", labels=["input"]
    )
    for one in inputs:
        lost.add_metric([one.input_id], one.dropped)
    yield lost
    runs = [run for run in health.runs if run.state in {"live", "interrupted"}]
    for name, meaning in RUN_FIGURES:
        gauge = GaugeMetricFamily(f"livehouse_run_{name}", meaning, labels=["run"])
        for run in runs:
            gauge.add_metric([run.run_id], getattr(run, name))
        yield gauge
    yield from _renditions(runs)
    dropped = CounterMetricFamily(
        "livehouse_run_dropped", "Packets and pictures of a run that were lost.", labels=["run"]
    )
    for run in runs:
        dropped.add_metric([run.run_id], run.dropped)
    yield dropped


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
