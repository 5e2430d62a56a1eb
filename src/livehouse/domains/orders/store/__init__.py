"""Every SQL statement about orders and payments."""

from livehouse.domains.orders.store.group import known, write_group
from livehouse.domains.orders.store.orders import (
    add_payment,
    by_id,
    due_to_expire,
    lock_order,
    lock_payment,
    of_buyer,
    of_store,
    payments_of,
    save_order,
    save_payment,
    show_numbers,
    store_numbers,
)

__all__ = [
    "add_payment",
    "by_id",
    "due_to_expire",
    "known",
    "lock_order",
    "lock_payment",
    "of_buyer",
    "of_store",
    "payments_of",
    "save_order",
    "save_payment",
    "show_numbers",
    "store_numbers",
    "write_group",
]
