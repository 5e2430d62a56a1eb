"""Recordings in a store's console: watch, download, cut clips, put captions on, delete."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.recordings.model import (
    CAPTION_BYTES_MAX,
    LANGUAGES,
    TITLE_CHARACTERS_MAX,
    Cue,
    MadeFile,
    Recording,
    language_names,
    programme_at,
    recorded_ms,
    typed_ms,
    typed_time,
)
from livehouse.domains.recordings.service import Recordings
from livehouse.domains.shows import RUNNING_ROLES, Show
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import RunId
from livehouse.foundation.text import N_
from livehouse.web.connections import is_fragment_request
from livehouse.web.forms import Form, Upload, read_form
from livehouse.web.guards import has_role, own_store, require_store
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    Html,
    Page,
    Service,
    get,
    pages,
    post,
)
from livehouse.web.identity import Viewer

Time = Annotated[str, Meta(min_length=1, max_length=20)]
MEGABYTE = 1_000_000


class ClipForm(Struct):
    """Times as people write them, from the beginning of the recording."""

    start: Time
    end: Time
    title: Annotated[str, Meta(max_length=TITLE_CHARACTERS_MAX)] = ""
    begins_with_key: bool = False


class CaptionsForm(Struct):
    language: Annotated[str, Meta(min_length=2, max_length=35)]
    file: Upload


class RecordingRow(Struct, frozen=True):
    run_id: RunId
    title: str
    at: datetime
    length: str
    megabytes: int
    is_on: bool
    is_cut_short: bool

    @property
    def poster(self) -> str:
        return f"/live/{self.run_id}/video/poster.jpg"


class FileRow(Struct, frozen=True):
    """A file with its place in the recording."""

    id: UUID
    title: str
    is_whole: bool
    start: str
    end: str
    state: str
    progress: int
    megabytes: str
    address: str


class RecordingsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "recordings/list.html"

    store: Store
    section: str = "recordings"
    rows: list[RecordingRow]
    megabytes: int


class RecordingPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "recordings/recording.html"

    store: Store
    section: str = "recordings"
    row: RecordingRow
    show_slug: str
    video: str
    ms: int
    files: list[FileRow]
    waits: bool
    has_whole: bool
    chapters: list[tuple[str, str]]
    captions: list[tuple[str, str, int]]
    languages: list[tuple[str, str]]
    clip: Form[ClipForm]
    caption_form: Form[CaptionsForm]
    may_change: bool


class FilesFragment(RecordingPage, frozen=True, kw_only=True):
    template: ClassVar[str] = "recordings/files.html"


@get("/console/{store_slug:str}/recordings")
async def recordings_page(
    store_slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    recordings: Service[Recordings],
) -> Html:
    store = await own_store(viewer, stores, store_slug)
    rows = [_row(show, one) for show, one in await recordings.of_store(store.id)]
    return render(RecordingsPage(store=store, rows=rows, megabytes=sum(r.megabytes for r in rows)))


@get("/console/{store_slug:str}/recordings/{run:uuid}")
async def recording_page(
    *,
    request: AnyRequest,
    store_slug: FromPath[str],
    run: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    recordings: Service[Recordings],
) -> Html:
    desk = await _Desk.enter(viewer, stores, recordings, store_slug, run)
    kind = FilesFragment if is_fragment_request(request) else RecordingPage
    return render(await desk.page(kind))


@post("/console/{store_slug:str}/recordings/{run:uuid}/clip")
async def make_clip(
    *,
    request: AnyRequest,
    store_slug: FromPath[str],
    run: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    recordings: Service[Recordings],
) -> Html:
    desk = await _Desk.enter(viewer, stores, recordings, store_slug, run, changing=True)
    form = await read_form(request, ClipForm)
    if form.value is not None:
        try:
            await desk.clip(form.value)
        except DomainError as refusal:
            form = form.refuse(refusal)
        else:
            return render.see_other(desk.address, N_("The clip is being made."))
    return render(await desk.page(RecordingPage, clip=form), status_code=422)


@post("/console/{store_slug:str}/recordings/{run:uuid}/captions",
      request_max_body_size=CAPTION_BYTES_MAX + 64 * 1024)  # fmt: skip
async def put_captions(
    *,
    request: AnyRequest,
    store_slug: FromPath[str],
    run: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    recordings: Service[Recordings],
) -> Html:
    desk = await _Desk.enter(viewer, stores, recordings, store_slug, run, changing=True)
    form = await read_form(request, CaptionsForm)
    if form.value is not None:
        try:
            text = form.value.file.content.decode("utf-8", "replace")
            await recordings.put_captions(desk.run_id, form.value.language, text)
        except DomainError as refusal:
            form = form.refuse(refusal)
        else:
            return render.see_other(desk.address, N_("The captions are there."))
    return render(await desk.page(RecordingPage, caption_form=form), status_code=422)


@post("/console/{store_slug:str}/recordings/{run:uuid}/{action:str}")
async def press(  # noqa: PLR0913 - what a page is asked with
    *,
    request: AnyRequest,
    store_slug: FromPath[str],
    run: FromPath[UUID],
    action: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    recordings: Service[Recordings],
) -> Html:
    """The buttons that need no more than a press."""
    desk = await _Desk.enter(viewer, stores, recordings, store_slug, run, changing=True)
    form = await request.form()
    try:
        words = await desk.press(action, str(form.get("what", ""))[:100])
    except DomainError as refusal:
        return render.refused(desk.address, refusal)
    gone = f"/console/{store_slug}/recordings" if action == "remove" else desk.address
    return render.see_other(gone, words)


class _Desk(Struct, frozen=True):
    """One recording of one store, and who stands at it."""

    store: Store
    show: Show
    run_id: RunId
    recordings: Recordings
    may_change: bool

    @classmethod
    async def enter(
        cls, viewer: Viewer, stores: Stores, recordings: Recordings,
        store_slug: str, run: UUID, *, changing: bool = False,
    ) -> "_Desk":  # fmt: skip
        store = await stores.by_slug(store_slug)
        require_store(viewer, store.id, *(RUNNING_ROLES if changing else ()))
        show = await recordings.shows.of_run(RunId(run))
        if show.room.store_id != store.id:
            raise NotFound
        may_change = has_role(viewer, store.id, *RUNNING_ROLES)
        return cls(store, show, RunId(run), recordings, may_change)

    @property
    def address(self) -> str:
        return f"/console/{self.store.slug}/recordings/{self.run_id}"

    async def clip(self, typed: ClipForm) -> None:
        pieces = (await self.recordings.recording(self.run_id)).pieces
        start, end = typed_ms(typed.start, "start"), typed_ms(typed.end, "end")
        await self.recordings.make_clip(
            self.run_id, programme_at(pieces, start), programme_at(pieces, end),
            title=typed.title, begins_with_key=typed.begins_with_key,
        )  # fmt: skip

    async def press(self, action: str, what: str) -> str:
        if action == "whole":
            await self.recordings.make_whole(self.run_id)
            return N_("The file is being made.")
        if action == "discard":
            await self.recordings.discard(self.run_id, _uuid(what))
            return N_("The file is deleted.")
        if action == "forget-captions":
            await self.recordings.forget_captions(self.run_id, what)
            return N_("The captions are deleted.")
        if action == "remove":
            await self.recordings.remove(self.run_id)
            return N_("The recording is deleted.")
        raise NotFound

    async def page(
        self, kind: type[RecordingPage], *, clip: Form[ClipForm] | None = None,
        caption_form: Form[CaptionsForm] | None = None,
    ) -> RecordingPage:  # fmt: skip
        recording = await self.recordings.recording(self.run_id)
        files = await self.recordings.files(self.run_id)
        spoken = await self.recordings.languages(self.run_id)
        names = dict(language_names(sorted({*LANGUAGES, *spoken})))
        return kind(
            store=self.store,
            row=_row(self.show, recording),
            show_slug=self.show.slug,
            video=f"/live/{self.run_id}/video/",
            ms=recording.ms,
            files=[_file_row(one, recording) for one in files],
            waits=any(not one.is_over for one in files),
            has_whole=any(one.kind == "whole" for one in files),
            chapters=[_told(cue) for cue in await self.recordings.chapters(self.run_id)],
            captions=[(one, names[one], lines) for one, lines in spoken.items()],
            languages=list(language_names(LANGUAGES)),
            clip=clip or Form.blank(),
            caption_form=caption_form or Form.blank(language=self.store.language),
            may_change=self.may_change,
        )


def _row(show: Show, recording: Recording) -> RecordingRow:
    assert show.run is not None
    return RecordingRow(
        recording.run_id, show.title, show.run.started_at, _length(recording.ms),
        round(recording.bytes / MEGABYTE), recording.state == "on", bool(recording.problem),
    )  # fmt: skip


def _file_row(file: MadeFile, recording: Recording) -> FileRow:
    start, end = (recorded_ms(recording.pieces, at) for at in (file.start_at, file.end_at))
    return FileRow(
        file.id, file.title, file.kind == "whole", typed_time(start), typed_time(end), file.state,
        file.progress, f"{file.bytes / MEGABYTE:.1f}", file.address,
    )  # fmt: skip


def _told(cue: Cue) -> tuple[str, str]:
    return _length(cue.start), cue.text


def _length(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


routes = [pages(recordings_page, recording_page, make_clip, put_captions, press)]
