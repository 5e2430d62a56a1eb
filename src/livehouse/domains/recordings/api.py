"""Recordings over HTTP: for whoever watches, for the staff, and for who writes captions."""

import re
from datetime import timedelta
from uuid import UUID

from litestar.response import Response

from livehouse.domains.recordings.model import (
    CaptionLine,
    checked_language,
    webvtt,
    webvtt_piece,
)
from livehouse.domains.recordings.service import Recordings
from livehouse.domains.recordings.wire import (
    Chapter,
    Extras,
    FileInfo,
    Lines,
    MakeClip,
    RecordingState,
    SaidIds,
    SaidLine,
    SayLines,
    file_info,
    recording_state,
)
from livehouse.domains.shows import RUNNING_ROLES, NotLive, Run, Shows
from livehouse.foundation.clock import from_ms
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import RunId
from livehouse.foundation.roles import Role
from livehouse.web.guards import own_show, require_store
from livehouse.web.handlers import (
    CurrentViewer,
    FromPath,
    JSONBody,
    Service,
    delete,
    get,
    post,
    put,
)

STAFF = {"scope": "shows:write"}
CAPTIONS = {"scope": "captions:write"}
WEBVTT = "text/vtt; charset=utf-8"
SHARED = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=10"}
# A piece of captions is as long as a segment; of what was just said words still come.
PIECE = re.compile(r"(\d{1,13})-(\d{1,13})-(\d{1,13})\.vtt")
PIECE_MS_MAX = 60_000
STILL_WRITTEN = timedelta(minutes=1)
A_MOMENT = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=1"}


@get("/live/{run:uuid}/extras.json")
async def extras(run: FromPath[UUID], recordings: Service[Recordings]) -> Response[Extras]:
    """What a player may offer beside the picture, live or recorded."""
    run_id = RunId(run)
    chapters = [Chapter(c.start, c.end, c.text) for c in await recordings.chapters(run_id)]
    return Response(Extras(chapters, list(await recordings.languages(run_id))), headers=SHARED)


@get("/live/{run:uuid}/chapters.vtt")
async def chapters_file(run: FromPath[UUID], recordings: Service[Recordings]) -> Response[str]:
    """Chapters of a recording in its own time, as WebVTT."""
    return _vtt(webvtt(await recordings.chapters(RunId(run))))


@get("/live/{run:uuid}/captions/{name:str}")
async def captions(
    run: FromPath[UUID], name: FromPath[str], recordings: Service[Recordings]
) -> Response[str] | Response[Lines]:
    """`LANGUAGE.vtt`: all captions in the recording's own time. `LANGUAGE.json`: the newest, by
    the programme's time, for players of a show that is on."""
    language, _, form = name.rpartition(".")
    if form == "vtt":
        cues = await recordings.captions(RunId(run), checked_language(language))
        return _vtt(webvtt(cues))
    if form != "json":
        raise NotFound
    lines = await recordings.newest_lines(RunId(run), checked_language(language))
    told = Lines([SaidLine(line.at, line.until, line.text) for line in lines])
    return Response(told, headers=A_MOMENT)


@get("/live/{run:uuid}/captions/{language:str}/{name:str}", include_in_schema=False)
async def captions_piece(
    run: FromPath[UUID], language: FromPath[str], name: FromPath[str],
    recordings: Service[Recordings],
) -> Response[str]:  # fmt: skip
    """What stands between two moments, as playlists of captions name it: ZERO-SINCE-UNTIL.vtt,
    all in ms of the programme."""
    found = PIECE.fullmatch(name)
    if found is None:
        raise NotFound
    zero_at, since, until = map(int, found.groups())
    if not 0 < until - since <= PIECE_MS_MAX:
        raise NotFound
    lines = await recordings.lines_between(RunId(run), checked_language(language), since, until)
    is_new = recordings.clock.now() - from_ms(until) < STILL_WRITTEN
    headers = A_MOMENT if is_new else SHARED
    return Response(webvtt_piece(lines, zero_at), media_type=WEBVTT, headers=headers)


@post("/api/shows/{slug:str}/captions/{language:str}", status_code=200, opt=CAPTIONS)
async def say(
    *,
    slug: FromPath[str],
    language: FromPath[str],
    data: JSONBody[SayLines],
    viewer: CurrentViewer,
    shows: Service[Shows],
    recordings: Service[Recordings],
) -> SaidIds:
    """Captions of a show that is on, line by line, as somebody or something writes them."""
    run = await _captioned(viewer, shows, slug)
    if not run.on:
        raise NotLive
    lines = [CaptionLine(line.at, line.until, line.text) for line in data.lines]
    return SaidIds(await recordings.say(run.id, language, lines))


@put("/api/shows/{slug:str}/captions/{language:str}/{line_id:int}", status_code=204, opt=CAPTIONS)
async def correct(
    *,
    slug: FromPath[str],
    language: FromPath[str],
    line_id: FromPath[int],
    data: JSONBody[SaidLine],
    viewer: CurrentViewer,
    shows: Service[Shows],
    recordings: Service[Recordings],
) -> None:
    """Say a line again, as it should have been: while the show is on, and afterwards."""
    run = await _captioned(viewer, shows, slug)
    line = CaptionLine(data.at, data.until, data.text)
    await recordings.correct(run.id, language, line_id, line)


@get("/api/recordings/{run:uuid}", opt=STAFF)
async def read_recording(
    run: FromPath[UUID], viewer: CurrentViewer, shows: Service[Shows],
    recordings: Service[Recordings],
) -> RecordingState:  # fmt: skip
    """How long a recording is, and the files made of it."""
    run_id = await _let_in(viewer, shows, run)
    return recording_state(await recordings.recording(run_id), await recordings.files(run_id))


@post("/api/recordings/{run:uuid}/clips", opt=STAFF)
async def make_clip(
    run: FromPath[UUID],
    data: JSONBody[MakeClip],
    viewer: CurrentViewer,
    shows: Service[Shows],
    recordings: Service[Recordings],
) -> FileInfo:
    """Have a clip made, also of a show that still goes on."""
    run_id = await _let_in(viewer, shows, run)
    as_key = data.begins_with_key
    file = await recordings.make_clip(
        run_id, data.start_at, data.end_at, title=data.title, begins_with_key=as_key
    )
    return file_info(file)


@post("/api/recordings/{run:uuid}/whole", opt=STAFF)
async def make_whole(
    run: FromPath[UUID], viewer: CurrentViewer, shows: Service[Shows],
    recordings: Service[Recordings],
) -> RecordingState:  # fmt: skip
    """Have one MP4 file of the whole recording made."""
    run_id = await _let_in(viewer, shows, run)
    await recordings.make_whole(run_id)
    return recording_state(await recordings.recording(run_id), await recordings.files(run_id))


@delete("/api/recordings/{run:uuid}/files/{file_id:uuid}", opt=STAFF)
async def discard_file(
    run: FromPath[UUID], file_id: FromPath[UUID], viewer: CurrentViewer, shows: Service[Shows],
    recordings: Service[Recordings],
) -> None:  # fmt: skip
    await recordings.discard(await _let_in(viewer, shows, run), file_id)


async def _captioned(viewer: CurrentViewer, shows: Shows, slug: str) -> Run:
    """The run whose captions the viewer may write."""
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES, Role.MODERATOR)
    if show.run is None:
        raise NotLive
    return show.run


async def _let_in(viewer: CurrentViewer, shows: Shows, run: UUID) -> RunId:
    show = await shows.of_run(RunId(run))
    require_store(viewer, show.room.store_id, *RUNNING_ROLES)
    return RunId(run)


def _vtt(text: str) -> Response[str]:
    return Response(text, media_type=WEBVTT, headers=SHARED)


routes = [
    extras, chapters_file, captions, captions_piece, say, correct, read_recording, make_clip,
    make_whole,
    discard_file,
]  # fmt: skip
