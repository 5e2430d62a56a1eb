"""What people do with run-sheets and programmes."""

from livehouse.domains.programmes.service.companions import Companions
from livehouse.domains.programmes.service.formats import Formats
from livehouse.domains.programmes.service.letters import ShowLetters
from livehouse.domains.programmes.service.preparations import Preparations, PreparedThings
from livehouse.domains.programmes.service.programmes import Programmes
from livehouse.domains.programmes.service.reminders import Reminders, RemindersKept

__all__ = [
    "Companions",
    "Formats",
    "Preparations",
    "PreparedThings",
    "Programmes",
    "Reminders",
    "RemindersKept",
    "ShowLetters",
]
