"""Who works in a store: list, invite, remove."""

from collections.abc import Sequence
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.people import Member, People
from livehouse.domains.stores.errors import AccountUnknown
from livehouse.domains.stores.model import Store
from livehouse.domains.stores.service import Stores
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import PersonId
from livehouse.foundation.roles import STORE_ROLES, Role
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import has_role, own_store
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
from livehouse.web.identity import Viewer
from livehouse.web.rendering import Render

ROLE_WORDS = {
    Role.OWNER: (N_("Owner"), N_("Everything, members and settings included.")),
    Role.EDITOR: (N_("Editor"), N_("Products, stock, imports and shows.")),
    Role.HOST: (N_("Host"), N_("Runs shows from the studio.")),
    Role.MODERATOR: (N_("Moderator"), N_("Keeps the chat friendly.")),
}


class InviteForm(Struct):
    email: Annotated[str, Meta(min_length=3, max_length=254)]
    role: Role = Role.EDITOR


class RemoveForm(Struct):
    person_id: UUID
    role: Role


class MembersPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "stores/members.html"

    store: Store
    members: Sequence[Member]
    roles: list[tuple[str, str, str]]
    role_names: dict[str, str]
    form: Form[InviteForm]
    may_change: bool
    me: PersonId | None
    section: str = "members"


@get("/console/{slug:str}/members")
async def members_page(
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    people: Service[People],
) -> Html:
    store = await own_store(viewer, stores, slug)
    return render(await _page(render, viewer, store, people, Form.blank(role=Role.EDITOR.value)))


@post("/console/{slug:str}/members")
async def invite(
    *,
    slug: FromPath[str],
    request: AnyRequest,
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    people: Service[People],
) -> Html:
    """Give somebody who has an account a role in the store."""
    store = await own_store(viewer, stores, slug, Role.OWNER)
    form = await read_form(request, InviteForm)
    if form.value is not None:
        try:
            person = await people.accounts.find(form.value.email)
            if person is None or form.value.role not in STORE_ROLES:
                raise AccountUnknown
            await people.memberships.grant(person.id, form.value.role, store.id)
            return render.see_other(
                f"/console/{store.slug}/members", N_("{name} is a member now."), name=person.name
            )
        except DomainError as refusal:
            form = form.refuse(refusal, "email")
    return render(await _page(render, viewer, store, people, form), status_code=422)


@post("/console/{slug:str}/members/remove")
async def remove(
    *,
    slug: FromPath[str],
    request: AnyRequest,
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    people: Service[People],
) -> Html:
    store = await own_store(viewer, stores, slug, Role.OWNER)
    form = await read_form(request, RemoveForm)
    if form.value is not None:
        try:
            person_id = PersonId(form.value.person_id)
            await people.memberships.revoke(person_id, form.value.role, store.id)
        except DomainError as refusal:
            words = render.translator.refusal(refusal)
            return render.see_other(f"/console/{store.slug}/members", words, kind="bad")
    return render.see_other(f"/console/{store.slug}/members", N_("The role is taken back."))


async def _page(
    render: Render, viewer: Viewer, store: Store, people: People, form: Form[InviteForm]
) -> MembersPage:
    text = render.translator.text
    return MembersPage(
        store=store,
        members=await people.memberships.of_store(store.id),
        roles=[(role.value, text(name), text(note)) for role, (name, note) in ROLE_WORDS.items()],
        role_names={role.value: text(name) for role, (name, _) in ROLE_WORDS.items()},
        form=form,
        may_change=has_role(viewer, store.id, Role.OWNER),
        me=viewer.person_id,
    )


handlers = [members_page, invite, remove]
