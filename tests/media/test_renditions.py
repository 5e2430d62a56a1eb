"""Smaller pictures and the sound alone: cut where the source is cut, and given up before it is."""

import asyncio
import io
import threading
from collections.abc import AsyncIterator, Iterator, Set
from fractions import Fraction
from itertools import chain
from pathlib import Path

import aiohttp
import av
import m3u8
import msgspec
import numpy as np
import pytest
from av.codec.context import Flags
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from typing_extensions import override

from livehouse.media.h264 import for_container, is_keyframe, parameter_sets
from livehouse.media.packager import Init, Output, Packager, Part, Piece, Segment
from livehouse.media.packets import Formats, Kind, Packet, SourceItem, VideoFormat
from livehouse.media.playlist import SegmentLine
from livehouse.media.profile import PROFILES
from livehouse.media.renditions.ladder import Ladder
from livehouse.media.renditions.limits import REST
from livehouse.media.renditions.rungs import RUNGS, RungName, Size, sizes
from livehouse.media.renditions.transcoder import Made, Transcoder
from livehouse.media.specs import StartRun, TestStage
from livehouse.media.window import LiveWindow
from tests.support import hls_rules
from tests.support.clock import ManualClock
from tests.support.hls_player import Player
from tests.support.media_material import (
    NOON,
    Packaged,
    formats,
    luma,
    packaged,
    pictures,
)
from tests.support.media_origin import Origin, an_origin
from tests.support.media_waiting import eventually

FAST = PROFILES["fast"]
STAGE = TestStage(title="Evening", width=704, height=396, fps=15, kbps=500, key_seconds=1)
ALL: frozenset[RungName] = frozenset(rung.name for rung in RUNGS)
ONLY_SMALL: frozenset[RungName] = frozenset({"360p"})


def encoded(made: Packaged, on: Set[RungName] = ALL) -> dict[str, Packaged]:
    """What a transcoder makes of it, by rung."""
    transcoder = Transcoder()
    found: dict[str, Packaged] = {}
    items = [one.line if isinstance(one, Segment) else one for one in made.outputs]
    for item in items:
        if isinstance(item, Piece | SegmentLine):
            _sort(found, transcoder.take(item, on))
    _sort(found, transcoder.finish())
    return found


def _sort(found: dict[str, Packaged], made: Iterator[Made]) -> None:
    for one in made:
        found.setdefault(one.rung, Packaged([])).outputs.append(one.output)


def cuts(made: Packaged) -> list[tuple[int, int, int, bool, int]]:
    """Where it is cut: number, index and length of each part, and when its segment begins."""
    return [(part.start.number, part.index, part.ticks, part.independent, part.start.at)
            for part in made.parts]  # fmt: skip


def put(window: LiveWindow, output: Output) -> None:
    match output:
        case Init():
            window.add_init(output)
        case Part():
            window.add_part(output)
        case Segment():
            window.add(output)
        case Piece():
            pass


def frames(stream: bytes) -> list[av.VideoFrame]:
    with av.open(io.BytesIO(stream), "r", format="mp4") as container:
        return list(container.decode(video=0))


def film(
    seconds: float, *, width: int = 720, height: int = 400, bframes: int = 0, start: int = NOON
) -> Iterator[SourceItem]:
    """A bright column that goes from left to right, 15 pictures and a keyframe a second."""
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, 90_000), Fraction(15)
    encoder.thread_count = 1
    encoder.flags |= Flags.global_header
    encoder.options = {"preset": "ultrafast", "bf": str(bframes), "g": "15", "keyint_min": "15",
                       "sc_threshold": "0", "x264-params": "rc-lookahead=0:b-adapt=0"}  # fmt: skip
    encoder.open()
    sets = parameter_sets(bytes(encoder.extradata or b""))
    yield Formats(VideoFormat(sets, width, height), formats().audio, key_interval_seconds=1.0)
    count = round(seconds * 15)
    for number in range(count + 1):
        frame = None
        if number < count:
            planes = np.full((height * 3 // 2, width), 128, np.uint8)
            planes[:height, column(number, width)] = 235
            frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            frame.pts, frame.time_base = number * 6_000, Fraction(1, 90_000)
        for packet in encoder.encode(frame):
            data = for_container(bytes(packet), None)
            assert packet.dts is not None
            assert packet.pts is not None
            yield Packet(Kind.VIDEO, packet.dts, packet.pts, 6_000, is_keyframe(data), data,
                         start + packet.pts // 90)  # fmt: skip


def column(number: int, width: int) -> slice:
    at = number % 45 * width // 45
    return slice(at, at + width // 45)


def seen(frame: av.VideoFrame) -> int:
    """Which column is bright."""
    return int(luma(frame).mean(axis=0).argmax()) * 45 // frame.width


@pytest.mark.parametrize("bframes", [0, 2])
def test_a_smaller_picture_is_cut_and_timed_as_the_source_is(bframes: int) -> None:
    source = packaged(film(4, bframes=bframes), Packager(profile=FAST))

    small = encoded(source)["360p"]

    assert cuts(small) == cuts(source)
    assert any(sample.shown_after for one in source.outputs if isinstance(one, Piece)
               for sample in one.video.samples) == (bframes > 0)  # fmt: skip
    ours, theirs = frames(source.stream()), frames(small.stream())
    assert [frame.time for frame in theirs] == [frame.time for frame in ours]
    assert [seen(frame) for frame in theirs] == [seen(frame) for frame in ours]
    assert {(frame.width, frame.height) for frame in theirs} == {(648, 360)}
    window = LiveWindow([], 0, FAST, prefix="360p-")
    for output in small.outputs:
        put(window, output)
        if window.lines():
            listing = hls_rules.read(window.low_latency().decode())
            assert all(part.uri.startswith("360p-") for part in listing.parts)
    assert [one.line.ends_at for one in small.segments] == [
        one.line.ends_at for one in source.segments
    ]


def test_a_rendition_that_comes_later_begins_with_a_segment() -> None:
    source = packaged(film(4), Packager(profile=FAST))
    transcoder = Transcoder()
    found: dict[str, Packaged] = {}
    for one in source.outputs:
        if isinstance(one, Piece):
            wanted = ONLY_SMALL if (one.start.number, one.index) > (1, 2) else frozenset[RungName]()
            _sort(found, transcoder.take(one, wanted))

    assert cuts(found["360p"])[0][:4] == (2, 0, source.parts[0].ticks, True)


def test_a_source_of_another_size_leaves_a_renditions_size_alone() -> None:
    both = packaged(
        chain(film(2), film(2, width=540, height=300, start=NOON + 2_000)), Packager(profile=FAST)
    )

    small = encoded(both)["360p"]

    assert len(both.inits) == len(small.inits) == 2
    assert cuts(small) == cuts(both)
    for init in (0, 1):
        assert {(one.width, one.height) for one in frames(small.stream(init))} == {(648, 360)}


def test_broken_pictures_stop_nothing() -> None:
    source = packaged(film(2), Packager(profile=FAST))
    broken = [replace(one, video=replace(one.video, samples=[
                  replace(sample, data=b"\x00\x00\x00\x05\x41noise"[:9])
                  for sample in one.video.samples]))
              if isinstance(one, Piece) and one.index == 2 else one
              for one in source.outputs]  # fmt: skip

    small = encoded(Packaged(broken))["360p"]

    assert [one[:3] for one in cuts(small)] == [one[:3] for one in cuts(source)]


@given(
    st.integers(256, 4096), st.integers(256, 4096), st.integers(256, 4096), st.integers(256, 4096)
)
def test_sizes_keep_the_shape_and_never_change_without_need(
    width: int, height: int, width_after: int, height_after: int
) -> None:
    before = sizes(Size(width, height), {})
    after = sizes(Size(width_after, height_after), before)

    assert all(min(width, height) > min(size.width, size.height) for size in before.values())
    assert before.keys() <= after.keys()
    for name, size in after.items():
        side = next(rung.side for rung in RUNGS if rung.name == name)
        assert min(size.width, size.height) == side
        assert size.width % 2 == size.height % 2 == 0
        shape = (size.width * height_after) / (size.height * width_after)
        assert size == before.get(name) or abs(shape - 1) < 0.02
    assert sizes(Size(width, height), before) == before


class Stuck(Transcoder):
    """One that makes no headway until it is let go."""

    def __init__(self, goes_on: threading.Event) -> None:
        super().__init__()
        self._goes_on = goes_on

    @override
    def take(self, item: Piece | SegmentLine, on: Set[RungName]) -> Iterator[Made]:
        assert self._goes_on.wait(60)
        return iter(())


async def test_who_cannot_keep_up_loses_the_largest_first_and_tries_again_later() -> None:
    clock, goes_on = ManualClock(), threading.Event()
    dropped: list[RungName] = []
    ladder = Ladder(
        clock, made=lambda _: None, dropped=dropped.append,
        make_transcoder=lambda: Stuck(goes_on),
    )  # fmt: skip
    source = packaged(chain([formats()], pictures(12)))
    pieces = iter([one for one in source.outputs if isinstance(one, Piece)])
    told: list[tuple[float, list[RungName]]] = []
    seconds = 0.0
    for piece in pieces:
        ladder.put(piece)
        seconds += piece.ticks / 90_000
        told.append((seconds, list(dropped)))

    assert all(names == [] for seconds, names in told if seconds < 1.5)
    assert any(names == ["540p"] for _, names in told)
    assert dropped == ["540p", "360p"]
    assert ladder.on == frozenset()
    assert ladder.drops == {"540p": 1, "360p": 1}

    clock.set(clock.now() + REST)
    piece = next(one for one in source.outputs if isinstance(one, Piece))
    ladder.put(piece)
    assert ladder.on == frozenset(), "while much waits nothing comes back"

    async def is_back() -> bool:
        ladder.put(piece)
        return ladder.on == ALL

    goes_on.set()
    await eventually(is_back, within=60)
    await ladder.finish()


@pytest.fixture
async def origin(tmp_path: Path) -> AsyncIterator[Origin]:
    wanted = StartRun(source=STAGE, profile="fast", encodes=True)
    async with an_origin(tmp_path, wanted) as found:
        yield found


async def test_a_player_chooses_and_changes_over(origin: Origin) -> None:
    """What the multivariant playlist says is true of each of its playlists, and of their media."""
    async with aiohttp.ClientSession() as session:
        player = Player(session, origin.folder)
        await eventually(lambda: _offers(player, 3), within=60)
        answer, text = await player.get("main.m3u8")
        offered = m3u8.loads(text.decode())
        heard = [await _listing(player, one.uri) for one in offered.playlists]
        probed = await _probed(f"{origin.folder}/main.m3u8")
        await _words_go_with_the_picture(player)
        gone, _ = await player.get("540p.m3u8")
        nonsense, _ = await player.get("360p.m3u8?_HLS_part=1")
        odd = [(await player.get(name))[0].status for name in ("360p-.m4s", "360p-x.m4s",
               "360p-360p-1.m4s", "audio-poster.jpg", "audio-9999.m4s")]  # fmt: skip
        init, data = await _newest(player, heard[1])
        ours = await _newest_segment(player, heard[0], heard[1])
        theirs = await _newest_segment(player, heard[1], heard[0])

    assert answer.headers["Cache-Control"] == "public, max-age=1"
    uris = [one.uri for one in offered.playlists]
    assert uris == ["index.m3u8", "360p.m3u8", "audio.m3u8"]
    infos = [one.stream_info for one in offered.playlists]
    assert [info.resolution for info in infos] == [(704, 396), (640, 360), None]
    assert all(info.frame_rate > 0 for info in infos[:2])
    assert [info.codecs.split(",")[-1] for info in infos] == ["mp4a.40.2"] * 3
    assert all(info.codecs.startswith("avc1.4d40") for info in infos[:2])
    for info, listing in zip(infos, heard, strict=True):
        assert info.average_bandwidth <= info.bandwidth
        _check_reports(uris, heard, heard.index(listing))
    assert _places(heard[0], heard[1]) == _places(heard[1], heard[0])
    assert _places(heard[0], heard[2], independent=False) == _places(
        heard[2], heard[0], independent=False
    )
    assert probed == {("h264", 396), ("h264", 360), ("aac", 0)}
    assert gone.status == 404
    assert nonsense.status == 400
    assert set(odd) == {404}
    assert len(frames(init + data)) > 0
    assert ours == theirs, "the same programme time, and pictures at the same moments"


def _check_reports(uris: list[str], heard: list[hls_rules.Listing], here: int) -> None:
    """A playlist tells of all the others, and who was asked later has come at least so far."""
    told = {report["URI"]: report for report in heard[here].reports}
    assert told.keys() == set(uris) - {uris[here]}
    for uri, later in zip(uris[here + 1 :], heard[here + 1 :], strict=True):
        assert int(told[uri]["LAST-MSN"]) <= later.segments[-1].number + 1
        assert int(told[uri]["LAST-PART"]) >= 0


async def _offers(player: Player, count: int) -> bool:
    _, text = await player.get("main.m3u8")
    found = m3u8.loads(text.decode()).playlists
    listed = [(await player.get(one.uri))[1] for one in found]
    return len(found) == count and all(b"#EXTINF" in text for text in listed)


async def _words_go_with_the_picture(player: Player) -> None:
    """Captions have the picture's segments, live and recorded."""
    read = {
        name: hls_rules.read((await player.get(name))[1].decode(), words="captions" in name)
        for name in ("plain.m3u8", "captions-en.m3u8", "recorded-captions-en.m3u8")
    }
    recording = m3u8.loads((await player.get("recorded.m3u8"))[1].decode())

    picture, *words = [
        {one.number: (one.at_ms, one.seconds, one.series) for one in listing.segments}
        for listing in read.values()
    ]
    for found in words:
        shared = found.keys() & picture.keys()
        assert shared
        assert all(found[number] == picture[number] for number in shared)
    assert recording.playlists[0].uri == "vod.m3u8"


async def _listing(player: Player, uri: str) -> hls_rules.Listing:
    answer, text = await player.get(uri)
    assert answer.status == 200
    return hls_rules.read(text.decode())


async def _newest(player: Player, listing: hls_rules.Listing) -> tuple[bytes, bytes]:
    newest = listing.segments[-1]
    return (await player.get(newest.init))[1], (await player.get(newest.uri))[1]


async def _newest_segment(
    player: Player, one: hls_rules.Listing, other: hls_rules.Listing
) -> tuple[int, int | None, list[float | None]]:
    """Of the newest segment that both have: its number, its moment, and those of its pictures."""
    number = min(one.segments[-1].number, other.segments[-1].number)
    found = next(listed for listed in one.segments if listed.number == number)
    init, data = (await player.get(found.init))[1], (await player.get(found.uri))[1]
    return number, found.at_ms, [frame.time for frame in frames(init + data)]


def _places(
    listing: hls_rules.Listing, other: hls_rules.Listing, *, independent: bool = True
) -> list[tuple[object, ...]]:
    """All segments that both list: where they begin, and where and how their parts do."""
    # Parts are listed near the end alone, and one playlist was asked for later than the other.
    theirs = {one.number: one for one in other.segments}
    both = {one.number for one in listing.segments} & theirs.keys()
    assert both
    return [
        (one.number, one.at_ms, one.seconds, one.series,
         [(part.seconds, part.independent and independent)
          for part in one.parts if theirs[one.number].parts])
        for one in listing.segments if one.number in both
    ]  # fmt: skip


async def _probed(url: str) -> set[tuple[str, int]]:
    probe = await asyncio.create_subprocess_exec(
        "ffprobe", "-v", "error", "-of", "json", "-show_streams", url,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(60):
        said, complaints = await probe.communicate()
    assert complaints == b""
    streams = msgspec.json.decode(said)["streams"]
    return {(stream["codec_name"], stream.get("height", 0)) for stream in streams}
