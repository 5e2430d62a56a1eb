"""What people do with stores: one method, one transaction."""

from livehouse.domains.stores.service.delivery import Delivery
from livehouse.domains.stores.service.images import PendingImage, StoreImages
from livehouse.domains.stores.service.importing import Progress
from livehouse.domains.stores.service.naming import StoreNaming
from livehouse.domains.stores.service.stores import ProductPage, Stores, VariantInStore
from livehouse.domains.stores.service.uploads import Uploads

__all__ = [
    "Delivery",
    "PendingImage",
    "ProductPage",
    "Progress",
    "StoreImages",
    "StoreNaming",
    "Stores",
    "Uploads",
    "VariantInStore",
]
