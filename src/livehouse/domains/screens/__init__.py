"""Screens: a television that shows a show, and the phone that is its remote control and wallet."""

from livehouse.domains.screens.errors import UnknownCode, UnknownScreen
from livehouse.domains.screens.model import Report, Screen, Wish
from livehouse.domains.screens.service import Screens, Watching

__all__ = ["Report", "Screen", "Screens", "UnknownCode", "UnknownScreen", "Watching", "Wish"]
