"""Pages of orders: the buyer's, the store's, the operators', and the sandbox provider's own."""

from livehouse.domains.orders.pages import (
    basket,
    checkout,
    console,
    invoices,
    ledger,
    mine,
    paying,
    refunds,
    sandbox,
    statements,
)
from livehouse.web.handlers import pages

PARTS = (basket, checkout, mine, paying, console, invoices, refunds, statements, ledger, sandbox)
routes = [pages(*(handler for part in PARTS for handler in part.handlers))]

__all__ = ["routes"]
