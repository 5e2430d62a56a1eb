"""One camera over WebRTC, from its offer to its end."""

import asyncio
from datetime import timedelta

import structlog
from aiortc import (
    RTCRtpReceiver,
    RTCRtpTransceiver,
)
from aiortc.rtcrtpparameters import RTCRtpCodecCapability

from livehouse.foundation.clock import Clock
from livehouse.media.ingest.inputs import Publication
from livehouse.media.limits import SEGMENT_SECONDS
from livehouse.media.packets import SourceItem
from livehouse.media.webrtc import taps
from livehouse.media.webrtc.limits import (
    CONNECT_MAX,
    KEYFRAME_AGAIN_SECONDS,
    KEYFRAME_LEAD_SECONDS,
    LOOK_EVERY,
    MISSING_AGAIN_MS,
    NOTE_EVERY_LOOKS,
    SILENCE_MAX,
)
from livehouse.media.webrtc.peer import Peer
from livehouse.media.webrtc.publisher import Publisher

log = structlog.get_logger()

CODECS_BY_PREFERENCE = ("H264", "VP8")
KEYFRAME_AGAIN = timedelta(seconds=KEYFRAME_AGAIN_SECONDS)


class WhipSession:
    """Receives until the publisher leaves, falls silent or is kicked. `run` it, once answered."""

    def __init__(self, key: str, clock: Clock) -> None:
        self.key = key
        self._clock = clock
        self.peer = Peer()
        self._publisher = Publisher(
            clock,
            self._put,
            self.ask_keyframe,
            key_interval_seconds=SEGMENT_SECONDS,
        )
        self._video: RTCRtpReceiver | None = None
        self._audio: RTCRtpReceiver | None = None
        self._keyframe_asked_at = clock.now() - KEYFRAME_AGAIN
        self._wants_keyframe = False
        self._noted = 0
        self._lost_before = (0, 0)
        self._began = clock.now()
        self._leaving = asyncio.Event()
        self._publication: Publication | None = None

    @property
    def is_connected(self) -> bool:
        return self._publisher.has_pictures

    async def answer(self, offer: str) -> str:
        """Our answer to an offer that was checked; `MalformedOffer`, `UnsuitableOffer`."""
        has_sound = "\r\nm=audio" in offer
        self._publisher.expects_sound = has_sound
        picture = self.peer.connection.addTransceiver("video", direction="recvonly")
        # Before the offer is set: afterwards it has no effect.
        picture.setCodecPreferences(_preferred_codecs())
        sound = (
            self.peer.connection.addTransceiver("audio", direction="recvonly")
            if has_sound
            else None
        )
        await self.peer.take(offer)
        self._listen(picture, sound)
        return await self.peer.answer()

    async def run(self, publication: Publication) -> None:
        """Until it is over. Never raises for what a publisher does."""
        self._publication = publication
        publication.ask_keyframe = self.ask_keyframe
        reason = "left"
        try:
            reason = await self._until_over(publication)
        finally:
            log.info("whip_over", input=publication.input.input_id, reason=reason,
                     codec=self._publisher.codec, dropped=self._publisher.dropped)  # fmt: skip
            publication.close()
            await self.close()

    def ask_keyframe(self) -> None:
        """By the next look at the latest; asking more often than is of use is harmless."""
        if not self._publisher.force_keyframe():
            self._wants_keyframe = True

    def leave(self) -> None:
        self._leaving.set()

    async def close(self) -> None:
        self._publisher.close()
        await self.peer.close()

    async def _until_over(self, publication: Publication) -> str:
        """Watch the link; the reason why it is over."""
        async with asyncio.TaskGroup() as tasks:
            kicked = tasks.create_task(publication.kicked())
            left = tasks.create_task(self._leaving.wait())
            watching = tasks.create_task(self._watch(publication))
            await asyncio.wait({kicked, left, watching}, return_when=asyncio.FIRST_COMPLETED)
            reason = "left"
            if kicked.done():
                reason = kicked.result()
            elif watching.done():
                reason = watching.result()
            for task in (kicked, left, watching):
                task.cancel()
        return reason

    def _put(self, item: SourceItem) -> None:
        if self._publication is not None:
            self._publication.put(item)

    def _listen(self, picture: RTCRtpTransceiver, sound: RTCRtpTransceiver | None) -> None:
        self._video = picture.receiver
        taps.tap(picture.receiver, self._publisher.video, self._clock, is_video=True)
        # Who is silent is let go by ourselves, and much sooner.
        taps.ask_for_no_consent(picture.receiver)
        if sound is not None:
            self._audio = sound.receiver
            taps.tap(sound.receiver, self._publisher.audio, self._clock, is_video=False)
            taps.ask_for_no_consent(sound.receiver)

    async def _watch(self, publication: Publication) -> str:
        """Look at the link ten times a second; the reason why it is over."""
        looks = 0
        while True:
            await self._clock.sleep(LOOK_EVERY)
            looks += 1
            if (over := self._over()) is not None:
                return over
            await self._keep_up()
            if looks % NOTE_EVERY_LOOKS == 0:
                self._note(publication)

    def _over(self) -> str | None:
        now = self._clock.now()
        if self.peer.is_gone:
            return "disconnected"
        if not self.is_connected:
            return "never_connected" if now - self._began > CONNECT_MAX else None
        silent_ms = now.timestamp() * 1000 - self._publisher.arrived_at
        return "silent" if silent_ms > SILENCE_MAX.total_seconds() * 1000 else None

    async def _keep_up(self) -> None:
        """Ask for what we need: a keyframe where a segment is full, and what was lost."""
        assert self._video is not None
        if taps.waiting_ms(self._video) > MISSING_AGAIN_MS:
            await taps.ask_for_missing(self._video)
        if self._publisher.key_age_seconds > SEGMENT_SECONDS - KEYFRAME_LEAD_SECONDS:
            self.ask_keyframe()
        now = self._clock.now()
        if self._wants_keyframe and now - self._keyframe_asked_at >= KEYFRAME_AGAIN:
            self._wants_keyframe = False
            self._keyframe_asked_at = now
            await taps.ask_for_keyframe(self._video)

    def _note(self, publication: Publication) -> None:
        """Tell the input how the link is doing."""
        receivers = [one for one in (self._video, self._audio) if one is not None]
        counts = [taps.packets_lost(one) for one in receivers]
        lost, expected = sum(one for one, _ in counts), sum(one for _, one in counts)
        new_lost, new_expected = lost - self._lost_before[0], expected - self._lost_before[1]
        self._lost_before = lost, expected
        dropped = self._publisher.dropped
        publication.note(
            dropped=dropped - self._noted,
            loss=max(0, new_lost) / new_expected if new_expected > 0 else 0.0,
        )
        self._noted = dropped


def _preferred_codecs() -> list[RTCRtpCodecCapability]:
    capabilities = RTCRtpReceiver.getCapabilities("video")
    assert capabilities is not None
    chosen = [
        codec for name in CODECS_BY_PREFERENCE for codec in capabilities.codecs
        if codec.name == name
    ]  # fmt: skip
    return chosen + [codec for codec in capabilities.codecs if codec.name.lower() == "rtx"]
