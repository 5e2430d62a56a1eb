"""Programmes over HTTP: what comes next for everybody, run-sheet and format for the staff."""

from livehouse.domains.programmes.api import formats, programmes

routes = [*programmes.routes, *formats.routes]

__all__ = ["routes"]
