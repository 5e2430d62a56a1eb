"""The playlist of a show so far, for those who rewind while it goes on."""

from collections.abc import Sequence

from livehouse.media.playlist import (
    INDEPENDENT,
    SegmentLine,
    Tags,
    head_tags,
    longest_of,
    segment_tags,
    version_of,
)

DATE = "#EXT-X-PROGRAM-DATE-TIME"
# The programme's time is repeated so often: between, players add up lengths.
DATE_EVERY_SEGMENTS = 15


def dvr_playlist(
    lines: Sequence[SegmentLine], *, whole: bool, ended: bool, prefix: str = ""
) -> str:
    """Everything that is kept, growing (RFC 8216, 4.3.3.5) unless `whole` says that the oldest go.

    It is read every two seconds and names thousands of segments: the lines are as few as may be.
    """
    kind = "VOD" if ended else "EVENT"
    tags = head_tags(
        version=version_of(prefix),
        target_seconds=longest_of(lines),
        number=lines[0].number,
        series=lines[0].series - lines[0].discontinuity,
        control=[f"#EXT-X-PLAYLIST-TYPE:{kind}"] if whole else [],
    )
    if all(line.independent for line in lines):
        tags.append(INDEPENDENT)
    previous: SegmentLine | None = None
    for line in lines:
        tags += _tags(line, previous, prefix)
        previous = line
    if ended:
        tags.append("#EXT-X-ENDLIST")
    return "\n".join(tags) + "\n"


def _tags(line: SegmentLine, previous: SegmentLine | None, prefix: str) -> Tags:
    tags = segment_tags(line, previous, prefix=prefix)
    apart = previous is None or line.discontinuity or line.number != previous.number + 1
    if apart or line.number % DATE_EVERY_SEGMENTS == 0:
        return tags
    return [tag for tag in tags if not tag.startswith(DATE)]
