"""HLS playlists (RFC 8216), written from the lines of finished segments."""

import math
from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from livehouse.foundation.clock import from_ms
from livehouse.media.limits import SEGMENT_SECONDS
from livehouse.media.packets import VIDEO_RATE

TARGET_SECONDS = math.ceil(SEGMENT_SECONDS)


class SegmentLine(Struct, frozen=True):
    """A finished segment, as the journal and the playlists know it.

    `at` is the programme time (ms) of its first picture, `ticks` its length, `series` counts
    the discontinuities up to and including its own.
    """

    number: int
    at: int
    ticks: int
    init: int
    discontinuity: bool
    series: int
    bytes: int

    @property
    def seconds(self) -> float:
        return self.ticks / VIDEO_RATE

    @property
    def ends_at(self) -> int:
        return self.at + round(self.ticks * 1000 / VIDEO_RATE)


def init_name(init: int) -> str:
    return f"init-{init}.mp4"


def segment_name(number: int) -> str:
    return f"{number}.m4s"


def live_playlist(lines: Sequence[SegmentLine], *, next_number: int, ended: bool) -> str:
    """The rolling playlist. `next_number` names the first segment while there is none yet."""
    return _playlist(lines, first=next_number, kind=None, ended=ended)


def recorded_playlist(lines: Sequence[SegmentLine], *, ended: bool) -> str:
    """Everything that is kept; complete once the run has ended."""
    return _playlist(lines, first=0, kind="VOD" if ended else None, ended=ended)


def _playlist(lines: Sequence[SegmentLine], *, first: int, kind: str | None, ended: bool) -> str:
    head = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{_target(lines)}"]
    if kind:
        head.append(f"#EXT-X-PLAYLIST-TYPE:{kind}")
    head.append(f"#EXT-X-MEDIA-SEQUENCE:{lines[0].number if lines else first}")
    before = lines[0].series - lines[0].discontinuity if lines else 0
    if before:
        head.append(f"#EXT-X-DISCONTINUITY-SEQUENCE:{before}")
    head.append("#EXT-X-INDEPENDENT-SEGMENTS")
    previous: SegmentLine | None = None
    for line in lines:
        head.extend(_segment(line, previous))
        previous = line
    if ended:
        head.append("#EXT-X-ENDLIST")
    return "\n".join(head) + "\n"


def _segment(line: SegmentLine, previous: SegmentLine | None) -> list[str]:
    # Numbers that are missing were not recorded: the player must not join what is around them.
    gap = previous is not None and line.number != previous.number + 1
    tags = ["#EXT-X-DISCONTINUITY"] if line.discontinuity or gap else []
    if previous is None or previous.init != line.init:
        tags.append(f'#EXT-X-MAP:URI="{init_name(line.init)}"')
    tags.append(f"#EXT-X-PROGRAM-DATE-TIME:{_moment(line.at)}")
    tags.append(f"#EXTINF:{line.seconds:.5f},")
    tags.append(segment_name(line.number))
    return tags


def _target(lines: Sequence[SegmentLine]) -> int:
    # Our own sources never exceed the target, so the value of a live playlist never changes.
    return max([TARGET_SECONDS, *(_rounded(line.seconds) for line in lines)])


def _rounded(seconds: float) -> int:
    return math.floor(seconds + 0.5)


def _moment(at: int) -> str:
    moment = from_ms(at)
    assert moment.utcoffset() == timedelta(0), "playlists speak UTC"
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at % 1000:03d}Z"
