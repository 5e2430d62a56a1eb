"""`/whep/{run}`: a few viewers get a run's picture at once, over HTTP and WebRTC.

After draft-ietf-wish-whep. Pictures go out as the source gave them. Those out of the order in which
they are shown (B-frames) are refused, for browsers show them as they come.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from aiohttp import web
from aiortc import RTCRtpSender

from livehouse.foundation.clock import Clock
from livehouse.media.errors import NoSuchVideo
from livehouse.media.host import Host
from livehouse.media.mixing.asides import Asides
from livehouse.media.packets import Aside, Kind
from livehouse.media.run import Run
from livehouse.media.specs import Camera
from livehouse.media.webrtc import taps
from livehouse.media.webrtc.endpoint import Endpoint, offer_of
from livehouse.media.webrtc.errors import UnsuitablePictures
from livehouse.media.webrtc.limits import CONNECT_MAX, FEED_LOOK_SECONDS, LOOK_EVERY, PACE
from livehouse.media.webrtc.links import CLIENT_HEADER, HOLDER_HEADER, WebRtcLinks
from livehouse.media.webrtc.offers import RECEIVES, checked_offer
from livehouse.media.webrtc.peer import Peer
from livehouse.media.webrtc.seats import Claim, Seats
from livehouse.media.webrtc.viewing import (
    EncodedPacket,
    Translation,
    ViewerTrack,
    pictures_to_send,
)


class WhepSession:
    """One viewer."""

    key = ""

    def __init__(self, clock: Clock, *, without: str = "") -> None:
        """`without` is the input of a guest, who hears the stage without himself."""
        self.without = without
        self.peer = Peer()
        self.video = ViewerTrack("video")
        self.audio = ViewerTrack("audio")
        self._clock = clock
        self._sender: RTCRtpSender | None = None
        self._leaving = asyncio.Event()

    @property
    def is_connected(self) -> bool:
        return self.peer.is_connected

    async def answer(self, offer: str, ask_keyframe: Callable[[], None]) -> str:
        connection = self.peer.connection
        picture = connection.addTransceiver(self.video, direction="sendonly")
        picture.setCodecPreferences(pictures_to_send())
        self._sender = picture.sender
        taps.hear_keyframe_wishes(picture.sender, ask_keyframe)
        if "\r\nm=audio" in offer:
            connection.addTransceiver(self.audio, direction="sendonly")
        await self.peer.take(offer)
        return await self.peer.answer()

    def leave(self) -> None:
        self._leaving.set()

    async def stay(self, connected: Callable[[], None]) -> None:
        """Until the viewer goes, is sent away, or has never come; `connected` is called once."""
        began, was_connected = self._clock.now(), False
        while not (self._leaving.is_set() or self.peer.is_gone):
            if self.is_connected and not was_connected:
                was_connected = True
                assert self._sender is not None, "who is connected was answered"
                taps.pace(self._sender, lambda: self._clock.sleep(PACE))
                connected()
            if not was_connected and self._clock.now() - began > CONNECT_MAX:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY.total_seconds()):
                    await self._leaving.wait()

    async def close(self) -> None:
        self.video.stop()
        self.audio.stop()
        await self.peer.close()


class Feed:
    """Carries one run to all its viewers, for as long as there are any."""

    def __init__(self, run: Run, asides: Asides) -> None:
        self._asides = asides
        self.viewers: set[WhepSession] = set()
        self.task: asyncio.Task[None] | None = None
        self._run = run
        self._translation = Translation()

    async def carry(self) -> None:
        """Until the run is over; then the viewers are let go."""
        with self._run.listening() as subscription, self._asides.hearing(self._hear):
            while not self._run.is_over:
                if await subscription.ready(FEED_LOOK_SECONDS):
                    for kind, packet, key in self._translation.take(await subscription.take()):
                        self._send(kind, packet, key=key)
        for viewer in self.viewers:
            viewer.leave()

    def _send(self, kind: Kind, packet: EncodedPacket, *, key: bool) -> None:
        for viewer in self.viewers:
            if kind is Kind.VIDEO:
                viewer.video.put(packet, key=key)
            elif not self._translation.is_told_apart(viewer.without):
                viewer.audio.put(packet, key=key)

    def _hear(self, aside: Aside) -> None:
        heard = [viewer for viewer in self.viewers if viewer.without == aside.without]
        if heard:
            for packet in self._translation.aside(aside):
                for viewer in heard:
                    viewer.audio.put(packet, key=True)


class Whep(Endpoint[WhepSession]):
    """The viewers of all runs over WebRTC."""

    def __init__(self, host: Host, clock: Clock, links: WebRtcLinks) -> None:
        super().__init__(links, Seats(links.viewers_max), clock)
        self._host = host
        self._feeds: dict[str, Feed] = {}

    def routes(self) -> list[web.AbstractRouteDef]:
        return self.routes_at("/whep/{run}", self.watch)

    async def watch(self, request: web.Request) -> web.Response:
        offer = checked_offer(await offer_of(request), directions=RECEIVES)
        run_id = request.match_info["run"]
        run = self._host.live(run_id)
        if run is None or not self._host.is_on(run_id):
            raise NoSuchVideo
        if run.reorders:
            raise UnsuitablePictures
        without = request.query.get("without", "")
        claim = Claim(
            request.headers.get(CLIENT_HEADER, "") or (request.remote or ""),
            request.headers.get(HOLDER_HEADER, ""),
        )
        async with self.seated(claim, lambda: WhepSession(self.clock, without=without)) as seated:
            seat, session = seated
            answer = await session.answer(offer, lambda: self._ask_keyframe(run))
        return self.created(request, seat, session, answer, self._show(run, session))

    async def _show(self, run: Run, session: WhepSession) -> None:
        try:
            await session.stay(lambda: self._let_see(run, session))
        finally:
            self._let_go(run, session)
            await session.close()

    def _let_see(self, run: Run, session: WhepSession) -> None:
        feed = self._feeds.get(run.run_id)
        if feed is None:
            feed = self._feeds[run.run_id] = Feed(run, self._host.asides)
            feed.task = self.group.create_task(feed.carry())
        feed.viewers.add(session)
        self._ask_keyframe(run)

    def _let_go(self, run: Run, session: WhepSession) -> None:
        feed = self._feeds.get(run.run_id)
        if feed is None or session not in feed.viewers:
            return
        feed.viewers.remove(session)
        if not feed.viewers:
            del self._feeds[run.run_id]
            assert feed.task is not None
            feed.task.cancel()

    def _ask_keyframe(self, run: Run) -> None:
        """Where the camera can be asked, nobody waits for its next one."""
        if isinstance(source := run.wanted.source, Camera):
            found = self._host.inputs.input(source.input)
            here = found.publication if found else None
            if here is not None and here.ask_keyframe is not None:
                here.ask_keyframe()
