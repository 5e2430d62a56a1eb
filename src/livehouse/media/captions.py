"""Captions as renditions of HLS (RFC 8216, 4.3.4.1 and 3.5): which pieces there are, and when.

The words are not here: playlists name pieces by the programme's time, and the app writes them.
"""

import math
from collections.abc import Callable, Iterator, Sequence

from livehouse.media.after.boxes import BrokenRecording, boxes, fragment_runs
from livehouse.media.packets import TICKS_PER_MS, VIDEO_RATE
from livehouse.media.playlist import (
    DISCONTINUITY,
    TARGET_SECONDS,
    VERSION,
    SegmentLine,
    Tags,
    head_tags,
    moment,
)

# A fragment's head is shorter than this, however many samples it tells of.
HEAD_BYTES_MAX = 64 * 1024
VIDEO_TRACK = 1

# The ticks of the run's timeline at which a segment begins; None where its file is not readable.
Begins = Callable[[SegmentLine], int | None]


def captions_playlist(
    lines: Sequence[SegmentLine],
    language: str,
    begins: Begins,
    *,
    target_seconds: int | None = None,
    ended: bool,
    recorded: bool = False,
) -> str:
    """A piece of words for each segment of the picture, under the same numbers."""
    longest = max([TARGET_SECONDS, *(math.floor(line.seconds + 0.5) for line in lines)])
    tags = head_tags(
        version=VERSION,
        target_seconds=target_seconds or longest,
        number=lines[0].number if lines else 0,
        series=lines[0].series - lines[0].discontinuity if lines else 0,
        control=["#EXT-X-PLAYLIST-TYPE:VOD"] if recorded and ended else [],
    )
    for line, zero_at, apart in _placed(lines, begins):
        tags += _tags(line, language, zero_at, apart=apart)
    if ended:
        tags.append("#EXT-X-ENDLIST")
    return "\n".join(tags) + "\n"


def begins_at(segment: bytes) -> int | None:
    """When the first fragment of a segment begins, in ticks of the picture."""
    try:
        for box in boxes(segment):
            if box.name == b"moof":
                runs = fragment_runs(box.of(segment), 0)
                return next((run.start for run in runs if run.track == VIDEO_TRACK), None)
    except BrokenRecording:
        pass
    return None


def _placed(
    lines: Sequence[SegmentLine], begins: Begins
) -> Iterator[tuple[SegmentLine, int, bool]]:
    """Each segment with the programme time (ms) at which the timeline of its stretch is 0."""
    before: SegmentLine | None = None
    zero_at: int | None = None
    for line in lines:
        gap = before is not None and line.number != before.number + 1
        apart = line.discontinuity or gap
        if before is None or apart or line.init != before.init:
            ticks = begins(line)
            zero_at = None if ticks is None else line.at - round(ticks / TICKS_PER_MS)
        before = line
        yield line, line.at if zero_at is None else zero_at, apart


def _tags(line: SegmentLine, language: str, zero_at: int, *, apart: bool) -> Tags:
    return [
        *([DISCONTINUITY] if apart else []),
        f"#EXT-X-PROGRAM-DATE-TIME:{moment(line.at)}",
        f"#EXTINF:{line.ticks / VIDEO_RATE:.5f},",
        f"../captions/{language}/{zero_at}-{line.at}-{line.ends_at}.vtt",
    ]
