"""Sound at its place: silence for what is lost, a stretch for clocks that drift, no gap ever."""

import av
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from livehouse.media.packets import AUDIO_FRAME_SAMPLES, Packet
from livehouse.media.webrtc.sound import Arrived, InOrder, SoundTrack
from tests.support.media_material import NOON

PIECE = 960


def tone(pieces: int) -> list[Arrived]:
    """Opus packets of 20 ms of a steady tone."""
    encoder = av.CodecContext.create("libopus", "w")
    assert isinstance(encoder, av.AudioCodecContext)
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "stereo", "flt"
    packets: list[bytes] = []
    for number in range(pieces):
        wave = np.sin(2 * np.pi * 440 * (number * PIECE + np.arange(PIECE)) / 48_000) * 0.5
        frame = av.AudioFrame.from_ndarray(
            np.repeat(wave.astype(np.float32), 2)[None, :], format="flt", layout="stereo"
        )
        frame.sample_rate, frame.pts = 48_000, number * PIECE
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return [Arrived(number * PIECE, data) for number, data in enumerate(packets)]


TONE = tone(120)


def written(packets: list[Arrived], *, places: dict[int, float] | None = None) -> list[Packet]:
    track = SoundTrack()
    found: list[Packet] = []
    for packet in packets:
        for ready in track.sort(packet):
            place = (places or {}).get(ready.timestamp, float(ready.timestamp))
            found += track.write(ready, place, NOON)
    return found


def loudness(packets: list[Packet]) -> list[float]:
    decoder = av.CodecContext.create("aac", "r")
    assert isinstance(decoder, av.AudioCodecContext)
    decoder.extradata = SoundTrack().format.config
    decoder.sample_rate, decoder.layout = 48_000, "stereo"
    frames = [frame for packet in packets for frame in decoder.decode(av.Packet(packet.data))]
    return [float(np.abs(frame.to_ndarray()).mean()) for frame in frames]


def is_gapless(packets: list[Packet]) -> bool:
    starts = [packet.pts for packet in packets]
    return starts == list(range(starts[0], starts[0] + len(starts) * 1024, 1024))


def test_what_was_sent_comes_out_without_a_gap_and_on_time() -> None:
    packets = written(TONE)
    assert is_gapless(packets)
    assert packets[0].pts == 0
    assert packets[0].at == NOON
    assert packets[-1].pts > 119 * PIECE - 3 * AUDIO_FRAME_SAMPLES
    assert min(loudness(packets)[2:-1]) > 0.1


def test_a_lost_packet_becomes_silence_of_its_length() -> None:
    packets = written([packet for packet in TONE if not 40 <= packet.timestamp // PIECE < 50])
    assert is_gapless(packets)
    assert packets[-1].pts == written(TONE)[-1].pts
    quiet = [number * 1024 for number, loud in enumerate(loudness(packets)[2:], 2) if loud < 0.01]
    assert quiet
    assert min(quiet) >= 40 * PIECE
    assert max(quiet) <= 51 * PIECE + 1024


def test_packets_that_overtake_each_other_are_put_in_order() -> None:
    shuffled = [*TONE[:10], TONE[11], TONE[10], *TONE[12:]]
    assert [one.data for one in written(shuffled)] == [one.data for one in written(TONE)]


def test_a_clock_that_drifts_is_followed_without_a_jump() -> None:
    places = {packet.timestamp: packet.timestamp * 1.002 for packet in TONE}
    track_end = written(TONE, places=places)[-1].pts
    assert written(TONE)[-1].pts <= track_end
    assert is_gapless(written(TONE, places=places))


def test_sound_that_belongs_elsewhere_is_put_there_at_once() -> None:
    late = {packet.timestamp: packet.timestamp + 9_600.0 for packet in TONE[60:]}
    early = {packet.timestamp: packet.timestamp - 9_600.0 for packet in TONE[60:]}
    usual = written(TONE)[-1].pts
    assert abs(written(TONE, places=late)[-1].pts - usual - 9_600) <= 1024
    assert abs(written(TONE, places=early)[-1].pts - usual + 9_600) <= 1024


def test_broken_packets_are_silence_and_not_an_end() -> None:
    broken = [*TONE[:20], *(Arrived(n * PIECE, b"\xff" * 7) for n in range(20, 30)), *TONE[30:]]
    packets = written(broken)
    assert is_gapless(packets)
    assert abs(packets[-1].pts - written(TONE)[-1].pts) <= 1024


def test_silence_stands_in_where_nothing_is_heard() -> None:
    track = SoundTrack()
    packets = [*track.silence_until(48_000, NOON), *track.silence_until(96_000, NOON)]
    assert is_gapless(packets)
    assert packets[0].pts == 0
    assert track.end == 96_000


@settings(max_examples=30)
@given(st.lists(st.integers(-(1 << 40), 1 << 40), max_size=30))
def test_no_timestamp_makes_more_sound_than_a_few_seconds(timestamps: list[int]) -> None:
    packets = written([Arrived(stamp, TONE[0].data) for stamp in timestamps])
    assert len(packets) <= (len(timestamps) + 1) * 5.2 * 48_000 / 1024


@given(st.permutations(range(12)))
def test_no_packet_goes_back_in_time_whatever_comes_when(order: list[int]) -> None:
    sorting, given_out = InOrder(), []
    for number in order:
        for one in sorting.add(Arrived(number, b"")):
            given_out.append(one.timestamp)
            sorting.follows(one.timestamp + 1)
    assert given_out == sorted(set(given_out))
