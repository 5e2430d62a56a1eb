"""Pages of the crowd's games: controls for hosts, points and red packets for anybody."""

from livehouse.domains.crowd.pages import public, studio, trades
from livehouse.web.handlers import pages

routes = [pages(*public.handlers, *studio.handlers, *trades.handlers)]

__all__ = ["routes"]
