"""Lips in step: by arrival first, by the sender's reports as soon as there are any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.media.webrtc.lips import ArrivalClock, Lips
from tests.support.media_material import NOON

FRAME = 4_500
PIECE = 960


def heard_and_seen(*, video_late: float, audio_late: float, seconds: float = 3.0) -> Lips:
    """A camera whose picture and sound take `…_late` ms to us, both from the same moment on."""
    lips = Lips()
    for number in range(round(seconds * 20)):
        lips.video.arrival.arrived(number * FRAME, NOON + number * 50 + video_late)
    for number in range(round(seconds * 50)):
        lips.audio.arrival.arrived(number * PIECE, NOON + number * 20 + audio_late)
    return lips


def place_ms(lips: Lips, timestamp: int) -> float:
    place = lips.sound_place(timestamp, 0)
    assert place is not None
    return place / 48


def test_sound_waits_for_a_picture_to_compare_with() -> None:
    lips = Lips()
    lips.audio.arrival.arrived(0, NOON)
    assert lips.sound_place(0, 0) is None


def test_without_reports_sound_stands_where_it_arrived() -> None:
    lips = heard_and_seen(video_late=34, audio_late=100)
    assert place_ms(lips, 48_000) == pytest.approx(1066)


def test_reports_of_the_sender_put_sound_where_it_was_made() -> None:
    lips = heard_and_seen(video_late=34, audio_late=100)
    lips.video.reported(NOON + 500, 45_000)
    lips.audio.reported(NOON + 2_000, 96_000)
    assert place_ms(lips, 48_000) == pytest.approx(1000)
    assert lips.picture_at(90_000) == NOON + 1000


def test_a_sender_with_a_wrong_clock_is_believed_for_lips_and_not_for_the_time_of_day() -> None:
    lips = heard_and_seen(video_late=34, audio_late=100)
    wrong = NOON - 3_600_000
    lips.video.reported(wrong, 0)
    lips.audio.reported(wrong, 0)
    assert place_ms(lips, 48_000) == pytest.approx(1000)
    assert lips.picture_at(90_000) == NOON + 1034


def test_reports_that_contradict_what_arrives_are_not_believed() -> None:
    lips = heard_and_seen(video_late=34, audio_late=34)
    lips.video.reported(NOON, 0)
    lips.audio.reported(NOON + 30_000, 0)
    assert place_ms(lips, 48_000) == pytest.approx(1000)


@given(
    st.lists(st.floats(0, 300), min_size=1, max_size=12),
    st.floats(-150, 150),
)
def test_jitter_and_drift_move_the_clock_by_no_more_than_they_are(
    delays: list[float], ppm: float
) -> None:
    """Thirty seconds at 20 pictures a second, of a clock that is `ppm` off."""
    clock = ArrivalClock(90_000)
    for number in range(600):
        stamp = round(number * FRAME * (1 + ppm / 1e6))
        clock.arrived(stamp, number * 50 + delays[number % len(delays)])
    newest = round(599 * FRAME * (1 + ppm / 1e6))
    drift = 30_000 * abs(ppm) / 1e6
    assert min(delays) - drift - 1 <= clock.at(newest) - 599 * 50 <= min(delays) + drift + 1
