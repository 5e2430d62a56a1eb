"""Fragmented MP4 as HLS carries it: one init segment, then fragments of picture and sound."""

from struct import pack

from msgspec import Struct

from livehouse.media.packets import VIDEO_RATE, AudioFormat, VideoFormat

VIDEO_TRACK = 1
AUDIO_TRACK = 2
MATRIX = pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
FULL_VOLUME = 0x0100
UNDEFINED_LANGUAGE = 0x55C4
DPI_72 = 0x00480000
BASE_IS_MOOF = 0x020000
# Offset of the data, then per sample: duration, size, flags, composition offset.
RUN_FLAGS = 0x000F01
KEY_SAMPLE = 0x02000000
OTHER_SAMPLE = 0x01010000
OBJECT_AAC = 0x40
STREAM_AUDIO = 0x15
DESCRIPTOR_BYTES_MAX = 0x7F
AUDIO_BITS = 128_000


class Sample(Struct, frozen=True):
    """One picture or piece of sound; `shown_after` is the composition offset."""

    duration: int
    data: bytes
    key: bool = True
    shown_after: int = 0


class TrackRun(Struct, frozen=True):
    """Samples of one track in a row from `start`, in the track's ticks."""

    track: int
    start: int
    samples: list[Sample]

    def payload_bytes(self) -> int:
        return sum(len(sample.data) for sample in self.samples)


def init_segment(video: VideoFormat | None, audio: AudioFormat, *, reorder: int = 0) -> bytes:
    """What a decoder needs before the first fragment; `video` is None for sound alone.

    `reorder` ticks lie between decoding and showing a keyframe where pictures come out of
    order. An edit list takes them off again, so that the time of a fragment is that of its
    first picture. (Negative composition offsets would say the same, but FFmpeg misplaces them.)
    """
    header = _full(
        b"mvhd", 0, 0, pack(">IIIIIH10x", 0, 0, 1000, 0, 0x10000, FULL_VOLUME), MATRIX,
        bytes(24), pack(">I", AUDIO_TRACK + 1),
    )  # fmt: skip
    numbers = (AUDIO_TRACK,) if video is None else (VIDEO_TRACK, AUDIO_TRACK)
    extends = _box(
        b"mvex",
        *(_full(b"trex", 0, 0, pack(">5I", track, 1, 0, 0, 0)) for track in numbers),
    )
    pictures = b"" if video is None else _video_track(video, reorder)
    kind = _box(b"ftyp", b"iso6", pack(">I", 1), b"iso6cmfcmp41")
    return kind + _box(b"moov", header, pictures, _audio_track(audio), extends)


def fragment(sequence: int, runs: list[TrackRun]) -> bytes:
    """One `moof` and its `mdat`; the runs' data lie in the order of the runs."""
    # A moof has at least one track, even where nothing is new.
    runs = [run for run in runs if run.samples] or runs[:1]
    head_bytes = len(_moof(sequence, runs, [0] * len(runs)))
    offsets, position = [], head_bytes + 8
    for run in runs:
        offsets.append(position)
        position += run.payload_bytes()
    data = [sample.data for run in runs for sample in run.samples]
    return _moof(sequence, runs, offsets) + _box(b"mdat", *data)


def _moof(sequence: int, runs: list[TrackRun], offsets: list[int]) -> bytes:
    tracks = [_traf(run, offset) for run, offset in zip(runs, offsets, strict=True)]
    return _box(b"moof", _full(b"mfhd", 0, 0, pack(">I", sequence)), *tracks)


def _traf(run: TrackRun, offset: int) -> bytes:
    table = b"".join(
        pack(
            ">IIIi",
            sample.duration,
            len(sample.data),
            KEY_SAMPLE if sample.key else OTHER_SAMPLE,
            sample.shown_after,
        )
        for sample in run.samples
    )
    return _box(
        b"traf",
        _full(b"tfhd", 0, BASE_IS_MOOF, pack(">I", run.track)),
        _full(b"tfdt", 1, 0, pack(">Q", run.start)),
        _full(b"trun", 1, RUN_FLAGS, pack(">Ii", len(run.samples), offset), table),
    )


def _video_track(video: VideoFormat, reorder: int) -> bytes:
    entry = _box(
        b"avc1",
        bytes(6), pack(">H", 1), bytes(16),
        pack(">HHIII", video.width, video.height, DPI_72, DPI_72, 0),
        pack(">H", 1), bytes(32), pack(">Hh", 24, -1),
        _box(b"avcC", video.parameters.record()),
    )  # fmt: skip
    handler = _full(b"hdlr", 0, 0, pack(">I4s12x", 0, b"vide"), b"video\x00")
    media = _full(b"vmhd", 0, 1, bytes(8))
    head = _track_head(VIDEO_TRACK, volume=0, width=video.width, height=video.height)
    whole = 0x00010000
    edit = _box(b"edts", _full(b"elst", 0, 0, pack(">IIiI", 1, 0, reorder, whole)))
    return _track(head + (edit if reorder else b""), VIDEO_RATE, handler, media, entry)


def _audio_track(audio: AudioFormat) -> bytes:
    # The rate is a 16.16 number: rates above 65535 Hz stand only in the decoder's own config.
    rate = min(audio.rate, 0xFFFF) << 16
    entry = _box(
        b"mp4a",
        bytes(6), pack(">H", 1), bytes(8),
        pack(">HHHHI", audio.channels, 16, 0, 0, rate),
        _stream_descriptor(audio.config),
    )  # fmt: skip
    handler = _full(b"hdlr", 0, 0, pack(">I4s12x", 0, b"soun"), b"sound\x00")
    media = _full(b"smhd", 0, 0, bytes(4))
    head = _track_head(AUDIO_TRACK, volume=FULL_VOLUME, width=0, height=0)
    return _track(head, audio.rate, handler, media, entry)


def _track_head(track: int, *, volume: int, width: int, height: int) -> bytes:
    enabled_and_used = 7
    return _full(
        b"tkhd", 0, enabled_and_used,
        pack(">IIIII8x", 0, 0, track, 0, 0), pack(">hhHH", 0, 0, volume, 0),
        MATRIX, pack(">II", width << 16, height << 16),
    )  # fmt: skip


def _track(head: bytes, rate: int, handler: bytes, media: bytes, entry: bytes) -> bytes:
    here = _box(b"dinf", _full(b"dref", 0, 0, pack(">I", 1), _full(b"url ", 0, 1)))
    # The sample tables are empty: every sample stands in a fragment.
    table = _box(
        b"stbl",
        _full(b"stsd", 0, 0, pack(">I", 1), entry),
        _full(b"stts", 0, 0, bytes(4)),
        _full(b"stsc", 0, 0, bytes(4)),
        _full(b"stsz", 0, 0, bytes(8)),
        _full(b"stco", 0, 0, bytes(4)),
    )
    clock = _full(b"mdhd", 0, 0, pack(">IIIIHH", 0, 0, rate, 0, UNDEFINED_LANGUAGE, 0))
    return _box(b"trak", head, _box(b"mdia", clock, handler, _box(b"minf", media, here, table)))


def _stream_descriptor(config: bytes) -> bytes:
    decoder = _descriptor(
        4,
        bytes((OBJECT_AAC, STREAM_AUDIO, 0, 0, 0)),
        pack(">II", AUDIO_BITS, AUDIO_BITS),
        _descriptor(5, config),
    )
    stream = _descriptor(3, pack(">HB", AUDIO_TRACK, 0), decoder, _descriptor(6, b"\x02"))
    return _full(b"esds", 0, 0, stream)


def _descriptor(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    assert len(body) <= DESCRIPTOR_BYTES_MAX, "a longer descriptor needs a longer length"
    return bytes((tag, len(body))) + body


def _box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return pack(">I4s", 8 + len(body), name) + body


def _full(name: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return _box(name, pack(">I", version << 24 | flags), *parts)
