"""Pages of orders: the buyer's, the store's, and the sandbox provider's own."""

from livehouse.domains.orders.pages import basket, console, invoices, mine, sandbox
from livehouse.web.handlers import pages

routes = [
    pages(
        *basket.handlers, *mine.handlers, *console.handlers, *invoices.handlers, *sandbox.handlers
    )
]

__all__ = ["routes"]
