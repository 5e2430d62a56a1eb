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
