import pytest
from multidict import CIMultiDict

from livehouse.web.addresses import client_address

PROXY = ("10.0.0.0/8", "::1")


def headers(*forwarded: str) -> CIMultiDict[str]:
    return CIMultiDict(("X-Forwarded-For", value) for value in forwarded)


def test_without_trusted_proxies_the_peer_is_the_client() -> None:
    assert client_address("203.0.113.7", headers("198.51.100.1"), ()) == "203.0.113.7"


def test_a_strangers_claim_is_not_believed() -> None:
    assert client_address("203.0.113.7", headers("198.51.100.1"), PROXY) == "203.0.113.7"


def test_a_trusted_proxy_tells_the_client() -> None:
    assert client_address("10.1.2.3", headers("198.51.100.1"), PROXY) == "198.51.100.1"


def test_what_the_client_wrote_itself_says_nothing() -> None:
    claimed = headers("1.1.1.1, 198.51.100.1, 10.9.9.9")

    assert client_address("10.1.2.3", claimed, PROXY) == "198.51.100.1"


def test_a_header_of_the_clients_own_does_not_hide_that_of_the_proxy() -> None:
    assert client_address("10.1.2.3", headers("1.1.1.1", "198.51.100.1"), PROXY) == "198.51.100.1"


def test_behind_a_private_socket_the_proxy_is_trusted_when_the_settings_say_so() -> None:
    assert client_address("", headers("198.51.100.1"), ("unix",)) == "198.51.100.1"
    assert client_address("", headers("198.51.100.1"), PROXY) == ""


@pytest.mark.parametrize("nonsense", ["unknown", "", "a.b.c.d", "198.51.100.1:80", ",,,"])
def test_nonsense_leaves_the_nearest_address_that_is_known(nonsense: str) -> None:
    assert client_address("10.1.2.3", headers(nonsense), PROXY) == "10.1.2.3"


def test_one_client_has_one_name_in_both_families() -> None:
    assert client_address("::ffff:203.0.113.7", headers(), PROXY) == "203.0.113.7"
    assert client_address("2001:DB8:0::1", headers(), PROXY) == "2001:db8::1"
    assert client_address("::1", headers("[2001:db8::2]"), PROXY) == "2001:db8::2"


def test_plain_mappings_do_too() -> None:
    assert client_address("10.0.0.1", {"x-forwarded-for": "198.51.100.1"}, PROXY) == "198.51.100.1"
