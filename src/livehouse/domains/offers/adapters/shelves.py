"""Goods as the stores' catalogue has them."""

from dataclasses import dataclass

from livehouse.domains.offers.ports import Goods
from livehouse.domains.stores import Stores
from livehouse.foundation.ids import VariantId


@dataclass(frozen=True, slots=True)
class StoreShelves:
    stores: Stores

    async def goods(self, variant_id: VariantId) -> Goods:
        found = await self.stores.variant(variant_id)
        return Goods(
            variant_id=variant_id,
            store_id=found.store.id,
            title=found.product.title,
            variant_title=found.variant.title,
            image=found.image_path,
            price=found.variant.price,
            stock_quota_id=found.variant.stock_quota_id,
            tax_basis_points=found.tax_basis_points,
            prices_include_tax=found.store.prices_include_tax,
            published=found.product.published,
            no_return=found.product.no_return,
        )
