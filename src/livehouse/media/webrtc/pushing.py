"""One connection to another platform over WHIP: pictures as they are, sound as Opus.

Its thread translates the packets; ICE, encryption and HTTP live on the loop of the media process.
"""

import asyncio
import concurrent.futures
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TypeVar

from yarl import URL

from livehouse.foundation.clock import Clock
from livehouse.foundation.internet import is_public
from livehouse.media.outgoing.connection import Refused
from livehouse.media.outgoing.specs import Target
from livehouse.media.packets import Formats, Kind, Packet
from livehouse.media.webrtc import taps
from livehouse.media.webrtc.errors import MalformedOffer, UnsuitableOffer
from livehouse.media.webrtc.limits import (
    CLOSE_SECONDS_MAX,
    CONNECT_MAX,
    PACE,
    PLATFORM_LOSS_MAX,
    PLATFORM_SECONDS_MAX,
    PLATFORM_SILENCE_SECONDS_MAX,
)
from livehouse.media.webrtc.offers import checked_answer
from livehouse.media.webrtc.peer import Peer
from livehouse.media.webrtc.platform import Platform
from livehouse.media.webrtc.viewing import Translation, ViewerTrack, pictures_to_send

T = TypeVar("T")

CONNECT_SECONDS = CONNECT_MAX.total_seconds()
END_SECONDS_MAX = PLATFORM_SECONDS_MAX + CLOSE_SECONDS_MAX
# How much a new report changes what we think is lost.
LOSS_ALPHA = 0.3


class Reports:
    """What the other side says about what reaches it. It is not asked to: who never says anything
    is believed for as long as ICE does."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._heard_at: float | None = None
        self._loss = 0.0

    def heard(self, share_lost: float) -> None:
        self._heard_at = self._clock()
        self._loss += LOSS_ALPHA * (share_lost - self._loss)

    @property
    def is_silent(self) -> bool:
        """Whether somebody who has reported does so no more."""
        if self._heard_at is None:
            return False
        return self._clock() - self._heard_at > PLATFORM_SILENCE_SECONDS_MAX

    @property
    def problem(self) -> str:
        return "lossy" if self._loss > PLATFORM_LOSS_MAX else ""


class Push:
    """The part on the loop: a peer that sends, and the session at the platform."""

    def __init__(
        self, target: Target, reports: Reports, clock: Clock, *, allow_private: bool
    ) -> None:
        self._clock = clock
        self._address = target.address
        self._allow_private = allow_private
        self._platform = Platform(target.token, allow_private=allow_private)
        self._reports = reports
        self._session: URL | None = None
        self.peer = Peer()
        self.tracks = {Kind.VIDEO: ViewerTrack("video"), Kind.AUDIO: ViewerTrack("audio")}

    async def connect(self) -> None:
        """Until it stands; whatever goes wrong is `Refused`, and leaves nothing behind."""
        try:
            await self._connect()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        for track in self.tracks.values():
            track.stop()
        if self._session is not None:
            with suppress(Refused):
                await self._platform.end(self._session)
        await self.peer.close()

    async def _connect(self) -> None:
        connection = self.peer.connection
        picture = connection.addTransceiver(self.tracks[Kind.VIDEO], direction="sendonly")
        picture.setCodecPreferences(pictures_to_send())
        connection.addTransceiver(self.tracks[Kind.AUDIO], direction="sendonly")
        # Nobody here can make a keyframe; there is one at least every two seconds.
        taps.hear_keyframe_wishes(picture.sender, lambda: None)
        taps.hear_reports(picture.sender, self._reports.heard)
        taken = await self._platform.take(self._address, await self.peer.offer())
        self._session = taken.session
        try:
            answer = checked_answer(
                taken.answer, leads=lambda to: self._allow_private or is_public(to)
            )
            await self.peer.accept(answer)
        except (MalformedOffer, UnsuitableOffer):
            raise Refused("refused", by_them=True) from None
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                stands = await self.peer.stands()
        except TimeoutError:
            stands = False
        if not stands:
            raise Refused("no_path")
        taps.pace(picture.sender, lambda: self._clock.sleep(PACE))


class WhipConnection:
    """As `Connection` promises. `loop` carries what must not wait for this thread."""

    def __init__(
        self, target: Target, formats: Formats, loop: asyncio.AbstractEventLoop, clock: Clock, *,
        allow_private: bool,
    ) -> None:  # fmt: skip
        self._loop = loop
        self._reports = Reports()
        self._translation = Translation()
        self._translate(formats)
        self._push: Push | None = None

        async def connected() -> Push:
            push = Push(target, self._reports, clock, allow_private=allow_private)
            await push.connect()
            return push

        # Two requests at most, each perhaps redirected, and the handshake.
        self._push = self._done(connected(), 2 * END_SECONDS_MAX + CONNECT_SECONDS)

    @property
    def problem(self) -> str:
        return self._reports.problem

    def goes_on_with(self, formats: Formats) -> bool:
        """Always: pictures carry their parameters with them, and time goes on."""
        self._translate(formats)
        return True

    def send(self, packet: Packet) -> int:
        assert self._push is not None
        if self._push.peer.is_gone or self._reports.is_silent:
            raise Refused("lost")
        if packet.kind is Kind.VIDEO and packet.pts != packet.dts:
            # Browsers and platforms show pictures of WebRTC as they come (decision 0121).
            raise Refused("out_of_order", by_them=True)
        for kind, made, key in self._translation.take(packet):
            put = partial(self._push.tracks[kind].put, made, key=key)
            try:
                self._loop.call_soon_threadsafe(put)
            except RuntimeError:
                raise Refused("lost") from None
        return len(packet.data)

    def close(self) -> None:
        if self._push is not None:
            with suppress(Refused):
                self._done(self._push.close(), END_SECONDS_MAX)

    def _translate(self, formats: Formats) -> None:
        for _ in self._translation.take(formats):
            pass

    def _done(self, work: Coroutine[None, None, T], seconds: float) -> T:
        """What `work` brings, done on the loop; `Refused` where that ends or takes too long."""
        try:
            doing = asyncio.run_coroutine_threadsafe(work, self._loop)
        except RuntimeError:
            work.close()
            raise Refused("lost") from None
        try:
            return doing.result(seconds)
        except TimeoutError:
            doing.cancel()
            raise Refused("unreachable") from None
        except concurrent.futures.CancelledError:
            raise Refused("lost") from None
