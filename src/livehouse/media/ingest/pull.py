"""Fetches a camera's picture from a video server that received it, into the room's input."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction
from urllib.parse import urlsplit

import av
import structlog

from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.errors import DomainError
from livehouse.media.errors import InvalidSource
from livehouse.media.h264 import (
    MalformedStream,
    for_container,
    is_keyframe,
    length_bytes,
    parameter_sets,
)
from livehouse.media.ingest.errors import TooManyInputs
from livehouse.media.ingest.feed import Feed
from livehouse.media.ingest.gate import Welcome
from livehouse.media.ingest.inputs import Inputs, Publication
from livehouse.media.ingest.limits import (
    INPUTS_MAX,
    PULL_OPEN_SECONDS_MAX,
    PULL_READ_SECONDS_MAX,
    PULL_STOP_SECONDS_MAX,
    PULL_TRIES_MAX,
)
from livehouse.media.ingest.rtmp.errors import Garbage, UnsupportedCodec
from livehouse.media.ingest.rtmp.tags import audio_format, video_format
from livehouse.media.limits import RETRY_FIRST, RETRY_MAX
from livehouse.media.sources.clip import in_ticks
from livehouse.media.sources.handover import Handover
from livehouse.media.specs import Playback

log = structlog.get_logger()

SCHEMES = frozenset({"rtmp", "rtmps", "rtsp", "http", "https"})
# FFmpeg follows what a playlist names: never to a file of this machine.
OPTIONS = {
    "protocol_whitelist": "rtmp,rtmps,rtsp,rtp,udp,tcp,tls,http,https,crypto",
    "analyzeduration": "2000000",
    "rtmp_live": "live",
}
TROUBLE = (av.error.FFmpegError, OSError, ValueError)


class Pulls:
    """One for each input at most. Tries again when the server goes away, for so many times."""

    def __init__(self, inputs: Inputs, clock: Clock) -> None:
        self._inputs = inputs
        self._clock = clock
        self._going: dict[str, tuple[str, asyncio.Task[None]]] = {}
        self._group: asyncio.TaskGroup | None = None

    @asynccontextmanager
    async def carrying(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as self._group:
            try:
                yield
            finally:
                for _, task in self._going.values():
                    task.cancel()

    def start(self, input_id: str, playback: Playback) -> None:
        """Fetch from there; if that is being done already, go on with it."""
        url = playback.url
        assert self._group is not None, "carry first"
        if urlsplit(url).scheme not in SCHEMES:
            raise InvalidSource(problem="a playback address of an unknown kind")
        going_from, task = self._going.get(input_id, ("", None))
        if going_from == url and task is not None and not task.done():
            return
        self.stop(input_id)
        if len(self._going) >= INPUTS_MAX:
            raise TooManyInputs
        self._going[input_id] = url, self._group.create_task(self._keep(input_id, playback))

    def stop(self, input_id: str) -> None:
        _, task = self._going.pop(input_id, ("", None))
        if task is not None:
            task.cancel()

    async def _keep(self, input_id: str, playback: Playback) -> None:
        pause, tries = RETRY_FIRST, 0
        while tries < PULL_TRIES_MAX:
            began = self._clock.now()
            try:
                if await self._once(input_id, playback):
                    return
            except DomainError as refusal:
                log.warning("pull_refused", input=input_id, code=refusal.code)
                return
            except TROUBLE as error:
                log.info("pull_failed", input=input_id, error=type(error).__name__)
            if self._clock.now() - began > RETRY_MAX:
                pause, tries = RETRY_FIRST, 0
            tries += 1
            await self._clock.sleep(pause)
            pause = min(pause * 2, RETRY_MAX)

    async def _once(self, input_id: str, playback: Playback) -> bool:
        """Fetch until it ends; True when the camera was made to leave, and is not to return."""
        reading = _Reading(playback.url, self._clock)
        reading.start()
        publication: Publication | None = None
        try:
            async for item in reading.handover.items():
                if publication is None:
                    publication = self._inputs.enter(
                        Welcome(input_id, playback.second),
                        protocol="pull",
                        address=urlsplit(playback.url).hostname or "",
                    )
                if not publication.is_current:
                    return True
                publication.put(item)
        finally:
            if publication is not None:
                publication.close()
            await reading.stop()
        return False


class _Reading:
    """The thread that FFmpeg reads in."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.handover = Handover(asyncio.get_running_loop())
        self._url = url
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="pull", daemon=True)

    def start(self) -> None:
        self._thread.start()

    async def stop(self) -> None:
        self._stopping.set()
        await asyncio.to_thread(self._thread.join, PULL_STOP_SECONDS_MAX)

    def _work(self) -> None:
        failure: Exception | None = None
        try:
            self._read()
        except Exception as error:  # noqa: BLE001 - raised again on the loop
            failure = error
        self.handover.close(failure)

    def _read(self) -> None:
        timeout = PULL_OPEN_SECONDS_MAX, PULL_READ_SECONDS_MAX
        with av.open(self._url, options=OPTIONS, timeout=timeout) as container:
            if not container.streams.video:
                raise UnsupportedCodec(found="no picture")
            streams: list[av.VideoStream | av.AudioStream] = [
                container.streams.video[0], *container.streams.audio[:1],
            ]  # fmt: skip
            feed = Feed(self.handover.put)
            unit_length = _formats(feed, streams)
            for packet in container.demux(*streams):
                if self._stopping.is_set():
                    return
                if packet.pts is None or packet.dts is None or not packet.size:
                    continue
                base: Fraction = packet.time_base
                if packet.stream is not streams[0]:
                    feed.sound(in_ticks(packet.pts, base), bytes(packet))
                    continue
                data = for_container(bytes(packet), unit_length)
                feed.picture(
                    in_ticks(packet.dts, base),
                    in_ticks(packet.pts, base),
                    data,
                    key=is_keyframe(data),
                    now_ms=to_ms(self._clock.now()),
                )


def _formats(feed: Feed, streams: "list[av.VideoStream | av.AudioStream]") -> int | None:
    """Tell the feed what comes; how long the lengths of units are."""
    for stream in streams:
        context = stream.codec_context
        wanted = "h264" if isinstance(stream, av.VideoStream) else "aac"
        if context.name != wanted:
            raise UnsupportedCodec(found=context.name)
    try:
        extra = bytes(streams[0].codec_context.extradata or b"")
        feed.video_format(video_format(parameter_sets(extra)))
        for sound in streams[1:]:
            feed.audio_format(audio_format(bytes(sound.codec_context.extradata or b"")))
    except (MalformedStream, Garbage) as error:
        raise UnsupportedCodec(found=str(error)) from error
    return length_bytes(extra)
