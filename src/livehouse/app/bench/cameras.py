"""Cameras of a benchmark: a process that sends one film again and again, as OBS would."""

import asyncio
import threading
from fractions import Fraction
from time import perf_counter

import av
import numpy as np
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from msgspec import Struct
from typing_extensions import override

from livehouse.app.bench.crews import wishes
from livehouse.app.bench.visitor import Ready
from livehouse.media.packets import AUDIO_FRAME_SAMPLES
from livehouse.media.sources.encoding import AUDIO_RATE
from livehouse.media.sources.scene import StagePicture
from livehouse.media.sources.stage import planes_of

FPS = 30
GROUP_SECONDS = 2
TIMEOUT_SECONDS = (10.0, 10.0)
# x264 fills up to the rate, so that the film has it whatever it shows.
X264 = {
    "preset": "ultrafast", "tune": "zerolatency", "nal-hrd": "cbr",
    "g": str(FPS * GROUP_SECONDS), "sc_threshold": "0",
}  # fmt: skip


class Film(Struct, frozen=True):
    """What every camera shows; a whole number of groups of pictures."""

    path: str
    width: int = 1280
    height: int = 720
    kbps: int = 2_500
    # Sound comes in pieces of 1024 samples: a whole number of both lasts eight seconds.
    seconds: int = 8
    profile: str = "main"
    sound: str = "aac"


class Publish(Struct, frozen=True):
    """Send the film to each of these addresses until the benchmark has gone; `options` are those
    of FFmpeg's muxer `format`."""

    film: Film
    addresses: list[str]
    format: str = "flv"
    options: dict[str, str] = {}


def shoot(film: Film) -> None:
    """Blocking: encode the film."""
    rate = str(film.kbps * 1_000)
    options = {**X264, "profile": film.profile, "b": rate, "minrate": rate, "maxrate": rate,
               "bufsize": rate}  # fmt: skip
    picture = StagePicture(film.width, film.height, "The Bench", "")
    with av.open(film.path, "w") as container:
        video = container.add_stream("libx264", rate=FPS, options=options)
        audio = container.add_stream(film.sound, rate=AUDIO_RATE, layout="stereo")
        assert isinstance(video, av.VideoStream)
        assert isinstance(audio, av.AudioStream)
        video.width, video.height, video.pix_fmt = film.width, film.height, "yuv420p"
        heard = 0
        for number in range(film.seconds * FPS):
            frame = av.VideoFrame(film.width, film.height, "yuv420p")
            picture.put_on(planes_of(frame), number * 1_000 // FPS)
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(video.encode(frame))
            while heard * FPS < (number + 1) * AUDIO_RATE:
                container.mux(audio.encode(_quiet(heard)))
                heard += AUDIO_FRAME_SAMPLES
        container.mux(video.encode(None))
        container.mux(audio.encode(None))


def _quiet(start: int) -> av.AudioFrame:
    samples = np.zeros((2, AUDIO_FRAME_SAMPLES), np.float32)
    frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = AUDIO_RATE, start, Fraction(1, AUDIO_RATE)
    return frame


class Camera(threading.Thread):
    """Sends the film in its own pace. Ends with the process, or when the house refuses it."""

    def __init__(self, wish: Publish, address: str) -> None:
        super().__init__(daemon=True, name="camera")
        self._film = wish.film
        self._format, self._options = wish.format, wish.options
        self._address = address
        self._began = perf_counter()
        self._pause = threading.Event()

    @override
    def run(self) -> None:
        with av.open(
            self._address, "w", format=self._format, options=self._options, timeout=TIMEOUT_SECONDS
        ) as sent:
            rounds = 0
            while True:
                self._once(sent, rounds * self._film.seconds)
                rounds += 1

    def _once(self, sent: OutputContainer, shift_seconds: int) -> None:
        with av.open(self._film.path) as film:
            if not sent.streams:
                for stream in film.streams:
                    assert isinstance(stream, av.VideoStream | av.AudioStream)
                    sent.add_stream_from_template(stream, opaque=True)
            for packet in film.demux():
                if self._is_within(packet):
                    self._send(sent, packet, shift_seconds)

    def _is_within(self, packet: "Packet[Stream]") -> bool:
        """Not what the encoder needs to begin, nor what comes after the end."""
        if packet.dts is None or packet.time_base is None:
            return False
        return 0 <= packet.dts * packet.time_base < self._film.seconds

    def _send(
        self,
        sent: OutputContainer,
        packet: "Packet[Stream]",
        shift_seconds: int,
    ) -> None:
        assert packet.time_base is not None
        assert packet.dts is not None
        assert packet.pts is not None
        shift = int(shift_seconds / packet.time_base)
        packet.dts, packet.pts = packet.dts + shift, packet.pts + shift
        due = self._began + float(packet.dts * packet.time_base)
        self._pause.wait(max(0.0, due - perf_counter()))
        packet.stream = sent.streams[packet.stream_index]
        sent.mux(packet)


async def main() -> None:
    asked = await wishes()
    while (wish := await asked.next(Publish)) is not None:
        cameras = [Camera(wish, address) for address in wish.addresses]
        for camera in cameras:
            camera.start()
        asked.answer(Ready(len(cameras)))


if __name__ == "__main__":
    asyncio.run(main())
