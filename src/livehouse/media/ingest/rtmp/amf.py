"""AMF 0, the values of RTMP's commands (Adobe, "Action Message Format -- AMF 0", 2007)."""

import struct
from collections.abc import Callable, Mapping
from typing import TypeAlias, Union

from livehouse.media.ingest.rtmp.errors import Garbage

DEPTH_MAX = 8
VALUES_MAX = 1_000

Value: TypeAlias = Union[bool, float, str, "list[Value]", "dict[str, Value]", None]
Written: TypeAlias = bool | float | str | Mapping[str, "Written"] | None

NUMBER, BOOLEAN, STRING, OBJECT = 0, 1, 2, 3
NULL, UNDEFINED, MIXED_ARRAY, OBJECT_END = 5, 6, 8, 9
STRICT_ARRAY, DATE, LONG_STRING, TYPED_OBJECT = 10, 11, 12, 16


def read_all(data: bytes) -> list[Value]:
    """Every value in `data`; `Garbage` where it is cut off, too deep or of an unknown kind."""
    reader = _Reader(data)
    values = []
    try:
        while not reader.is_empty:
            values.append(reader.value())
    except (struct.error, IndexError) as error:
        raise Garbage("AMF is cut off") from error
    return values


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0
        self._values = 0
        self._kinds: dict[int, Callable[[int], Value]] = {
            NUMBER: lambda _: self._unpack(">d"),
            BOOLEAN: lambda _: self._unpack(">?"),
            STRING: lambda _: self._text(">H"),
            OBJECT: self._object,
            NULL: lambda _: None,
            UNDEFINED: lambda _: None,
            MIXED_ARRAY: self._mixed_array,
            STRICT_ARRAY: self._strict_array,
            DATE: lambda _: self._date(),
            LONG_STRING: lambda _: self._text(">I"),
            TYPED_OBJECT: self._typed_object,
        }

    @property
    def is_empty(self) -> bool:
        return self._place >= len(self._data)

    def value(self, depth: int = 0) -> Value:
        self._values += 1
        if depth > DEPTH_MAX or self._values > VALUES_MAX:
            raise Garbage("AMF is too large")
        kind = self._kinds.get(self._byte())
        if kind is None:
            raise Garbage("AMF of an unknown kind")
        return kind(depth + 1)

    def _object(self, depth: int) -> Value:
        found: dict[str, Value] = {}
        while True:
            name = self._text(">H")
            if not name and self._data[self._place] == OBJECT_END:
                self._place += 1
                return found
            found[name] = self.value(depth)

    def _mixed_array(self, depth: int) -> Value:
        self._unpack(">I")
        return self._object(depth)

    def _strict_array(self, depth: int) -> Value:
        count = int(self._unpack(">I"))
        if count > VALUES_MAX:
            raise Garbage("AMF is too large")
        return [self.value(depth) for _ in range(count)]

    def _typed_object(self, depth: int) -> Value:
        self._text(">H")
        return self._object(depth)

    def _date(self) -> Value:
        moment = self._unpack(">d")
        self._unpack(">h")
        return moment

    def _text(self, length_form: str) -> str:
        length = int(self._unpack(length_form))
        start, self._place = self._place, self._place + length
        if self._place > len(self._data):
            raise Garbage("AMF is cut off")
        return self._data[start : self._place].decode("utf-8", "replace")

    def _byte(self) -> int:
        found = self._data[self._place]
        self._place += 1
        return found

    def _unpack(self, form: str) -> float:
        found: tuple[float] = struct.unpack_from(form, self._data, self._place)
        self._place += struct.calcsize(form)
        return found[0]


def written(*values: Written) -> bytes:
    return b"".join(_written(value) for value in values)


def _written(value: Written) -> bytes:
    match value:
        case None:
            return bytes((NULL,))
        case bool():
            return bytes((BOOLEAN, value))
        case int() | float():
            return struct.pack(">Bd", NUMBER, value)
        case str():
            return bytes((STRING,)) + _named(value)
        case _:
            pairs = (_named(name) + _written(inner) for name, inner in value.items())
            return bytes((OBJECT,)) + b"".join(pairs) + bytes((0, 0, OBJECT_END))


def _named(text: str) -> bytes:
    encoded = text.encode()[:0xFFFF]
    return len(encoded).to_bytes(2, "big") + encoded
