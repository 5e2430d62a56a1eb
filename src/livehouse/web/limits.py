"""Every bound of the web: sizes, ages, and how often one may ask."""

import math
from collections import OrderedDict
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from msgspec import Struct

from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import TooManyRequests

BODY_BYTES_MAX = 256 * 1024
HEAD_BYTES_MAX = 64 * 1024
HEAD_SECONDS_MAX = 10.0  # from the connection, or the last answer's next byte, to a whole head
FORM_PARTS_MAX = 200
COOKIE_CHARS_MAX = 200
NOTICE_CHARS_MAX = 1000
GUEST_SECONDS_MAX = 400 * 24 * 3600
LANGUAGE_SECONDS_MAX = 400 * 24 * 3600
NOTICE_SECONDS_MAX = 60
BUCKETS_MAX = 50_000


class Rate(Struct, frozen=True):
    """`count` at once, and as many again spread over `per`."""

    name: str
    count: int
    per: timedelta


# An address may be a whole school behind one router, hence more generous than an account.
SIGN_IN_PER_ACCOUNT = Rate("sign_in_account", 8, timedelta(minutes=10))
SIGN_IN_PER_ADDRESS = Rate("sign_in_address", 40, timedelta(minutes=10))
SIGN_UP = Rate("sign_up", 20, timedelta(hours=1))
RESET_PER_ACCOUNT = Rate("reset_account", 3, timedelta(hours=1))
RESET = Rate("reset", 15, timedelta(hours=1))
TICKETS = Rate("tickets", 60, timedelta(minutes=1))
# A whole campus may come back through one address after a restart.
TICKETS_PER_ADDRESS = Rate("tickets_address", 3000, timedelta(minutes=1))
# Everyone behind one router posts every fifteen seconds, and more often while they shop.
SIGNALS_PER_ADDRESS = Rate("signals_address", 6_000, timedelta(minutes=1))
# A player tells of its picture once a minute; everyone behind one router has one.
VIEWING = Rate("viewing", 30, timedelta(minutes=1))
VIEWING_PER_ADDRESS = Rate("viewing_address", 1_000, timedelta(minutes=1))
ORDERS = Rate("orders", 120, timedelta(minutes=1))
# Codes are short enough to be guessed by who may try for ever.
CODES = Rate("codes", 20, timedelta(minutes=10))
# Cameras that come, also those that OBS connects again and again.
PUBLISHING_PER_ADDRESS = Rate("publishing_address", 60, timedelta(minutes=1))
# The list of a large opening is a megabyte, and caches keep it.
OPENINGS = Rate("openings", 60, timedelta(minutes=1))


class _Bucket(Struct):
    tokens: float
    at: datetime


class RateLimits:
    """Token buckets in memory; when the table is full, the one unused for longest is forgotten.

    `times` multiplies every rate: benchmarks come from one address.
    """

    def __init__(self, clock: Clock, *, times: float = 1, buckets_max: int = BUCKETS_MAX) -> None:
        self._clock = clock
        self._times = times
        self._buckets: OrderedDict[tuple[str, str], _Bucket] = OrderedDict()
        self._buckets_max = buckets_max

    def spend(self, rate: Rate, key: str) -> None:
        """Take one token of `key`, or refuse with the seconds until there is one again."""
        now = self._clock.now()
        name = (rate.name, key)
        count = rate.count * self._times
        bucket = self._buckets.setdefault(name, _Bucket(count, now))
        self._buckets.move_to_end(name)
        if len(self._buckets) > self._buckets_max:
            self._buckets.popitem(last=False)
        per_second = count / rate.per.total_seconds()
        waited = max(0.0, (now - bucket.at).total_seconds())
        bucket.tokens = min(count, bucket.tokens + waited * per_second)
        bucket.at = now
        if bucket.tokens < 1:
            raise TooManyRequests(retry_seconds=math.ceil((1 - bucket.tokens) / per_second))
        bucket.tokens -= 1


def address_key(address: str) -> str:
    """Who an address counts as: an IPv6 customer owns a whole /64."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:COOKIE_CHARS_MAX]
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
