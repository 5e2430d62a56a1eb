"""Pages of the crowd's games: controls for hosts, points and red packets for anybody."""

from livehouse.domains.crowd.pages import public, studio
from livehouse.web.handlers import pages

routes = [pages(*public.handlers, *studio.handlers)]

__all__ = ["routes"]
