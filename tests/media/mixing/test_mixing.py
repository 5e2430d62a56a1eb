"""The mix without sockets or threads: pictures in their boxes, and the sum of the voices."""

import io
from collections.abc import Iterator, Mapping
from itertools import pairwise

import av
import numpy as np
import pytest

from livehouse.media.mixing.limits import LEAD_MS
from livehouse.media.mixing.mixer import MixProducer
from livehouse.media.mixing.seat import Mailbox
from livehouse.media.mixing.sound import Limiter, Voice
from livehouse.media.packets import (
    AUDIO_FRAME_SAMPLES,
    Aside,
    AudioFormat,
    Formats,
    Kind,
    Packet,
    SourceItem,
)
from livehouse.media.sources.encoding import Samples, VideoEncoder, encode_sound
from livehouse.media.specs import StagePlan, StageSeat
from tests.support.media_material import NOON, FreePace, luma, packaged

HOST, ANN, BO = "room", "guest.ann", "guest.bo"
WHITE, GREY, BLACK = 235, 126, 16
FPS, SECONDS = 10, 2.0
RATE = 48_000


def a_camera(shade: int, pitch: float, *, seconds: float = SECONDS) -> Mailbox:
    """One shade, one tone."""
    mailbox = Mailbox()
    for item in film(shade, pitch, seconds=seconds):
        if isinstance(item, Formats):
            mailbox.begin(item)
        else:
            mailbox.put(item)
    return mailbox


def film(shade: int, pitch: float, *, seconds: float) -> Iterator[SourceItem]:
    encoder = VideoEncoder(width=320, height=180, fps=FPS, kbps=300, preset="ultrafast")
    form, sound = tone(pitch, seconds)
    yield Formats(encoder.format, form)
    for number in range(round(seconds * FPS)):
        frame = av.VideoFrame(320, 180, "yuv420p")
        for plane, value in zip(frame.planes, (shade, 128, 128), strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        ticks = number * 90_000 // FPS
        for one in encoder.encode(frame, pts=ticks, key=number % FPS == 0):
            yield Packet(Kind.VIDEO, one.dts, one.pts, 9_000, one.key, one.data, NOON + ticks // 90)
        due = (number + 1) * RATE // FPS
        while sound and sound[0].pts < due:
            yield sound.pop(0)


def tone(pitch: float, seconds: float) -> tuple[AudioFormat, list[Packet]]:
    length = int(seconds * RATE) // AUDIO_FRAME_SAMPLES * AUDIO_FRAME_SAMPLES
    wave = 0.4 * np.sin(2 * np.pi * pitch * np.arange(length) / RATE)
    form, packets = encode_sound(np.stack([wave, wave]).astype(np.float32))
    places = (number * AUDIO_FRAME_SAMPLES for number in range(len(packets)))
    return form, [
        Packet(Kind.AUDIO, place, place, AUDIO_FRAME_SAMPLES, True, data, NOON + place // 48)  # noqa: FBT003 - a Struct's own order
        for place, data in zip(places, packets, strict=False)
    ]


def mixed(
    plan: StagePlan, cameras: Mapping[str, Mailbox], *, seconds: float = 1.4
) -> list[SourceItem]:
    producer = MixProducer(HOST, lambda: plan, lambda: cameras)
    found = list(producer.items(FreePace(seconds=seconds)))
    assert producer.begins_at is not None
    assert producer.begins_at <= NOON + LEAD_MS + 100
    return found


def the_last_picture(items: list[SourceItem]) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """Its luma."""
    stream = packaged(item for item in items if not isinstance(item, Aside)).stream()
    with av.open(io.BytesIO(stream), "r", format="mp4") as container:
        *_, last = container.decode(video=0)
    return luma(last)


def strength(items: list[SourceItem], pitch: float, *, without: str = "") -> float:
    """How much of a tone there is in the sound of all, or in what one guest hears."""
    decoder = av.CodecContext.create("aac", "r")
    decoder.extradata = next(item for item in items if isinstance(item, Formats)).audio.config
    decoder.sample_rate, decoder.layout = RATE, "stereo"
    data = [
        item.data for item in items if isinstance(item, Packet) and item.kind is Kind.AUDIO
        and (item.without if isinstance(item, Aside) else "") == without
    ]  # fmt: skip
    frames = [frame for one in data for frame in decoder.decode(av.Packet(one))]
    heard = np.concatenate([frame.to_ndarray()[0] for frame in frames])[8 * AUDIO_FRAME_SAMPLES :]
    turn = np.exp(-2j * np.pi * pitch * np.arange(heard.size) / RATE)
    return float(2 * abs(np.mean(heard * turn)))


def test_beside_each_other_each_is_in_its_half() -> None:
    plan = StagePlan(guests=(StageSeat(ANN),))
    picture = the_last_picture(mixed(plan, {HOST: a_camera(WHITE, 440), ANN: a_camera(BLACK, 880)}))

    assert picture.shape == (720, 1280)
    assert picture[100:620, 100:540].min() > 200
    assert picture[100:620, 740:1180].max() < 50


def test_in_the_corner_the_second_is_small_and_above() -> None:
    plan = StagePlan(guests=(StageSeat(ANN),), layout="corner")
    picture = the_last_picture(mixed(plan, {HOST: a_camera(WHITE, 440), ANN: a_camera(BLACK, 880)}))

    assert picture[:500].min() > 200
    assert picture[550:670, 960:1230].max() < 50


def test_who_is_named_largest_changes_places_with_the_host() -> None:
    plan = StagePlan(guests=(StageSeat(ANN),), layout="corner", main=ANN)
    picture = the_last_picture(mixed(plan, {HOST: a_camera(WHITE, 440), ANN: a_camera(BLACK, 880)}))

    assert picture[:500].max() < 50
    assert picture[550:670, 960:1230].min() > 200


def test_a_guest_whose_camera_is_gone_leaves_the_picture_to_the_others() -> None:
    plan = StagePlan(guests=(StageSeat(ANN), StageSeat(BO)))
    cameras = {HOST: a_camera(WHITE, 440), ANN: a_camera(GREY, 880)}

    assert the_last_picture(mixed(plan, cameras))[100:620, 740:1180].min() > 100


def test_a_picture_that_stands_still_for_long_gives_up_its_place() -> None:
    plan = StagePlan(guests=(StageSeat(ANN),))
    cameras = {HOST: a_camera(WHITE, 440, seconds=4), ANN: a_camera(BLACK, 880, seconds=0.5)}

    assert the_last_picture(mixed(plan, cameras, seconds=3.5)).min() > 200


def test_when_nobody_has_a_picture_any_more_the_last_one_stands() -> None:
    plan = StagePlan(guests=(StageSeat(ANN),))
    cameras = {HOST: a_camera(WHITE, 440, seconds=0.5), ANN: a_camera(WHITE, 880, seconds=0.5)}

    assert the_last_picture(mixed(plan, cameras, seconds=3.5))[100:620, 100:540].min() > 200


def test_without_any_picture_the_mix_does_not_begin() -> None:
    producer = MixProducer(
        HOST, lambda: StagePlan(guests=(StageSeat(ANN),)), lambda: {ANN: Mailbox()}
    )

    assert list(producer.items(FreePace(seconds=6))) == []
    assert producer.begins_at is None


def test_everybody_is_heard_and_a_guest_does_not_hear_himself() -> None:
    plan = StagePlan(guests=(StageSeat(ANN), StageSeat(BO)))
    items = mixed(
        plan, {HOST: a_camera(WHITE, 440), ANN: a_camera(GREY, 880), BO: a_camera(BLACK, 1_320)}
    )

    assert min(strength(items, pitch) for pitch in (440, 880, 1_320)) > 0.2
    assert strength(items, 880, without=ANN) < 0.02
    assert min(strength(items, pitch, without=ANN) for pitch in (440, 1_320)) > 0.2
    assert strength(items, 1_320, without=BO) < 0.02


def test_who_is_silenced_is_seen_and_not_heard() -> None:
    plan = StagePlan(guests=(StageSeat(ANN, silenced=True),))
    items = mixed(plan, {HOST: a_camera(WHITE, 440), ANN: a_camera(BLACK, 880)})

    assert strength(items, 880) < 0.02
    assert strength(items, 440) > 0.3
    assert the_last_picture(items)[100:620, 740:1180].max() < 50


def test_pictures_and_sound_are_those_of_one_moment_and_unbroken() -> None:
    plan = StagePlan(guests=(StageSeat(ANN),))
    items = mixed(plan, {HOST: a_camera(WHITE, 440), ANN: a_camera(BLACK, 880)})
    packets = [item for item in items if isinstance(item, Packet) and not isinstance(item, Aside)]
    pictures = [one for one in packets if one.kind is Kind.VIDEO]
    sound = [one for one in packets if one.kind is Kind.AUDIO]

    assert isinstance(items[0], Formats)
    assert pictures[0].key
    assert all(one.at - one.pts / 90 == pytest.approx(pictures[0].at, abs=1) for one in pictures)
    assert all(one.at - one.pts / 48 == pytest.approx(pictures[0].at, abs=1) for one in sound)
    assert {b.pts - a.pts for a, b in pairwise(sound)} == {AUDIO_FRAME_SAMPLES}


def test_a_sum_that_is_too_loud_is_turned_down_and_not_cut_off() -> None:
    limiter = Limiter()
    wave = 1.8 * np.sin(2 * np.pi * 440 * np.arange(AUDIO_FRAME_SAMPLES) / RATE)
    loud: Samples = np.stack([wave, wave]).astype(np.float32)
    first, second = limiter.limited(loud), limiter.limited(loud)

    assert np.abs(first).max() <= 0.95
    assert np.allclose(second, loud * (0.95 / 1.8), atol=0.01)
    quiet = (loud * 0.1).astype(np.float32)
    later = [limiter.limited(quiet) for _ in range(400)]
    assert np.allclose(later[-1], quiet, atol=0.001)


def test_a_voice_is_heard_at_its_moment_and_silence_where_it_said_nothing() -> None:
    voice = Voice()
    ones: Samples = np.ones((2, 480), np.float32)
    voice.write(NOON, ones)
    voice.write(NOON + 100, ones)

    heard = voice.read(NOON * 48, 7_200)
    assert heard[:, :480].min() == 1
    assert np.abs(heard[:, 480:4_800]).max() == 0
    assert heard[:, 4_800:5_280].min() == 1
    assert np.abs(voice.read(NOON * 48 + 7_200, 480)).max() == 0


def test_a_clock_that_runs_fast_is_followed_without_a_hole() -> None:
    """100 ppm for two minutes: 12 ms, which nobody hears; then it stays within a few."""
    voice = Voice()
    ones: Samples = np.ones((2, 1_024), np.float32)
    holes = 0
    voice.read(NOON * 48 - 1_024, 1_024)
    for number in range(6_000):
        voice.write(NOON + number * 1_024 / 48 * 1.0001, ones)
        if number > 10:
            holes += int((voice.read(NOON * 48 + (number - 10) * 1_024, 1_024) == 0).any())

    assert holes == 0


def test_a_full_mailbox_goes_on_at_a_keyframe() -> None:
    mailbox = Mailbox()
    items = list(film(WHITE, 440, seconds=SECONDS))
    assert isinstance(items[0], Formats)
    mailbox.begin(items[0])
    packets = [item for item in items if isinstance(item, Packet)]
    for _ in range(20):
        for packet in packets:
            mailbox.put(packet)
    taken = 0
    while mailbox.take(NOON * 2) is not None:
        taken += 1
    inter = next(one for one in packets if one.kind is Kind.VIDEO and not one.key)
    mailbox.put(inter)

    assert mailbox.dropped
    assert taken <= 401
    assert mailbox.take(NOON * 2) is None
    mailbox.put(packets[0])
    assert mailbox.take(NOON * 2) == packets[0]


def test_what_cannot_be_decoded_harms_nobody() -> None:
    broken = a_camera(BLACK, 880)
    for _ in range(3):
        broken.put(Packet(Kind.VIDEO, 0, 0, 3_000, True, b"\0\0\0\x05garb!", NOON))  # noqa: FBT003
        broken.put(Packet(Kind.AUDIO, 0, 0, 1_024, True, b"\xff\xff\xff", NOON))  # noqa: FBT003
    plan = StagePlan(guests=(StageSeat(ANN),))

    assert the_last_picture(mixed(plan, {HOST: a_camera(WHITE, 440), ANN: broken})).max() > 200
