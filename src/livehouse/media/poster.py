"""A still picture of a run, from a keyframe."""

import io

import av
from PIL import Image

from livehouse.media.limits import POSTER_WIDTH_MAX

QUALITY = 82


def poster(init: bytes, fragment: bytes) -> bytes | None:
    """Blocking: a JPEG of the first picture of a fragment that starts with a keyframe."""
    try:
        with av.open(io.BytesIO(init + fragment), "r", format="mp4") as container:
            for frame in container.decode(video=0):
                return _jpeg(frame)
    except av.error.FFmpegError:
        return None
    return None


def _jpeg(frame: av.VideoFrame) -> bytes:
    image = Image.fromarray(frame.to_ndarray(format="rgb24"))
    image.thumbnail((POSTER_WIDTH_MAX, POSTER_WIDTH_MAX))
    written = io.BytesIO()
    image.save(written, "JPEG", quality=QUALITY, progressive=True)
    return written.getvalue()
