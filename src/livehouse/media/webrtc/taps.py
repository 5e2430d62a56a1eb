"""Where we reach into aiortc: encoded pictures and sound are taken before they are decoded.

aiortc 1.16 hands out decoded frames only. Every private name that we touch stands in this module,
and a test says which must exist (decision 0119).
"""

import queue
from collections.abc import Awaitable, Callable, Iterator
from typing import Protocol

from aiortc import RTCRtpReceiver, RTCRtpSender
from aiortc.codecs import CODECS
from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.rtcrtpparameters import RTCRtcpFeedback, RTCRtpCodecParameters
from aiortc.rtp import AnyRtcpPacket, RtcpRrPacket, RtcpSrPacket, RtpPacket
from typing_extensions import override

from livehouse.foundation.clock import Clock
from livehouse.media.webrtc.limits import MISSING_MAX_MS, RECEIVE_BITS_PER_SECOND

DECODER_QUEUE = "_RTCRtpReceiver__decoder_queue"
JITTER_BUFFER = "_RTCRtpReceiver__jitter_buffer"
TIMESTAMP_MAPPER = "_RTCRtpReceiver__timestamp_mapper"
BITRATE_ESTIMATOR = "_RTCRtpReceiver__remote_bitrate_estimator"
NACK_GENERATOR = "_RTCRtpReceiver__nack_generator"
REMOTE_STREAMS = "_RTCRtpReceiver__remote_streams"
RECEIVER_NAMES = (
    DECODER_QUEUE, JITTER_BUFFER, TIMESTAMP_MAPPER, BITRATE_ESTIMATOR, NACK_GENERATOR,
    REMOTE_STREAMS, "_handle_rtcp_packet", "_send_rtcp_pli", "_send_rtcp_nack",
)  # fmt: skip

CONSENT = "query_consent"
TRANSPORT_NAMES = ("_send_rtp",)
SENDER_NAMES = ("_send_keyframe", "_next_encoded_frame", "_handle_rtcp_packet", "_ssrc")
BUFFER_NAMES = ("_origin", "_packets", "_capacity", "add", "remove")
BUFFERED_PACKETS = 512
BURST_PACKETS = 16
# In the second byte of a packet (RFC 3550, 5.1): the last one of a picture. Reports have it too.
MARKER = 0x80
SECONDS_1900_TO_1970 = 2_208_988_800
# What we pass through may be of these profiles too; aiortc itself knows constrained baseline.
MORE_PROFILES = ("4d001f", "64001f", "640c1f")
FIRST_FREE_PAYLOAD_TYPE = 110


class Ear(Protocol):
    """Hears what one track of a publisher sends, on the loop."""

    def arrived(self, size: int, timestamp: int, /) -> None:
        """A packet of so many bytes came. Timestamps count on over the wraps of RTP."""
        ...

    def frame(self, codec: str, data: bytes, timestamp: int, /) -> None:
        """A whole picture, or a packet of sound."""
        ...

    def lost(self) -> None:
        """Something before the next frame will never come."""
        ...

    def reported(self, sender_ms: float, timestamp: int, /) -> None:
        """The sender's clock (ms since 1970) showed `sender_ms` at `timestamp`."""
        ...


def tap(receiver: RTCRtpReceiver, ear: Ear, clock: Clock, *, is_video: bool) -> None:
    """Let `ear` hear what `receiver` gets. Before the connection stands, for what is replaced
    here is taken over by the receiver's threads when it starts."""
    timestamps = _Timestamps()
    packets = _VideoPackets(ear, clock, timestamps) if is_video else _SoundPackets(ear, timestamps)
    parts: dict[str, object] = {
        DECODER_QUEUE: _NoDecoder(ear),
        JITTER_BUFFER: packets,
        TIMESTAMP_MAPPER: timestamps,
        BITRATE_ESTIMATOR: _SteadyEstimate() if is_video else None,
    }
    for name, part in parts.items():
        assert hasattr(receiver, name), f"aiortc has no {name}: see decision 0119"
        setattr(receiver, name, part)
    handle = receiver._handle_rtcp_packet  # noqa: SLF001 - decision 0119

    async def listening(packet: AnyRtcpPacket) -> None:
        if isinstance(packet, RtcpSrPacket) and (at := timestamps.near(packet)) is not None:
            ear.reported(_unix_ms(packet.sender_info.ntp_timestamp), at)
        await handle(packet)

    receiver._handle_rtcp_packet = listening  # type: ignore[method-assign]  # noqa: SLF001


def ask_for_no_consent(receiver: RTCRtpReceiver) -> None:
    """Let who sends us pictures go on although no question of ICE is answered (RFC 7675).

    FFmpeg's muxer answers none once it sends, and aioice would end it after half a minute. What
    comes is encrypted with keys that only the two of us have: while it comes, somebody is there;
    we send back reports alone, and whoever uses this ends the session when nothing comes.
    Before the connection stands.
    """
    connection = receiver.transport.transport._connection  # noqa: SLF001 - decision 0119
    assert hasattr(connection, CONSENT), f"aioice has no {CONSENT}: see decision 0119"
    setattr(connection, CONSENT, _nothing)


async def _nothing() -> None:
    pass


def hear_keyframe_wishes(sender: RTCRtpSender, wished: Callable[[], None]) -> None:
    """A viewer lost a picture: aiortc would tell an encoder, and there is none."""
    sender._send_keyframe = wished  # type: ignore[method-assign]  # noqa: SLF001 - decision 0119


def hear_reports(sender: RTCRtpSender, reported: Callable[[float], None]) -> None:
    """Whoever gets what `sender` sends tells now and then which share of it was lost on the way."""
    handle = sender._handle_rtcp_packet  # noqa: SLF001 - decision 0119

    async def listening(packet: AnyRtcpPacket) -> None:
        if isinstance(packet, RtcpRrPacket | RtcpSrPacket):
            for report in packet.reports:
                if report.ssrc == sender._ssrc:  # noqa: SLF001 - decision 0119
                    reported(report.fraction_lost / 256)
        await handle(packet)

    sender._handle_rtcp_packet = listening  # type: ignore[method-assign]  # noqa: SLF001


def pace(sender: RTCRtpSender, pause: Callable[[], Awaitable[None]]) -> None:
    """aiortc sends a whole picture at once, and the hundred packets of a keyframe fill the small
    buffers on their way, and keep the loop from everybody else: let it `pause` after every few.
    A picture of a few packets goes out as before. Once the connection stands."""
    transport = sender.transport
    send, burst = transport._send_rtp, 0  # noqa: SLF001 - decision 0119

    async def pacing(data: bytes) -> None:
        nonlocal burst
        await send(data)
        burst = 0 if data[1] & MARKER else burst + 1
        if burst == BURST_PACKETS:
            burst = 0
            await pause()

    transport._send_rtp = pacing  # type: ignore[method-assign]  # noqa: SLF001


async def ask_for_keyframe(receiver: RTCRtpReceiver) -> None:
    """Every source is asked: the first may be that of retransmissions, which nobody hears."""
    for source in receiver.getSynchronizationSources():
        await receiver._send_rtcp_pli(source.source)  # noqa: SLF001 - decision 0119


async def ask_for_missing(receiver: RTCRtpReceiver) -> None:
    """Once more ask for lost packets; aiortc asks once, and then when the next is lost."""
    packets: _VideoPackets = getattr(receiver, JITTER_BUFFER)
    generator = getattr(receiver, NACK_GENERATOR)
    if generator.missing and packets.source is not None:
        await receiver._send_rtcp_nack(packets.source, sorted(generator.missing))  # noqa: SLF001


def waiting_ms(receiver: RTCRtpReceiver) -> float:
    """How long a picture has waited for a packet that was lost."""
    packets: _VideoPackets = getattr(receiver, JITTER_BUFFER)
    return packets.waiting_ms()


def packets_lost(receiver: RTCRtpReceiver) -> tuple[int, int]:
    """Packets lost and expected since the beginning."""
    streams = list(getattr(receiver, REMOTE_STREAMS).values())
    return sum(max(0, one.packets_lost) for one in streams), sum(
        one.packets_expected for one in streams
    )


def know_more_profiles() -> None:
    """Let offers of main and high profile be answered; asking twice is harmless."""
    known = {codec.parameters.get("profile-level-id") for codec in CODECS["video"]}
    for index, profile in enumerate(MORE_PROFILES):
        if profile not in known:
            CODECS["video"].extend(_h264(profile, FIRST_FREE_PAYLOAD_TYPE + 2 * index))


def _h264(profile: str, payload_type: int) -> Iterator[RTCRtpCodecParameters]:
    yield RTCRtpCodecParameters(
        mimeType="video/H264",
        clockRate=90_000,
        payloadType=payload_type,
        rtcpFeedback=[
            RTCRtcpFeedback(type="nack"),
            RTCRtcpFeedback(type="nack", parameter="pli"),
            RTCRtcpFeedback(type="goog-remb"),
        ],
        parameters={
            "level-asymmetry-allowed": "1",
            "packetization-mode": "1",
            "profile-level-id": profile,
        },
    )
    yield RTCRtpCodecParameters(
        mimeType="video/rtx",
        clockRate=90_000,
        payloadType=payload_type + 1,
        parameters={"apt": payload_type},
    )


class _NoDecoder(queue.Queue[object]):
    """Stands before the decoder's thread, which then only waits for its end."""

    def __init__(self, ear: Ear) -> None:
        super().__init__()
        self._ear = ear

    @override
    def put(self, item: object, block: bool = True, timeout: float | None = None) -> None:
        if item is None:
            super().put(None, block, timeout)
            return
        assert isinstance(item, tuple)
        codec, frame = item
        self._ear.frame(codec.name.lower(), bytes(frame.data), frame.timestamp)


class _VideoPackets(JitterBuffer):
    """Puts pictures together, and gives one up that waits too long for a lost packet."""

    def __init__(self, ear: Ear, clock: Clock, timestamps: "_Timestamps") -> None:
        super().__init__(BUFFERED_PACKETS, is_video=True)
        self._ear = ear
        self._clock = clock
        self._timestamps = timestamps
        self._begun: int | None = None
        self._waits_since: float | None = None
        self._is_torn = False
        self.source: int | None = None

    @override
    def add(self, packet: RtpPacket) -> tuple[bool, JitterFrame | None]:
        self.source = packet.ssrc
        self._ear.arrived(len(packet.payload), self._timestamps.map(packet.timestamp))
        gives_up = self.waiting_ms() > MISSING_MAX_MS
        if gives_up:
            self.remove(self.capacity)
            self._origin = None
        is_lost, frame = super().add(packet)
        frame = frame or self._finished_by(packet)
        if is_lost or gives_up:
            self._ear.lost()
        self._watch(packet, is_over=frame is not None or is_lost or gives_up)
        if frame is not None and self._is_torn:
            frame = None  # it may have begun before we began anew
        self._is_torn = gives_up or (self._is_torn and frame is None and not packet.marker)
        return is_lost or gives_up, frame

    def waiting_ms(self) -> float:
        return 0.0 if self._waits_since is None else self._now_ms() - self._waits_since

    def _finished_by(self, packet: RtpPacket) -> JitterFrame | None:
        """The picture that ends with `packet`: its mark spares us waiting for the next picture."""
        if not packet.marker or self._origin is None:
            return None
        row: list[RtpPacket] = []
        for index in range(self._capacity):
            one = self._packets[(self._origin + index) % self._capacity]
            if one is None or one.timestamp != packet.timestamp:
                return None
            row.append(one)
            if one is packet:
                break
        self.remove(len(row))
        data = b"".join(one._data for one in row)  # type: ignore[attr-defined]  # noqa: SLF001
        return JitterFrame(data=data, timestamp=packet.timestamp)

    def _watch(self, packet: RtpPacket, *, is_over: bool) -> None:
        if is_over:
            self._begun = self._waits_since = None
            return
        if self._begun not in (None, packet.timestamp) and self._waits_since is None:
            # The next picture begins, and yet the one before it is not whole.
            self._waits_since = self._now_ms()
        self._begun = packet.timestamp

    def _now_ms(self) -> float:
        return self._clock.now().timestamp() * 1000


class _SoundPackets:
    """Each packet of sound is whole: it goes on at once, and whoever hears it sorts it."""

    def __init__(self, ear: Ear, timestamps: "_Timestamps") -> None:
        self._ear = ear
        self._timestamps = timestamps

    def add(self, packet: RtpPacket) -> tuple[bool, JitterFrame | None]:
        self._ear.arrived(len(packet.payload), self._timestamps.map(packet.timestamp))
        return False, JitterFrame(data=packet.payload, timestamp=packet.timestamp)


class _Timestamps:
    """RTP timestamps of 32 bits as numbers that go on over a wrap."""

    def __init__(self) -> None:
        self._newest: int | None = None

    def map(self, timestamp: int) -> int:
        found = timestamp if self._newest is None else _unwrapped(timestamp, self._newest)
        self._newest = found if self._newest is None else max(found, self._newest)
        return found

    def near(self, report: RtcpSrPacket) -> int | None:
        if self._newest is None:
            return None
        return _unwrapped(report.sender_info.rtp_timestamp, self._newest)


def _unwrapped(timestamp: int, near: int) -> int:
    return near + ((timestamp - near + (1 << 31)) % (1 << 32)) - (1 << 31)


class _SteadyEstimate:
    """Says once a second what we can take. aiortc's own estimate falls to a fraction of what is
    there and stays down; browsers still go lower by themselves where packets are lost."""

    def __init__(self) -> None:
        self._said_at = 0

    def add(
        self,
        abs_send_time: int,  # noqa: ARG002 - as aiortc calls it
        arrival_time_ms: int,
        payload_size: int,  # noqa: ARG002 - as aiortc calls it
        ssrc: int,
    ) -> tuple[int, list[int]] | None:
        if abs(arrival_time_ms - self._said_at) < 1000:  # noqa: PLR2004 - a second
            return None
        self._said_at = arrival_time_ms
        return RECEIVE_BITS_PER_SECOND, [ssrc]


def _unix_ms(ntp: int) -> float:
    return (ntp / (1 << 32) - SECONDS_1900_TO_1970) * 1000
