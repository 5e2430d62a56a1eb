"""Programmes over HTTP: what comes next and reminders for everybody, run-sheet and format for the
staff."""

from livehouse.domains.programmes.api import (
    companions,
    formats,
    preparations,
    programmes,
    reminders,
)

routes = [
    *programmes.routes,
    *preparations.routes,
    *companions.routes,
    *formats.routes,
    *reminders.routes,
]

__all__ = ["routes"]
