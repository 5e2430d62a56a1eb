"""What people do with screens, and how both sides hear of it."""

from livehouse.domains.screens.service.guides import guide, one_show
from livehouse.domains.screens.service.screens import Screens
from livehouse.domains.screens.service.watching import Side, Watching

__all__ = ["Screens", "Side", "Watching", "guide", "one_show"]
