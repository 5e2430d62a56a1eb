"""H.264 as it lies in containers: units, parameter sets, and the size of the picture."""

from collections.abc import Iterator

from msgspec import Struct

START_CODE = b"\x00\x00\x01"
SLICE_OF_KEYFRAME = 5
SEQUENCE_PARAMETERS = 7
PICTURE_PARAMETERS = 8
# Access unit delimiters and filler say nothing that the container does not say better.
DELIMITERS = frozenset({9, 12})
PROFILES_WITH_CHROMA = frozenset({44, 83, 86, 100, 110, 118, 122, 128, 244})
CHROMA_444 = 3
CHROMA_420 = 1
BITS_8 = 8
UNIT_BYTES_MAX = 0xFFFF_FFFF
ORDER_EXPLICIT = 0
ORDER_CYCLE = 1
SCALING_LISTS_SMALL = 6
LEADING_ZEROS_MAX = 32


class MalformedStream(ValueError):
    """Bytes that claim to be H.264 and are not."""


class ParameterSets(Struct, frozen=True):
    """What a decoder must know before the first picture."""

    sequence: bytes
    picture: bytes

    def record(self) -> bytes:
        """The AVCDecoderConfigurationRecord of ISO/IEC 14496-15, lengths of four bytes."""
        head = bytes((1, *self.sequence[1:4], 0xFF, 0xE1))
        return b"".join(
            (
                head,
                len(self.sequence).to_bytes(2, "big"),
                self.sequence,
                b"\x01",
                len(self.picture).to_bytes(2, "big"),
                self.picture,
            )
        )


class PictureShape(Struct, frozen=True):
    """What the sequence parameters say of every picture."""

    width: int
    height: int
    chroma: int
    depth: int
    progressive: bool


def unit_type(unit: bytes) -> int:
    return unit[0] & 0x1F


def is_annex_b(data: bytes) -> bool:
    return data.startswith((START_CODE, b"\x00" + START_CODE))


def split_annex_b(data: bytes) -> Iterator[bytes]:
    """The units between start codes."""
    start = data.find(START_CODE)
    while start >= 0:
        start += len(START_CODE)
        following = data.find(START_CODE, start)
        end = len(data) if following < 0 else following
        # A unit never ends with a zero byte: zeros here belong to the next start code.
        unit = data[start:end].rstrip(b"\x00")
        if unit:
            yield unit
        start = following


def split_avcc(data: bytes, length_bytes: int = 4) -> Iterator[bytes]:
    """The units behind their lengths."""
    position = 0
    while position < len(data):
        start = position + length_bytes
        length = int.from_bytes(data[position:start], "big")
        position = start + length
        if length == 0 or position > len(data):
            message = "a unit reaches beyond its packet"
            raise MalformedStream(message)
        yield data[start:position]


def join_avcc(units: Iterator[bytes] | list[bytes]) -> bytes:
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)


def for_container(data: bytes, length_bytes: int | None) -> bytes:
    """One picture in the form we store: four-byte lengths, no parameter sets, no delimiters.

    `length_bytes` None means start codes. The data cannot tell: a length may look like one.
    """
    units = split_annex_b(data) if length_bytes is None else split_avcc(data, length_bytes)
    left_out = DELIMITERS | {SEQUENCE_PARAMETERS, PICTURE_PARAMETERS}
    return join_avcc(unit for unit in units if unit_type(unit) not in left_out)


def is_keyframe(data: bytes) -> bool:
    """Whether a stored picture starts anew: only an IDR picture does so without regrets."""
    return any(unit_type(unit) == SLICE_OF_KEYFRAME for unit in split_avcc(data))


def parameter_sets(extradata: bytes) -> ParameterSets:
    """Parameter sets from a decoder's extra data, in either form."""
    if is_annex_b(extradata):
        units = list(split_annex_b(extradata))
        sequences = [unit for unit in units if unit_type(unit) == SEQUENCE_PARAMETERS]
        pictures = [unit for unit in units if unit_type(unit) == PICTURE_PARAMETERS]
    else:
        sequences, pictures = _sets_of_record(extradata)
    if len(sequences) != 1 or len(pictures) != 1:
        message = "expected one sequence and one picture parameter set"
        raise MalformedStream(message)
    return ParameterSets(sequence=sequences[0], picture=pictures[0])


def length_bytes(extradata: bytes) -> int | None:
    """How many bytes a unit's length takes in packets that come with this extra data.

    None where there are start codes instead, as there are without a configuration record.
    """
    least = 5
    if len(extradata) < least or extradata[0] != 1:
        return None
    return (extradata[4] & 3) + 1


def _sets_of_record(record: bytes) -> tuple[list[bytes], list[bytes]]:
    try:
        if record[0] != 1:
            message = "not a decoder configuration record"
            raise MalformedStream(message)
        sequences, position = _counted(record, 6, record[5] & 0x1F)
        pictures, _ = _counted(record, position + 1, record[position])
    except IndexError as error:
        message = "the decoder configuration record is cut off"
        raise MalformedStream(message) from error
    return sequences, pictures


def _counted(record: bytes, position: int, count: int) -> tuple[list[bytes], int]:
    units = []
    for _ in range(count):
        start = position + 2
        position = start + int.from_bytes(record[position:start], "big")
        if position > len(record):
            raise IndexError
        units.append(record[start:position])
    return units, position


def picture_shape(sequence: bytes) -> PictureShape:
    """Read the shape of the picture from a sequence parameter set (ITU-T H.264, 7.3.2.1)."""
    bits = _Bits(sequence[1:])
    profile = bits.take(8)
    bits.take(16)
    bits.unsigned()
    chroma, depth = _chroma(bits) if profile in PROFILES_WITH_CHROMA else (CHROMA_420, BITS_8)
    _skip_order(bits)
    bits.unsigned()
    bits.take(1)
    width = (bits.unsigned() + 1) * 16
    rows = bits.unsigned() + 1
    progressive = bits.take(1) == 1
    rows_per_unit = 1 if progressive else 2
    height = rows * 16 * rows_per_unit
    bits.take(1 if progressive else 2)
    if bits.take(1):
        step_x = 2 if chroma in (CHROMA_420, CHROMA_420 + 1) else 1
        step_y = (2 if chroma == CHROMA_420 else 1) * rows_per_unit
        left, right, top, bottom = (bits.unsigned() for _ in range(4))
        width -= (left + right) * step_x
        height -= (top + bottom) * step_y
    if width <= 0 or height <= 0:
        message = "the picture has no size"
        raise MalformedStream(message)
    return PictureShape(width, height, chroma, depth, progressive)


def _chroma(bits: "_Bits") -> tuple[int, int]:
    chroma = bits.unsigned()
    if chroma == CHROMA_444:
        bits.take(1)
    depth = BITS_8 + bits.unsigned()
    bits.unsigned()
    bits.take(1)
    if bits.take(1):
        for index in range(12 if chroma == CHROMA_444 else 8):
            if bits.take(1):
                _skip_scaling_list(bits, 16 if index < SCALING_LISTS_SMALL else 64)
    return chroma, depth


def _skip_scaling_list(bits: "_Bits", size: int) -> None:
    last = upcoming = 8
    for _ in range(size):
        if upcoming:
            upcoming = (last + bits.signed()) % 256
        last = upcoming or last


def _skip_order(bits: "_Bits") -> None:
    bits.unsigned()
    kind = bits.unsigned()
    if kind == ORDER_EXPLICIT:
        bits.unsigned()
    elif kind == ORDER_CYCLE:
        bits.take(1)
        bits.signed()
        bits.signed()
        for _ in range(bits.unsigned()):
            bits.signed()


class _Bits:
    """Reads bits and Exp-Golomb numbers; the bytes that only guard start codes are left out."""

    def __init__(self, data: bytes) -> None:
        payload = data.replace(b"\x00\x00\x03", b"\x00\x00")
        self._number = int.from_bytes(payload, "big")
        self._left = len(payload) * 8

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            message = "the parameter set is cut off"
            raise MalformedStream(message)
        return (self._number >> self._left) & ((1 << count) - 1)

    def unsigned(self) -> int:
        zeros = 0
        while self.take(1) == 0:
            zeros += 1
            if zeros > LEADING_ZEROS_MAX:
                message = "a number in the parameter set is too long"
                raise MalformedStream(message)
        return (1 << zeros) - 1 + (self.take(zeros) if zeros else 0)

    def signed(self) -> int:
        code = self.unsigned()
        return (code + 1) // 2 if code % 2 else -(code // 2)
