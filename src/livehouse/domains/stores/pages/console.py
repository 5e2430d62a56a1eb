"""The console's own pages: which store, how it stands, its settings, a new one."""

from typing import Annotated, ClassVar
from uuid import UUID

from babel import Locale
from babel.numbers import get_territory_currencies
from msgspec import Meta, Struct

from livehouse.domains.people import People
from livehouse.domains.stores.model import (
    COUNTRIES,
    TIME_ZONES,
    CatalogueImport,
    CatalogueSummary,
    ImportState,
    Product,
    Store,
    StoreSettings,
    TaxRate,
    image_path,
)
from livehouse.domains.stores.pages.entry import (
    LANGUAGE_NAMES,
    beside_field,
    percent,
    state_words,
)
from livehouse.domains.stores.service import Stores, Uploads
from livehouse.foundation.errors import DomainError, InvalidInput
from livehouse.foundation.money import CURRENCIES, parse_percent
from livehouse.foundation.roles import Role
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import has_role, own_store, require_operator, require_signed_in
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

Options = list[tuple[str, str]]

NEWEST_SHOWN = 10
IMPORTS_SHOWN = 3
FIELDS = {"default_tax_basis_points": "tax"}


class SettingsForm(Struct):
    name: Annotated[str, Meta(min_length=1, max_length=120)]
    country: Annotated[str, Meta(min_length=2, max_length=2)]
    time_zone: Annotated[str, Meta(min_length=1, max_length=60)]
    language: Annotated[str, Meta(min_length=1, max_length=20)]
    tax: Annotated[str, Meta(max_length=10)] = "0"
    tax_rates: Annotated[str, Meta(max_length=4000)] = ""
    prices_include_tax: bool = False
    legal_name: Annotated[str, Meta(max_length=120)] = ""
    legal_address: Annotated[str, Meta(max_length=500)] = ""
    tax_number: Annotated[str, Meta(max_length=60)] = ""


class NewStoreForm(SettingsForm):
    slug: Annotated[str, Meta(max_length=63)] = ""
    currency: Annotated[str, Meta(max_length=3)] = ""
    owner: Annotated[str, Meta(max_length=254)] = ""


class ConsolePage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "stores/choose.html"

    stores: list[tuple[str, str]]
    may_open: bool


class OverviewPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "stores/overview.html"

    store: Store
    summary: CatalogueSummary
    newest: tuple[Product, ...]
    images: dict[UUID, str]
    imports: list[CatalogueImport]
    states: dict[ImportState, str]
    may_edit: bool
    section: str = "overview"


class SettingsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "stores/settings.html"

    store: Store
    form: Form[SettingsForm]
    countries: Options
    languages: Options
    time_zones: list[str]
    section: str = "settings"


class NewStorePage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "stores/new.html"

    form: Form[NewStoreForm]
    countries: Options
    languages: Options
    currencies: Options
    time_zones: list[str]


@get("/console")
async def console_page(
    viewer: CurrentViewer, render: CurrentRender, stores: Service[Stores]
) -> Html:
    """One store leads straight into it; more are offered for choice."""
    require_signed_in(viewer)
    known = list(viewer.stores)
    if viewer.is_operator:
        known = [(store.slug, store.name) for store in await stores.all()]
    if len(known) == 1 and not viewer.is_operator:
        return render.see_other(f"/console/{known[0][0]}")
    return render(ConsolePage(stores=known, may_open=viewer.is_operator))


@get("/console/new")
async def new_store_page(viewer: CurrentViewer, render: CurrentRender) -> Html:
    require_operator(viewer)
    form: Form[NewStoreForm] = Form.blank(
        time_zone=viewer.time_zone, language=viewer.language, prices_include_tax=True
    )
    return render(_new_page(render, form))


@post("/console/new")
async def open_store(
    request: AnyRequest,
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    people: Service[People],
) -> Html:
    """The operator opens a store, for somebody who has an account."""
    operator = require_operator(viewer)
    form = await read_form(request, NewStoreForm)
    if form.value is not None:
        try:
            owner = await people.accounts.find(form.value.owner) if form.value.owner else None
            if form.value.owner and owner is None:
                raise InvalidInput(field="owner", problem=N_("nobody has an account with this"))
            store = await stores.create(
                form.value.slug,
                form.value.currency,
                _settings(form.value),
                owner=owner.id if owner else operator,
            )
            return render.see_other(f"/console/{store.slug}", N_("The store is open."))
        except DomainError as refusal:
            form = beside_field(form, refusal, FIELDS)
    return render(_new_page(render, form), status_code=422)


@get("/console/{slug:str}")
async def overview_page(
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    uploads: Service[Uploads],
) -> Html:
    store = await own_store(viewer, stores, slug)
    newest = (await stores.products(store.id, limit=NEWEST_SHOWN)).products
    return render(
        OverviewPage(
            store=store,
            summary=await stores.summary(store.id),
            newest=newest,
            images={product.id: image_path(product, product.image) for product in newest},
            imports=(await uploads.recent(store.id))[:IMPORTS_SHOWN],
            states=state_words(render),
            may_edit=has_role(viewer, store.id, Role.EDITOR),
        )
    )


@get("/console/{slug:str}/settings")
async def settings_page(
    slug: FromPath[str], viewer: CurrentViewer, render: CurrentRender, stores: Service[Stores]
) -> Html:
    store = await own_store(viewer, stores, slug, Role.OWNER)
    form: Form[SettingsForm] = Form.blank(
        name=store.name,
        country=store.country,
        time_zone=store.time_zone,
        language=store.language,
        prices_include_tax=store.prices_include_tax,
        tax=percent(store.default_tax_basis_points),
        legal_name=store.legal_name,
        legal_address=store.legal_address,
        tax_number=store.tax_number,
        tax_rates="\n".join(
            f"{one.country} {percent(one.basis_points)}" for one in store.tax_rates
        ),
    )
    return render(_settings_page(render, store, form))


@post("/console/{slug:str}/settings")
async def change_settings(
    slug: FromPath[str],
    request: AnyRequest,
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
) -> Html:
    store = await own_store(viewer, stores, slug, Role.OWNER)
    form = await read_form(request, SettingsForm)
    if form.value is not None:
        try:
            await stores.edit(store.id, _settings(form.value, market=store.market))
            return render.see_other(f"/console/{store.slug}/settings", N_("Saved."))
        except DomainError as refusal:
            form = beside_field(form, refusal, FIELDS)
    return render(_settings_page(render, store, form), status_code=422)


def _settings(form: SettingsForm, *, market: str = "") -> StoreSettings:
    return StoreSettings(
        name=form.name,
        country=form.country,
        time_zone=form.time_zone,
        language=form.language,
        prices_include_tax=form.prices_include_tax,
        default_tax_basis_points=parse_percent(form.tax or "0", field="tax"),
        tax_rates=_rates(form.tax_rates),
        market=market,
        legal_name=form.legal_name,
        legal_address=form.legal_address,
        tax_number=form.tax_number,
    )


def _rates(text: str) -> tuple[TaxRate, ...]:
    """A line per country: FR 20."""
    rates = []
    for line in filter(None, map(str.strip, text.splitlines())):
        country, _, rate = line.partition(" ")
        rates.append(TaxRate(country.upper(), parse_percent(rate or "0", field="tax_rates")))
    return tuple(rates)


def _settings_page(render: Render, store: Store, form: Form[SettingsForm]) -> SettingsPage:
    return SettingsPage(
        store=store,
        form=form,
        countries=_countries(render),
        languages=list(LANGUAGE_NAMES.items()),
        time_zones=sorted(TIME_ZONES),
    )


def _new_page(render: Render, form: Form[NewStoreForm]) -> NewStorePage:
    names = Locale.parse(render.translator.locale).currencies
    return NewStorePage(
        form=form,
        countries=_countries(render),
        languages=list(LANGUAGE_NAMES.items()),
        currencies=[(code, f"{code} · {names.get(code, code)}") for code in sorted(_in_use())],
        time_zones=sorted(TIME_ZONES),
    )


def _in_use() -> set[str]:
    """What people pay with today: not the francs and marks of the past, nor gold."""
    used = {code for country in COUNTRIES for code in get_territory_currencies(country)}
    return used & CURRENCIES


def _countries(render: Render) -> Options:
    names = Locale.parse(render.translator.locale).territories
    return sorted(((code, str(names.get(code, code))) for code in COUNTRIES), key=lambda o: o[1])


handlers = [
    console_page,
    new_store_page,
    open_store,
    overview_page,
    settings_page,
    change_settings,
]
