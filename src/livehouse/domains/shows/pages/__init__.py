"""Pages of rooms and shows: for everybody, for who stands on the stage, for who plans."""

from livehouse.domains.shows.pages import console, editing, near, public, studio
from livehouse.web.handlers import pages

routes = [
    pages(
        *public.handlers,
        *near.handlers,
        *studio.handlers,
        *console.handlers,
        *editing.handlers,
    )
]

__all__ = ["routes"]
