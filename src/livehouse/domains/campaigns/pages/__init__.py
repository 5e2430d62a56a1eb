"""Pages of campaigns: for everybody, for operators, for stores that take part."""

from livehouse.domains.campaigns.pages import console, editor, operator, public
from livehouse.web.handlers import pages

routes = [pages(*public.handlers, *operator.handlers, *editor.handlers, *console.handlers)]

__all__ = ["routes"]
