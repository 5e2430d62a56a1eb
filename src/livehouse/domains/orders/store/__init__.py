"""Every SQL statement about orders and payments."""

from livehouse.domains.orders.store import baskets, invoices
from livehouse.domains.orders.store.backs import add_back, backs_of
from livehouse.domains.orders.store.deals import write_deals
from livehouse.domains.orders.store.group import DoesNotFit, fitting, known, place
from livehouse.domains.orders.store.on_sale import on_sale
from livehouse.domains.orders.store.orders import (
    by_id,
    due_to_expire,
    lock_order,
    numbered,
    of_buyer,
    of_store,
    save_expired,
    save_order,
    show_numbers,
    store_numbers,
)
from livehouse.domains.orders.store.payments import (
    add_payment,
    lock_paid,
    lock_payment,
    payment,
    payments_of,
    save_payment,
    save_ref,
    take_silent,
)

__all__ = [
    "DoesNotFit",
    "add_back",
    "add_payment",
    "backs_of",
    "baskets",
    "by_id",
    "due_to_expire",
    "fitting",
    "invoices",
    "known",
    "lock_order",
    "lock_paid",
    "lock_payment",
    "numbered",
    "of_buyer",
    "of_store",
    "on_sale",
    "payment",
    "payments_of",
    "place",
    "save_expired",
    "save_order",
    "save_payment",
    "save_ref",
    "show_numbers",
    "store_numbers",
    "take_silent",
    "write_deals",
]
