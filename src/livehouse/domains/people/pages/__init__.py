"""HTML pages of people: the door, and one's own account."""

from livehouse.domains.people.pages import account, addresses, door
from livehouse.web.handlers import pages

routes = [pages(*door.handlers, *account.handlers, *addresses.handlers)]

__all__ = ["routes"]
