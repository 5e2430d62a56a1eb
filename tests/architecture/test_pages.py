"""Every template renders from its typed page, and reads nothing that the page does not have."""

from uuid import UUID

import pytest
from tools.generate_inventory import descendants, import_everything

from livehouse.foundation.ids import PersonId, StoreId
from livehouse.foundation.roles import Role
from livehouse.foundation.text import LANGUAGES
from livehouse.web.assets import STATIC_FOLDER, Assets
from livehouse.web.i18n import Languages
from livehouse.web.identity import Cookies, Membership, Viewer
from livehouse.web.rendering import Page, Renderer
from livehouse.web.signing import Signer
from tests.architecture.examples import example
from tests.architecture.sources import TEMPLATES, name_of

import_everything()
PAGES = sorted(
    (page for page in descendants(Page) if "template" in vars(page)), key=lambda page: page.template
)
GUEST = Viewer(guest_id="0" * 32)
OWNER = Viewer(
    person_id=PersonId(UUID(int=7)),
    name="Ann",
    memberships=(Membership(StoreId(UUID(int=7)), "EUR", "Cups", Role.OWNER),),
)
# Parts of others, not pages of their own.
PARTS = ("layout.html", "macros.html", "parts.html", "fields.html")


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    assets = Assets.read(STATIC_FOLDER)
    return Renderer(Languages(), assets, Cookies(https=False), Signer([bytes(32)]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("full", [True, False], ids=["full", "empty"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.template)
def test_a_page_renders_from_what_its_type_says(
    renderer: Renderer, page: type[Page], *, full: bool, language: str
) -> None:
    viewer = OWNER if full else GUEST
    html = renderer.html(
        example(page, full=full),
        Viewer(**{name: getattr(viewer, name) for name in viewer.__struct_fields__}
               | {"language": language}),
        flashes=[("good", "Saved.")],
    )  # fmt: skip

    assert html.strip()


def test_every_template_belongs_to_a_page() -> None:
    used = {page.template for page in PAGES}
    orphans = [
        name_of(path)
        for path in TEMPLATES
        if not path.name.endswith(PARTS)
        and not any(path.as_posix().endswith(f"/templates/{t.split('/')[-1]}") for t in used)
    ]
    assert not [name for name in orphans if not is_included(name.rsplit("/", 1)[-1])]


def is_included(name: str) -> bool:
    return any(f'/{name}"' in path.read_text() for path in TEMPLATES)
