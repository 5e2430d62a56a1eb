"""Chapters and captions: what becomes of words, and at which moment they stand."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.recordings.errors import BrokenCaptions, TooManyCaptions
from livehouse.domains.recordings.model import (
    CaptionLine,
    Cue,
    Mark,
    Piece,
    Recording,
    chapters,
    checked_line,
    cues_of,
    line_of,
    programme_at,
    read_webvtt,
    recorded_ms,
    typed_ms,
    typed_time,
    webvtt,
)
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import RunId

NOON = 1_795_435_200_000
# Ten minutes, of which the third to the fifth are missing.
PIECES = (Piece(NOON, 0, 120_000), Piece(NOON + 300_000, 120_000, 300_000))
RECORDING = Recording(RunId(UUID(int=1)), "kept", 420_000, 1, PIECES)


def mark(seconds: float, title: str) -> Mark:
    return Mark(NOON + round(seconds * 1000), title)


def test_each_chapter_lasts_until_the_next_begins() -> None:
    marks = [mark(310, "Lamp"), mark(10, "Tea bowl"), mark(20, "Tea bowl"), mark(60, "Rug"),
             mark(62, "Moss")]  # fmt: skip

    assert chapters(marks, RECORDING) == [
        Cue(10_000, 62_000, "Tea bowl"), Cue(62_000, 130_000, "Moss"),
        Cue(130_000, 420_000, "Lamp"),
    ]  # fmt: skip


def test_what_is_missing_takes_no_time_of_the_recording() -> None:
    assert [recorded_ms(PIECES, NOON + s * 1000) for s in (-5, 0, 90, 200, 300, 301, 9_000)] == [
        0, 0, 90_000, 120_000, 120_000, 121_000, 420_000,
    ]  # fmt: skip
    assert programme_at(PIECES, 121_000) == NOON + 301_000
    assert programme_at((), 5) == 5


@given(st.integers(0, 419_999), st.integers(1, 20_000))
def test_a_caption_comes_back_where_it_was_put(start: int, lasts: int) -> None:
    cue = Cue(start, min(start + lasts, 420_000), "words")

    assert cues_of([line_of(cue, RECORDING)], RECORDING) == [cue]


def test_captions_of_many_makers_are_read() -> None:
    text = (
        "\ufeffWEBVTT - made by hand\r\n\r\nNOTE nothing --> here\r\n\r\nSTYLE\r\n::cue{}\r\n\r\n"
        "7\r\n01:02.500 --> 01:04.000 align:start\r\n<v Ann><b>Hello</b> &amp; welcome\r\n"
        "to tea\r\n\r\n"
        "00:00:01,000 --> 00:00:02,000\nSubRip\n\n"
        "00:05.000 --> 00:04.000\nbackwards\n\n00:06.000 --> 00:07.000\n   \n"
    )

    assert read_webvtt(text) == [
        Cue(1_000, 2_000, "SubRip"), Cue(62_500, 64_000, "Hello & welcome\nto tea"),
    ]  # fmt: skip


def test_words_can_hold_no_markup_and_no_times() -> None:
    nasty = "</c><script>x</script>\n\n00:01.000 --> 00:02.000"
    line = checked_line(CaptionLine(NOON, NOON + 1_000, nasty))

    file = webvtt(cues_of([line], RECORDING))

    assert "<script" not in file
    assert file.count("-->") == 1
    assert read_webvtt(file)[0].text == line.text


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader_or_the_file(text: str) -> None:
    try:
        cues = read_webvtt(f"00:01.000 --> 00:02.000\n{text}")
    except BrokenCaptions:
        return
    again = read_webvtt(webvtt(cues))
    assert [(cue.start, cue.end) for cue in again] == [(cue.start, cue.end) for cue in cues]


@pytest.mark.parametrize("text", ["", "WEBVTT\n\n", "<html></html>", "\x00" * 50])
def test_what_holds_no_captions_is_refused(text: str) -> None:
    with pytest.raises(BrokenCaptions):
        read_webvtt(text)


def test_captions_have_a_bound() -> None:
    with pytest.raises(TooManyCaptions):
        read_webvtt("00:01.000 --> 00:02.000\na\n\n" * 20_001)


@pytest.mark.parametrize("line", [
    CaptionLine(NOON, NOON, "a"), CaptionLine(NOON, NOON + 31_000, "a"),
    CaptionLine(NOON, NOON + 9, " "),
])  # fmt: skip
def test_a_line_without_length_or_words_is_refused(line: CaptionLine) -> None:
    with pytest.raises(InvalidInput):
        checked_line(line)


@given(st.integers(0, 35_999_999))
def test_times_are_read_as_they_are_written(ms: int) -> None:
    assert typed_ms(typed_time(ms), "start") == ms


@pytest.mark.parametrize(("text", "ms"), [("5", 5_000), ("1:02", 62_000), ("1:02:03.4", 3_723_400)])
def test_times_are_read_as_people_write_them(text: str, ms: int) -> None:
    assert typed_ms(text, "start") == ms


@pytest.mark.parametrize("text", ["", "soon", "1:2:3:4", "-5", "5." + "9" * 9])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        typed_ms(text, "start")
