"""What is made of recordings, over HTTP: the show so far, small pictures, timeline and files."""

import re

import msgspec
from aiohttp import web

from livehouse.media.after.recordings import Recordings
from livehouse.media.errors import NoSuchVideo
from livehouse.media.folder import DVR, MADE, RECORDED
from livehouse.media.problems import CROSS_ORIGIN
from livehouse.media.renditions.rungs import RENDITION_NAMES, RenditionName
from livehouse.media.serving import A_MOMENT, A_WHILE, FOR_EVER, PLAYLIST_TYPE, POSTER_TYPE, RUN

REWIND = "rewind.m3u8"
OFFERED = "recorded.m3u8"
SIZE = rf"{{size:{'|'.join(RENDITION_NAMES)}}}"
FILE = re.compile(rf"{MADE}((?:[0-9a-f]+-){{4}}[0-9a-f]+|whole)\.mp4")


class RecordingPages:
    """Beside the segments, at addresses of their own."""

    def __init__(self, recordings: Recordings) -> None:
        self._recordings = recordings

    def routes(self) -> list[web.AbstractRouteDef]:
        base = "/live/{run}/video/"
        return [
            web.get(base + DVR, self.dvr),
            web.get(f"{base}{SIZE}-{DVR}", self.dvr),
            web.get(f"{base}{SIZE}-{RECORDED}", self.vod),
            web.get(base + REWIND, self.rewind),
            web.get(base + OFFERED, self.recording),
            web.get(base + "timeline.json", self.timeline),
            web.get(base + "thumbs.vtt", self.thumbs),
            web.get(base + r"thumbs-{sheet:[0-9]{1,9}}.jpg", self.sheet),
            web.get("/live/{run}/files/{name}", self.file),
        ]

    async def dvr(self, request: web.Request) -> web.Response:
        run_id = _run_id(request)
        text = await self._recordings.dvr(run_id, _size(request))
        return _text(text, PLAYLIST_TYPE, self._cache(run_id))

    async def vod(self, request: web.Request) -> web.Response:
        run_id, size = _run_id(request), _size(request)
        assert size is not None, "the address names one"
        text = await self._recordings.vod(run_id, size)
        return _text(text, PLAYLIST_TYPE, self._cache(run_id))

    async def rewind(self, request: web.Request) -> web.Response:
        """The sizes in which a show that goes on can be seen again."""
        text = await self._recordings.offered(_run_id(request), DVR)
        return _text(text, PLAYLIST_TYPE, A_MOMENT)

    async def recording(self, request: web.Request) -> web.Response:
        """The sizes of what was recorded."""
        text = await self._recordings.offered(_run_id(request), RECORDED)
        return _text(text, PLAYLIST_TYPE, A_MOMENT)

    async def timeline(self, request: web.Request) -> web.Response:
        """The programme's times of the recording: `at` and `starts` in ms, `lasts` so long."""
        run_id = _run_id(request)
        time = await self._recordings.time(run_id)
        text = msgspec.json.encode({"pieces": time.pieces()}).decode()
        return _text(text, "application/json", self._cache(run_id))

    async def thumbs(self, request: web.Request) -> web.Response:
        run_id = _run_id(request)
        return _text(await self._recordings.thumbs(run_id), "text/vtt", self._cache(run_id))

    async def sheet(self, request: web.Request) -> web.FileResponse:
        path = await self._recordings.sheet(_run_id(request), int(request.match_info["sheet"]))
        headers = {**CROSS_ORIGIN, "Content-Type": POSTER_TYPE, "Cache-Control": FOR_EVER}
        return web.FileResponse(path, headers=headers)

    async def file(self, request: web.Request) -> web.FileResponse:
        """A finished MP4 file, to be kept by whoever asks."""
        run_id, found = _run_id(request), FILE.fullmatch(request.match_info["name"])
        if found is None:
            raise NoSuchVideo
        path = self._recordings.path(run_id, found[1])
        if not path.is_file():
            raise NoSuchVideo
        headers = {
            **CROSS_ORIGIN,
            "Content-Type": "video/mp4",
            "Cache-Control": A_WHILE,
            "Content-Disposition": f'attachment; filename="{found[1]}.mp4"',
        }
        return web.FileResponse(path, headers=headers)

    def _cache(self, run_id: str) -> str:
        return A_MOMENT if self._recordings.is_on(run_id) else A_WHILE


def _run_id(request: web.Request) -> str:
    run_id = request.match_info["run"]
    if not RUN.fullmatch(run_id):
        raise NoSuchVideo
    return run_id


def _size(request: web.Request) -> RenditionName | None:
    named = request.match_info.get("size")
    return next((name for name in RENDITION_NAMES if name == named), None)


def _text(text: str, kind: str, cache: str) -> web.Response:
    headers = {**CROSS_ORIGIN, "Cache-Control": cache}
    return web.Response(text=text, content_type=kind, charset="utf-8", headers=headers)
