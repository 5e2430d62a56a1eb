"""Shows as an iCalendar (RFC 5545), for calendars that follow a room."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from msgspec import Struct

LINE_OCTETS_MAX = 75
PRODUCT = "-//Livehouse//Shows//EN"
TEXT = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None, "\0": None})


class Entry(Struct, frozen=True):
    """One event. `uid` is the same for ever, so that a change replaces what was there; `sequence`
    grows with every change (3.8.7.4)."""

    uid: str
    title: str
    description: str
    url: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    sequence: int = 0
    cancelled: bool = False


def calendar(name: str, entries: Iterable[Entry]) -> str:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for entry in entries:
        lines += _event(entry)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def _event(entry: Entry) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(entry.uid)}",
        f"DTSTAMP:{_moment(entry.changed_at)}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTART:{_moment(entry.starts_at)}",
        f"DTEND:{_moment(entry.ends_at)}",
        f"SUMMARY:{_text(entry.title)}",
        f"DESCRIPTION:{_text(entry.description)}",
        f"URL:{entry.url}",
        f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def folded(line: str) -> Iterator[str]:
    """The line in pieces of 75 octets, each after the first with a space in front (3.1)."""
    piece, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LINE_OCTETS_MAX:
            yield piece
            piece, size = " ", 1
        piece += character
        size += octets
    yield piece


def _text(words: str) -> str:
    return words.translate(TEXT)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
