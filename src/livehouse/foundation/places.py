"""Spots on the earth, how far they are from each other, and how roughly we want to know them."""

from math import asin, cos, isfinite, radians, sin, sqrt

from msgspec import Struct

from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.text import N_

EARTH_KM = 6_371.0
# A tenth of a degree is 11 km at most: enough to know what is near, too little to know who it is.
ROUGH_DIGITS = 1
# A shop stands where everybody can go; a hundredth of a degree is its quarter of the town.
PUBLIC_DIGITS = 2
LATITUDE_MAX, LONGITUDE_MAX = 90.0, 180.0


class Spot(Struct, frozen=True):
    """In degrees (WGS 84), north and east above zero."""

    latitude: float
    longitude: float


def checked_spot(latitude: float, longitude: float, *, digits: int) -> Spot:
    """A spot rounded to so many digits, or `InvalidInput` where there is no such place."""
    values = latitude, longitude
    known = all(isfinite(one) for one in values)
    if not known or abs(latitude) > LATITUDE_MAX or abs(longitude) > LONGITUDE_MAX:
        raise InvalidInput(field="latitude", problem=N_("there is no such place on the earth"))
    return Spot(round(latitude, digits) + 0.0, round(longitude, digits) + 0.0)


def distance_km(one: Spot, other: Spot) -> float:
    """Along the surface of a sphere (haversine), wrong by half a per cent at most."""
    north, south = radians(one.latitude), radians(other.latitude)
    across = sin((south - north) / 2) ** 2
    along = sin(radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(across + cos(north) * cos(south) * along)))


def written(spot: Spot) -> str:
    """In characters that a cookie keeps as they are."""
    return f"{spot.latitude}_{spot.longitude}"


def read_spot(text: str, *, digits: int) -> Spot | None:
    """What `written` wrote; None for anything else."""
    first, _, second = text.partition("_")
    try:
        return checked_spot(float(first), float(second), digits=digits)
    except (ValueError, InvalidInput):
        return None
