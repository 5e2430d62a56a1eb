"""How a store delivers: its methods, what they cost, and where they go."""

import re
from typing import Annotated, ClassVar
from uuid import UUID

from babel import Locale
from msgspec import Meta, Struct

from livehouse.domains.stores.model import DeliveryEdit, DeliveryMethod, Store
from livehouse.domains.stores.pages.entry import beside_field
from livehouse.domains.stores.service import Delivery, Stores
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import DeliveryMethodId
from livehouse.foundation.money import Money, parse_money
from livehouse.foundation.roles import Role
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

FIELDS = {"fee_minor": "fee", "free_from_minor": "free_from"}
COUNTRIES_NAMED_MAX = 6


class DeliveryForm(Struct):
    name: Annotated[str, Meta(min_length=1, max_length=120)]
    fee: Annotated[str, Meta(min_length=1, max_length=20)]
    days_min: Annotated[int, Meta(ge=0, le=365)]
    days_max: Annotated[int, Meta(ge=0, le=365)]
    countries: Annotated[str, Meta(max_length=1000)] = ""
    free_from: Annotated[str, Meta(max_length=20)] = ""
    active: bool = False


class MethodRow(Struct, frozen=True, kw_only=True):
    """`countries` are named for the reader; none is everywhere, `more` are not named."""

    id: UUID
    name: str
    countries: str
    more: int
    fee: Money
    free_from: Money | None
    days_min: int
    days_max: int
    active: bool


class DeliveryPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "stores/delivery.html"

    store: Store
    methods: list[MethodRow]
    form: Form[DeliveryForm]
    may_edit: bool
    section: str = "delivery"


class MethodPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "stores/delivery_method.html"

    store: Store
    method_id: UUID
    form: Form[DeliveryForm]
    section: str = "delivery"


@get("/console/{slug:str}/delivery")
async def delivery_page(
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    delivery: Service[Delivery],
) -> Html:
    store = await own_store(viewer, stores, slug)
    return render(await _page(render, viewer, store, delivery, _blank()))


@post("/console/{slug:str}/delivery")
async def add_method(
    *,
    slug: FromPath[str],
    request: AnyRequest,
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    delivery: Service[Delivery],
) -> Html:
    store = await own_store(viewer, stores, slug, Role.EDITOR)
    form = await read_form(request, DeliveryForm)
    if form.value is not None:
        try:
            await delivery.add(store.id, _edit(form.value, store.currency))
            return render.see_other(f"/console/{store.slug}/delivery", N_("Saved."))
        except DomainError as refusal:
            form = beside_field(form, refusal, FIELDS)
    return render(await _page(render, viewer, store, delivery, form), status_code=422)


@get("/console/{slug:str}/delivery/{method_id:uuid}")
async def method_page(
    *,
    slug: FromPath[str],
    method_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    delivery: Service[Delivery],
) -> Html:
    store = await own_store(viewer, stores, slug, Role.EDITOR)
    method = await delivery.method(store.id, DeliveryMethodId(method_id))
    return render(MethodPage(store=store, method_id=method_id, form=_filled(method)))


@post("/console/{slug:str}/delivery/{method_id:uuid}")
async def change_method(
    *,
    slug: FromPath[str],
    method_id: FromPath[UUID],
    request: AnyRequest,
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    delivery: Service[Delivery],
) -> Html:
    store = await own_store(viewer, stores, slug, Role.EDITOR)
    method = await delivery.method(store.id, DeliveryMethodId(method_id))
    form = await read_form(request, DeliveryForm)
    if form.value is not None:
        try:
            await delivery.change(store.id, method.id, _edit(form.value, store.currency))
            return render.see_other(f"/console/{store.slug}/delivery", N_("Saved."))
        except DomainError as refusal:
            form = beside_field(form, refusal, FIELDS)
    return render(MethodPage(store=store, method_id=method_id, form=form), status_code=422)


async def _page(
    render: Render, viewer: Viewer, store: Store, delivery: Delivery, form: Form[DeliveryForm]
) -> DeliveryPage:
    return DeliveryPage(
        store=store,
        methods=[_row(render, method) for method in await delivery.of_store(store.id)],
        form=form,
        may_edit=has_role(viewer, store.id, Role.EDITOR),
    )


def _row(render: Render, method: DeliveryMethod) -> MethodRow:
    names = Locale.parse(render.translator.locale).territories
    named = [str(names.get(code, code)) for code in method.countries[:COUNTRIES_NAMED_MAX]]
    return MethodRow(
        id=method.id,
        name=method.name,
        countries=", ".join(named),
        more=len(method.countries) - len(named),
        fee=method.fee,
        free_from=method.free_from,
        days_min=method.days_min,
        days_max=method.days_max,
        active=method.active,
    )


def _edit(form: DeliveryForm, currency: str) -> DeliveryEdit:
    codes = filter(None, re.split(r"[\s,;]+", form.countries.upper()))
    free = form.free_from
    return DeliveryEdit(
        name=form.name,
        countries=tuple(dict.fromkeys(codes)),
        fee_minor=parse_money(form.fee, currency, field="fee").minor,
        free_from_minor=parse_money(free, currency, field="free_from").minor if free else None,
        days_min=form.days_min,
        days_max=form.days_max,
        active=form.active,
    )


def _blank() -> Form[DeliveryForm]:
    return Form.blank(days_min=2, days_max=5, active=True)


def _filled(method: DeliveryMethod) -> Form[DeliveryForm]:
    return Form.blank(
        name=method.name,
        fee=method.fee.major(),
        free_from=method.free_from.major() if method.free_from else None,
        countries=" ".join(method.countries),
        days_min=method.days_min,
        days_max=method.days_max,
        active=method.active,
    )


handlers = [delivery_page, add_method, method_page, change_method]
