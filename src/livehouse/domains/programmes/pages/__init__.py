"""Pages of programmes: what comes next, the run-sheet, and what a show's format asks for."""

from livehouse.domains.programmes.pages import (
    companions,
    formats,
    preparations,
    programmes,
    signing,
)
from livehouse.web.handlers import pages

routes = [
    pages(
        *programmes.handlers,
        *preparations.handlers,
        *companions.handlers,
        *formats.handlers,
        *signing.handlers,
    )
]

__all__ = ["routes"]
