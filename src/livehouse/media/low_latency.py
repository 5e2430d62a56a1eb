"""Low-latency playlists (Apple's draft, RFC 8216bis): parts, hints, and updates that skip."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from livehouse.media.packager import Part
from livehouse.media.playlist import (
    INDEPENDENT,
    SegmentLine,
    Tags,
    beginning_tags,
    head_tags,
    part_name,
    segment_tags,
)
from livehouse.media.profile import Profile

# EXT-X-SKIP is of version 9.
VERSION = 9
# Parts are listed for so many target durations from the end.
PARTS_TARGETS = 3


class Report(Struct, frozen=True):
    """How far another rendition is: its newest segment and part (EXT-X-RENDITION-REPORT)."""

    uri: str
    number: int
    part: int


class Edge(Struct, frozen=True):
    """The end of a run as its players see it.

    `parts` are those of finished segments, `growing` those of the segment that is not whole, and
    `hint` is the number and index of the part that comes next. The names of a rendition's files
    begin with `prefix`.
    """

    profile: Profile
    lines: Sequence[SegmentLine]
    parts: Mapping[int, Sequence[Part]]
    growing: Sequence[Part]
    hint: tuple[int, int]
    ended: bool
    prefix: str = ""
    reports: Sequence[Report] = ()


def low_latency_playlist(edge: Edge, *, skip: bool = False) -> str:
    """The whole of it, or with `skip` an update for who has asked a moment ago."""
    behind = _seconds_behind(edge)
    profile = edge.profile
    skipped = 0
    if skip and not edge.ended:
        skipped = sum(seconds > profile.skip_until_seconds for seconds in behind)
    tags = _head(edge)
    if skipped:
        tags.append(f"#EXT-X-SKIP:SKIPPED-SEGMENTS={skipped}")
    previous: SegmentLine | None = None
    parts_from = PARTS_TARGETS * profile.target_seconds
    for line, seconds in list(zip(edge.lines, behind, strict=True))[skipped:]:
        parts = edge.parts.get(line.number, ()) if seconds <= parts_from else ()
        tags += segment_tags(line, previous, prefix=edge.prefix,
                             parts=[part_tag(part, edge.prefix) for part in parts])  # fmt: skip
        previous = line
    tags += _growing(edge, previous)
    if edge.ended:
        tags.append("#EXT-X-ENDLIST")
    else:
        hinted = part_name(*edge.hint, edge.prefix)
        tags.append(f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="{hinted}"')
        tags += [_report_tag(report) for report in edge.reports]
    return "\n".join(tags) + "\n"


def part_tag(part: Part, prefix: str = "") -> str:
    independent = ",INDEPENDENT=YES" if part.independent else ""
    name = part_name(part.start.number, part.index, prefix)
    return f'#EXT-X-PART:DURATION={part.seconds:.5f},URI="{name}"{independent}'


def _report_tag(report: Report) -> str:
    return (
        f'#EXT-X-RENDITION-REPORT:URI="{report.uri}",LAST-MSN={report.number},'
        f"LAST-PART={report.part}"
    )


def _head(edge: Edge) -> Tags:
    profile = edge.profile
    begun = edge.growing[0].start if edge.growing else None
    independent = all(line.independent for line in edge.lines)
    first = edge.lines[0] if edge.lines else begun
    tags = head_tags(
        version=VERSION,
        target_seconds=profile.target_seconds,
        number=first.number if first else edge.hint[0],
        series=first.series - first.discontinuity if first else 0,
        control=[
            "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,"
            f"CAN-SKIP-UNTIL={profile.skip_until_seconds},"
            f"HOLD-BACK={3 * profile.target_seconds},"
            f"PART-HOLD-BACK={profile.part_hold_back_seconds}",
            f"#EXT-X-PART-INF:PART-TARGET={profile.part_seconds_max}",
        ],
    )
    if independent and (begun is None or begun.independent):
        tags.append(INDEPENDENT)
    return tags


def _growing(edge: Edge, previous: SegmentLine | None) -> Tags:
    """The parts of the segment that is not whole yet; its own line comes when it is."""
    if not edge.growing:
        return []
    begun = edge.growing[0].start
    parts = [part_tag(part, edge.prefix) for part in edge.growing]
    return [*beginning_tags(begun, previous, edge.prefix), *parts]


def _seconds_behind(edge: Edge) -> list[float]:
    """How far the beginning of each segment is from the end of the playlist."""
    found: list[float] = []
    seconds = sum(part.seconds for part in edge.growing)
    for line in reversed(edge.lines):
        seconds += line.seconds
        found.append(seconds)
    return found[::-1]
