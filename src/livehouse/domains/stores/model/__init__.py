"""The nouns and rules of stores and their catalogues. Pure: no await, no clock, no SQL."""

from livehouse.domains.stores.model import limits
from livehouse.domains.stores.model.catalogue_file import (
    CatalogueFile,
    FileProduct,
    parse_catalogue,
)
from livehouse.domains.stores.model.delivery import (
    DeliveryEdit,
    DeliveryMethod,
    check_delivery,
    methods_to,
)
from livehouse.domains.stores.model.edits import (
    NewProduct,
    ProductEdit,
    VariantEdit,
    apply_edit,
    check_handle,
    check_on_hand,
    check_price,
    check_title,
)
from livehouse.domains.stores.model.exporting import export_catalogue, sample_file
from livehouse.domains.stores.model.importing import ProductPlan, plan_import
from livehouse.domains.stores.model.markup import clean_html, plain_text
from livehouse.domains.stores.model.media import (
    IMAGE_SIZES,
    image_path,
    initials,
    media_key,
    variant_image_path,
)
from livehouse.domains.stores.model.products import (
    NO_RETURN,
    CatalogueSummary,
    Image,
    ImageId,
    ImageState,
    Product,
    Stock,
    Variant,
)
from livehouse.domains.stores.model.reports import (
    CatalogueImport,
    ImportReport,
    ImportState,
    Outcome,
    RowReport,
    in_order,
    refused_row,
)
from livehouse.domains.stores.model.shops import (
    COUNTRIES,
    TIME_ZONES,
    Store,
    StoreSettings,
    TaxRate,
    check_currency,
    check_settings,
    check_slug,
    opened_store,
)

__all__ = [
    "COUNTRIES",
    "IMAGE_SIZES",
    "NO_RETURN",
    "TIME_ZONES",
    "CatalogueFile",
    "CatalogueImport",
    "CatalogueSummary",
    "DeliveryEdit",
    "DeliveryMethod",
    "FileProduct",
    "Image",
    "ImageId",
    "ImageState",
    "ImportReport",
    "ImportState",
    "NewProduct",
    "Outcome",
    "Product",
    "ProductEdit",
    "ProductPlan",
    "RowReport",
    "Stock",
    "Store",
    "StoreSettings",
    "TaxRate",
    "Variant",
    "VariantEdit",
    "apply_edit",
    "check_currency",
    "check_delivery",
    "check_handle",
    "check_on_hand",
    "check_price",
    "check_settings",
    "check_slug",
    "check_title",
    "clean_html",
    "export_catalogue",
    "image_path",
    "in_order",
    "initials",
    "limits",
    "media_key",
    "methods_to",
    "opened_store",
    "parse_catalogue",
    "plain_text",
    "plan_import",
    "refused_row",
    "sample_file",
    "variant_image_path",
]
