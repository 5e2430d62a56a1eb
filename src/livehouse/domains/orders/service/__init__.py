"""What people do with orders: buy, pay, cancel, look at them."""

from livehouse.domains.orders.service import steps
from livehouse.domains.orders.service.audit import Audit
from livehouse.domains.orders.service.baskets import Baskets
from livehouse.domains.orders.service.books import book_back
from livehouse.domains.orders.service.checkout import Checkout
from livehouse.domains.orders.service.desk import Orders
from livehouse.domains.orders.service.invoices import Invoices
from livehouse.domains.orders.service.openings import Openings
from livehouse.domains.orders.service.payments import Payments
from livehouse.domains.orders.service.refunds import Refunds, request_refund
from livehouse.domains.orders.service.sales import sold_by_run
from livehouse.domains.orders.service.till import Till
from livehouse.domains.orders.service.waiting import Waiting

__all__ = [
    "Audit",
    "Baskets",
    "Checkout",
    "Invoices",
    "Openings",
    "Orders",
    "Payments",
    "Refunds",
    "Till",
    "Waiting",
    "book_back",
    "request_refund",
    "sold_by_run",
    "steps",
]
