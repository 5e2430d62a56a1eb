"""How often one may ask; which tags load the front end."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.foundation.errors import TooManyRequests
from livehouse.web.assets import Assets
from livehouse.web.limits import Rate, RateLimits, address_key
from tests.support.clock import ManualClock
from tests.support.moments import NOON

TWICE = Rate("twice", 2, timedelta(seconds=10))


def test_after_the_last_token_one_hears_how_long_to_wait() -> None:
    clock = ManualClock()
    rates = RateLimits(clock)
    rates.spend(TWICE, "ann")
    rates.spend(TWICE, "ann")

    with pytest.raises(TooManyRequests) as refused:
        rates.spend(TWICE, "ann")
    assert refused.value.params == {"retry_seconds": 5}

    clock.set(NOON + timedelta(seconds=5))
    rates.spend(TWICE, "ann")
    rates.spend(TWICE, "bob")


def test_a_full_table_forgets_who_came_longest_ago() -> None:
    rates = RateLimits(ManualClock(), buckets_max=2)
    for key in ("ann", "ann", "bob", "cid"):
        rates.spend(TWICE, key)

    rates.spend(TWICE, "ann")
    assert len(rates._buckets) == 2


@given(st.lists(st.integers(min_value=0, max_value=3_000), max_size=60))
def test_nobody_gets_more_than_the_rate(waits_ms: list[int]) -> None:
    clock = ManualClock()
    rates, got, now = RateLimits(clock), 0, NOON
    for wait in waits_ms:
        now += timedelta(milliseconds=wait)
        clock.set(now)
        try:
            rates.spend(TWICE, "ann")
            got += 1
        except TooManyRequests:
            pass

    assert got <= 2 + (now - NOON) / timedelta(seconds=10) * 2 + 1e-6


def test_an_ipv6_household_counts_as_one() -> None:
    assert address_key("2001:db8::1") == address_key("2001:db8::ffff:2")
    assert address_key("2001:db8::1") != address_key("2001:db8:0:1::1")
    assert address_key("192.0.2.1") != address_key("192.0.2.2")


def test_an_entry_loads_its_styles_and_what_it_imports_once(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "manifest.json").write_text(
        """{"src/entries/site.ts": {"file": "assets/site-1.js", "css": ["assets/site-2.css"],
            "imports": ["_a.js"], "isEntry": true},
            "_a.js": {"file": "assets/a-3.js", "imports": ["_b.js"]},
            "_b.js": {"file": "assets/b-4.js", "imports": ["_a.js"]}}"""
    )

    tags = Assets.read(tmp_path).tags("site").split("\n")

    assert tags == [
        '<link rel="stylesheet" href="/static/build/assets/site-2.css">',
        '<link rel="modulepreload" href="/static/build/assets/a-3.js">',
        '<link rel="modulepreload" href="/static/build/assets/b-4.js">',
        '<script type="module" src="/static/build/assets/site-1.js"></script>',
    ]


def test_without_a_build_a_page_still_renders(tmp_path: Path) -> None:
    assert Assets.read(tmp_path).tags("site") == ""
