"""HTTP responses cut out of what a connection brings, with as little work as ten thousand readers
in one process allow. Pure."""

from msgspec import Struct

_END = b"\r\n\r\n"
_LENGTH = b"\r\ncontent-length: "
_CHUNKED = b"\r\ntransfer-encoding: chunked"
_LINE = b"\r\n"
_STATUS = slice(9, 12)  # of `HTTP/1.1 200 OK`


class Taken(Struct, frozen=True):
    status: int
    body: bytes


def take(data: bytes) -> Taken | None:
    """The response that `data` is, or None while some of it is missing.

    Nothing may follow it: these readers ask one thing at a time.
    """
    end = data.find(_END)
    if end < 0:
        return None
    start = end + len(_END)
    head = data[: end + len(_LINE)].lower()
    named = head.find(_LENGTH)
    if named >= 0:
        named += len(_LENGTH)
        length = int(head[named : head.index(_LINE, named)])
        body = data[start:] if len(data) - start == length else None
    elif _CHUNKED in head:
        body = _joined(data, start)
    else:
        body = b""
    return None if body is None else Taken(int(data[_STATUS]), body)


def _joined(data: bytes, at: int) -> bytes | None:
    """The chunks from `at` as one body; None while the last one is missing."""
    parts: list[bytes] = []
    while (line := data.find(_LINE, at)) >= 0:
        length = int(data[at:line], 16)
        start = line + len(_LINE)
        at = start + length + len(_LINE)
        if len(data) < at:
            return None
        if not length:
            return b"".join(parts)
        parts.append(data[start : start + length])
    return None
