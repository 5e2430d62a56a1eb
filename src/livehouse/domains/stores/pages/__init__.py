"""HTML pages of stores: the console, and the pictures that all pages show."""

from livehouse.domains.stores.pages import console, delivery, imports, media, members, products
from livehouse.web.handlers import pages

routes = [
    pages(
        *console.handlers,
        *products.handlers,
        *imports.handlers,
        *delivery.handlers,
        *members.handlers,
        *media.handlers,
    )
]

__all__ = ["routes"]
