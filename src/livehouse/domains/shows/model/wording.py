"""What is written of a show, checked: titles, addresses, times and places. Pure."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.places import PUBLIC_DIGITS, Spot, checked_spot
from livehouse.foundation.text import N_

TITLE_CHARACTERS_MAX = 120
DESCRIPTION_CHARACTERS_MAX = 2_000
WHERE_CHARACTERS_MAX = 120
SLUG_CHARACTERS_MAX = 64
# A show may have begun a while ago when it is written down; one in some years is a typing mistake.
STARTS_AGO_MAX = timedelta(days=1)
STARTS_AHEAD_MAX = timedelta(days=731)
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


class Where(Struct, frozen=True):
    """Where a show comes from: the `place` is a shop or a district in its `city`, whose `spot` is
    roughly there; the `origin` is where the goods are made."""

    place: str = ""
    city: str = ""
    origin: str = ""
    spot: Spot | None = None


def checked_start(starts_at: datetime, now: datetime) -> datetime:
    if not now - STARTS_AGO_MAX <= starts_at <= now + STARTS_AHEAD_MAX:
        raise InvalidInput(field="starts_at", problem=N_("choose a time within two years"))
    return starts_at.astimezone(UTC)


def suggested_slug(title: str, otherwise: str) -> str:
    """An address made of the title, or `otherwise` where nothing of the title is Latin."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = _NOT_IN_SLUG.sub("-", plain).strip("-") or otherwise
    return words[:SLUG_CHARACTERS_MAX].strip("-")


def is_slug(text: str) -> bool:
    """Whether anything could stand at this address at all."""
    return _SLUG.fullmatch(text) is not None


def checked_slug(slug: str) -> str:
    """A public address: lower-case ASCII letters, digits and inner hyphens."""
    slug = slug.strip()
    if not is_slug(slug):
        raise InvalidInput(field="slug", problem=N_("use a-z, 0-9 and inner hyphens, at most 64"))
    return slug


def checked_where(where: Where) -> Where:
    return Where(
        _short_line(where.place, "place"),
        _short_line(where.city, "city"),
        _short_line(where.origin, "origin"),
        where.spot,
    )


def _short_line(text: str, field: str) -> str:
    text = " ".join(text.replace("\x00", "").split())
    if len(text) > WHERE_CHARACTERS_MAX:
        raise InvalidInput(field=field, problem=N_("that is too long"))
    return text


def typed_where(
    place: str, city: str, origin: str, latitude: float | None, longitude: float | None
) -> Where:
    """Where a show is; the spot of a shop is public, and roughly is enough to find it."""
    spot = None
    if latitude is not None and longitude is not None:
        spot = checked_spot(latitude, longitude, digits=PUBLIC_DIGITS)
    return Where(place, city, origin, spot)


def checked_description(text: str) -> str:
    text = text.replace("\x00", "").strip()
    if len(text) > DESCRIPTION_CHARACTERS_MAX:
        raise InvalidInput(field="description", problem=N_("at most 2,000 characters"))
    return text


def checked_title(title: str) -> str:
    title = " ".join(title.replace("\x00", "").split())
    if not 1 <= len(title) <= TITLE_CHARACTERS_MAX:
        raise InvalidInput(field="title", problem=N_("write 1 to 120 characters"))
    return title
