"""Playlists, segments and posters over HTTP, from memory while live and from disk for ever."""

import asyncio
import re
from contextlib import suppress
from pathlib import Path

from aiohttp import web

from livehouse.media.delivery import BadDirectives, Directives, directives_of
from livehouse.media.errors import NoSuchVideo, VideoNotYet
from livehouse.media.folder import (
    LIVE,
    MULTIVARIANT,
    PLAIN,
    POSTER,
    RECORDED,
    RunFolder,
    video_folder,
)
from livehouse.media.host import Host
from livehouse.media.limits import (
    FIRST_SEGMENTS,
    FIRST_SEGMENTS_SECONDS_MAX,
    WINDOW_SEGMENTS,
)
from livehouse.media.playlist import live_playlist, recorded_playlist
from livehouse.media.problems import CROSS_ORIGIN
from livehouse.media.renditions.multivariant import Variant, measured, multivariant_playlist
from livehouse.media.renditions.rungs import RENDITION_NAMES
from livehouse.media.window import LiveWindow

RUN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SEGMENT = re.compile(r"(0|[1-9][0-9]{0,9})\.m4s")
PART = re.compile(r"(0|[1-9][0-9]{0,9})\.(0|[1-9][0-9]{0,3})\.m4s")
INIT = re.compile(r"init-(0|[1-9][0-9]{0,5})\.mp4")
# A name of another rendition: its playlist, or one of its files.
BESIDE = re.compile(rf"({'|'.join(RENDITION_NAMES)})(?:\.m3u8|-(.+))")

PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
SEGMENT_TYPE = "video/iso.segment"
INIT_TYPE = "video/mp4"
POSTER_TYPE = "image/jpeg"

FOR_EVER = "public, max-age=31536000, immutable"
A_MOMENT = "public, max-age=1"
# What was waited for: true for ever, but of use only to those who wait for the same.
AS_ASKED = "public, max-age=10"
UNSETTLED = "no-store"
A_WHILE = "public, max-age=60"
A_LITTLE = "public, max-age=10"


class VideoPages:
    """`GET /live/{run}/video/{name}`: names are matched whole, so no path leads elsewhere."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def routes(self) -> list[web.AbstractRouteDef]:
        return [web.get("/live/{run}/video/{name}", self.get)]

    async def get(self, request: web.Request) -> web.StreamResponse:
        run_id, name = request.match_info["run"], request.match_info["name"]
        if not RUN.fullmatch(run_id):
            raise NoSuchVideo
        if name in (LIVE, MULTIVARIANT, PLAIN, RECORDED):
            return await self._playlist(request, run_id, name)
        if found := BESIDE.fullmatch(name):
            return await self._beside(request, run_id, found[1], found[2])
        if name == POSTER:
            return await self._poster(run_id)
        return await self._numbered(request, run_id, name)

    async def _playlist(self, request: web.Request, run_id: str, name: str) -> web.Response:
        if name == LIVE:
            return await self._low_latency_playlist(request, run_id)
        if name == MULTIVARIANT:
            return await self._multivariant(run_id)
        if name == PLAIN:
            return await self._plain_playlist(run_id)
        return await self._recorded_playlist(run_id)

    async def _numbered(self, request: web.Request, run_id: str, name: str) -> web.StreamResponse:
        if found := SEGMENT.fullmatch(name):
            return await self._segment(request, run_id, name, int(found[1]))
        if found := PART.fullmatch(name):
            return await self._part(run_id, int(found[1]), int(found[2]))
        if found := INIT.fullmatch(name):
            return await self._init(request, run_id, name, int(found[1]))
        raise NoSuchVideo

    async def _low_latency_playlist(self, request: web.Request, run_id: str) -> web.Response:
        """Blocks until it holds what is asked for. Who waited in vain gets what there is."""
        asked = _asked(request)
        run = self._host.live(run_id)
        if run is None:
            return await self._kept_playlist(run_id)
        return await _blocking(await run.filled_window(1), asked)

    async def _multivariant(self, run_id: str) -> web.Response:
        run = self._host.live(run_id)
        if run is not None:
            await run.filled_window(1)
            assert run.renditions is not None, "there is a window: the run has been taken up"
            return _bytes(run.renditions.multivariant(), PLAYLIST_TYPE, A_MOMENT)
        rates = measured(await asyncio.to_thread(self._folder(run_id).lines))
        if not rates.peak:
            raise NoSuchVideo
        return _playlist(multivariant_playlist([Variant(LIVE, rates.peak, rates.average)]),
                         A_MOMENT)  # fmt: skip

    async def _beside(
        self, request: web.Request, run_id: str, size: str, name: str | None
    ) -> web.StreamResponse:
        """Another rendition: live only as long as it is made; whole segments may be kept."""
        run = self._host.live(run_id)
        window = run.renditions.window(size) if run is not None and run.renditions else None
        if name is None:
            if window is None:
                raise NoSuchVideo
            asked = _asked(request)
            await _begun(window)
            return await _blocking(window, asked)
        if found := PART.fullmatch(name):
            part = await window.part(int(found[1]), int(found[2])) if window else None
            if part is None:
                raise NoSuchVideo
            return _bytes(part, SEGMENT_TYPE, FOR_EVER)
        if found := SEGMENT.fullmatch(name):
            kind, data = SEGMENT_TYPE, window.segment(int(found[1])) if window else None
        elif found := INIT.fullmatch(name):
            kind, data = INIT_TYPE, window.init(int(found[1])) if window else None
        else:
            raise NoSuchVideo
        return await self._media(request, run_id, f"{size}/{name}", data, kind)

    async def _plain_playlist(self, run_id: str) -> web.Response:
        run = self._host.live(run_id)
        if run is None:
            return await self._kept_playlist(run_id)
        window = await run.filled_window(FIRST_SEGMENTS)
        return _bytes(window.playlist(), PLAYLIST_TYPE, A_MOMENT)

    async def _kept_playlist(self, run_id: str) -> web.Response:
        lines = await asyncio.to_thread(self._folder(run_id).lines)
        if not lines:
            raise NoSuchVideo
        # Not carried now. It may go on soon after a restart, so it is not declared ended.
        ended = await asyncio.to_thread(self._folder(run_id).finished)
        kept = lines[-WINDOW_SEGMENTS:]
        return _playlist(live_playlist(kept, next_number=0, ended=ended), A_MOMENT)

    async def _recorded_playlist(self, run_id: str) -> web.Response:
        run = self._host.live(run_id)
        if self._host.is_on(run_id) and run is not None and run.recorder is not None:
            if not run.recorder.lines:
                raise NoSuchVideo
            return _playlist(recorded_playlist(run.recorder.lines, ended=False), A_MOMENT)
        folder = self._folder(run_id)
        lines = await asyncio.to_thread(folder.lines)
        if not lines:
            raise NoSuchVideo
        return _playlist(recorded_playlist(lines, ended=True), A_WHILE)

    async def _poster(self, run_id: str) -> web.StreamResponse:
        run = self._host.live(run_id)
        if run is not None and run.window is not None and run.window.poster is not None:
            return _bytes(run.window.poster, POSTER_TYPE, A_LITTLE)
        return await self._file(run_id, POSTER, POSTER_TYPE, A_WHILE)

    async def _segment(
        self, request: web.Request, run_id: str, name: str, number: int
    ) -> web.StreamResponse:
        run = self._host.live(run_id)
        data = run.window.segment(number) if run is not None and run.window is not None else None
        return await self._media(request, run_id, name, data, SEGMENT_TYPE)

    async def _part(self, run_id: str, number: int, index: int) -> web.Response:
        run = self._host.live(run_id)
        if run is None or run.window is None:
            raise NoSuchVideo
        data = await run.window.part(number, index)
        if data is None:
            raise NoSuchVideo
        return _bytes(data, SEGMENT_TYPE, FOR_EVER)

    async def _init(
        self, request: web.Request, run_id: str, name: str, number: int
    ) -> web.StreamResponse:
        run = self._host.live(run_id)
        data = run.window.init(number) if run is not None and run.window is not None else None
        return await self._media(request, run_id, name, data, INIT_TYPE)

    async def _media(
        self, request: web.Request, run_id: str, name: str, data: bytes | None, kind: str
    ) -> web.StreamResponse:
        """From memory if it is there; a range comes from the file, where there is one."""
        if data is not None and "Range" in request.headers:
            with suppress(NoSuchVideo):
                return await self._file(run_id, name, kind, FOR_EVER)
        if data is not None:
            return _bytes(data, kind, FOR_EVER)
        return await self._file(run_id, name, kind, FOR_EVER)

    async def _file(self, run_id: str, name: str, kind: str, cache: str) -> web.FileResponse:
        path = self._folder(run_id).path / name
        if not await asyncio.to_thread(path.is_file):
            raise NoSuchVideo
        headers = {**CROSS_ORIGIN, "Content-Type": kind, "Cache-Control": cache}
        return web.FileResponse(path, headers=headers)

    def _folder(self, run_id: str) -> RunFolder:
        return RunFolder(video_folder(Path(self._host.data), run_id))


def _asked(request: web.Request) -> Directives:
    try:
        return directives_of(list(request.query.items()))
    except BadDirectives as error:
        raise web.HTTPBadRequest from error


async def _blocking(window: LiveWindow, asked: Directives) -> web.Response:
    """Waits until the playlist holds what is asked for. Who waited in vain gets what there is."""
    try:
        has_come = await window.reaches(asked)
    except BadDirectives as error:
        raise web.HTTPBadRequest from error
    if window.withdrawn:
        raise NoSuchVideo  # players then take another rendition
    cache = A_MOMENT if asked.number is None else AS_ASKED
    text = window.low_latency(skip=asked.skip)
    return _bytes(text, PLAYLIST_TYPE, cache if has_come else UNSETTLED)


async def _begun(window: LiveWindow) -> None:
    """Wait for the first segment of a rendition, for which its run is no measure."""
    try:
        async with asyncio.timeout(FIRST_SEGMENTS_SECONDS_MAX):
            await window.filled(1)
    except TimeoutError as error:
        raise VideoNotYet from error


def _playlist(text: str, cache: str) -> web.Response:
    return _bytes(text.encode(), PLAYLIST_TYPE, cache)


def _bytes(data: bytes, kind: str, cache: str) -> web.Response:
    headers = {**CROSS_ORIGIN, "Cache-Control": cache}
    return web.Response(body=data, content_type=kind, headers=headers)
