"""What `bench fanout` makes of one stage: each event's sending beside each receipt of it."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from msgspec import UNSET, Struct

from livehouse.app.bench.furnishing import STOCK
from livehouse.app.bench.talkers import Said
from livehouse.app.bench.viewers import Watched
from livehouse.engine.protocol import Frame, decode_frame
from livehouse.web.deflate import SMALL_BYTES, deflated

_Event = tuple[str, object]  # a line by its id, a like or more stock by the sum it makes
Times = npt.NDArray[np.float64]


class Stage(Struct, frozen=True):
    """How many watch, and what happens a second: lines said, likes, and more put on offer."""

    name: str
    viewers: int
    lines: float
    likes: float
    stock: float
    seconds: float

    @property
    def events(self) -> float:
        return self.lines + self.likes + self.stock


class Shown(Struct, frozen=True):
    """What was sent in a stage, what was seen of it, and what the server used for it."""

    said: Said
    stocked: list[float]
    watched: Watched
    seconds: float
    server_seconds: float
    with_database_seconds: float


class Totals(Struct):
    """The sums that the room has reached, from stage to stage."""

    like: int = 0
    stock: int = STOCK


class StageFigures(Struct, frozen=True, kw_only=True):
    """`p50_ms` and `p99_ms` are from an event's sending to each receipt, `frame_p99_ms` from the
    moment of its frame."""

    viewers: int
    lost_connections: int
    seconds: float
    events_per_second: float
    events_sent: int
    events_seen: int
    lines_hidden: int
    refused: int
    receipts: int
    receipts_missing: int
    frames_per_second: float
    bytes_per_viewer_second: int
    packed_bytes_per_viewer_second: int
    p50_ms: float
    p99_ms: float
    frame_p99_ms: float
    gaps: int
    hashes_right: int
    hashes_wrong: int
    cpu_us_per_viewer_event: float
    cpu_us_with_database: float
    server_cores: float


def measured(stage: Stage, shown: Shown, totals: Totals) -> StageFigures:
    """The stage's figures; `totals` goes on to where the stage has brought the room."""
    said, watched = shown.said, shown.watched
    events: dict[_Event, float] = {("line", f"c{id_}"): sent for id_, sent in said.lines.items()}
    # Whichever like came first: the n-th that was sent is the one that makes the sum n.
    events |= {("like", totals.like + n): sent for n, sent in enumerate(said.likes, start=1)}
    events |= {("stock", totals.stock + n): sent for n, sent in enumerate(shown.stocked, start=1)}
    waits, seen = _waits(events, watched, totals)
    ages = _concatenated(
        np.asarray(each.receipts) + watched.epoch_seconds - _frame(each.payload).at / 1_000
        for each in watched.frames
    )
    share = 1_000_000 / max(1, waits.size)
    return StageFigures(
        viewers=watched.viewers - watched.lost_connections,
        lost_connections=watched.lost_connections,
        seconds=round(shown.seconds, 2),
        events_per_second=round(len(events) / stage.seconds, 1),
        events_sent=len(events),
        events_seen=seen,
        lines_hidden=said.hidden,
        refused=said.refused,
        receipts=int(waits.size),
        receipts_missing=seen * watched.viewers - int(waits.size),
        frames_per_second=round(len(watched.frames) / shown.seconds, 2),
        bytes_per_viewer_second=round(
            sum(len(each.payload.encode()) for each in watched.frames) / shown.seconds
        ),
        packed_bytes_per_viewer_second=round(
            sum(_packed_bytes(each.payload.encode()) for each in watched.frames) / shown.seconds
        ),
        p50_ms=_percentile_ms(waits, 50),
        p99_ms=_percentile_ms(waits, 99),
        frame_p99_ms=_percentile_ms(ages, 99),
        gaps=watched.gaps + watched.differing,
        hashes_right=watched.hashes_right,
        hashes_wrong=watched.hashes_wrong,
        cpu_us_per_viewer_event=round(shown.server_seconds * share, 4),
        cpu_us_with_database=round(shown.with_database_seconds * share, 4),
        server_cores=round(shown.server_seconds / shown.seconds, 2),
    )


def _waits(events: dict[_Event, float], watched: Watched, totals: Totals) -> tuple[Times, int]:
    """How long every viewer waited for every event, and how many events were seen at all."""
    waits: list[Times] = []
    for seen in watched.frames:
        frame = _frame(seen.payload)
        keys: list[_Event] = [("line", say[0]) for say in frame.says]
        likes, stock = _sums(frame)
        keys += [("like", n) for n in range(totals.like + 1, likes + 1)]
        keys += [("stock", n) for n in range(totals.stock + 1, stock + 1)]
        totals.like, totals.stock = max(totals.like, likes), max(totals.stock, stock)
        receipts = np.asarray(seen.receipts)
        waits += [receipts - events[key] for key in keys if key in events]
    return _concatenated(waits), len(waits)


def _sums(frame: Frame) -> tuple[int, int]:
    """The sums that a frame tells: likes so far, and how many are on offer; 0 where it does not."""
    news = frame.patch if frame.state is UNSET else frame.state
    likes = stock = 0
    counts = news.get("counts")
    if isinstance(counts, dict) and "likes" in counts:
        likes = int(counts["likes"])
    offers = news.get("offers")
    for card in offers.values() if isinstance(offers, dict) else ():
        if isinstance(card, dict) and "total" in card:
            stock = int(card["total"])
    return likes, stock


def _packed_bytes(payload: bytes) -> int:
    """What a viewer gets who agreed to compression, as browsers do."""
    return len(payload) if len(payload) < SMALL_BYTES else len(deflated(payload))


def _frame(payload: str) -> Frame:
    return decode_frame(payload.encode())


def _concatenated(times: Iterable[Times]) -> Times:
    found = list(times)
    return np.concatenate(found) if found else np.zeros(0)


def _percentile_ms(times: Times, share: float) -> float:
    return round(float(np.percentile(times, share)) * 1_000, 1) if times.size else 0.0
