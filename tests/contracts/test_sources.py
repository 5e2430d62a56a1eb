"""What every source promises, whatever it is made of."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from livehouse.foundation.clock import SystemClock, to_ms
from livehouse.media.ingest.camera import CameraSource
from livehouse.media.ingest.inputs import Inputs
from livehouse.media.ingest.pull import Pulls
from livehouse.media.ingest.remote import RemoteSource
from livehouse.media.ingest.rtmp.receiver import RtmpReceiver
from livehouse.media.packets import VIDEO_RATE, Formats, Kind, Packet, SourceItem
from livehouse.media.sources.file_list import FileListSource
from livehouse.media.sources.loop_file import LoopFileSource
from livehouse.media.sources.source import Source, ThreadedSource
from livehouse.media.sources.stage import StageProducer
from livehouse.media.specs import Camera, FileList, LoopFile, Remote
from tests.support.cameras import KEY, ROOM, KeyedGate
from tests.support.encoders import replayed
from tests.support.entrance import an_entrance
from tests.support.media_material import SMALL, Film, heard, packaged, shown
from tests.support.media_waiting import eventually
from tests.support.rtmp_relay import rtmp_relay
from tests.support.rtsp_camera import rtsp_camera
from tests.support.web_video import live_hls
from tests.support.whip import a_whip_camera

SECONDS = 2.5
BEGIN_SECONDS_MAX = 120.0
# A second picture of a film that has them out of order, as encoders send by default.
FILM = Film(seconds=8.0, options={"bf": "2"})


@dataclass(frozen=True, slots=True)
class Seen:
    """What a source gave for a while, when that was (ms), and whether it stopped when told."""

    items: list[SourceItem]
    began: int
    ended: int
    stopped: bool

    @property
    def stretch(self) -> list[Packet]:
        """The packets behind the last formats."""
        last = max(place for place, item in enumerate(self.items) if isinstance(item, Formats))
        return [item for item in self.items[last + 1 :] if isinstance(item, Packet)]

    def track(self, kind: Kind) -> list[Packet]:
        return [packet for packet in self.stretch if packet.kind is kind]

    @property
    def audio_rate(self) -> int:
        formats = [item for item in self.items if isinstance(item, Formats)]
        return formats[-1].audio.rate


async def seen(source: Source) -> Seen:
    """Take for some seconds after the first packet, then stop."""
    await source.start()
    items: list[SourceItem] = []
    began = ended = 0
    async with asyncio.timeout(BEGIN_SECONDS_MAX), aclosing(source.packets()) as packets:
        async for item in packets:
            items.append(item)
            ended = to_ms(SystemClock().now())
            if isinstance(item, Packet):
                began = began or ended
            if began and ended - began > SECONDS * 1000:
                break
        await source.stop()
    stopped = not getattr(getattr(source, "_thread", None), "is_alive", lambda: False)()
    return Seen(items, began, ended, stopped)


@asynccontextmanager
async def a_test_stage(_: Path) -> AsyncIterator[Source]:
    yield ThreadedSource(StageProducer(SMALL), SystemClock(), name="test-stage")


@asynccontextmanager
async def file(folder: Path) -> AsyncIterator[Source]:
    film = FILM.write(folder / "film.mp4")
    yield LoopFileSource(LoopFile(str(film)), folder / "prepared", SystemClock())


@asynccontextmanager
async def rtmp(folder: Path) -> AsyncIterator[Source]:
    """Debian's FFmpeg sends the film as it is."""
    film = FILM.write(folder / "film.mp4")
    inputs = Inputs(KeyedGate(), SystemClock())
    receiver = RtmpReceiver(inputs, SystemClock(), host="127.0.0.1", port=0)
    async with asyncio.TaskGroup() as tasks:
        receiving = tasks.create_task(receiver.run())
        port = await receiver.listening()
        async with replayed(film, f"rtmp://127.0.0.1:{port}/live/{KEY}"):
            while not any(status.width for status in inputs.statuses()):
                await asyncio.wait({receiving}, timeout=0.02)
            yield CameraSource(Camera(input=ROOM, title="Tea"), inputs, SystemClock())
        receiving.cancel()


@asynccontextmanager
async def file_list(folder: Path) -> AsyncIterator[Source]:
    first = replace(FILM, seconds=1.0).write(folder / "first.mp4")
    film = FILM.write(folder / "film.mp4")
    spec = FileList((str(first), str(film)))
    yield FileListSource(spec, folder / "prepared", SystemClock())


@asynccontextmanager
async def fetched(url: str) -> AsyncIterator[Source]:
    """What a server elsewhere shows, once it is there."""
    inputs = Inputs(KeyedGate(), SystemClock())
    pulls = Pulls(inputs, SystemClock())
    remote = Remote(url, title="Tea", allow_private=True)
    async with pulls.carrying():
        source = RemoteSource(remote, "tea", inputs, pulls, SystemClock())
        await source.start()

        async def is_there() -> bool:
            return any(status.width for status in inputs.statuses())

        await eventually(is_there)
        yield source


@asynccontextmanager
async def fetched_by_rtmp(folder: Path) -> AsyncIterator[Source]:
    film = FILM.write(folder / "film.mp4")
    async with (
        rtmp_relay(folder / "relay") as relay,
        replayed(film, relay.address("tea")),
        fetched(relay.address("tea")) as source,
    ):
        yield source


@asynccontextmanager
async def fetched_by_hls(folder: Path) -> AsyncIterator[Source]:
    film = FILM.write(folder / "film.mp4")
    async with live_hls(film, folder / "hls") as url, fetched(url) as source:
        yield source


@asynccontextmanager
async def fetched_by_rtsp(folder: Path) -> AsyncIterator[Source]:
    film = FILM.write(folder / "film.mp4")
    async with rtsp_camera(film) as url, fetched(url) as source:
        yield source


@asynccontextmanager
async def whip(folder: Path) -> AsyncIterator[Source]:
    """FFmpeg's own muxer sends over WebRTC."""
    clock = SystemClock()
    async with (
        an_entrance(folder, clock) as entrance,
        a_whip_camera(entrance.url, KEY, folder) as camera,
        asyncio.TaskGroup() as tasks,
    ):
        leaving = tasks.create_task(camera.wait())
        while not any(status.width for status in entrance.inputs.statuses()):
            done, _ = await asyncio.wait({leaving}, timeout=0.02)
            assert not done, "the camera has left"
        yield CameraSource(Camera(input=ROOM, title="Tea"), entrance.inputs, clock)
        leaving.cancel()


MakeSource = Callable[[Path], AbstractAsyncContextManager[Source]]
SOURCES: dict[str, MakeSource] = {
    "test stage": a_test_stage,
    "file": file,
    "files": file_list,
    "rtmp": rtmp,
    "fetched by rtmp": fetched_by_rtmp,
    "fetched by hls": fetched_by_hls,
    "fetched by rtsp": fetched_by_rtsp,
    "whip": whip,
}


# These two differ from others in what FFmpeg speaks alone.
LONG = {"fetched by rtmp", "fetched by hls"}
EVERY_ONE = [pytest.param(name, marks=pytest.mark.torture) if name in LONG else name
             for name in SOURCES]  # fmt: skip


@pytest.fixture(scope="module", params=EVERY_ONE)
def given(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Each source is watched once, for all sentences."""

    async def watch() -> Seen:
        async with SOURCES[request.param](tmp_path_factory.mktemp("source")) as source:
            return await seen(source)

    return asyncio.run(watch())


def test_formats_come_first_and_then_a_keyframe(given: Seen) -> None:
    assert isinstance(given.items[0], Formats)
    assert given.track(Kind.VIDEO)[0].key


@pytest.mark.parametrize("kind", list(Kind))
def test_decoding_times_only_grow(given: Seen, kind: Kind) -> None:
    times = [packet.dts for packet in given.track(kind)]

    assert len(times) > 20
    assert all(before < after for before, after in pairwise(times))


def test_no_picture_is_shown_before_it_is_decoded(given: Seen) -> None:
    assert all(packet.pts >= packet.dts for packet in given.stretch)


def test_sound_is_unbroken(given: Seen) -> None:
    for before, after in pairwise(given.track(Kind.AUDIO)):
        assert after.dts - before.dts == before.duration


def test_it_keeps_the_pace_of_the_clock(given: Seen) -> None:
    pictures = given.track(Kind.VIDEO)
    media_ms = (pictures[-1].dts - pictures[0].dts) * 1000 / VIDEO_RATE
    # A machine under load hands over late at times, and a source then catches up.
    assert abs(media_ms - (given.ended - given.began)) < 2_000


def test_the_time_of_the_programme_is_that_of_the_clock(given: Seen) -> None:
    assert abs(given.track(Kind.VIDEO)[-1].at - given.ended) < 5_000


def test_sound_and_picture_are_in_step(given: Seen) -> None:
    """Where each track has its zero on the clock, the middle of what its packets say."""
    zeros = []
    for kind, rate in ((Kind.VIDEO, VIDEO_RATE), (Kind.AUDIO, given.audio_rate)):
        zeros.append(
            np.median([packet.at - packet.pts * 1000 / rate for packet in given.track(kind)])
        )

    assert abs(zeros[0] - zeros[1]) <= 40


def test_it_stops_when_told(given: Seen) -> None:
    assert given.stopped


async def test_a_tone_over_rtmp_is_heard_with_its_picture(tmp_path: Path) -> None:
    """The film burns its time into the picture, and sounds at each whole second."""
    async with rtmp(tmp_path) as source:
        got = await seen(source)
    made = packaged(iter(got.items))
    init = made.inits[-1].init
    pictures, sound = shown(made.stream(init)), heard(made.stream(init))
    loud = np.abs(sound.samples) > 0.2
    tones = np.flatnonzero(loud[1:] & ~loud[:-1]) / sound.rate + sound.start
    seconds = [one.time for one in pictures if one.clock is not None and one.clock % 1000 == 0]
    off = [min(abs(tone - second) for second in seconds) for tone in tones
           if seconds[0] - 0.1 < tone < seconds[-1] + 0.1]  # fmt: skip

    assert seconds
    assert off
    assert np.median(off) <= 0.040
