"""HLS playlists (RFC 8216), written from the lines of finished segments."""

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol, TypeAlias

from msgspec import Struct

from livehouse.foundation.clock import from_ms
from livehouse.media.limits import SEGMENT_SECONDS_MAX
from livehouse.media.packets import VIDEO_RATE

TARGET_SECONDS = math.floor(SEGMENT_SECONDS_MAX + 0.5)
VERSION = 7
DISCONTINUITY = "#EXT-X-DISCONTINUITY"
INDEPENDENT = "#EXT-X-INDEPENDENT-SEGMENTS"
GAP = "#EXT-X-GAP"
# EXT-X-GAP is of version 8.
GAP_VERSION = 8
NO_INIT = -1

Tags: TypeAlias = list[str]


class Beginning(Protocol):
    """What stands before a segment in every playlist, whether it is whole yet or not."""

    @property
    def number(self) -> int: ...
    @property
    def at(self) -> int: ...
    @property
    def init(self) -> int: ...
    @property
    def discontinuity(self) -> bool: ...


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
    # Begins with a keyframe, as all do whose source gives one often enough.
    independent: bool = True

    @property
    def seconds(self) -> float:
        return self.ticks / VIDEO_RATE

    @property
    def ends_at(self) -> int:
        return self.at + round(self.ticks * 1000 / VIDEO_RATE)


class MissingLine(SegmentLine, frozen=True):
    """A segment that is kept in other forms, and not in this one: players take another form for
    as long (EXT-X-GAP, RFC 8216bis, 4.4.4.7). Its `init` is that of what stands before it."""


def init_name(init: int, prefix: str = "") -> str:
    """`prefix` tells a rendition's files from those of the source, here and below."""
    return f"{prefix}init-{init}.mp4"


def segment_name(number: int, prefix: str = "") -> str:
    return f"{prefix}{number}.m4s"


def part_name(number: int, index: int, prefix: str = "") -> str:
    return f"{prefix}{number}.{index}.m4s"


def live_playlist(
    lines: Sequence[SegmentLine],
    *,
    next_number: int,
    ended: bool,
    target_seconds: int = TARGET_SECONDS,
) -> str:
    """The rolling playlist. `next_number` names the first segment while there is none yet."""
    return _playlist(lines, first=next_number, kind=None, ended=ended, target=target_seconds)


def recorded_playlist(lines: Sequence[SegmentLine], *, ended: bool, prefix: str = "") -> str:
    """Everything that is kept; complete once the run has ended."""
    return _playlist(
        lines, first=0, kind="VOD" if ended else None, ended=ended, target=longest_of(lines),
        prefix=prefix,
    )  # fmt: skip


def longest_of(lines: Sequence[SegmentLine]) -> int:
    """The target duration (s) of a recording. As the live playlist counts it: it must not change
    while the show goes on."""
    return max([TARGET_SECONDS, *(math.floor(line.seconds + 0.5) for line in lines)])


def version_of(prefix: str) -> int:
    """That of a recording's playlist; one that grows keeps its version."""
    return GAP_VERSION if prefix else VERSION


def head_tags(
    *, version: int, target_seconds: int, number: int, series: int, control: Sequence[str] = ()
) -> Tags:
    """How every playlist begins; `series` counts the discontinuities that have left it."""
    tags = ["#EXTM3U", f"#EXT-X-VERSION:{version}", f"#EXT-X-TARGETDURATION:{target_seconds}"]
    tags += [*control, f"#EXT-X-MEDIA-SEQUENCE:{number}"]
    if series:
        tags.append(f"#EXT-X-DISCONTINUITY-SEQUENCE:{series}")
    return tags


def beginning_tags(begun: Beginning, previous: SegmentLine | None, prefix: str = "") -> Tags:
    # Numbers that are missing were not recorded: the player must not join what is around them.
    gap = previous is not None and begun.number != previous.number + 1
    tags = [DISCONTINUITY] if begun.discontinuity or gap else []
    if begun.init != (NO_INIT if previous is None else previous.init):
        tags.append(f'#EXT-X-MAP:URI="{init_name(begun.init, prefix)}"')
    tags.append(f"#EXT-X-PROGRAM-DATE-TIME:{moment(begun.at)}")
    return tags


def segment_tags(
    line: SegmentLine,
    previous: SegmentLine | None,
    *,
    parts: Sequence[str] = (),
    prefix: str = "",
) -> Tags:
    """One segment, with the tags of its parts where they are listed."""
    ended = [f"#EXTINF:{line.seconds:.5f},", segment_name(line.number, prefix)]
    if isinstance(line, MissingLine):
        ended.insert(0, GAP)
    return [*beginning_tags(line, previous, prefix), *parts, *ended]


def _playlist(
    lines: Sequence[SegmentLine], *, first: int, kind: str | None, ended: bool, target: int,
    prefix: str = "",
) -> str:  # fmt: skip
    tags = head_tags(
        version=version_of(prefix),
        target_seconds=target,
        number=lines[0].number if lines else first,
        series=lines[0].series - lines[0].discontinuity if lines else 0,
        control=[f"#EXT-X-PLAYLIST-TYPE:{kind}"] if kind else [],
    )
    if all(line.independent for line in lines):
        tags.append(INDEPENDENT)
    previous: SegmentLine | None = None
    for line in lines:
        tags += segment_tags(line, previous, prefix=prefix)
        previous = line
    if ended:
        tags.append("#EXT-X-ENDLIST")
    return "\n".join(tags) + "\n"


def moment(at: int) -> str:
    moment = from_ms(at)
    assert moment.utcoffset() == timedelta(0), "playlists speak UTC"
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at % 1000:03d}Z"
