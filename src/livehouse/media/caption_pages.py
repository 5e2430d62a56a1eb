"""Playlists of captions over HTTP."""

import asyncio
from pathlib import Path

from aiohttp import web

from livehouse.media.captions import HEAD_BYTES_MAX, begins_at, captions_playlist
from livehouse.media.errors import NoSuchVideo
from livehouse.media.folder import RunFolder, video_folder
from livehouse.media.host import Host
from livehouse.media.limits import FIRST_SEGMENTS
from livehouse.media.playlist import SegmentLine, segment_name
from livehouse.media.problems import CROSS_ORIGIN
from livehouse.media.serving import A_MOMENT, A_WHILE, PLAYLIST_TYPE, RUN
from livehouse.media.window import LiveWindow

LANGUAGE = r"{language:[A-Za-z0-9-]{2,35}}"


class CaptionPages:
    """For any language: which there are the app says, in the playlist that offers them."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def routes(self) -> list[web.AbstractRouteDef]:
        base = "/live/{run}/video/"
        return [
            web.get(f"{base}captions-{LANGUAGE}.m3u8", self.live),
            web.get(f"{base}recorded-captions-{LANGUAGE}.m3u8", self.recorded),
        ]

    async def live(self, request: web.Request) -> web.Response:
        """Beside the playlists of a show that is on."""
        folder, run = self._folder(request), self._host.live(request.match_info["run"])
        if run is None:
            raise NoSuchVideo
        window = await run.filled_window(FIRST_SEGMENTS)
        text = await asyncio.to_thread(_live, window, folder, request.match_info["language"])
        return _playlist(text, A_MOMENT)

    async def recorded(self, request: web.Request) -> web.Response:
        folder, language = self._folder(request), request.match_info["language"]
        ended = not self._host.is_on(request.match_info["run"])
        text = await asyncio.to_thread(_recorded, folder, language, ended=ended)
        return _playlist(text, A_WHILE if ended else A_MOMENT)

    def _folder(self, request: web.Request) -> RunFolder:
        run_id = request.match_info["run"]
        if not RUN.fullmatch(run_id):
            raise NoSuchVideo
        return RunFolder(video_folder(Path(self._host.data), run_id))


def _live(window: LiveWindow, folder: RunFolder, language: str) -> str:
    def begins(line: SegmentLine) -> int | None:
        data = window.segment(line.number)
        return begins_at(data) if data is not None else _begins_on_disk(folder, line)

    return captions_playlist(
        window.lines(), language, begins, ended=window.ended,
        target_seconds=window.profile.target_seconds,
    )  # fmt: skip


def _recorded(folder: RunFolder, language: str, *, ended: bool) -> str:
    lines = folder.lines()
    if not lines:
        raise NoSuchVideo
    return captions_playlist(
        lines, language, lambda line: _begins_on_disk(folder, line), ended=ended, recorded=True
    )


def _begins_on_disk(folder: RunFolder, line: SegmentLine) -> int | None:
    try:
        with (folder.path / segment_name(line.number)).open("rb") as file:
            return begins_at(file.read(HEAD_BYTES_MAX))
    except OSError:
        return None


def _playlist(text: str, cache: str) -> web.Response:
    headers = {**CROSS_ORIGIN, "Cache-Control": cache}
    return web.Response(body=text.encode(), content_type=PLAYLIST_TYPE, headers=headers)
