"""The files that are made of a recording: the whole of it, and clips that begin at any picture."""

from bisect import bisect_left, bisect_right
from pathlib import Path

from livehouse.media.after.footage import Footage, Strip, gather
from livehouse.media.after.head import encoded_head
from livehouse.media.after.mp4 import Progress, Shown, write_mp4
from livehouse.media.after.timeline import RecordedTime
from livehouse.media.packets import TICKS_PER_MS, VIDEO_RATE

# Sound needs one packet before the first that is heard.
WARM_UP_PACKETS = 1


def make_whole(path: Path, folder: Path, time: RecordedTime, progress: Progress) -> int:
    """Blocking: everything that is kept, without a hole; tells how many bytes it took."""
    return write_mp4(path, gather(folder, time), Shown(0, time.ticks), progress)


def make_clip(
    path: Path,
    folder: Path,
    time: RecordedTime,
    shown: Shown,
    *,
    begins_with_key: bool,
    progress: Progress,
) -> int:
    """Blocking: exactly the pictures of `shown`, of which none is encoded anew.

    The file holds what decoders need before the first of them, and an edit list that hides it. For
    those who do not look at edit lists `begins_with_key` encodes the pictures up to the next
    keyframe anew, so that nothing is hidden.
    """
    first = max(bisect_right(time.starts, shown.start) - 1, 0)
    until = max(bisect_left(time.starts, shown.end), first + 1)
    footage = gather(folder, time, first, until)
    while first and not _can_begin(footage.video, shown) and not time.stands_apart(first):
        first -= 1
        footage = gather(folder, time, first, until)
    shown = _whole_pictures(footage.video, shown)
    video = _pictures(footage.video, shown)
    if begins_with_key:
        video = encoded_head(video, shown, progress)
    audio = _sounds(footage.audio, shown, warm_up=0 if begins_with_key else WARM_UP_PACKETS)
    return write_mp4(path, Footage(video, audio), shown, progress)


def _can_begin(strip: Strip, shown: Shown) -> bool:
    """Whether there is a keyframe at or before the start: not every segment begins with one."""
    return any(
        key and strip.shown(n) <= shown.start + TICKS_PER_MS for n, key in enumerate(strip.keys)
    )


def _whole_pictures(strip: Strip, shown: Shown) -> Shown:
    """From the picture that stood on the screen at the start to the one that did at the end."""
    times = sorted(strip.shown(n) for n in range(len(strip.starts)))
    # Programme time is in milliseconds: a picture may begin a fraction after its own.
    start = times[max(bisect_right(times, shown.start + TICKS_PER_MS) - 1, 0)]
    after = bisect_left(times, shown.end - TICKS_PER_MS)
    end = times[after] if after < len(times) else strip.end
    return Shown(start, end if end > start else strip.end)


def _pictures(strip: Strip, shown: Shown) -> Strip:
    """From the last keyframe at or before the first picture on, as far as decoding must go."""
    every = range(len(strip.starts))
    first = max((n for n in every if strip.keys[n] and strip.shown(n) <= shown.start), default=0)
    last = max(n for n in every if shown.start <= strip.shown(n) < shown.end)
    return strip.cut(first, last + 1)


def _sounds(strip: Strip, shown: Shown, *, warm_up: int) -> Strip:
    if not strip.starts:
        return strip
    start = shown.start * strip.rate / VIDEO_RATE
    end = shown.end * strip.rate / VIDEO_RATE
    if warm_up:
        first = max(bisect_right(strip.starts, start) - 1 - warm_up, 0)
    else:
        first = bisect_left(strip.starts, start)
    return strip.cut(first, max(bisect_left(strip.starts, end), first))
