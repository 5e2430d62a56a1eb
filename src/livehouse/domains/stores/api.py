"""Stores over HTTP: the catalogue for everybody, its changes for who may make them."""

from uuid import UUID

from litestar import Response
from msgspec.structs import asdict

from livehouse.domains.stores.model import (
    CatalogueImport,
    DeliveryEdit,
    NewProduct,
    ProductEdit,
    RowReport,
    Store,
    VariantEdit,
    limits,
)
from livehouse.domains.stores.service import Delivery, Stores, Uploads
from livehouse.domains.stores.wire import (
    AddProduct,
    ChangeProduct,
    DeliveryInfo,
    DeliveryList,
    ImportInfo,
    PriceHistory,
    ProductInfo,
    ProductList,
    RowInfo,
    SetDelivery,
    SetStock,
    StockInfo,
    StoreInfo,
    delivery_info,
    import_info,
    price_info,
    product_info,
    store_info,
)
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import DeliveryMethodId, ProductId, VariantId
from livehouse.foundation.money import Money
from livehouse.foundation.roles import Role
from livehouse.web.guards import has_role, own_store
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    FromQuery,
    JSONBody,
    Service,
    get,
    post,
    put,
)
from livehouse.web.identity import Viewer
from livehouse.web.rendering import Render

SCOPE = {"scope": "catalogue:write"}
CSV = "text/csv; charset=utf-8"
PAGE_MAX = 100


@get("/api/stores/{slug:str}", opt={**SCOPE, "public": True})
async def read_store(slug: FromPath[str], stores: Service[Stores]) -> StoreInfo:
    """A store; an address that it once had leads to it, too."""
    return store_info(await stores.by_slug(slug))


@get("/api/stores/{slug:str}/products", opt={**SCOPE, "public": True})
async def list_products(
    *,
    slug: FromPath[str],
    viewer: CurrentViewer,
    stores: Service[Stores],
    search: FromQuery[str] = "",
    before: FromQuery[UUID | None] = None,
    limit: FromQuery[int] = limits.PRODUCTS_PAGE,
) -> ProductList:
    """Products, newest first; members of the store also see hidden ones."""
    store = await stores.by_slug(slug)
    member = has_role(viewer, store.id)
    page = await stores.products(
        store.id,
        search=search,
        published_only=not member,
        before=None if before is None else ProductId(before),
        limit=max(1, min(limit, PAGE_MAX)),
    )
    struck = await stores.prices_before(page.products)
    found = (product_info(one, struck, for_member=member) for one in page.products)
    return ProductList(tuple(found), page.next)


@get("/api/stores/{slug:str}/products/{handle:str}", opt={**SCOPE, "public": True})
async def read_product(
    slug: FromPath[str], handle: FromPath[str], viewer: CurrentViewer, stores: Service[Stores]
) -> ProductInfo:
    store = await stores.by_slug(slug)
    product = await stores.by_handle(store.id, handle)
    member = has_role(viewer, store.id)
    if not product.published and not member:
        raise NotFound
    return product_info(product, await stores.prices_before([product]), for_member=member)


@post("/api/stores/{slug:str}/products", opt=SCOPE)
async def add_product(
    slug: FromPath[str],
    data: JSONBody[AddProduct],
    viewer: CurrentViewer,
    stores: Service[Stores],
) -> ProductInfo:
    store = await _edited(stores, viewer, slug)
    new = NewProduct(
        handle=data.handle,
        title=data.title,
        price=Money(store.currency, data.price_minor),
        on_hand=data.on_hand,
        published=data.published,
    )
    return product_info(await stores.add_product(store.id, new), {}, for_member=True)


@put("/api/stores/{slug:str}/products/{handle:str}", opt=SCOPE)
async def change_product(
    slug: FromPath[str],
    handle: FromPath[str],
    data: JSONBody[ChangeProduct],
    viewer: CurrentViewer,
    stores: Service[Stores],
) -> ProductInfo:
    """Save a product whole; refused when somebody else saved it since it was read."""
    store = await _edited(stores, viewer, slug)
    product = await stores.by_handle(store.id, handle)
    edited = await stores.edit_product(store.id, product.id, _edit(data, store.currency))
    return product_info(edited, await stores.prices_before([edited]), for_member=True)


@get("/api/stores/{slug:str}/variants/{variant_id:uuid}/prices", opt=SCOPE)
async def price_history(
    slug: FromPath[str], variant_id: FromPath[UUID], viewer: CurrentViewer, stores: Service[Stores]
) -> PriceHistory:
    """Every public price that a variant had and when it ended, newest first, for the store."""
    store = await own_store(viewer, stores, slug)
    points = await stores.price_points(store.id, VariantId(variant_id))
    return PriceHistory(tuple(price_info(one) for one in points))


@put("/api/stores/{slug:str}/variants/{variant_id:uuid}/stock", opt=SCOPE)
async def set_stock(
    slug: FromPath[str],
    variant_id: FromPath[UUID],
    data: JSONBody[SetStock],
    viewer: CurrentViewer,
    stores: Service[Stores],
) -> StockInfo:
    store = await _edited(stores, viewer, slug)
    stock = await stores.set_stock(store.id, VariantId(variant_id), data.on_hand)
    return StockInfo(stock.on_hand, stock.held, stock.left)


@get("/api/stores/{slug:str}/delivery-methods", opt={**SCOPE, "public": True})
async def list_delivery(
    slug: FromPath[str],
    viewer: CurrentViewer,
    stores: Service[Stores],
    delivery: Service[Delivery],
) -> DeliveryList:
    """How a store delivers; its members also see what is out of use."""
    store = await stores.by_slug(slug)
    found = await delivery.of_store(store.id)
    everything = has_role(viewer, store.id)
    return DeliveryList(tuple(delivery_info(one) for one in found if one.active or everything))


@post("/api/stores/{slug:str}/delivery-methods", opt=SCOPE)
async def add_delivery(
    *,
    slug: FromPath[str],
    data: JSONBody[SetDelivery],
    viewer: CurrentViewer,
    stores: Service[Stores],
    delivery: Service[Delivery],
) -> DeliveryInfo:
    store = await _edited(stores, viewer, slug)
    return delivery_info(await delivery.add(store.id, DeliveryEdit(**asdict(data))))


@put("/api/stores/{slug:str}/delivery-methods/{method_id:uuid}", opt=SCOPE)
async def change_delivery(
    *,
    slug: FromPath[str],
    method_id: FromPath[UUID],
    data: JSONBody[SetDelivery],
    viewer: CurrentViewer,
    stores: Service[Stores],
    delivery: Service[Delivery],
) -> DeliveryInfo:
    """Save a delivery method whole; orders keep the fee that they were made with."""
    store = await _edited(stores, viewer, slug)
    edit = DeliveryEdit(**asdict(data))
    return delivery_info(await delivery.change(store.id, DeliveryMethodId(method_id), edit))


@post(
    "/api/stores/{slug:str}/imports",
    opt=SCOPE,
    status_code=202,
    request_max_body_size=limits.FILE_BYTES_MAX + 1024,
)
async def begin_import(
    slug: FromPath[str],
    request: AnyRequest,
    viewer: CurrentViewer,
    stores: Service[Stores],
    uploads: Service[Uploads],
) -> ImportInfo:
    """Hand in a product CSV as the body; ask for the import until it is over."""
    store = await _edited(stores, viewer, slug)
    content = await request.body()
    upload = await uploads.begin(store.id, "", content, by=viewer.person_id)
    return import_info(upload, ())


@get("/api/stores/{slug:str}/imports/{import_id:uuid}", opt=SCOPE)
async def read_import(
    *,
    slug: FromPath[str],
    import_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    uploads: Service[Uploads],
) -> ImportInfo:
    store = await _edited(stores, viewer, slug)
    return _told(await uploads.get(store.id, import_id), render)


@get("/api/stores/{slug:str}/products.csv", opt=SCOPE, media_type=CSV)
async def export_products(
    slug: FromPath[str], viewer: CurrentViewer, stores: Service[Stores]
) -> Response[str]:
    """The whole catalogue as the CSV that the import reads."""
    store = await _edited(stores, viewer, slug)
    return Response(
        await stores.export_products(store.id),
        media_type=CSV,
        headers={
            "Content-Disposition": f'attachment; filename="{store.slug}-products.csv"',
            "Cache-Control": "no-store",
        },
    )


async def _edited(stores: Stores, viewer: Viewer, slug: str) -> Store:
    return await own_store(viewer, stores, slug, Role.EDITOR)


def _edit(data: ChangeProduct, currency: str) -> ProductEdit:
    return ProductEdit(
        version=data.version,
        title=data.title,
        description_html=data.description_html,
        vendor=data.vendor,
        kind=data.type,
        tags=",".join(data.tags),
        published=data.published,
        no_return=data.no_return,
        variants=tuple(
            VariantEdit(
                id=one.id,
                price=Money(currency, one.price_minor),
                compare_at=(
                    None if one.compare_at_minor is None else Money(currency, one.compare_at_minor)
                ),
                sku=one.sku,
                on_hand=one.on_hand,
            )
            for one in data.variants
        ),
    )


def _told(upload: CatalogueImport, render: Render) -> ImportInfo:
    return import_info(upload, tuple(_row(row, render) for row in upload.report.rows))


def _row(row: RowReport, render: Render) -> RowInfo:
    reason = render.translator.text(row.message, **row.params) if row.message else ""
    return RowInfo(row.line, row.handle, row.outcome.value, row.code, reason)


routes = [
    read_store,
    list_products,
    read_product,
    add_product,
    change_product,
    price_history,
    set_stock,
    list_delivery,
    add_delivery,
    change_delivery,
    begin_import,
    read_import,
    export_products,
]
