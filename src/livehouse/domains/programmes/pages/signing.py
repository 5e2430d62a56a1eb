"""Where operators see whose hosts ask for a signature, give it, or say what is to be done first."""

from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from livehouse.domains.programmes.pages.formats import WhyForm
from livehouse.domains.programmes.service import Formats
from livehouse.domains.stores import Stores
from livehouse.foundation.text import N_
from livehouse.web.forms import read_form
from livehouse.web.guards import require_operator
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

HERE = "/operator/formats"


class Waiting(Struct, frozen=True, kw_only=True):
    slug: str
    title: str
    store_name: str
    path: str
    format: str
    starts_at: datetime
    why: str
    missing: list[str]


class SigningPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "programmes/signing.html"

    section: str = "formats"
    shows: list[Waiting]


@get(HERE)
async def signing(
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    formats: Service[Formats],
) -> Html:
    require_operator(viewer)
    found = await formats.asking()
    known = {store.id: store for store in await stores.stores(
        {show.room.store_id for show, _, _ in found})}  # fmt: skip
    return render(
        SigningPage(
            shows=[
                Waiting(
                    slug=show.slug,
                    title=show.title,
                    store_name=known[show.room.store_id].name,
                    path=f"/console/{known[show.room.store_id].slug}/shows/{show.slug}/format",
                    format=formats.title(one.chosen.format),
                    starts_at=show.starts_at,
                    why=one.chosen.asked_why,
                    missing=[gap.words for gap in prepared.gaps],
                )
                for show, one, prepared in found
            ]
        )
    )


@post(HERE + "/{slug:str}/sign-off")
async def sign(
    slug: FromPath[str], viewer: CurrentViewer, render: CurrentRender, formats: Service[Formats]
) -> Html:
    await formats.sign_off(slug, by=require_operator(viewer))
    return render.see_other(HERE, N_("The show may go live as it is."))


@post(HERE + "/{slug:str}/answer")
async def answer(
    slug: FromPath[str],
    request: AnyRequest,
    viewer: CurrentViewer,
    render: CurrentRender,
    formats: Service[Formats],
) -> Html:
    """Not yet: the host reads why."""
    require_operator(viewer)
    form = await read_form(request, WhyForm)
    if form.value is None:
        return render.see_other(HERE, N_("Say what is to be done first."), kind="bad")
    await formats.answer(slug, form.value.why)
    return render.see_other(HERE, N_("The host reads your answer."))


handlers = [signing, sign, answer]
