"""RTMP's layers without a network: chunks, values, tags, whatever the bytes are."""

import struct
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livehouse.media.ingest.feed import Feed
from livehouse.media.ingest.rtmp import amf, chunks
from livehouse.media.ingest.rtmp.chunks import ChunkReader, Message, chunked
from livehouse.media.ingest.rtmp.errors import Garbage, UnsupportedCodec
from livehouse.media.ingest.rtmp.tags import Tags, audio_format
from livehouse.media.packets import Formats, Kind, Packet, SourceItem
from tests.support.media_material import NOON
from tests.support.rtmp import (
    Studio,
    _in_own_chunks,
    an_aac_frame,
    an_aac_header,
    an_avc_header,
    an_avc_picture,
)

MESSAGES = st.builds(
    Message,
    type=st.sampled_from([chunks.AUDIO, chunks.VIDEO, chunks.COMMAND]),
    time=st.integers(0, 0xFFFFFFFF),
    stream=st.integers(0, 3),
    data=st.binary(min_size=1, max_size=700),
)


@given(st.lists(st.tuples(MESSAGES, st.integers(3, 63)), max_size=8), st.data())
def test_messages_arrive_whole_however_they_are_torn(
    sent: list[tuple[Message, int]], data: st.DataObject
) -> None:
    stream = b"".join(_in_own_chunks(message, number) for message, number in sent)
    reader, heard = ChunkReader(1000), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        heard += list(reader.feed(stream[:size]))
        stream = stream[size:]

    assert heard == [message for message, _ in sent]


def test_messages_of_two_streams_lie_in_one_another() -> None:
    one = _in_own_chunks(Message(chunks.VIDEO, 5, 1, bytes(200)), 6)
    another = _in_own_chunks(Message(chunks.AUDIO, 7, 1, bytes(20)), 4)
    place = 1 + 11 + 128

    heard = list(ChunkReader(1000).feed(one[:place] + another + one[place:]))

    assert [(message.type, len(message.data)) for message in heard] == [
        (chunks.AUDIO, 20),
        (chunks.VIDEO, 200),
    ]


def test_short_headers_count_from_the_message_before() -> None:
    """As FFmpeg and OBS send them: 12 bytes, then 8, then 4, then 1."""
    head = bytes((6,)) + b"\x00\x00\x64" + b"\x00\x00\x02" + b"\x09" + b"\x01\x00\x00\x00" + b"aa"
    same_stream = bytes((0x46,)) + b"\x00\x00\x0a" + b"\x00\x00\x03" + b"\x09" + b"bbb"
    same_length = bytes((0x86,)) + b"\x00\x00\x14" + b"ccc"
    all_same = bytes((0xC6,)) + b"ddd"

    heard = list(ChunkReader(100).feed(head + same_stream + same_length + all_same))

    assert [(message.time, message.data) for message in heard] == [
        (100, b"aa"), (110, b"bbb"), (130, b"ccc"), (150, b"ddd"),
    ]  # fmt: skip


def test_an_extended_time_is_read_where_it_is_repeated_and_where_it_is_not() -> None:
    message = Message(chunks.VIDEO, 0x01020304, 1, bytes(range(200)))
    repeated = _in_own_chunks(message, 6)
    cut = 1 + 11 + 4 + 128 + 1
    assert repeated[cut : cut + 4] == b"\x01\x02\x03\x04"

    for stream in (repeated, repeated[:cut] + repeated[cut + 4 :]):
        assert list(ChunkReader(1000).feed(stream)) == [message]


def test_a_new_chunk_size_holds_from_the_next_chunk_on() -> None:
    size = chunked(Message(chunks.SET_CHUNK_SIZE, 0, 0, struct.pack(">I", 5000)), 2)
    message = Message(chunks.VIDEO, 1, 1, bytes(4000))

    assert list(ChunkReader(5000).feed(size + chunked(message, 6))) == [message]


@pytest.mark.parametrize("size", [0, 1, 127, 0x80000000])
def test_a_senseless_chunk_size_is_garbage(size: int) -> None:
    with pytest.raises(Garbage):
        list(ChunkReader(100).feed(
            chunked(Message(chunks.SET_CHUNK_SIZE, 0, 0, struct.pack(">I", size)), 2)
        ))  # fmt: skip


def test_a_giant_is_refused_before_it_comes() -> None:
    head = bytes((6,)) + b"\x00\x00\x00" + b"\xff\xff\xff" + b"\x09" + b"\x01\x00\x00\x00"

    with pytest.raises(Garbage):
        list(ChunkReader(6 << 20).feed(head))


def test_many_half_messages_are_refused_together() -> None:
    size = struct.pack(">I", 5_000_000)
    sent = chunked(Message(chunks.SET_CHUNK_SIZE, 0, 0, size), 2)
    for number in (3, 4, 5):
        head = b"\x00\x00\x00" + b"\x5f\x00\x00" + b"\x09" + b"\x01\x00\x00\x00"
        sent += bytes((number,)) + head + bytes(5_000_000)

    with pytest.raises(Garbage):
        list(ChunkReader(6 << 20).feed(sent))


@settings(max_examples=300)
@given(st.lists(st.binary(max_size=300), max_size=6))
def test_chunks_of_garbage_are_messages_or_garbage(pieces: list[bytes]) -> None:
    reader = ChunkReader(500)
    try:
        for piece in pieces:
            for message in reader.feed(piece):
                assert len(message.data) <= 500
    except Garbage:
        pass


VALUES: st.SearchStrategy[amf.Written] = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(st.lists(VALUES, max_size=4))
def test_values_come_back_as_they_were_written(values: list[amf.Written]) -> None:
    assert amf.read_all(amf.written(*values)) == values


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_values_of_garbage_are_values_or_garbage(data: bytes) -> None:
    with suppress(Garbage):
        assert len(amf.read_all(data)) <= len(data)


@pytest.mark.parametrize("data", [b"\x03\x00\x01a" * 500, b"\x0a\xff\xff\xff\xff", b"\x0d"])
def test_values_that_are_too_deep_or_unknown_are_garbage(data: bytes) -> None:
    with pytest.raises(Garbage):
        amf.read_all(data)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 2**32 - 1), st.binary(max_size=60))))
def test_tags_of_garbage_are_refused_or_nothing(sent: list[tuple[bool, int, bytes]]) -> None:
    tags = Tags(Feed(lambda _: None))
    try:
        for is_video, time, data in sent:
            if is_video:
                tags.video(time, data, now_ms=NOON)
            else:
                tags.sound(time, data)
    except (Garbage, UnsupportedCodec):
        pass


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


class Fed:
    """What comes out of the tags that a test puts in."""

    def __init__(self, studio: Studio) -> None:
        self.items: list[SourceItem] = []
        self.feed = Feed(self.items.append)
        self.tags = Tags(self.feed)
        self._studio = studio

    def header(self, *, sound: bool = True) -> None:
        self.tags.video(0, an_avc_header(self._studio.video), now_ms=NOON)
        if sound:
            self.tags.sound(0, an_aac_header(self._studio.audio))

    def picture(self, time: int, *, key: bool = False, composition_ms: int = 0) -> None:
        data, _ = self._studio.pictures[0 if key else 1]
        tag = an_avc_picture(data, key=key, composition_ms=composition_ms)
        self.tags.video(time % (1 << 32), tag, now_ms=NOON + time)

    def sound(self, time: int) -> None:
        self.tags.sound(time % (1 << 32), an_aac_frame(self._studio.quiet))

    def packets(self, kind: Kind) -> list[Packet]:
        return [item for item in self.items if isinstance(item, Packet) and item.kind is kind]

    @property
    def formats(self) -> list[Formats]:
        return [item for item in self.items if isinstance(item, Formats)]


@pytest.fixture
def fed(studio: Studio) -> Fed:
    return Fed(studio)


def test_pictures_keep_their_times_through_the_wrap_of_the_clock(fed: Fed) -> None:
    fed.header()
    start = (1 << 32) - 60
    for number in range(4):
        fed.picture(start + number * 40, key=number == 0)

    times = [packet.dts for packet in fed.packets(Kind.VIDEO)]
    assert [time - times[0] for time in times] == [0, 3600, 7200, 10800]
    assert len(fed.formats) == 1


def test_pictures_out_of_order_keep_when_they_are_shown(fed: Fed) -> None:
    fed.header()
    for number, composition in enumerate((80, 160, 80, 0)):
        fed.picture(number * 40, key=number == 0, composition_ms=composition)

    assert [packet.pts // 90 for packet in fed.packets(Kind.VIDEO)] == [80, 200, 160, 120]
    at = [packet.at for packet in fed.packets(Kind.VIDEO)]
    assert [moment - at[0] for moment in at] == [0, 120, 80, 40]


def test_sound_stands_on_whole_frames_although_its_times_are_rounded(fed: Fed) -> None:
    fed.header()
    fed.picture(0, key=True)
    for number in range(100):
        fed.sound(round(number * 1024 / 48))

    starts = [packet.dts for packet in fed.packets(Kind.AUDIO)]
    assert starts == [number * 1024 for number in range(100)]


def test_a_hole_in_the_sound_is_silence_and_the_rest_is_in_step(fed: Fed) -> None:
    fed.header()
    fed.picture(0, key=True)
    fed.sound(0)
    fed.sound(1_000)

    starts = [packet.dts for packet in fed.packets(Kind.AUDIO)]
    assert starts == [number * 1024 for number in range(len(starts))]
    assert abs(starts[-1] - 48_000) <= 48 * 25


@pytest.mark.parametrize("ppm", [-300, 300])
def test_a_sound_card_that_runs_wrong_stays_in_step(fed: Fed, ppm: int) -> None:
    fed.header()
    fed.picture(0, key=True)
    off = []
    for number in range(20_000):
        time = round(number * 1024 / 48 * (1 + ppm / 1e6))
        fed.sound(time)
        last = fed.items[-1]
        assert isinstance(last, Packet)
        off.append(abs(last.dts / 48 - time))

    assert max(off) < 40


def test_a_camera_without_sound_gets_silence(fed: Fed) -> None:
    fed.header(sound=False)
    for number in range(100):
        fed.picture(number * 40, key=number % 25 == 0)

    last_picture, last_sound = fed.packets(Kind.VIDEO)[-1], fed.packets(Kind.AUDIO)[-1]
    assert fed.formats[0].audio.rate == 48_000
    assert abs(last_picture.dts / 90 - last_sound.dts / 48) < 40


def test_another_size_begins_a_new_stretch(fed: Fed) -> None:
    fed.header()
    fed.picture(0, key=True)
    fed.tags.video(40, an_avc_header(Studio(256, 144).video), now_ms=NOON)
    fed.picture(80, key=True)

    assert [form.video.width for form in fed.formats] == [320, 256]


def test_the_same_parameters_again_begin_nothing(fed: Fed) -> None:
    fed.header()
    fed.picture(0, key=True)
    fed.header()
    fed.picture(40, key=True)

    assert len(fed.formats) == 1


def test_a_clock_that_begins_anew_begins_a_new_stretch(fed: Fed) -> None:
    fed.header()
    fed.picture(600_000, key=True)
    fed.picture(0, key=True)
    fed.picture(40)

    assert len(fed.formats) == 2
    assert [packet.dts for packet in fed.packets(Kind.VIDEO)] == [54_000_000, 0, 3600]


def test_a_picture_that_repeats_its_time_is_left_out(fed: Fed) -> None:
    fed.header()
    for time in (0, 40, 40, 80):
        fed.picture(time, key=time == 0)

    assert [packet.dts // 90 for packet in fed.packets(Kind.VIDEO)] == [0, 40, 80]
    assert fed.feed.dropped == 1


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        (b"\x90hvc1\x00\x00", "hvc1"),
        (b"\x90av01\x00\x00", "av01"),
        (b"\x1c\x00\x00\x00\x00", "HEVC"),
        (b"\x12\x00\x00\x00\x00", "H.263"),
    ],
)
def test_pictures_of_other_codecs_are_refused_by_name(fed: Fed, tag: bytes, found: str) -> None:
    with pytest.raises(UnsupportedCodec) as refused:
        fed.tags.video(0, tag, now_ms=NOON)
    assert refused.value.params == {"found": found}


@pytest.mark.parametrize(("tag", "found"), [(b"\x90Opus\x00", "Opus"), (b"\x2f\x00\x00", "MP3")])
def test_sound_of_other_codecs_is_refused_by_name(fed: Fed, tag: bytes, found: str) -> None:
    with pytest.raises(UnsupportedCodec) as refused:
        fed.tags.sound(0, tag)
    assert refused.value.params == {"found": found}


def test_a_sound_configuration_tells_rate_and_channels() -> None:
    assert (audio_format(b"\x11\x90").rate, audio_format(b"\x11\x90").channels) == (48_000, 2)
    assert (audio_format(b"\x12\x08").rate, audio_format(b"\x12\x08").channels) == (44_100, 1)
