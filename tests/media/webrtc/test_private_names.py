"""aiortc's private names that we stand on: when one goes, this says which (decision 0119)."""

import inspect
import queue

from aiortc import RTCRtpReceiver, RTCRtpSender, rtcrtpreceiver
from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsTransport
from aiortc.rtcicetransport import RTCIceGatherer, RTCIceTransport
from aiortc.rtcrtpparameters import RTCRtpCodecParameters

from livehouse.media.webrtc import taps


def a_transport() -> RTCDtlsTransport:
    certificate = RTCCertificate.generateCertificate()
    return RTCDtlsTransport(RTCIceTransport(RTCIceGatherer(iceServers=[])), [certificate])


async def a_receiver() -> RTCRtpReceiver:
    return RTCRtpReceiver("video", a_transport())


async def test_a_sender_has_what_we_listen_to() -> None:
    sender = RTCRtpSender("video", a_transport())
    assert [name for name in taps.SENDER_NAMES if not hasattr(sender, name)] == []
    assert [name for name in taps.TRANSPORT_NAMES if not hasattr(sender.transport, name)] == []


async def test_a_receiver_has_the_parts_that_we_replace() -> None:
    receiver = await a_receiver()
    assert [name for name in taps.RECEIVER_NAMES if not hasattr(receiver, name)] == []
    assert isinstance(getattr(receiver, taps.DECODER_QUEUE), queue.Queue)
    assert isinstance(getattr(receiver, taps.JITTER_BUFFER), JitterBuffer)


async def test_the_question_for_consent_has_the_name_that_we_know() -> None:
    ice = (await a_receiver()).transport.transport
    asks = getattr(ice._connection, taps.CONSENT)
    assert inspect.iscoroutinefunction(asks)
    assert f"self.{taps.CONSENT}()" in inspect.getsource(type(ice._connection).connect)


async def test_a_jitter_buffer_is_made_as_ours_expects() -> None:
    buffer = JitterBuffer(512, is_video=True)
    assert [name for name in taps.BUFFER_NAMES if not hasattr(buffer, name)] == []
    assert vars(JitterFrame(data=b"x", timestamp=1)) == {"data": b"x", "timestamp": 1}


def test_what_stands_before_the_decoder_is_called_as_we_expect() -> None:
    source = inspect.getsource(rtcrtpreceiver)
    for line in (
        "self.__decoder_queue.put((codec, encoded_frame))",
        "self.__decoder_queue.put(None)",
        "self.__timestamp_mapper.map(",
        "pli_flag, encoded_frame = self.__jitter_buffer.add(packet)",
    ):
        assert line in source, f"aiortc no longer does: {line}"


def test_main_and_high_profile_are_added_once() -> None:
    taps.know_more_profiles()
    capabilities = RTCRtpReceiver.getCapabilities("video")
    taps.know_more_profiles()
    assert capabilities is not None
    again = RTCRtpReceiver.getCapabilities("video")
    assert again is not None
    profiles = [codec.parameters.get("profile-level-id") for codec in again.codecs]
    assert {"42e01f", *taps.MORE_PROFILES} <= set(profiles)
    assert len(again.codecs) == len(capabilities.codecs)
    assert RTCRtpCodecParameters(mimeType="video/H264", clockRate=90_000).name == "H264"


async def test_a_large_picture_makes_room_for_others_and_a_small_one_does_not_wait() -> None:
    sender = RTCRtpSender("video", a_transport())
    sent: list[str] = []

    async def send(_: bytes) -> None:
        sent.append("packet")

    async def pause() -> None:
        sent.append("pause")

    sender.transport._send_rtp = send  # type: ignore[assignment]
    taps.pace(sender, pause)
    for packets in (15, 15, 40):
        for number in range(packets):
            is_last = number == packets - 1
            await sender.transport._send_rtp(bytes([0x80, 0x80 * is_last | 97]))

    pauses = [place for place, one in enumerate(sent) if one == "pause"]
    assert pauses == [46, 63]
