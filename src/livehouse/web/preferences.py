"""The language that a visitor chooses, kept in a cookie and in the account."""

from litestar import post
from litestar.di import NamedDependency
from msgspec import Struct

from livehouse.foundation.text import LANGUAGES
from livehouse.web.connections import AnyRequest, Html, local_path
from livehouse.web.context import web_of
from livehouse.web.forms import read_form
from livehouse.web.identity import Viewer
from livehouse.web.rendering import Render


class ChooseLanguage(Struct):
    language: str = ""
    next: str = "/"


@post("/language", include_in_schema=False)
async def choose_language(
    request: AnyRequest, viewer: NamedDependency[Viewer], render: NamedDependency[Render]
) -> Html:
    """Remember the choice and go back to where it was made."""
    form = await read_form(request, ChooseLanguage)
    back = local_path(form.value.next) if form.value else "/"
    if form.value is None or form.value.language not in LANGUAGES:
        return render.see_other(back)
    web = web_of(request)
    if viewer.person_id is not None:
        await web.identities.set_language(viewer.person_id, form.value.language)
    return render.see_other(back, cookies=(web.cookies.language(form.value.language),))
