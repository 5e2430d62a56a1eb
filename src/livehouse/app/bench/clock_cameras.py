"""Cameras with a clock: real clients that show the time of the wall and sound at each full second.

`python -m livehouse.app.bench.clock_cameras rtmp ADDRESS` sends by Debian's FFmpeg with pictures
out of order, `… whip URL OPTIONS` by FFmpeg's WHIP muxer, which PyAV brings. Each
sends until its standard input ends.
"""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
from av.container import OutputContainer

from livehouse.foundation.clock import SystemClock
from livehouse.media import timecode

FPS, RATE, SOUND_SAMPLES = 20, 48_000, 960
WIDTH, HEIGHT = 512, 288
# The tone lasts for the first tenth of each second of the wall clock.
TONE_SECONDS = 0.1
TONE_HERTZ = 1_000
FFMPEG = "/usr/bin/ffmpeg"


def send_by_rtmp(address: str) -> None:
    """Pictures and sound go to FFmpeg as they are; it encodes, puts B-frames in, and sends."""
    command = [
        FFMPEG, "-hide_banner", "-loglevel", "error", "-probesize", "32", "-analyzeduration", "1",
        "-f", "nut", "-i", "pipe:0", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2",
        "-g", str(FPS), "-pix_fmt", "yuv420p", "-b:v", "400k", "-c:a", "aac", "-b:a", "96k",
        "-f", "flv", address,
    ]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE) as ffmpeg:  # noqa: S603 - no shell
        assert ffmpeg.stdin is not None
        # When FFmpeg has gone, writing to it fails; that is our end, too.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        container = av.open(ffmpeg.stdin, "w", format="nut")
        picture = container.add_stream("rawvideo", rate=FPS)
        sound = container.add_stream("pcm_s16le", rate=RATE, layout="stereo")
        _send(container, picture, sound)


def send_by_whip(url: str, options: str) -> None:
    container = av.open(url, "w", format="whip", options=json.loads(options))
    picture = container.add_stream("libx264", rate=FPS, options={
        "preset": "ultrafast", "tune": "zerolatency", "profile": "baseline",
    })  # fmt: skip
    picture.bit_rate = 400_000
    picture.codec_context.gop_size = FPS
    picture.codec_context.max_b_frames = 0
    picture.codec_context.thread_count = 1
    picture.codec_context.flags |= av.codec.context.Flags.global_header
    sound = container.add_stream("libopus", rate=RATE, layout="stereo")
    sound.bit_rate = 64_000
    _send(container, picture, sound)


def _send(container: OutputContainer, picture: av.VideoStream, sound: av.AudioStream) -> None:
    """In real time, until standard input ends."""
    leaving = threading.Event()
    threading.Thread(target=_until_told, args=(leaving,), daemon=True).start()
    picture.width, picture.height, picture.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    picture.time_base = Fraction(1, 90_000)
    # Here it connects; the first picture is not to wait for it.
    container.start_encoding()
    began = _now()
    tones = _tones(began)
    sounded = 0
    number = 0
    while not leaving.wait(max(0.0, began + number / FPS - _now())):
        container.mux(picture.encode(_picture(number, began)))
        number += 1
        while sounded + SOUND_SAMPLES <= number * RATE / FPS:
            container.mux(sound.encode(next(tones)))
            sounded += SOUND_SAMPLES
    container.close()


def _until_told(leaving: threading.Event) -> None:
    sys.stdin.read()
    leaving.set()


def _now() -> float:
    return SystemClock().now().timestamp()


def _picture(number: int, began: float) -> av.VideoFrame:
    """Grey, with the time above and a bar that wanders, so that something moves."""
    planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    place = number * 8 % (WIDTH - 32)
    planes[HEIGHT // 2 : HEIGHT, place : place + 32] = 200
    timecode.write(planes[:HEIGHT], round((began + number / FPS) * 1_000))
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    frame.pts, frame.time_base = number * 90_000 // FPS, Fraction(1, 90_000)
    return frame


def _tones(began: float) -> Iterator[av.AudioFrame]:
    """Without end: quiet, but for the beginning of each second."""
    start = 0
    while True:
        moments = began + (start + np.arange(SOUND_SAMPLES)) / RATE
        wave = np.sin(2 * np.pi * TONE_HERTZ * moments) * 0.5 * (moments % 1.0 < TONE_SECONDS)
        samples = np.repeat((wave * 32_000).astype(np.int16), 2)[None, :]
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        yield frame
        start += SOUND_SAMPLES


if __name__ == "__main__":
    if sys.argv[1] == "rtmp":
        send_by_rtmp(*sys.argv[2:])
    else:
        send_by_whip(*sys.argv[2:])
