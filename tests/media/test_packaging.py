"""What comes out of the packager: segments that decode, on time, in step."""

import re
import subprocess
from datetime import timedelta
from functools import cache

import m3u8
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from livehouse.media.packager import Packager, Position
from livehouse.media.packets import Packet, SourceItem
from livehouse.media.playlist import SegmentLine, live_playlist, recorded_playlist
from livehouse.media.sources.encoding import Samples
from livehouse.media.window import LiveWindow
from tests.support.media_material import (
    NOON,
    Packaged,
    a_picture,
    a_stage,
    formats,
    heard,
    packaged,
    pictures,
    shown,
)

CLOSE_MS = 40


@cache
def stage() -> Packaged:
    return a_stage(start=NOON + 700, seconds=9)


def test_segments_decode_without_a_warning() -> None:
    told = subprocess.run(
        ["ffmpeg", "-hide_banner", "-v", "warning", "-i", "pipe:0", "-f", "null", "-"],
        input=stage().stream(),
        capture_output=True,
        timeout=60,
        check=True,
    )

    assert told.stderr.decode() == ""
    assert len(shown(stage().stream())) == sum(segment.pictures for segment in stage().segments)
    assert heard(stage().stream()).samples.size > 8 * 48_000


def test_every_segment_decodes_alone() -> None:
    for segment in stage().segments:
        frames = shown(stage().inits[0].data + segment.data)

        assert len(frames) == segment.pictures


def test_the_burnt_clock_is_the_programme_time_of_its_segment() -> None:
    for segment in stage().segments:
        first = shown(stage().inits[0].data + segment.data)[0]

        assert first.clock is not None
        assert abs(first.clock - segment.line.at) <= 1


def test_every_picture_stands_where_its_clock_says() -> None:
    frames = shown(stage().stream())
    start = stage().segments[0].line.at

    late = [abs(frame.clock - start - frame.time * 1000) for frame in frames if frame.clock]

    assert len(late) == len(frames)
    assert max(late) <= 1


def test_segments_start_on_whole_seconds_of_the_wall_clock() -> None:
    starts = [segment.line.at % 2000 for segment in stage().segments[1:]]

    assert all(min(start, 2000 - start) <= 1 for start in starts)


def test_sound_is_in_step_with_the_picture() -> None:
    sound = heard(stage().stream())
    start = stage().segments[0].line.at

    strikes = _strikes(sound.samples, sound.rate)

    clocks = [start + (sound.start + strike) * 1000 for strike in strikes]
    assert len(clocks) >= 6
    assert all(abs(clock - round(clock / 1000) * 1000) <= 15 for clock in clocks)


def test_the_live_playlist_says_what_it_must() -> None:
    window = LiveWindow([], 0)
    for segment in stage().segments:
        window.add(segment)

    playlist = m3u8.loads(window.playlist().decode())

    assert playlist.version == 7
    assert playlist.target_duration == 2
    assert not playlist.is_endlist
    assert playlist.is_independent_segments
    assert playlist.media_sequence == stage().segments[0].line.number
    assert all(found.duration < 2.5 for found in playlist.segments)
    for found, segment in zip(playlist.segments, stage().segments, strict=True):
        assert found.uri == f"{segment.line.number}.m4s"
        assert found.init_section.uri == "init-0.mp4"
        moment = found.program_date_time
        assert moment.utcoffset() == timedelta(0)
        assert round(moment.timestamp() * 1000) == segment.line.at


def test_the_window_rolls_and_counts_what_left_it() -> None:
    lines = _lines(10) + _lines(14, first=10, series=1)

    whole = live_playlist(lines[8:14], next_number=0, ended=False)
    rolled = live_playlist(lines[10:16], next_number=0, ended=False)
    later = live_playlist(lines[11:17], next_number=0, ended=False)

    assert "#EXT-X-MEDIA-SEQUENCE:8\n" in whole
    assert whole.count("#EXT-X-DISCONTINUITY\n") == 1
    assert "DISCONTINUITY-SEQUENCE" not in whole + rolled
    assert rolled.count("#EXT-X-DISCONTINUITY\n") == 1
    assert "#EXT-X-DISCONTINUITY-SEQUENCE:1\n" in later
    assert "#EXT-X-DISCONTINUITY\n" not in later


def test_a_recording_is_complete_and_plays_from_the_start() -> None:
    lines = [segment.line for segment in stage().segments]

    playlist = m3u8.loads(recorded_playlist(lines, ended=True))

    assert playlist.is_endlist
    assert playlist.playlist_type == "vod"
    assert playlist.media_sequence == 0
    assert len(playlist.segments) == len(lines)


def test_what_was_not_recorded_is_not_joined_over() -> None:
    lines = _lines(6)

    text = recorded_playlist([*lines[:2], *lines[4:]], ended=True)

    assert re.search(r"1\.m4s\n#EXT-X-DISCONTINUITY\n", text)


def test_a_new_source_gets_its_own_init_and_a_discontinuity() -> None:
    packager = Packager()
    first = packaged(iter([formats(), *pictures(6)]), packager)
    again = packaged(iter([formats(), *(_later(p, 60_000) for p in pictures(6))]), packager)

    assert [segment.line.number for segment in again.segments] == [3, 4, 5]
    assert [segment.line.discontinuity for segment in again.segments] == [True, False, False]
    assert [segment.line.series for segment in again.segments] == [1, 1, 1]
    assert {segment.line.init for segment in first.segments} == {0}
    assert {segment.line.init for segment in again.segments} == {1}
    assert again.segments[0].line.at == NOON + 60_000


def test_after_a_restart_the_run_goes_on() -> None:
    position = Position(next_number=12, next_init=2, series=1, anchor_at=NOON - 24_000)

    again = packaged(iter([formats(), *pictures(4)]), Packager(position))

    assert [segment.line.number for segment in again.segments] == [12, 13]
    assert again.segments[0].line.discontinuity
    assert again.segments[0].line.series == 2
    assert again.inits[0].init == 2
    assert again.segments[0].line.at == NOON


@pytest.mark.parametrize("ppm", [-200.0, 0.0, 200.0])
def test_a_clock_that_drifts_for_hours_stays_within_40_ms(ppm: float) -> None:
    made = packaged(iter([formats(), *pictures(2 * 3600, ppm=ppm)]))

    assert not any(segment.line.discontinuity for segment in made.segments)
    assert max(_errors(made, ppm)) <= CLOSE_MS


def test_jitter_of_arrival_does_not_shake_the_programme_time() -> None:
    made = packaged(iter([formats(), *pictures(600, jitter_ms=25)]))

    errors = _errors(made, 0.0)
    assert max(errors[30:]) <= CLOSE_MS


def test_a_clock_that_is_set_starts_a_new_stretch() -> None:
    before: list[SourceItem] = [formats(), *pictures(6)]
    after = [_later(packet, 0, at=90_000, ticks=6 * 90_000) for packet in pictures(12)]

    made = packaged(iter([*before, *after]))

    apart = [segment.line for segment in made.segments if segment.line.discontinuity]
    assert len(apart) == 1
    assert abs(made.segments[-1].line.at - (NOON + 90_000 + 10_000)) <= CLOSE_MS


def test_a_long_gap_is_a_discontinuity_and_no_endless_picture() -> None:
    later = (_later(packet, 20_000) for packet in pictures(6))

    made = packaged(iter([formats(), *pictures(6), *later]))

    assert max(segment.line.seconds for segment in made.segments) <= 2.5
    apart = [segment.line for segment in made.segments if segment.line.discontinuity]
    assert [line.at for line in apart] == [NOON + 20_000]


def test_nothing_goes_out_before_the_first_keyframe() -> None:
    stream = [a_picture(0), a_picture(18_000), *(_later(p, 400) for p in pictures(2))]

    made = packaged(iter([formats(), *stream]))

    assert made.segments[0].line.at == NOON + 400


def test_short_groups_of_pictures_share_a_segment() -> None:
    short = [a_picture(n * 18_000, key=n % 2 == 0) for n in range(50)]
    form = formats()
    form = type(form)(form.video, form.audio, key_interval_seconds=0.4)

    made = packaged(iter([form, *short]))

    assert [segment.line.seconds for segment in made.segments[:-1]] == pytest.approx([2.4] * 4)


def test_a_segment_is_made_of_parts_that_follow_each_other() -> None:
    segment = stage().segments[2]

    assert sum(part.ticks for part in segment.parts) == segment.line.ticks
    assert [part.independent for part in segment.parts] == [True, *[False] * 5]
    assert [part.index for part in segment.parts] == list(range(6))
    assert len(segment.data) == segment.line.bytes


@settings(max_examples=40)
@given(st.lists(st.integers(1, 12), min_size=20, max_size=60), st.sampled_from([1, None]))
def test_no_part_is_cut_short_because_pictures_were_dropped(
    gaps: list[int], lasts: int | None
) -> None:
    """But for the last of a segment. A source says how long its pictures last, or how long the one
    before did; both may be wrong after a drop."""
    stream, dts = [a_picture(0, key=True)], 0
    for number, gap in enumerate(gaps, 1):
        dts += gap * 3_000
        stream.append(a_picture(dts, key=number % 10 == 0, duration=3_000 * (lasts or gap)))

    made = packaged(iter([formats(), *stream]))

    for segment in made.segments:
        assert sum(part.ticks for part in segment.parts) == segment.line.ticks
        for part in segment.parts:
            assert part.seconds <= 0.34
        for part in segment.parts[:-1]:
            assert part.seconds >= 0.85 * 0.34


def _later(packet: Packet, ms: int, *, at: int | None = None, ticks: int | None = None) -> Packet:
    moved = ms * 90 if ticks is None else ticks
    return replace(
        packet,
        dts=packet.dts + moved,
        pts=packet.pts + moved,
        at=packet.at + (ms if at is None else at),
    )


def _errors(made: Packaged, ppm: float) -> list[float]:
    """How far each segment's programme time is from when its first picture was taken."""
    errors, ticks = [], 0
    for segment in made.segments:
        true_ms = ticks / 90 / (1 + ppm / 1e6)
        errors.append(abs(segment.line.at - NOON - true_ms))
        ticks += segment.line.ticks
    return errors


def _lines(count: int, *, first: int = 0, series: int = 0) -> list[SegmentLine]:
    return [
        SegmentLine(
            number=first + index,
            at=NOON + (first + index) * 2000,
            ticks=180_000,
            init=series,
            discontinuity=series > 0 and index == 0,
            series=series,
            bytes=1000,
        )
        for index in range(count)
    ]


def _strikes(samples: Samples, rate: int) -> list[float]:
    """Where chimes begin (s): sudden energy above the chords, after a second without."""
    spectrum = np.fft.rfft(samples)
    spectrum[: int(1000 * samples.size / rate)] = 0
    high = np.abs(np.fft.irfft(spectrum, samples.size))
    span = rate // 500
    loud = np.convolve(high, np.ones(span) / span, mode="same")
    strikes: list[float] = []
    for place in np.flatnonzero(loud > loud.max() * 0.3):
        time = float(place / rate)
        if not strikes or time - strikes[-1] > 0.7:
            strikes.append(time)
    return strikes
