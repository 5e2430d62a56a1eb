"""Pages of what comes after the order: the buyer's, the store's, the operator's."""

from livehouse.domains.aftersales.pages import buyer, console, operator, returning, shipping
from livehouse.web.handlers import pages

routes = [
    pages(
        *buyer.handlers,
        *returning.handlers,
        *shipping.handlers,
        *console.handlers,
        *operator.handlers,
    )
]

__all__ = ["routes"]
