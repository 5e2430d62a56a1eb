"""The playlist of a show so far, for those who rewind while it goes on."""

from collections.abc import Sequence

from livehouse.foundation.clock import from_ms
from livehouse.media.playlist import TARGET_SECONDS, SegmentLine, init_name, segment_name

# The programme's time is repeated so often: between, players add up lengths.
DATE_EVERY_SEGMENTS = 15


def dvr_playlist(lines: Sequence[SegmentLine], *, whole: bool, ended: bool) -> str:
    """Everything that is kept, growing (RFC 8216, 4.3.3.5) unless `whole` says that the oldest go.

    It is read every two seconds and names thousands of segments: the lines are as few as may be.
    """
    head = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{_target(lines)}"]
    if whole:
        head.append(f"#EXT-X-PLAYLIST-TYPE:{'VOD' if ended else 'EVENT'}")
    head.append(f"#EXT-X-MEDIA-SEQUENCE:{lines[0].number}")
    if before := lines[0].series - lines[0].discontinuity:
        head.append(f"#EXT-X-DISCONTINUITY-SEQUENCE:{before}")
    head.append("#EXT-X-INDEPENDENT-SEGMENTS")
    previous: SegmentLine | None = None
    for line in lines:
        missing = previous is not None and line.number != previous.number + 1
        apart = line.discontinuity or missing
        if apart:
            head.append("#EXT-X-DISCONTINUITY")
        if previous is None or previous.init != line.init:
            head.append(f'#EXT-X-MAP:URI="{init_name(line.init)}"')
        if previous is None or apart or line.number % DATE_EVERY_SEGMENTS == 0:
            moment = from_ms(line.at).strftime("%Y-%m-%dT%H:%M:%S.")
            head.append(f"#EXT-X-PROGRAM-DATE-TIME:{moment}{line.at % 1000:03d}Z")
        head.append(f"#EXTINF:{line.seconds:.5f},\n{segment_name(line.number)}")
        previous = line
    if ended:
        head.append("#EXT-X-ENDLIST")
    return "\n".join(head) + "\n"


def _target(lines: Sequence[SegmentLine]) -> int:
    # As the live playlist counts it: it must not change while the show goes on.
    return max(TARGET_SECONDS, *(int(line.seconds + 0.5) for line in lines))
