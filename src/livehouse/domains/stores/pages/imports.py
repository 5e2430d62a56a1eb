"""Bringing a file in: upload, progress, what became of every row."""

from typing import ClassVar
from uuid import UUID

from litestar import Response
from msgspec import Struct

from livehouse.domains.stores.model import (
    CatalogueImport,
    ImportState,
    Outcome,
    RowReport,
    Store,
    limits,
    sample_file,
)
from livehouse.domains.stores.pages.entry import state_words
from livehouse.domains.stores.service import Stores, Uploads
from livehouse.foundation.errors import DomainError
from livehouse.foundation.roles import Role
from livehouse.foundation.text import N_
from livehouse.web.connections import is_fragment_request
from livehouse.web.forms import Form, Upload, read_form
from livehouse.web.guards import own_store
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    Html,
    Page,
    Service,
    get,
    post,
)
from livehouse.web.rendering import Render

ROWS_SHOWN_MAX = 500
CSV = "text/csv; charset=utf-8"

OUTCOME_WORDS = {
    Outcome.CREATED: N_("created"),
    Outcome.UPDATED: N_("updated"),
    Outcome.UNCHANGED: N_("unchanged"),
    Outcome.REFUSED: N_("refused"),
}


class UploadForm(Struct):
    file: Upload


class ReportLine(Struct, frozen=True):
    """A row of the report in the reader's words."""

    row: RowReport
    outcome: str
    reason: str


class ImportPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "stores/import.html"

    store: Store
    form: Form[UploadForm]
    imports: list[CatalogueImport]
    states: dict[ImportState, str]
    megabytes: int = limits.FILE_BYTES_MAX // 2**20
    section: str = "import"


class ReportPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "stores/report.html"

    store: Store
    upload: CatalogueImport
    counts: dict[str, int]
    lines: list[ReportLine]
    hidden: int
    section: str = "import"


class ReportFragment(ReportPage, frozen=True, kw_only=True):
    template: ClassVar[str] = "stores/report_fragment.html"


@get("/console/{slug:str}/import")
async def import_page(
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    uploads: Service[Uploads],
) -> Html:
    store = await own_store(viewer, stores, slug, Role.EDITOR)
    return render(await _page(render, store, uploads, Form.blank()))


@post(
    "/console/{slug:str}/import",
    request_max_body_size=limits.FILE_BYTES_MAX + 64 * 1024,
)
async def begin_import(
    *,
    slug: FromPath[str],
    request: AnyRequest,
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    uploads: Service[Uploads],
) -> Html:
    store = await own_store(viewer, stores, slug, Role.EDITOR)
    form = await read_form(request, UploadForm)
    if form.value is not None:
        file = form.value.file
        try:
            upload = await uploads.begin(store.id, file.filename, file.content, by=viewer.person_id)
            return render.see_other(f"/console/{store.slug}/import/{upload.id}")
        except DomainError as refusal:
            form = form.refuse(refusal)
    return render(await _page(render, store, uploads, form), status_code=422)


@get("/console/{slug:str}/import/sample.csv")
async def sample(
    slug: FromPath[str], viewer: CurrentViewer, stores: Service[Stores]
) -> Response[str]:
    store = await own_store(viewer, stores, slug, Role.EDITOR)
    return _download(sample_file(store.currency), "sample-products.csv")


@get("/console/{slug:str}/products.csv")
async def export(
    slug: FromPath[str], viewer: CurrentViewer, stores: Service[Stores]
) -> Response[str]:
    store = await own_store(viewer, stores, slug, Role.EDITOR)
    return _download(await stores.export_products(store.id), f"{store.slug}-products.csv")


@get("/console/{slug:str}/import/{import_id:uuid}")
async def report_page(
    *,
    slug: FromPath[str],
    import_id: FromPath[UUID],
    request: AnyRequest,
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    uploads: Service[Uploads],
) -> Html:
    """The whole page, or for htmx the part that changes while the import runs."""
    store = await own_store(viewer, stores, slug, Role.EDITOR)
    upload = await uploads.get(store.id, import_id)
    kind = ReportFragment if is_fragment_request(request) else ReportPage
    report = upload.report
    # What needs a look comes first.
    rows = sorted(report.rows, key=lambda row: (row.outcome is not Outcome.REFUSED, row.line))
    return render(
        kind(
            store=store,
            upload=upload,
            counts={outcome.value: report.count(outcome) for outcome in Outcome},
            lines=[_line(row, render) for row in rows[:ROWS_SHOWN_MAX]],
            hidden=max(0, len(rows) - ROWS_SHOWN_MAX),
        )
    )


async def _page(
    render: Render, store: Store, uploads: Uploads, form: Form[UploadForm]
) -> ImportPage:
    return ImportPage(
        store=store, form=form, imports=await uploads.recent(store.id), states=state_words(render)
    )


def _line(row: RowReport, render: Render) -> ReportLine:
    text = render.translator.text
    reason = text(row.message, **row.params) if row.message else ""
    return ReportLine(row, text(OUTCOME_WORDS[row.outcome]), reason)


def _download(content: str, name: str) -> Response[str]:
    return Response(
        content,
        media_type=CSV,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


handlers = [import_page, begin_import, sample, export, report_page]
