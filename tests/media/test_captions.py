"""Captions beside the picture in HLS: the same pieces, at the same moments."""

from collections.abc import Mapping
from functools import cache

import pytest

from livehouse.domains.recordings.model import CaptionLine, webvtt_piece
from livehouse.media.captions import begins_at, captions_playlist
from livehouse.media.playlist import SegmentLine, live_playlist
from tests.support import hls_rules
from tests.support.media_material import NOON, Packaged, a_stage, shown

LINE = SegmentLine(number=7, at=NOON, ticks=180_000, init=0, discontinuity=False, series=0, bytes=1)


@cache
def stage() -> Packaged:
    return a_stage(start=NOON + 700, seconds=4.5)


def listing(lines: list[SegmentLine], begins: Mapping[int, int | None]) -> hls_rules.Listing:
    text = captions_playlist(lines, "en", lambda line: begins.get(line.number), ended=False)
    return hls_rules.read(text, words=True)


def named(uri: str) -> tuple[int, int, int]:
    """Where the timeline is 0, and between which moments the piece stands (ms)."""
    name = uri.removeprefix("../captions/en/").removesuffix(".vtt")
    zero_at, since, until = map(int, name.split("-"))
    return zero_at, since, until


def test_there_is_a_piece_of_words_for_each_segment() -> None:
    segments = stage().segments
    lines = [segment.line for segment in segments]

    picture = hls_rules.read(live_playlist(lines, next_number=0, ended=False))
    words = listing(lines, {one.line.number: begins_at(one.data) for one in segments})

    assert [(one.number, one.seconds, one.at_ms, one.series) for one in words.segments] == [
        (one.number, one.seconds, one.at_ms, one.series) for one in picture.segments
    ]
    assert words.target_seconds == picture.target_seconds
    spans = [named(one.uri)[1:] for one in words.segments]
    assert spans == [(line.at, line.ends_at) for line in lines]


def test_the_timeline_of_the_words_is_that_of_the_picture() -> None:
    """What the decoder says of a picture's time leads to the clock that is burnt into it."""

    for segment in stage().segments:
        begins = {segment.line.number: begins_at(segment.data)}
        (piece,) = listing([segment.line], begins).segments
        zero_at, _, _ = named(piece.uri)
        for picture in shown(stage().inits[0].data + segment.data):
            assert picture.clock is not None
            assert zero_at + picture.time * 1000 == pytest.approx(picture.clock, abs=40)


def test_a_line_is_the_same_in_every_piece_that_holds_it() -> None:
    line = CaptionLine(NOON + 1_500, NOON + 4_250, "Tea & <cake>")
    pieces = [webvtt_piece([line], NOON - 1_000) for _ in range(2)]

    assert (
        pieces[0]
        == pieces[1]
        == (
            "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n"
            "00:00:02.500 --> 00:00:05.250\nTea &amp; &lt;cake&gt;\n"
        )
    )
    assert webvtt_piece([line], NOON + 5_000).endswith("LOCAL:00:00:00.000\n")
    assert "00:00:00.000 --> 00:00:00.250" in webvtt_piece([line], NOON + 4_000)


def test_a_stretch_of_its_own_has_a_timeline_of_its_own() -> None:
    def line(number: int, seconds: int, *, apart: bool = False, series: int = 0) -> SegmentLine:
        return SegmentLine(number, NOON + seconds * 1000, 180_000, 0, apart, series, 1)

    lines = [line(3, 0), line(4, 2), line(5, 60, apart=True, series=1), line(8, 70, series=1)]

    words = listing(lines, {3: 0, 5: 90_000 * 60, 8: 90_000 * 62})

    assert [named(one.uri)[0] - NOON for one in words.segments] == [0, 0, 0, 8_000]
    assert [one.series for one in words.segments] == [0, 0, 1, 2]


def test_what_cannot_be_read_begins_where_it_is() -> None:
    words = listing([LINE], {})

    assert named(words.segments[0].uri) == (NOON, NOON, NOON + 2_000)
    assert begins_at(b"") is None
    assert begins_at(b"\x00\x00\x00\x08moof\x00\x00\x00\xffmdat") is None
    assert begins_at(b"rubbish" * 40) is None


def test_a_recordings_words_are_complete_with_it() -> None:
    text = captions_playlist([LINE], "zh-Hans", lambda _: 0, ended=True, recorded=True)

    assert hls_rules.read(text, words=True).ended
    assert "#EXT-X-PLAYLIST-TYPE:VOD\n" in text
    assert "../captions/zh-Hans/" in text
