"""The addresses of one's account."""

from typing import Annotated, ClassVar
from uuid import UUID

import msgspec
from babel import Locale
from msgspec import Meta, Struct

from livehouse.domains.people.errors import CountryUnknown
from livehouse.domains.people.model import COUNTRIES, AddressLines
from livehouse.domains.people.service import People
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import AddressId
from livehouse.foundation.text import N_
from livehouse.web.connections import local_path
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import require_signed_in
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    FromQuery,
    Html,
    Page,
    Service,
    get,
    post,
)
from livehouse.web.rendering import Render


class AddressForm(Struct):
    recipient: Annotated[str, Meta(min_length=1, max_length=100)]
    street: Annotated[str, Meta(min_length=1, max_length=200)]
    city: Annotated[str, Meta(min_length=1, max_length=100)]
    country: Annotated[str, Meta(min_length=2, max_length=2)]
    postal_code: Annotated[str, Meta(max_length=20)] = ""
    region: Annotated[str, Meta(max_length=100)] = ""
    phone: Annotated[str, Meta(max_length=40)] = ""
    next: Annotated[str, Meta(max_length=500)] = "/account"


class AddressPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "people/address.html"

    form: Form[AddressForm]
    countries: list[tuple[str, str]]
    action: str
    is_new: bool
    next: str


@get("/account/addresses/new")
async def new_address_page(
    viewer: CurrentViewer,
    render: CurrentRender,
    next: FromQuery[str] = "/account",  # noqa: A002 - its name in the address
) -> Html:
    require_signed_in(viewer)
    country = "CN" if viewer.language == "zh-Hans" else ""
    form: Form[AddressForm] = Form.blank(recipient=viewer.name, country=country)
    return render(_address_page(render, form, next=local_path(next, "/account")))


@post("/account/addresses")
async def add_address(request: AnyRequest, render: CurrentRender, people: Service[People]) -> Html:
    return await _save_address(request, render, people, None)


@get("/account/addresses/{address_id:uuid}")
async def address_page(
    address_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    people: Service[People],
) -> Html:
    person_id = require_signed_in(viewer)
    address = await people.addresses.owned(AddressId(address_id), person_id)
    form: Form[AddressForm] = Form.blank(**msgspec.structs.asdict(address.lines))
    return render(_address_page(render, form, address.id))


@post("/account/addresses/{address_id:uuid}")
async def change_address(
    address_id: FromPath[UUID],
    request: AnyRequest,
    render: CurrentRender,
    people: Service[People],
) -> Html:
    return await _save_address(request, render, people, AddressId(address_id))


@post("/account/addresses/{address_id:uuid}/default")
async def default_address(
    address_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    people: Service[People],
) -> Html:
    await people.addresses.make_default(AddressId(address_id), require_signed_in(viewer))
    return render.see_other("/account", N_("Saved."))


@post("/account/addresses/{address_id:uuid}/remove")
async def remove_address(
    address_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    people: Service[People],
) -> Html:
    await people.addresses.remove(AddressId(address_id), require_signed_in(viewer))
    return render.see_other("/account", N_("The address is removed."))


async def _save_address(
    request: AnyRequest, render: Render, people: People, replaces: AddressId | None
) -> Html:
    person_id = require_signed_in(render.viewer)
    form = await read_form(request, AddressForm)
    target = local_path(form.text("next"), "/account")
    try:
        if form.value is not None:
            sent = msgspec.structs.asdict(form.value)
            lines = AddressLines(**{name: sent[name] for name in AddressLines.__struct_fields__})
            await people.addresses.add(person_id, lines, replaces=replaces)
            return render.see_other(target, N_("The address is saved."))
    except DomainError as refused:
        form = form.refuse(refused, "country" if isinstance(refused, CountryUnknown) else "")
    return render(_address_page(render, form, replaces, next=target), status_code=422)


def _address_page(
    render: Render,
    form: Form[AddressForm],
    address_id: AddressId | None = None,
    *,
    next: str = "/account",  # noqa: A002 - its name in the address
) -> AddressPage:
    names = Locale.parse(render.translator.locale).territories
    named = ((code, str(names.get(code, code))) for code in COUNTRIES)
    countries = sorted(named, key=lambda one: one[1])
    return AddressPage(
        form=form,
        countries=[("", ""), *countries],
        action=f"/account/addresses/{address_id}" if address_id else "/account/addresses",
        is_new=address_id is None,
        next=next,
    )


handlers = [
    new_address_page,
    add_address,
    address_page,
    change_address,
    default_address,
    remove_address,
]
