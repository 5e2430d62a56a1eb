"""Pages of games: a draw for anybody, prizes for winners, controls for hosts."""

from livehouse.domains.play.pages import battles, contests, public, studio
from livehouse.web.handlers import pages

routes = [pages(*public.handlers, *studio.handlers, *battles.handlers, *contests.handlers)]

__all__ = ["routes"]
