"""The catalogue in the console: list, search, one product's page."""

from collections.abc import Mapping
from typing import Annotated, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.stores.model import (
    NO_RETURN,
    NewProduct,
    Product,
    ProductEdit,
    Store,
    Variant,
    VariantEdit,
    image_path,
    limits,
)
from livehouse.domains.stores.pages.entry import beside_field
from livehouse.domains.stores.service import ProductPage, StoreImages, Stores
from livehouse.foundation.errors import DomainError, InvalidInput
from livehouse.foundation.ids import ProductId, VariantId
from livehouse.foundation.markets import market_of
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
    FromQuery,
    Html,
    Page,
    Service,
    get,
    post,
)

THUMB_SIZE = 160
QUANTITY_DIGITS_MAX = 10


class ProductForm(Struct):
    version: int
    title: Annotated[str, Meta(min_length=1, max_length=limits.TITLE_CHARACTERS_MAX)]
    description_html: Annotated[str, Meta(max_length=limits.DESCRIPTION_CHARACTERS_MAX)] = ""
    vendor: Annotated[str, Meta(max_length=limits.WORD_CHARACTERS_MAX)] = ""
    kind: Annotated[str, Meta(max_length=limits.WORD_CHARACTERS_MAX)] = ""
    tags: Annotated[str, Meta(max_length=4000)] = ""
    published: bool = False
    no_return: Annotated[str, Meta(max_length=limits.WORD_CHARACTERS_MAX)] = ""


class NewProductForm(Struct):
    title: Annotated[str, Meta(min_length=1, max_length=limits.TITLE_CHARACTERS_MAX)]
    handle: Annotated[str, Meta(min_length=1, max_length=limits.HANDLE_CHARACTERS_MAX)]
    price: Annotated[str, Meta(min_length=1, max_length=20)]
    on_hand: Annotated[int, Meta(ge=0, le=limits.QUANTITY_MAX)] = 0


class VariantLine(Struct, frozen=True):
    """A variant as its row in the form shows it, with what was typed."""

    variant: Variant
    price: str
    compare_at: str
    sku: str
    on_hand: str
    error: str = ""


class ProductsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "stores/products.html"

    store: Store
    found: ProductPage
    images: dict[UUID, str]
    search: str
    next: str
    may_edit: bool
    section: str = "products"


class EditProductPage(Page, frozen=True, kw_only=True):
    """`before` holds the prices that viewers see struck through: those with proof."""

    template: ClassVar[str] = "stores/product.html"

    store: Store
    product: Product
    form: Form[ProductForm]
    lines: list[VariantLine]
    images: dict[UUID, str]
    before: dict[VariantId, Money]
    reduction_days: int
    may_edit: bool
    no_return: dict[str, str]
    section: str = "products"


class NewProductPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "stores/new_product.html"

    store: Store
    form: Form[NewProductForm]
    section: str = "products"


@get("/console/{slug:str}/products")
async def products_page(
    *,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    search: FromQuery[str] = "",
    before: FromQuery[UUID | None] = None,
) -> Html:
    store = await own_store(viewer, stores, slug)
    cursor = None if before is None else ProductId(before)
    found = await stores.products(store.id, search=search, before=cursor)
    query = {"search": search} if search else {}
    after = f"?{urlencode(query | {'before': str(found.next)})}" if found.next else ""
    return render(
        ProductsPage(
            store=store,
            found=found,
            images={one.id: image_path(one, one.image, THUMB_SIZE) for one in found.products},
            search=search,
            next=after,
            may_edit=has_role(viewer, store.id, Role.EDITOR),
        )
    )


@get("/console/{slug:str}/products/new")
async def new_product_page(
    slug: FromPath[str], viewer: CurrentViewer, render: CurrentRender, stores: Service[Stores]
) -> Html:
    store = await own_store(viewer, stores, slug, Role.EDITOR)
    return render(NewProductPage(store=store, form=Form.blank(on_hand="1")))


@post("/console/{slug:str}/products/new")
async def add_product(
    slug: FromPath[str],
    request: AnyRequest,
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
) -> Html:
    store = await own_store(viewer, stores, slug, Role.EDITOR)
    form = await read_form(request, NewProductForm)
    if form.value is not None:
        try:
            new = NewProduct(
                handle=form.value.handle,
                title=form.value.title,
                price=parse_money(form.value.price, store.currency, field="price"),
                on_hand=form.value.on_hand,
            )
            product = await stores.add_product(store.id, new)
            return render.see_other(
                f"/console/{store.slug}/products/{product.id}",
                N_("The product is there. It is hidden until you publish it."),
            )
        except DomainError as refusal:
            form = beside_field(form, refusal)
    return render(NewProductPage(store=store, form=form), status_code=422)


@get("/console/{slug:str}/products/{product_id:uuid}")
async def product_page(
    slug: FromPath[str],
    product_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
) -> Html:
    store = await own_store(viewer, stores, slug)
    product = await stores.product(store.id, ProductId(product_id))
    form: Form[ProductForm] = Form.blank(
        version=product.version,
        title=product.title,
        description_html=product.description_html,
        vendor=product.vendor,
        kind=product.kind,
        tags=", ".join(product.tags),
        published=product.published,
        no_return=product.no_return,
    )
    lines = [_line(variant) for variant in product.variants]
    may_edit = has_role(viewer, store.id, Role.EDITOR)
    before = await stores.prices_before([product])
    return render(_page(store, product, form, lines, before=before, may_edit=may_edit))


@post("/console/{slug:str}/products/{product_id:uuid}", request_max_body_size=2 * 2**20)
async def change_product(
    *,
    slug: FromPath[str],
    product_id: FromPath[UUID],
    request: AnyRequest,
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
) -> Html:
    store = await own_store(viewer, stores, slug, Role.EDITOR)
    product = await stores.product(store.id, ProductId(product_id))
    form = await read_form(request, ProductForm)
    lines = await _typed_lines(request, product)
    edits = [_edit(line, store.currency) for line in lines]
    wrong = {line.variant.id: edit for line, edit in zip(lines, edits, strict=True)
             if isinstance(edit, InvalidInput)}  # fmt: skip
    if form.value is not None and not wrong:
        try:
            variants = tuple(edit for edit in edits if isinstance(edit, VariantEdit))
            await stores.edit_product(store.id, product.id, _whole(form.value, variants))
            return render.see_other(f"/console/{store.slug}/products/{product.id}", N_("Saved."))
        except DomainError as refusal:
            form = beside_field(form, refusal)
    lines = [_with_error(line, wrong.get(line.variant.id), form) for line in lines]
    before = await stores.prices_before([product])
    page = _page(store, product, form, lines, before=before, may_edit=True)
    return render(page, status_code=422)


@post("/console/{slug:str}/products/{product_id:uuid}/publish")
async def publish(
    slug: FromPath[str],
    product_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
) -> Html:
    store = await own_store(viewer, stores, slug, Role.EDITOR)
    product = await stores.product(store.id, ProductId(product_id))
    product = await stores.publish(store.id, product.id, published=not product.published)
    notice = N_("Everybody can see it now.") if product.published else N_("It is hidden now.")
    return render.see_other(f"/console/{store.slug}/products/{product.id}", notice)


@post("/console/{slug:str}/products/{product_id:uuid}/pictures")
async def ask_for_pictures_again(
    *,
    slug: FromPath[str],
    product_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    store_images: Service[StoreImages],
) -> Html:
    store = await own_store(viewer, stores, slug, Role.EDITOR)
    product = await stores.product(store.id, ProductId(product_id))
    await store_images.ask_again(product.id)
    return render.see_other(
        f"/console/{store.slug}/products/{product.id}", N_("We fetch the pictures once more.")
    )


def _page(
    store: Store,
    product: Product,
    form: Form[ProductForm],
    lines: list[VariantLine],
    *,
    before: Mapping[VariantId, int],
    may_edit: bool,
) -> EditProductPage:
    return EditProductPage(
        store=store,
        product=product,
        form=form,
        lines=lines,
        images={image.id: image_path(product, image) for image in product.images},
        before={id_: Money(store.currency, minor) for id_, minor in before.items()},
        reduction_days=market_of(store.market, store.country).reduction_days,
        may_edit=may_edit,
        no_return=dict(NO_RETURN),
    )


def _line(variant: Variant) -> VariantLine:
    return VariantLine(
        variant,
        _plain(variant.price),
        _plain(variant.compare_at),
        variant.sku,
        str(variant.stock.on_hand),
    )


async def _typed_lines(request: AnyRequest, product: Product) -> list[VariantLine]:
    """What was typed for each variant; a field that did not come stays as it is."""
    sent = await request.form()

    def typed(name: str, variant: Variant, known: str) -> str:
        return str(sent.get(f"{name}-{variant.id}", known)).strip()

    return [
        VariantLine(
            line.variant,
            typed("price", line.variant, line.price),
            typed("compare_at", line.variant, line.compare_at),
            typed("sku", line.variant, line.sku),
            typed("on_hand", line.variant, line.on_hand),
        )
        for line in map(_line, product.variants)
    ]


def _edit(line: VariantLine, currency: str) -> VariantEdit | InvalidInput:
    try:
        compare_at = line.compare_at and parse_money(line.compare_at, currency, field="compare_at")
        return VariantEdit(
            id=line.variant.id,
            price=parse_money(line.price, currency, field="price"),
            compare_at=compare_at if isinstance(compare_at, Money) else None,
            sku=line.sku,
            on_hand=_on_hand(line),
        )
    except InvalidInput as refusal:
        return refusal


def _on_hand(line: VariantLine) -> int | None:
    """None where nobody touched the field: buyers may have moved the stock meanwhile."""
    if line.on_hand == str(line.variant.stock.on_hand):
        return None
    if not (line.on_hand.isascii() and line.on_hand.isdigit()):
        raise InvalidInput(field="stock", problem=N_("write a whole number from zero up"))
    if len(line.on_hand) > QUANTITY_DIGITS_MAX:
        raise InvalidInput(field="stock", problem=N_("this is too much"))
    return int(line.on_hand)


def _whole(form: ProductForm, variants: tuple[VariantEdit, ...]) -> ProductEdit:
    return ProductEdit(
        version=form.version,
        title=form.title,
        description_html=form.description_html,
        vendor=form.vendor,
        kind=form.kind,
        tags=form.tags,
        published=form.published,
        no_return=form.no_return,
        variants=variants,
    )


def _with_error(
    line: VariantLine, refusal: InvalidInput | None, form: Form[ProductForm]
) -> VariantLine:
    if refusal is None:
        return line
    error = beside_field(form, refusal, {"stock": "line", "price": "line", "compare_at": "line"})
    return VariantLine(
        line.variant, line.price, line.compare_at, line.sku, line.on_hand, error.error("line")
    )


def _plain(money: Money | None) -> str:
    return "" if money is None else f"{money.major():f}"


handlers = [
    products_page,
    new_product_page,
    add_product,
    product_page,
    change_product,
    publish,
    ask_for_pictures_again,
]
