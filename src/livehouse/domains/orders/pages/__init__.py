"""Pages of orders: the buyer's, the store's, and the sandbox provider's own."""

from livehouse.domains.orders.pages import console, mine, sandbox
from livehouse.web.handlers import pages

routes = [pages(*mine.handlers, *console.handlers, *sandbox.handlers)]

__all__ = ["routes"]
