"""Compression on the live connection (permessage-deflate, RFC 7692): once per frame, never once per
viewer.

Neither side takes context over from one message to the next. So a frame deflated once is right for
every viewer that agreed, and no connection keeps a window of its own.
"""

import zlib
from collections import OrderedDict

from livehouse.engine import limits
from livehouse.engine.protocol import HEADROOM_BYTES

NAME = "permessage-deflate"
AGREED = f"{NAME}; server_no_context_takeover; client_no_context_takeover"
SMALL_BYTES = 200  # below it the saving is not worth the other side's work
KEPT_MAX = 2 * limits.RING_FRAMES_MAX
_WINDOW_BITS = 15
_TAIL = b"\x00\x00\xff\xff"  # ends every message, and is left out on the wire
_FLAGS = {"server_no_context_takeover", "client_no_context_takeover"}
_WINDOWS = {"client_max_window_bits", "server_max_window_bits"}


class Bomb(ValueError):
    """It would be larger than a message may be."""


def is_offered(extensions: str) -> bool:
    """Whether a client offers compression in a way that suits our frames, which need the full
    window. A header may hold several offers, in the order of preference."""
    return any(_suits(offer) for offer in extensions.split(","))


def _suits(offer: str) -> bool:
    name, *parameters = (part.strip() for part in offer.split(";"))
    if name != NAME:
        return False
    seen: set[str] = set()
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        bits = value.strip('"')
        known = (key in _FLAGS and not value) or (key in _WINDOWS and bits in _BITS[key])
        if not known or key in seen:
            return False
        seen.add(key)
    return True


# What a client may say of a window: of its own anything, of ours only what we use.
_BITS = {
    "client_max_window_bits": {"", *map(str, range(8, _WINDOW_BITS + 1))},
    "server_max_window_bits": {str(_WINDOW_BITS)},
}


def deflated(payload: bytes | memoryview) -> bytes:
    """A message's payload as it goes out with the first reserved bit set."""
    work = zlib.compressobj(wbits=-_WINDOW_BITS)
    packed = work.compress(payload) + work.flush(zlib.Z_SYNC_FLUSH)
    return packed.removesuffix(_TAIL)


def inflated(payload: bytes) -> bytes:
    """What a client sent compressed, or `ValueError`; never more than a message may have."""
    work = zlib.decompressobj(wbits=-_WINDOW_BITS)
    try:
        message = work.decompress(payload + _TAIL, limits.MESSAGE_BYTES_MAX + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if len(message) > limits.MESSAGE_BYTES_MAX:
        raise Bomb
    return message


class Packer:
    """Deflates what viewers share, each parcel once, and remembers the newest."""

    def __init__(self) -> None:
        # By identity: a parcel is kept beside its packed form, so its address is not used again.
        self._kept: OrderedDict[int, tuple[bytearray, bytearray | None]] = OrderedDict()
        self._last: bytearray | None = None
        self._last_packed: bytearray | None = None

    def packed(self, parcel: bytearray) -> bytearray | None:
        """The parcel compressed, with the same room in front; None where it is not worth it."""
        if parcel is not self._last:
            self._last_packed = self._find(parcel)
            self._last = parcel
        return self._last_packed

    def _find(self, parcel: bytearray) -> bytearray | None:
        known = self._kept.get(id(parcel))
        if known is not None:
            return known[1]
        packed = None
        if len(parcel) - HEADROOM_BYTES >= SMALL_BYTES:
            small = deflated(memoryview(parcel)[HEADROOM_BYTES:])
            if len(small) < len(parcel) - HEADROOM_BYTES:
                packed = bytearray(HEADROOM_BYTES) + small
        self._kept[id(parcel)] = parcel, packed
        if len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)
        return packed
