"""One connection to another platform: packets as FLV over RTMP or RTMPS, by FFmpeg."""

import io
import socket
from fractions import Fraction
from ipaddress import ip_address
from urllib.parse import urlsplit

import av
from av.container.output import OutputContainer

from livehouse.foundation.internet import is_public
from livehouse.media.fmp4 import init_segment
from livehouse.media.outgoing.connection import Refused
from livehouse.media.packets import VIDEO_RATE, Formats, Kind, Packet

CONNECT_SECONDS_MAX = 5.0
WRITE_SECONDS_MAX = 5.0
PORTS = {"rtmp": 1935, "rtmps": 443}


def check_address(address: str, *, allow_private: bool) -> None:
    """Blocking: refuse what does not resolve, and what is not a public address."""
    url = urlsplit(address)
    try:
        found = socket.getaddrinfo(
            url.hostname, url.port or PORTS[url.scheme], type=socket.SOCK_STREAM
        )
    except (OSError, ValueError, KeyError, UnicodeError):
        raise Refused("unreachable") from None
    if not allow_private and not all(
        is_public(ip_address(str(one[4][0]).partition("%")[0])) for one in found
    ):
        raise Refused("private_address", by_them=True)


class FlvConnection:
    """As `Connection` promises."""

    problem = ""

    def __init__(self, address: str, formats: Formats, *, allow_private: bool) -> None:
        self.formats = formats
        check_address(address, allow_private=allow_private)
        try:
            self._container = _opened(address)
            self._begin(formats)
            self._container.start_encoding()  # connects
        except PermissionError:
            raise Refused("not_allowed", by_them=True) from None
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise _refusal(error) from None
        self._first: dict[Kind, int] = {}
        self._ended: dict[Kind, int] = {Kind.VIDEO: 0, Kind.AUDIO: 0}
        self._anchor: Packet | None = None

    def goes_on_with(self, formats: Formats) -> bool:
        if (formats.video, formats.audio) != (self.formats.video, self.formats.audio):
            return False
        self._first = {}
        self._anchor = None
        return True

    def send(self, packet: Packet) -> int:
        if self._anchor is None:
            if packet.kind is not Kind.VIDEO:
                return 0
            self._anchor = packet
            base = max(self._seconds(kind) for kind in Kind)
            rate = self.formats.audio.rate
            self._first = {
                Kind.VIDEO: packet.dts - round(base * VIDEO_RATE),
                Kind.AUDIO: round((packet.dts / VIDEO_RATE - base) * rate),
            }
        dts = packet.dts - self._first[packet.kind]
        if dts < self._ended[packet.kind]:
            return 0  # sound from before the first picture
        out = av.Packet(packet.data)
        out.dts, out.pts = dts, packet.pts - self._first[packet.kind]
        out.is_keyframe = packet.key
        rate = VIDEO_RATE if packet.kind is Kind.VIDEO else self.formats.audio.rate
        out.time_base = Fraction(1, rate)
        out.stream = self._streams[packet.kind]
        self._ended[packet.kind] = dts + 1
        try:
            self._container.mux(out)
        except (av.error.FFmpegError, OSError) as error:
            raise _refusal(error, lost=True) from None
        return len(packet.data)

    def close(self) -> None:
        try:
            self._container.close()
        except (av.error.FFmpegError, OSError, ValueError):
            return

    def _begin(self, formats: Formats) -> None:
        form = io.BytesIO(init_segment(formats.video, formats.audio))
        with av.open(form, format="mp4") as template:
            video = self._container.add_stream_from_template(template.streams.video[0], opaque=True)
            audio = self._container.add_stream_from_template(template.streams.audio[0], opaque=True)
        self._streams = {Kind.VIDEO: video, Kind.AUDIO: audio}

    def _seconds(self, kind: Kind) -> float:
        rate = VIDEO_RATE if kind is Kind.VIDEO else self.formats.audio.rate
        return self._ended[kind] / rate


def _opened(address: str) -> OutputContainer:
    return av.open(
        address, "w", format="flv", timeout=(CONNECT_SECONDS_MAX, WRITE_SECONDS_MAX),
        options={"flvflags": "no_duration_filesize"},
    )  # fmt: skip


def _refusal(error: Exception, *, lost: bool = False) -> Refused:
    """What happened, in a code: the error's own words hold the address with its key."""
    if isinstance(error, TimeoutError | av.error.ExitError):
        return Refused("too_slow" if lost else "unreachable")
    if lost:
        return Refused("lost")
    if isinstance(error, ConnectionError):
        return Refused("unreachable")
    # They have answered and closed: the usual way of RTMP to refuse a key.
    return Refused("refused", by_them=True)
