"""Pages of programmes: what comes next, the run-sheet, and what a show's format asks for."""

from livehouse.domains.programmes.pages import formats, programmes
from livehouse.web.handlers import pages

routes = [pages(*programmes.handlers, *formats.handlers)]

__all__ = ["routes"]
