"""Files of people's own: played as they are, encoded once, or refused; never a crash."""

from itertools import pairwise
from pathlib import Path

import av
import pytest

from livehouse.foundation.clock import SystemClock
from livehouse.media.errors import BrokenVideo, VideoTooLarge
from livehouse.media.sources.clip import MustEncode, inspect
from livehouse.media.sources.loop_file import LoopFileSource, LoopProducer
from livehouse.media.sources.prepare import prepared, ready_clip
from livehouse.media.specs import LoopFile
from tests.support.media_material import (
    NOON,
    Film,
    Packaged,
    big_buck_bunny,
    heard,
    packaged,
    produced,
    shown,
)


def looped(path: Path, tmp_path: Path, *, seconds: float = 7.0) -> Packaged:
    clip = ready_clip(path, tmp_path / "cache", lambda _: None)
    return packaged(produced(LoopProducer(clip), seconds=seconds))


def test_a_good_file_goes_out_as_it_is(tmp_path: Path) -> None:
    path = Film().write(tmp_path / "good.mp4")

    assert inspect(path).path == str(path)


def test_a_file_loops_without_a_seam(tmp_path: Path) -> None:
    path = Film(seconds=3).write(tmp_path / "good.mp4")

    made = looped(path, tmp_path, seconds=10)

    assert not any(segment.line.discontinuity for segment in made.segments)
    # At the very end a picture may be there before those that are shown before it.
    frames = shown(made.stream())[:-4]
    steps = {round((b.time - a.time) * 1000) for a, b in pairwise(frames)}
    assert steps == {40}
    for frame in frames:
        assert frame.clock == round(frame.time % 3 * 1000)


def test_pictures_out_of_order_keep_their_times(tmp_path: Path) -> None:
    options = {"g": "25", "bf": "3", "b_strategy": "0"}
    path = Film(options=options).write(tmp_path / "b-frames.mp4")
    assert inspect(path).path == str(path)

    made = looped(path, tmp_path)

    assert [frame.clock for frame in shown(made.stream())[:75]] == list(range(0, 3000, 40))
    for segment in made.segments:
        first = shown(made.inits[0].data + segment.data)[0]
        assert first.clock is not None
        assert abs((segment.line.at - NOON) % 3000 - first.clock) <= 1


def test_a_variable_frame_rate_keeps_its_times(tmp_path: Path) -> None:
    times = [0.0, 0.04, 0.2, 0.24, 0.6, 0.9, 1.0, 1.48, 1.52, 1.9, 2.0, 2.4]
    path = Film(times=times, sound=False).write(tmp_path / "variable.mkv")

    frames = shown(looped(path, tmp_path, seconds=2.39).stream())

    assert [frame.clock for frame in frames] == [round(time * 1000) for time in times]
    for frame, time in zip(frames, times, strict=False):
        assert abs(frame.time - time) <= 0.002


@pytest.mark.parametrize(
    "film",
    [
        Film(width=321, height=241, pixels="yuv444p"),
        Film(options={"g": "250"}),
        Film(codec="mpeg4"),
        Film(pixels="yuv422p"),
    ],
    ids=["odd size", "keyframes far apart", "other codec", "rich colour"],
)
def test_what_does_not_fit_is_encoded_once(film: Film, tmp_path: Path) -> None:
    path = film.write(tmp_path / "film.mkv")

    made = looped(path, tmp_path)

    frames = shown(made.stream())
    clocks = [frame.clock for frame in frames[: round(film.seconds * 25)]]
    assert clocks == list(range(0, round(film.seconds * 1000), 40))
    assert max(segment.line.seconds for segment in made.segments) < 2.5


def test_an_encoded_file_is_found_again_by_its_content(tmp_path: Path) -> None:
    first = Film(codec="mpeg4").write(tmp_path / "a.mp4")
    copy = tmp_path / "b.mp4"
    copy.write_bytes(first.read_bytes())
    told: list[object] = []

    clip = ready_clip(first, tmp_path / "cache", told.append)
    steps = len(told)
    again = ready_clip(copy, tmp_path / "cache", told.append)

    assert again.path == clip.path
    assert steps > 10
    assert len(told) == steps + 1


def test_a_file_without_sound_is_silent_not_mute(tmp_path: Path) -> None:
    path = Film(sound=False).write(tmp_path / "mute.mp4")

    sound = heard(looped(path, tmp_path, seconds=5).stream())

    assert sound.samples.size >= 4 * 48_000
    assert abs(sound.samples).max() < 0.001


@pytest.mark.parametrize("codec", ["libx264", "mpeg4"], ids=["copied", "encoded"])
def test_lips_stay_in_step_turn_after_turn(codec: str, tmp_path: Path) -> None:
    path = Film(seconds=3, codec=codec).write(tmp_path / "tones.mp4")

    sound = heard(looped(path, tmp_path, seconds=16).stream())

    loud = abs(sound.samples) > 0.2
    starts = [
        sound.start + place / sound.rate
        for place in range(1, loud.size)
        if loud[place] and not loud[max(0, place - 9600) : place].any()
    ]
    assert len(starts) >= 14
    assert all(abs(start - round(start)) <= 0.040 for start in starts)


def test_the_real_file_plays(tmp_path: Path) -> None:
    with pytest.raises(MustEncode, match="keyframes"):
        inspect(_with_stereo_sound(tmp_path))

    made = looped(big_buck_bunny(), tmp_path)

    frames = shown(made.stream())
    assert len(frames) == pytest.approx(7 * 25, abs=2)
    assert heard(made.stream()).samples.size > 6 * 48_000


async def test_a_first_encode_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[float] = []

    await prepared(big_buck_bunny(), tmp_path / "cache", told.append)

    assert told == sorted(told)
    assert len(told) > 10


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"This is a text that was named .mp4.\n" * 50,
        b"\x00\x00\x00\x18ftypisom" + b"\xff" * 4000,
        b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n/etc/passwd\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
    ],
    ids=["zero bytes", "text", "rubbish", "playlist", "list of files"],
)
async def test_a_broken_file_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(content)

    with pytest.raises(BrokenVideo):
        await prepared(path, tmp_path / "cache", lambda _: None)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.8])
@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
async def test_a_file_cut_off_is_refused(share: float, suffix: str, tmp_path: Path) -> None:
    whole = Film().write(tmp_path / f"whole.{suffix}")
    cut = tmp_path / f"cut.{suffix}"
    cut.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * share)])

    with pytest.raises(BrokenVideo):
        await prepared(cut, tmp_path / "cache", lambda _: None)


async def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenVideo):
        await prepared(tmp_path / "nowhere.mp4", tmp_path, lambda _: None)


async def test_a_picture_beyond_all_bounds_is_refused(tmp_path: Path) -> None:
    path = Film(seconds=0.1, width=4100, height=64, sound=False).write(tmp_path / "wide.mp4")

    with pytest.raises(VideoTooLarge):
        await prepared(path, tmp_path / "cache", lambda _: None)


async def test_music_with_a_cover_is_no_video(tmp_path: Path) -> None:
    source = LoopFileSource(LoopFile(str(_music(tmp_path))), tmp_path, SystemClock())

    with pytest.raises(BrokenVideo):
        await source.start()
    await source.stop()


def _with_stereo_sound(tmp_path: Path) -> Path:
    return Film(seconds=3, options={"g": "250"}).write(tmp_path / "far.mp4")


def _music(tmp_path: Path) -> Path:
    path = tmp_path / "music.m4a"
    film = Film(seconds=2).write(tmp_path / "film.mp4")
    with av.open(str(film)) as source, av.open(str(path), "w", format="mp4") as target:
        stream = source.streams.audio[0]
        copied = target.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.dts is not None:
                packet.stream = copied
                target.mux(packet)
    return path
