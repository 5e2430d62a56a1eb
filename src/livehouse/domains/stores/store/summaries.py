"""SQL that counts a catalogue."""

from sqlalchemy import text

from livehouse.domains.stores.model import CatalogueSummary
from livehouse.foundation.ids import StoreId
from livehouse.storage.database import Transaction

_SUMMARY = text("""
with own as (select id, published from products where store_id = :store_id)
select
    (select count(*) from own) as products,
    (select count(*) from own where published) as published,
    (select count(*) from variants v join own on own.id = v.product_id) as variants,
    (select count(*) from variants v join own on own.id = v.product_id
        join quotas q on q.id = v.stock_quota_id
        where q.total - q.held - q.spent <= 0) as sold_out,
    (select count(*) from images i join own on own.id = i.product_id
        where i.state = 'pending') as pictures_pending,
    (select count(*) from images i join own on own.id = i.product_id
        where i.state = 'failed') as pictures_failed
""")


async def summary_of(tx: Transaction, store_id: StoreId) -> CatalogueSummary:
    row = (await tx.execute(_SUMMARY.bindparams(store_id=store_id))).one()
    return CatalogueSummary(*row)
