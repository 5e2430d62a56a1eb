"""Pages of followers: the button, one's own list, the way out of a letter, the store's sums."""

from livehouse.domains.followers.pages import console, public
from livehouse.web.handlers import pages

routes = [pages(*public.handlers, *console.handlers)]

__all__ = ["routes"]
