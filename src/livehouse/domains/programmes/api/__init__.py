"""Programmes over HTTP: what comes next for everybody, run-sheet and format for the staff."""

from livehouse.domains.programmes.api import companions, formats, programmes

routes = [*programmes.routes, *companions.routes, *formats.routes]

__all__ = ["routes"]
