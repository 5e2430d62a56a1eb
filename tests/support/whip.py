"""A camera over WebRTC without a browser: FFmpeg's WHIP muxer, as PyAV brings it."""

import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from livehouse.app.bench.certificates import whip_options
from livehouse.foundation.clock import SystemClock
from livehouse.media import timecode

FPS, RATE, SOUND_SAMPLES = 20, 48_000, 960
WIDTH, HEIGHT = 512, 288


@asynccontextmanager
async def a_whip_camera(
    url: str, key: str, folder: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that sends for as long as the block lasts: its handshake would block our loop."""
    options = await asyncio.to_thread(whip_options, folder, key)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.whip", url, json.dumps(options),
        stdin=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(10):
                await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def send(url: str, options: str) -> None:
    """Pictures with the time burnt in, and a tone at each full second, until stdin ends."""
    leaving = threading.Event()
    threading.Thread(target=_until_told, args=(leaving,), daemon=True).start()
    container = av.open(url, "w", format="whip", options=json.loads(options))
    picture = container.add_stream("libx264", rate=FPS, options={
        "preset": "ultrafast", "tune": "zerolatency", "profile": "baseline",
    })  # fmt: skip
    picture.width, picture.height, picture.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    picture.bit_rate = 400_000
    picture.codec_context.gop_size = FPS
    picture.codec_context.max_b_frames = 0
    picture.codec_context.thread_count = 1
    picture.codec_context.flags |= av.codec.context.Flags.global_header
    picture.time_base = Fraction(1, 90_000)
    sound = container.add_stream("libopus", rate=RATE, layout="stereo")
    sound.bit_rate = 64_000
    # Here it connects; the first picture is not to wait for it.
    container.start_encoding()
    began, number, sounded = _now(), 0, 0
    while not leaving.wait(max(0.0, began + number / FPS - _now())):
        container.mux(picture.encode(_picture(number)))
        number += 1
        while sounded + SOUND_SAMPLES <= (_now() - began) * RATE:
            container.mux(sound.encode(_tone(sounded, began)))
            sounded += SOUND_SAMPLES
    container.close()


def _until_told(leaving: threading.Event) -> None:
    sys.stdin.read()
    leaving.set()


def _now() -> float:
    return SystemClock().now().timestamp()


def _picture(number: int) -> av.VideoFrame:
    planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    timecode.write(planes[:HEIGHT], round(_now() * 1000))
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    frame.pts, frame.time_base = number * 90_000 // FPS, Fraction(1, 90_000)
    return frame


def _tone(start: int, began: float) -> av.AudioFrame:
    """A tone for the first tenth of each second of the wall clock."""
    moments = began + (start + np.arange(SOUND_SAMPLES)) / RATE
    wave = np.sin(2 * np.pi * 1000 * moments) * 0.5 * (moments % 1.0 < 0.1)
    frame = av.AudioFrame.from_ndarray(
        np.repeat(wave.astype(np.float32), 2)[None, :], format="flt", layout="stereo"
    )
    frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
    return frame


if __name__ == "__main__":
    send(*sys.argv[1:])
